import type { FastifyInstance } from 'fastify'
import { FORMATS, utcTimestamp } from 'glyphsieve'
import { Type } from 'glyphsieve/typebox'
import type { SieveResult } from '../../contract/raw-listings.ts'
import { LISTINGS_MEDIA_TYPES } from '../../ingest/received-body.ts'
import { Problem } from '../../problem.ts'
import type { Sieve } from '../../sieve/sieve.ts'
import type { RawListingsOptions } from '../../sieve/sieve-body.ts'
import type { ImportOptions, StorageEngine } from '../../store/engine.ts'
import { answers } from '../description.ts'
import { sendImport } from '../import-answer.ts'
import { fingerprintOf, ImportHeaders, idempotencyKey } from '../import-request.ts'
import { sendJson } from '../json.ts'
import { problems } from '../problem.ts'
import { type BodyPlace, receiveBody, refuseOtherTypes } from '../request-body.ts'

const ROUTE = '/api/persist/raw-listings'
const TAKEN = { what: 'Raw listings', types: LISTINGS_MEDIA_TYPES }
const FORMAT_NAMES = ['csv', 'ndjson', 'json', 'shopify', 'ebay'] as const
const OFFER = { title: 'MSI GeForce RTX 3090 Gaming X Trio 24GB', price: '$739.00', seller: 'tidewater-parts' }

const RawListingsParameters = Type.Object(
  {
    source: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Marketplace or shop of listings that name none.' }),
    ),
    currency: Type.Optional(
      Type.String({ minLength: 3, maxLength: 3, description: 'Currency (ISO 4217) of prices that name none.' }),
    ),
    seen_at: Type.Optional(
      Type.String({
        format: 'date-time',
        description:
          'When the offers were seen that do not say so, RFC 3339 with offset. Default: when the body had been received.',
      }),
    ),
    format: Type.Optional(Type.Enum([...FORMAT_NAMES], { description: 'Format of the body. Default: told by its content.' })),
    dry_run: Type.Optional(
      Type.Enum(['true', 'false'], { description: 'Only say what the import would do, against what is stored.' }),
    ),
  },
  { additionalProperties: false },
)

interface RawListingRoutes extends BodyPlace {
  store: StorageEngine
  sieve: Sieve
}

export function rawListingRoutes(app: FastifyInstance, { store, sieve, ...place }: RawListingRoutes): void {
  app.post(ROUTE, {
    schema: {
      operationId: 'importRawListings',
      summary: 'Import raw listings',
      description:
        'Takes offers as marketplaces print them through glyphsieve, as `glyphsieve run` does, and stores those that it accepts ' +
        'as one import. The answer accounts for every row: `read` is the sum of `accepted`, `merged` and `rejected_count`. The ' +
        'body is CSV, NDJSON, a JSON array, a Shopify export or an eBay scrape, told by its content, and may be compressed with ' +
        'gzip. Prices in other currencies than US dollars need the daemon’s `--rates`.',
      tags: ['imports'],
      querystring: RawListingsParameters,
      headers: Type.Pick(ImportHeaders, ['idempotency-key']),
      body: {
        content: {
          'application/json': {
            schema: { description: 'An array of offers, or a Shopify export.', examples: [[OFFER]] },
          },
          'application/x-ndjson': {
            schema: { type: 'string', description: 'One offer as JSON a line.', examples: [`${JSON.stringify(OFFER)}\n`] },
          },
          'text/csv': {
            schema: {
              type: 'string',
              description: 'A header, then one offer a row.',
              examples: ['title,price,seller\r\nMSI GeForce RTX 3090 Gaming X Trio 24GB,$739.00,tidewater-parts\r\n'],
            },
          },
        },
      },
      response: {
        ...answers(['RawImportResult', 'RawDryRunResult'], 'The accepted listings are on disk, if it was no dry run.'),
        ...problems(400, 403, 406, 408, 409, 413, 415, 421, 422, 500, 503, 507),
      },
    },
    // The parameters are checked below, the rows by the threads that read them; the body is bytes here.
    validatorCompiler: () => () => true,
    onRequest: refuseOtherTypes(TAKEN),
    handler: async (request, reply) => {
      const { dryRun, given } = parametersOf(request.query)
      const key = dryRun ? undefined : idempotencyKey(request.raw)
      const received = await receiveBody(request, { ...TAKEN, digested: key !== undefined }, place)
      const started = performance.now()
      const { bytes, media_type } = received.body
      const options = { ...given, seen_at: given.seen_at ?? new Date().toISOString() }
      const { body, result, release } = await sieve.sieve(received.body, options).finally(received.release)
      try {
        if (dryRun) {
          const {
            errors: _,
            errors_truncated: __,
            ...done
          } = await accepted(store.dryRun(body, { handling: 'strict' }), result)
          return sendJson(reply, JSON.stringify({ ...done, ...result }))
        }
        const importOptions: ImportOptions = { handling: 'strict' }
        if (key !== undefined) {
          const route = `${ROUTE}?${new URLSearchParams(Object.entries(given))}`
          const identity = { route, media_type, handling: importOptions.handling, complete: false, digest: received.digest }
          importOptions.idempotency = { key, fingerprint: fingerprintOf(identity), beside: result }
        }
        const imported = await accepted(store.import(body, importOptions), result)
        // Given again, the answer has what was beside it the first time.
        const answer = imported.replayed ? imported.result : { ...imported.result, ...result }
        return sendImport(request, reply, { result: answer, replayed: imported.replayed, bytes, started })
      } finally {
        await release()
      }
    },
  })
}

/** What the store makes of the accepted listings. @throws Problem with what became of the rows, if there are none. */
async function accepted<T>(stored: Promise<T>, result: SieveResult): Promise<T> {
  try {
    return await stored
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'no_listings') throw error
    const { read, rejected_count } = result
    const detail = `No row became a listing, nothing was stored: ${read} read, ${rejected_count} rejected`
    throw new Problem('nothing_accepted', detail, { members: result })
  }
}

interface Given {
  dryRun: boolean
  /** What the request says about its listings, and nothing else. */
  given: Partial<RawListingsOptions>
}

/** @throws Problem if a parameter is not what it may be. */
function parametersOf(query: unknown): Given {
  const parameters = new Map<string, unknown>(Object.entries(query ?? {}))
  const take = <T>(name: string, expected: string, read: (text: string) => T | undefined): T | undefined => {
    const value = parameters.get(name)
    if (value === undefined) return undefined
    const taken = typeof value === 'string' ? read(value) : undefined
    if (taken === undefined) throw new Problem('invalid_query', `Query parameter ${name} ${expected}`)
    return taken
  }
  const oneOf = <T extends string>(names: readonly T[]) =>
    [`must be one of ${names.join(', ')}`, (text: string) => names.find((name) => name === text)] as const
  const source = take('source', 'must have 1 to 200 characters that are not all blanks', (text) => {
    const name = text.trim()
    return name.length >= 1 && name.length <= 200 ? name : undefined
  })
  const currency = take('currency', 'must be an ISO 4217 code, such as USD', (text) => {
    const code = text.toUpperCase()
    return FORMATS['iso-4217'](code) ? code : undefined
  })
  const seen_at = take('seen_at', 'must be an RFC 3339 timestamp with an offset, such as 2026-11-01T10:00:00Z', utcTimestamp)
  const format = take('format', ...oneOf(FORMAT_NAMES))
  return {
    dryRun: take('dry_run', ...oneOf(['true', 'false'])) === 'true',
    given: {
      ...(source !== undefined && { listing_source: source }),
      ...(currency !== undefined && { currency }),
      ...(seen_at !== undefined && { seen_at }),
      ...(format !== undefined && { format }),
    },
  }
}

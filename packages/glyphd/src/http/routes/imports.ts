import type { FastifyInstance, FastifyReply } from 'fastify'
import { Type } from 'glyphsieve/typebox'
import type { Handling } from '../../ingest/read-listings.ts'
import { LISTINGS_MEDIA_TYPES } from '../../ingest/received-body.ts'
import { Problem } from '../../problem.ts'
import type { Completeness, ImportOptions, StorageEngine } from '../../store/engine.ts'
import { answers, shape } from '../description.ts'
import { sendImport } from '../import-answer.ts'
import { fingerprintOf, ImportHeaders, idempotencyKey, preference } from '../import-request.ts'
import { sendJson } from '../json.ts'
import { problems } from '../problem.ts'
import { type BodyPlace, receiveBody, refuseOtherTypes } from '../request-body.ts'

const ROUTE = '/api/persist/listings'
const TAKEN = { what: 'Listings', types: LISTINGS_MEDIA_TYPES }
const EXAMPLE = { model: 'H100_PCIE_80GB', price: 34995, score: 0.92, listing_source: 'ServerSupply.com' }
const LISTINGS = { type: 'array', minItems: 1, items: shape('GPUListingDTO'), examples: [[EXAMPLE]] }
const LINES = {
  type: 'string',
  description: 'One `GPUListingDTO` as JSON a line.',
  examples: [`${JSON.stringify(EXAMPLE)}\n`],
}
const TABLE = {
  type: 'string',
  description: 'A header of member names, then one listing a row (RFC 4180).',
  examples: ['model,price,score,listing_source\r\nH100_PCIE_80GB,34995,0.92,ServerSupply.com\r\n'],
}

const ImportParameters = Type.Object(
  {
    dry_run: Type.Optional(
      Type.Enum(['true', 'false'], { description: 'Only say what the import would do, against what is stored.' }),
    ),
    complete: Type.Optional(
      Type.Enum(['true', 'false'], {
        description:
          'Whether the body holds everything that its `listing_source`s offer at its `seen_at`: their other offers are delisted then. Not ' +
          'together with `Prefer: handling=lenient`, since a rejected row would pass for a gone offer.',
      }),
    ),
    force: Type.Optional(
      Type.Enum(['true', 'false'], {
        description:
          'Whether a complete import is stored that delists more than half of what a source offers; otherwise that is a 409.',
      }),
    ),
  },
  { additionalProperties: false },
)

export function importRoutes(app: FastifyInstance, { store, ...place }: BodyPlace & { store: StorageEngine }): void {
  // A body is received by the handler, which has to let go of it, and its type is looked at before; other routes pass theirs over.
  app.addContentTypeParser('*', async () => undefined)

  app.post(ROUTE, {
    schema: {
      operationId: 'importListings',
      summary: 'Import scored listings',
      description:
        'Stores all listings of the body as one import, or none of them; with `Prefer: handling=lenient` all valid ones. The ' +
        'answer leaves when they are on disk. As NDJSON, one listing a line; as CSV, one a row. `id`, `import_id`, ' +
        '`import_index` and `offer_key` are ignored; members that the contract does not name are kept under `extra`; null ' +
        'means absent. The body may be compressed with gzip.',
      tags: ['imports'],
      querystring: ImportParameters,
      headers: ImportHeaders,
      body: {
        content: {
          'application/json': { schema: LISTINGS },
          'application/x-ndjson': { schema: LINES },
          'text/csv': { schema: TABLE },
        },
      },
      response: {
        ...answers(
          ['ImportResultDTO', 'LenientImportResult', 'DryRunResult'],
          'The listings are on disk, if it was no dry run.',
        ),
        ...problems(400, 403, 406, 408, 409, 413, 415, 421, 422, 500, 503, 507),
      },
    },
    // The engine's own thread checks the listings, with the same schema; the body is bytes here.
    validatorCompiler: () => () => true,
    onRequest: refuseOtherTypes(TAKEN),
    handler: async (request, reply) => {
      const dryRun = isSet(request.query, 'dry_run')
      const handling = preference(request.headers['prefer'])
      const complete = completenessOf(request.query, handling)
      const key = dryRun ? undefined : idempotencyKey(request.raw)
      const { body, digest, release } = await receiveBody(request, { ...TAKEN, digested: key !== undefined }, place)
      try {
        if (dryRun) {
          const result = await store.dryRun(body, { handling: handling ?? 'strict', ...(complete && { complete }) })
          return sendJson(applied(reply, handling), JSON.stringify(result))
        }
        const options: ImportOptions = { handling: handling ?? 'strict' }
        if (complete !== undefined) options.complete = complete
        if (key !== undefined) {
          const { media_type } = body
          const { handling } = options
          options.idempotency = {
            key,
            fingerprint: fingerprintOf({ route: ROUTE, media_type, handling, complete: complete !== undefined, digest }),
          }
        }
        const { bytes } = body
        const started = performance.now()
        const imported = await store.import(body, options)
        return sendImport(request, applied(reply, handling), { ...imported, bytes, started })
      } finally {
        await release()
      }
    },
  })
}

/** @throws Problem if a complete import is meant and cannot be. */
function completenessOf(query: unknown, handling: Handling | undefined): Completeness | undefined {
  const force = isSet(query, 'force')
  if (isSet(query, 'complete')) {
    if (handling !== 'lenient') return { force }
    throw new Problem(
      'invalid_query',
      'complete=true does not go with handling=lenient: a rejected row would pass for a gone offer',
    )
  }
  if (force) throw new Problem('invalid_query', 'force=true goes with complete=true only')
  return undefined
}

function isSet(query: unknown, name: 'dry_run' | 'complete' | 'force'): boolean {
  const value: unknown = typeof query === 'object' && query !== null && name in query ? Reflect.get(query, name) : 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Problem('invalid_query', `Query parameter ${name} must be one of true, false`)
}

function applied(reply: FastifyReply, handling: Handling | undefined): FastifyReply {
  return handling === undefined ? reply : reply.header('preference-applied', `handling=${handling}`)
}

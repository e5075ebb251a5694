import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { DryRunResult, ImportResultDTO, LenientImportResult } from '../../contract/imports.ts'
import type { Limits } from '../../contract/operations.ts'
import type { Handling } from '../../ingest/read-listings.ts'
import { LISTINGS_MEDIA_TYPES } from '../../ingest/received-body.ts'
import type { Spool } from '../../ingest/spool.ts'
import { Problem } from '../../problem.ts'
import type { ImportOptions, StorageEngine } from '../../store/engine.ts'
import { answers, shape } from '../description.ts'
import {
  fingerprintOf,
  ImportHeaders,
  idempotencyKey,
  isGzip,
  mediaTypeOf,
  preference,
  refuseTransferCoding,
} from '../import-request.ts'
import { problems } from '../problem.ts'
import { type Received, receive } from '../receive.ts'

const ROUTE = '/api/persist/listings'
const ACCEPT_POST = LISTINGS_MEDIA_TYPES.join(', ')
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
  },
  { additionalProperties: false },
)

interface ImportRoutes {
  store: StorageEngine
  limits: Limits
  spool: Spool
  closing: AbortSignal
}

export function importRoutes(app: FastifyInstance, { store, limits, spool, closing }: ImportRoutes): void {
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
    onRequest: async (request) => {
      if (mediaTypeOf(request.headers['content-type']) === undefined) throw unsupportedType()
    },
    handler: async (request, reply) => {
      const dryRun = isDryRun(request.query)
      const handling = preference(request.headers['prefer'])
      const key = dryRun ? undefined : idempotencyKey(request.raw)
      const { body, digest, release } = await receiveListings(request, key !== undefined)
      try {
        if (dryRun) return send(reply, await store.dryRun(body, { handling: handling ?? 'strict' }), handling)
        const options: ImportOptions = { handling: handling ?? 'strict' }
        if (key !== undefined) {
          options.idempotency = { key, fingerprint: fingerprintOf(ROUTE, body.media_type, options.handling, digest) }
        }
        const { bytes } = body
        const started = performance.now()
        const { result, replayed } = await store.import(body, options)
        logImport(request, result, { bytes, replayed, started })
        reply.header('location', `/api/persist/imports/${result.import_id}`)
        if (replayed) reply.header('idempotent-replayed', 'true')
        return send(reply, result, handling)
      } finally {
        await release()
      }
    },
  })

  async function receiveListings(request: FastifyRequest, digested: boolean): Promise<Received> {
    const { 'content-type': contentType, 'content-encoding': encoding, 'content-length': length } = request.headers
    const media_type = mediaTypeOf(contentType)
    if (media_type === undefined) throw unsupportedType()
    const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
    if (!/^utf-?8$/i.test(charset)) throw unsupportedType('Listings are read as UTF-8')
    refuseTransferCoding(request.headers['transfer-encoding'])
    return receive(request.raw, {
      media_type,
      gzip: isGzip(encoding),
      expectedBytes: length === undefined ? undefined : Number(length),
      limits,
      spool,
      digested,
      closing,
    })
  }
}

function isDryRun(query: unknown): boolean {
  const value = typeof query === 'object' && query !== null && 'dry_run' in query ? query.dry_run : 'false'
  if (value === 'true' || value === 'false') return value === 'true'
  throw new Problem('invalid_query', 'Query parameter dry_run must be one of true, false')
}

/** Answers with JSON text of our own making: an answer that is given again is the same byte for byte. */
function send(
  reply: FastifyReply,
  result: ImportResultDTO | LenientImportResult | DryRunResult,
  handling: Handling | undefined,
): FastifyReply {
  if (handling !== undefined) reply.header('preference-applied', `handling=${handling}`)
  return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(JSON.stringify(result))
}

function logImport(
  request: FastifyRequest,
  result: ImportResultDTO | LenientImportResult,
  { bytes, replayed, started }: { bytes: number; replayed: boolean; started: number },
): void {
  request.log.info(
    {
      import_id: result.import_id,
      record_count: result.record_count,
      rejected_count: 'rejected_count' in result ? result.rejected_count : 0,
      bytes,
      duration_ms: Math.round((performance.now() - started) * 1000) / 1000,
    },
    replayed ? 'import answered again' : 'listings imported',
  )
}

function unsupportedType(detail = `Listings are sent as ${LISTINGS_MEDIA_TYPES.join(', ')}: say so in Content-Type`): Problem {
  return new Problem('unsupported_media_type', detail, { headers: { 'accept-post': ACCEPT_POST } })
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Limits } from '../../contract.ts'
import { LISTINGS_MEDIA_TYPES, type ListingsMediaType, type ReceivedBody } from '../../ingest/received-body.ts'
import { Problem } from '../../problem.ts'
import type { StorageEngine } from '../../store/engine.ts'
import { answers, shape } from '../description.ts'
import { problems } from '../problem.ts'
import { receive } from '../receive.ts'

const ACCEPT_POST = LISTINGS_MEDIA_TYPES.join(', ')
/** `type/subtype`, whatever parameters follow; Fastify's own refusal of anything else would not say what is accepted. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\s*(?:;|$)/
const EXAMPLE = { model: 'H100_PCIE_80GB', price: 34995, score: 0.92, listing_source: 'ServerSupply.com' }
const LISTINGS = { type: 'array', minItems: 1, items: shape('GPUListingDTO'), examples: [[EXAMPLE]] }
const LINES = {
  type: 'string',
  description: 'One `GPUListingDTO` as JSON a line.',
  examples: [`${JSON.stringify(EXAMPLE)}\n`],
}

export function importRoutes(
  app: FastifyInstance,
  { store, limits, closing }: { store: StorageEngine; limits: Limits; closing: AbortSignal },
): void {
  for (const mediaType of LISTINGS_MEDIA_TYPES) {
    app.addContentTypeParser(mediaType, (request: FastifyRequest) => receiveListings(request, mediaType, limits, closing))
  }
  app.addContentTypeParser('*', async () => {
    throw unsupportedType()
  })

  app.post<{ Body: ReceivedBody | undefined }>('/api/persist/listings', {
    schema: {
      operationId: 'importListings',
      summary: 'Import scored listings',
      description:
        'Stores all listings of the body as one import, or none of them. The answer leaves when they are on disk. ' +
        'As NDJSON, one listing a line. `id`, `import_id`, `import_index` and `offer_key` are ignored; members that the ' +
        'contract does not name are kept under `extra`; null means absent.',
      tags: ['imports'],
      body: { content: { 'application/json': { schema: LISTINGS }, 'application/x-ndjson': { schema: LINES } } },
      response: {
        ...answers('ImportResultDTO', 'The listings are on disk.'),
        ...problems(400, 403, 406, 408, 413, 415, 421, 422, 500, 503, 507),
      },
    },
    // The engine's own thread checks the listings, with the same schema; the body is bytes here.
    validatorCompiler: () => () => true,
    onRequest: async (request) => {
      if (!MEDIA_TYPE.test(request.headers['content-type'] ?? '')) throw unsupportedType()
    },
    handler: async (request) => {
      if (request.body === undefined) throw new Problem('invalid_json', 'The request has no body')
      const { bytes } = request.body
      const started = performance.now()
      const result = await store.import(request.body)
      request.log.info(
        {
          import_id: result.import_id,
          record_count: result.record_count,
          rejected_count: 0,
          bytes,
          duration_ms: Math.round((performance.now() - started) * 1000) / 1000,
        },
        'listings imported',
      )
      return result
    },
  })
}

async function receiveListings(
  request: FastifyRequest,
  media_type: ListingsMediaType,
  limits: Limits,
  closing: AbortSignal,
): Promise<ReceivedBody> {
  const {
    'content-type': contentType = '',
    'content-encoding': encoding = 'identity',
    'content-length': length,
  } = request.headers
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(charset)) throw unsupportedType('Listings are read as UTF-8')
  if (!/^(?:identity|[\s,])*$/i.test(encoding)) {
    throw new Problem('unsupported_encoding', 'A compressed body is not read here: send it as it is', {
      headers: { 'accept-encoding': 'identity' },
    })
  }
  const received = await receive(request.raw, {
    expectedBytes: length === undefined ? undefined : Number(length),
    limits,
    closing,
  })
  return { media_type, ...received }
}

function unsupportedType(
  detail = `Listings are sent as ${LISTINGS_MEDIA_TYPES.join(' or ')}: say so in Content-Type`,
): Problem {
  return new Problem('unsupported_media_type', detail, { headers: { 'accept-post': ACCEPT_POST } })
}

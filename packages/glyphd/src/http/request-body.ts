import type { FastifyRequest } from 'fastify'
import type { Limits } from '../contract/operations.ts'
import type { ListingsMediaType } from '../ingest/received-body.ts'
import type { Spool } from '../ingest/spool.ts'
import { Problem } from '../problem.ts'
import { isGzip, refuseTransferCoding } from './import-request.ts'
import { type Received, receive } from './receive.ts'

/** What a route takes as its body. */
export interface BodyTypes {
  /** Of what the body is, in the plural: `Listings`. */
  what: string
  types: readonly ListingsMediaType[]
}

/** Where bodies are received. */
export interface BodyPlace {
  limits: Limits
  spool: Spool
  closing: AbortSignal
}

/** Refuses a body of another media type, before it is received. */
export function refuseOtherTypes(taken: BodyTypes) {
  return async (request: FastifyRequest): Promise<void> => {
    mediaTypeOf(request, taken)
  }
}

/** Receives the body of a request whole. Release it in the end. @throws Problem as `receive` does, or if its headers are wrong. */
export async function receiveBody(
  request: FastifyRequest,
  taken: BodyTypes & { digested: boolean },
  { limits, spool, closing }: BodyPlace,
): Promise<Received> {
  const { 'content-type': contentType, 'content-encoding': encoding, 'content-length': length } = request.headers
  const media_type = mediaTypeOf(request, taken)
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8'
  if (!/^utf-?8$/i.test(charset)) throw unsupportedType(taken, `${taken.what} are read as UTF-8`)
  refuseTransferCoding(request.headers['transfer-encoding'])
  return receive(request.raw, {
    media_type,
    gzip: isGzip(encoding),
    expectedBytes: length === undefined ? undefined : Number(length),
    limits,
    spool,
    digested: taken.digested,
    closing,
  })
}

function mediaTypeOf(request: FastifyRequest, taken: BodyTypes): ListingsMediaType {
  const sent = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  const known = taken.types.find((type) => type === sent)
  if (known === undefined) {
    throw unsupportedType(taken, `${taken.what} are sent as ${taken.types.join(', ')}: say so in Content-Type`)
  }
  return known
}

function unsupportedType({ types }: BodyTypes, detail: string): Problem {
  return new Problem('unsupported_media_type', detail, { headers: { 'accept-post': types.join(', ') } })
}

import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Type, Value } from 'glyphsieve/typebox'
import type { Handling } from '../ingest/read-listings.ts'
import type { ListingsMediaType } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'

/** Headers of an import request that say how it is meant. Others may come along. */
export const ImportHeaders = Type.Object({
  prefer: Type.Optional(
    Type.String({
      description:
        '`handling=lenient` stores the valid listings and answers what is wrong with the others; `handling=strict`, the default, ' +
        'stores all or none (RFC 7240).',
    }),
  ),
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[!-~](?:[ -~]*[!-~])?$',
      description:
        'A name for this import that is used for no other. The same request with the same key is stored once and gets the same ' +
        'answer again, with `Idempotent-Replayed: true`.',
    }),
  ),
})

/** Whether a Content-Encoding is gzip. @throws Problem if it is one that is not read. */
export function isGzip(encoding = 'identity'): boolean {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
  if (codings.length === 0) return false
  if (codings.length === 1 && (codings[0] === 'gzip' || codings[0] === 'x-gzip')) return true
  throw unsupportedEncoding('A body is read as it is or compressed with gzip once: send it so')
}

/** @throws Problem if the body has a transfer coding that Node passes over: it takes off `chunked` alone. */
export function refuseTransferCoding(coding = 'chunked'): void {
  if (coding.trim().toLowerCase() === 'chunked') return
  throw unsupportedEncoding('Transfer-Encoding can only be chunked: say in Content-Encoding that a body is compressed')
}

function unsupportedEncoding(detail: string): Problem {
  return new Problem('unsupported_encoding', detail, { headers: { 'accept-encoding': 'gzip, identity' } })
}

/** A member of a list (RFC 9110, section 5.6.1). Commas in a quoted string part nothing; one that does not end takes the rest. */
const LIST_MEMBER = /(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g
const HANDLING = /^\s*handling\s*=\s*(?:([\w!#$%&'*+.^`|~-]+)|"((?:[^"\\]|\\.)*)")\s*(?:;|$)/i

/** The handling that a Prefer header asks for; the first one counts, and is passed over if it is not known (RFC 7240). */
export function preference(prefer: string | string[] | undefined): Handling | undefined {
  for (const [member] of [prefer ?? []].flat().join(',').matchAll(LIST_MEMBER)) {
    const [, token, quoted] = HANDLING.exec(member) ?? []
    const asked = token ?? quoted?.replace(/\\(.)/g, '$1')
    if (asked !== undefined) return (['strict', 'lenient'] as const).find((known) => known === asked.toLowerCase())
  }
  return undefined
}

/** @throws Problem if the header holds no key, or there are several: Node makes one of them. */
export function idempotencyKey({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): string | undefined {
  const header = headers['idempotency-key']
  if (header === undefined) return undefined
  const lines = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'idempotency-key')
  if (lines.length > 1) throw new Problem('invalid_header', 'Idempotency-Key must come once: an import has one key')
  if (typeof header === 'string' && Value.Check(ImportHeaders.properties['idempotency-key'], header)) return header
  throw new Problem(
    'invalid_header',
    'Idempotency-Key must have 1 to 255 printable ASCII characters, with no space at its ends',
  )
}

/** What two requests must have in common to be the same one. */
export interface ImportIdentity {
  route: string
  media_type: ListingsMediaType
  handling: Handling
  /** Whether the body is all that its sources offer. */
  complete: boolean
  /** Of the decompressed body. */
  digest: string | undefined
}

export function fingerprintOf({ route, media_type, handling, complete, digest }: ImportIdentity): string {
  return createHash('sha256')
    .update(JSON.stringify([route, media_type, handling, digest, ...(complete ? ['complete'] : [])]))
    .digest('hex')
}

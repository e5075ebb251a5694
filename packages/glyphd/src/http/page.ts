import type { FastifyReply } from 'fastify'

export interface Page {
  /** UTF-8 text of a JSON array: built once, on the thread that read the items. */
  items: Uint8Array
  /** Undefined on the last page. */
  next_cursor: string | undefined
  /** Path and query parameters of the question, without its cursor. */
  path: string
  parameters: Record<string, string | number | undefined>
}

/** Answers with one page and, if another follows, its address. */
export function sendPage(reply: FastifyReply, { items, next_cursor, path, parameters }: Page): FastifyReply {
  if (next_cursor !== undefined) {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, `${value}`)
    query.set('cursor', next_cursor)
    reply.header('link', `<${path}?${query}>; rel="next"`)
  }
  const page = Buffer.concat([
    Buffer.from('{"items":'),
    items,
    Buffer.from(`,"next_cursor":${JSON.stringify(next_cursor ?? null)}}`),
  ])
  return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(page)
}

/** Answers with one JSON value that the store wrote. */
export function sendDocument(reply: FastifyReply, json: Uint8Array<ArrayBuffer>): FastifyReply {
  return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(Buffer.from(json.buffer))
}

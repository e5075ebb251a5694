import type { FastifyReply } from 'fastify'
import { sendJson } from './json.ts'

export interface Page {
  /** A JSON array: built once, on the thread that read the items. */
  items: string
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
  return sendJson(reply, `{"items":${items},"next_cursor":${JSON.stringify(next_cursor ?? null)}}`)
}

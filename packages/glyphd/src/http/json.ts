import type { FastifyReply } from 'fastify'

/** Answers with JSON that is written already: one answer that is given twice is the same byte for byte. */
export function sendJson(reply: FastifyReply, json: string | Uint8Array): FastifyReply {
  return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(json)
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ImportResultDTO } from '../contract/imports.ts'
import { sendJson } from './json.ts'

/** An import that was answered: what it had, and when it began. */
interface ImportDone {
  result: ImportResultDTO & { rejected_count?: number }
  replayed: boolean
  bytes: number
  /** By `performance.now()`, once its body was there. */
  started: number
}

/** Answers with a stored import, and writes its line of the log. */
export function sendImport(request: FastifyRequest, reply: FastifyReply, done: ImportDone): FastifyReply {
  const { result, replayed, bytes, started } = done
  const { import_id, record_count, rejected_count = 0 } = result
  const duration_ms = Math.round((performance.now() - started) * 1000) / 1000
  const line = { import_id, record_count, rejected_count, bytes, duration_ms }
  request.log.info(line, replayed ? 'import answered again' : 'listings imported')
  reply.header('location', `/api/persist/imports/${import_id}`)
  if (replayed) reply.header('idempotent-replayed', 'true')
  return sendJson(reply, JSON.stringify(result))
}

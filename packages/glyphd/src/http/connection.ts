import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../problem.ts'
import { problemDocument, STATUS, shuttingDown } from './problem.ts'

/** Draws request ids: unique over restarts, in order within one run. */
export function requestIds(): () => string {
  const run = randomBytes(4).toString('hex')
  let count = 0
  return () => `${run}-${(++count).toString(36)}`
}

/**
 * Makes `close` end soon: requests under way are answered, new ones refused, and connections closed, also those on which a
 * client only waits. The signal is aborted when closing begins.
 */
export function endConnections(app: FastifyInstance): AbortSignal {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal) // every body that is received listens
  let active = 0
  app.addHook('onRequest', async (_request, reply) => {
    active++
    reply.raw.once('close', () => {
      active--
      if (closing.signal.aborted) closeUnused()
    })
    if (closing.signal.aborted) throw shuttingDown()
  })
  app.addHook('onSend', async (_request, reply) => {
    if (closing.signal.aborted) reply.header('connection', 'close')
  })
  app.addHook('preClose', async () => {
    closing.abort()
    closeUnused()
  })

  function closeUnused(): void {
    if (active === 0) app.server.closeAllConnections()
    else app.server.closeIdleConnections()
  }
  return closing.signal
}

/** Answers what never became a request, because it is not HTTP or came too slowly, in the shape of every other error. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, request_id: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = brokenRequest(error.code)
  const status = STATUS[problem.code]
  const body = JSON.stringify(problemDocument(problem, '', request_id))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function brokenRequest(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large', 'The header fields are too large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request_timeout', 'The request did not come in time')
  return new Problem('malformed_request', 'This is not a valid HTTP/1.1 request')
}

import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../problem.ts'
import { endedEarly, problemDocument, STATUS, shuttingDown } from './problem.ts'

/** Draws request ids: unique over restarts, in order within one run. */
export function requestIds(): () => string {
  const run = randomBytes(4).toString('hex')
  let count = 0
  return () => `${run}-${(++count).toString(36)}`
}

/**
 * Makes `close` end soon: requests under way are answered, new ones refused, and connections closed, also those on which a
 * client only waits. Aborts `closing` when closing begins.
 */
export function endConnections(app: FastifyInstance, closing: AbortController): void {
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
}

/** What a client asked for on one connection. */
interface Dialogue {
  /** Answers that have not left whole yet, in their order. */
  unanswered: Set<ServerResponse>
  /** The last request and its answer. */
  last: { request: IncomingMessage; response: ServerResponse } | undefined
  /** Nothing more can be read from the connection. */
  broken: boolean
}
export type Dialogues = WeakMap<Socket, Dialogue>

/** Keeps account of every request, so that what breaks behind it on its connection does not take its answer's place. */
export function followDialogues(server: Server, dialogues: Dialogues): void {
  server.on('request', (request, response) => {
    const dialogue = dialogueOn(request.socket, dialogues)
    dialogue.last = { request, response }
    dialogue.unanswered.add(response)
    response.once('close', () => dialogue.unanswered.delete(response))
  })
}

function dialogueOn(socket: Socket, dialogues: Dialogues): Dialogue {
  const dialogue = dialogues.get(socket) ?? { unanswered: new Set(), last: undefined, broken: false }
  dialogues.set(socket, dialogue)
  return dialogue
}

/**
 * Answers what never became a whole request, because it is not HTTP or came too slowly, in the shape of every other error, behind
 * the answers to the requests before it, and closes the connection.
 */
export function answerBrokenRequest(
  error: Error & { code?: string },
  socket: Socket,
  { dialogues, request_id }: { dialogues: Dialogues; request_id: string },
): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const dialogue = dialogueOn(socket, dialogues)
  if (dialogue.broken) return // told for every further piece
  dialogue.broken = true
  const { unanswered, last } = dialogue
  const cutOff = last !== undefined && !last.request.complete ? last.response : undefined

  const answerInTurn = () => {
    for (const response of unanswered) {
      if (response === cutOff) break // its body has no end to wait for
      response.once('close', answerInTurn)
      return
    }
    if (socket.writable && !cutOff?.headersSent) sendBroken(brokenRequest(error.code, cutOff !== undefined), socket, request_id)
    else socket.destroySoon()
  }
  answerInTurn()
}

function sendBroken(problem: Problem, socket: Socket, request_id: string): void {
  const status = STATUS[problem.code]
  const body = JSON.stringify(problemDocument(problem, '', request_id))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function brokenRequest(code: string | undefined, inBody: boolean): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return new Problem('headers_too_large', 'The header fields are too large')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Problem('request_timeout', 'The request did not come in time')
  if (code === 'HPE_INVALID_EOF_STATE' && inBody) return endedEarly()
  return new Problem('malformed_request', 'This is not a valid HTTP/1.1 request')
}

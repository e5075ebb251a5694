import { once } from 'node:events'
import http, { type ClientRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import { CommandFailure, progressBar, type Terminal } from 'glyphsieve/terminal'

const CONNECT_MS = 15_000
/** Silence after which the operating system asks whether the other side is still there. */
const KEEP_ALIVE_MS = 10_000

/** A request that can be sent several times. */
export interface SentRequest {
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  headers: OutgoingHttpHeaders
  body?: RequestBody | undefined
  /** Takes the body of an answer of success as it comes; the text of the answer is empty then. */
  receive?: ((chunks: AsyncIterable<Uint8Array>, headers: IncomingHttpHeaders) => Promise<void>) | undefined
}

export interface RequestBody {
  size: number
  /** The bytes from their beginning, each time that they are asked for. */
  chunks(): AsyncIterable<Uint8Array>
}

/** What a daemon answered, whatever its status. */
export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** How a connection ended without an answer. */
export interface Loss {
  code: string | undefined
  /** Whether there was a connection at all. */
  connected: boolean
  /** Whether the daemon may have the whole request. */
  sent: boolean
}

/**
 * Sends a request once, on a connection of its own, no faster than it is taken. Waits for the answer as long as the other side is there,
 * and reads one that comes before everything is sent. Not `fetch`, which gives up after five minutes.
 *
 * @throws CommandFailure that the body throws while it is read, and whatever `receive` throws; everything else that goes wrong is a loss.
 */
export async function attempt(request: SentRequest, terminal: Terminal): Promise<Answer | Loss> {
  const { url, method, headers, body, receive } = request
  const { request: open } = url.startsWith('https:') ? https : http
  const outgoing = open(url, { method, headers, agent: false, signal: terminal.signal })
  outgoing.on('error', () => {}) // `once` tells of the one before the answer; later ones have nothing to say
  outgoing.setSocketKeepAlive(true, KEEP_ALIVE_MS)
  const reached = { connected: false, sent: false }
  whenConnected(outgoing, () => {
    reached.connected = true
  })
  const answered = new AbortController()
  let isReceiving = false
  const progress = progressBar(terminal, body?.size)
  const send = async () => {
    for await (const chunk of body?.chunks() ?? []) {
      if (answered.signal.aborted) return
      if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal: answered.signal })
      progress.advance(chunk.length)
    }
    if (answered.signal.aborted) return
    reached.sent = true
    outgoing.end()
    if (body !== undefined) progress.wait('waiting for the answer')
  }
  try {
    const response = once(outgoing, 'response')
    send().catch((error: unknown) => {
      if (!answered.signal.aborted && error instanceof Error) outgoing.destroy(error)
    })
    const [incoming] = await response
    answered.abort()
    const answer = { status: incoming.statusCode, headers: incoming.headers }
    isReceiving = receive !== undefined && answer.status >= 200 && answer.status < 300
    if (receive === undefined || !isReceiving) return { ...answer, text: await textOf(incoming) }
    await receive(incoming, answer.headers)
    return { ...answer, text: '' }
  } catch (error) {
    if (error instanceof CommandFailure || isReceiving) throw error
    const sent = reached.connected && reached.sent
    return { ...reached, sent, code: error instanceof Error && 'code' in error ? `${error.code}` : undefined }
  } finally {
    answered.abort()
    outgoing.destroy()
    progress.end()
  }
}

/** Calls back when there is a connection that can be spoken on; gives the request up if that takes too long. */
function whenConnected(outgoing: ClientRequest, connected: () => void): void {
  outgoing.once('socket', (socket) => {
    const patience = setTimeout(() => {
      outgoing.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }))
    }, CONNECT_MS)
    socket.once(outgoing.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      clearTimeout(patience)
      connected()
    })
    outgoing.once('close', () => clearTimeout(patience))
  })
}

async function textOf(incoming: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

import { once } from 'node:events'
import net from 'node:net'
import { onTestFinished } from 'vitest'
import type { Reply } from './daemon.ts'

/** A connection on which a test writes HTTP byte by byte. */
export interface Connection {
  /** Resolves when the system has taken the bytes; rejects when the connection is gone. */
  send(bytes: string | Uint8Array): Promise<void>
  /** The next answer, whole. Nothing is read from the connection before the first call. */
  reply(): Promise<Reply>
  /** Says that nothing more is sent; answers can still be read. */
  end(): void
  /** Breaks the connection. */
  destroy(): void
}

/** A request as it goes over the wire. */
export function requestText(method: string, path: string, headers: Record<string, string> = {}, body = ''): string {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

/** An import as it goes over the wire, its length told beforehand. */
export function importText(rows: unknown, headers: Record<string, string> = {}): string {
  const body = JSON.stringify(rows)
  const length = `${Buffer.byteLength(body)}`
  return requestText(
    'POST',
    '/api/persist/listings',
    { 'Content-Type': 'application/json', 'Content-Length': length, ...headers },
    body,
  )
}

/** Connects to a server; the connection is gone when the test is over. */
export async function connect(origin: string): Promise<Connection> {
  const { hostname, port } = new URL(origin)
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true })
  onTestFinished(() => {
    socket.destroy()
  })
  socket.on('error', () => {}) // send and reply tell
  await once(socket, 'connect')
  const pieces = socket[Symbol.asyncIterator]()
  let received = Buffer.alloc(0)

  return {
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()))
      }),
    async reply() {
      for (;;) {
        const whole = firstReply(received)
        if (whole !== undefined) {
          received = received.subarray(whole.length)
          return whole.reply
        }
        const piece = await pieces.next()
        if (piece.done) throw new Error(`the connection ended after ${JSON.stringify(received.toString())}`)
        received = Buffer.concat([received, piece.value])
      }
    },
    end: () => {
      socket.end()
    },
    destroy: () => {
      socket.destroy()
    },
  }
}

/** The answer that the bytes begin with, if it is there whole. Every answer of the daemon tells its length. */
function firstReply(bytes: Buffer): { reply: Reply; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  const length = end + 4 + Number(headers['content-length'] ?? 0)
  if (bytes.length < length) return undefined
  const text = bytes.toString('utf8', end + 4, length)
  const json = headers['content-type']?.includes('json') ? JSON.parse(text) : {}
  return { reply: { status: Number(statusLine.split(' ')[1]), headers, text, json }, length }
}

/** A daemon in a process of its own, and a client that costs as little of the machine as it can. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { processorSeconds } from './processors.ts'

export interface Daemon {
  url: string
  port: number
  /** Most memory that it has had since the last `forgetPeak`, in MiB; undefined where the system does not say. */
  peakMemory(): number | undefined
  forgetPeak(): void
  /** Processor time since it was started; NaN where the system does not say. */
  processorSeconds(): number
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const daemon of running) daemon.kill('SIGKILL') // a bench that failed leaves none behind
})

/** @param root Where the daemon was built. */
export async function startDaemon(db: string, flags: readonly string[] = [], root = '.'): Promise<Daemon> {
  const command = [
    path.join(root, 'packages/glyphd/bin/glyphd.js'),
    'serve',
    '--port',
    '0',
    '--db',
    db,
    '--log-level',
    'warn',
    ...flags,
  ]
  const daemon: ChildProcess = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  running.add(daemon)
  daemon.once('exit', () => running.delete(daemon))
  if (daemon.stdout === null) throw new Error('the daemon has no output')
  const [url] = await once(createInterface(daemon.stdout), 'line')
  return {
    url,
    port: Number(new URL(url).port),
    peakMemory() {
      try {
        const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))?.[1]
        return kib === undefined ? undefined : Number(kib) / 1024
      } catch {
        return undefined
      }
    },
    forgetPeak() {
      try {
        writeFileSync(`/proc/${daemon.pid}/clear_refs`, '5') // proc(5)
      } catch {}
    },
    processorSeconds: () => processorSeconds(daemon.pid === undefined ? [] : [daemon.pid]),
    async stop() {
      daemon.kill('SIGTERM')
      await once(daemon, 'exit')
    },
  }
}

function head(method: string, path: string, headers: Record<string, string | number> = {}): Buffer {
  const lines = Object.entries({ Host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
}

const importHead = (bytes: number) =>
  head('POST', '/api/persist/listings', { 'Content-Type': 'application/json', 'Content-Length': bytes })

/** Bytes of a whole request that imports a body. */
export function importRequest(body: string): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([importHead(bytes.length), bytes])
}

export const getRequest = (path: string) => head('GET', path)

export const undoRequest = (import_id: string) => head('DELETE', `/api/persist/imports/${import_id}`)

/** A connection that is kept, on which one request follows the answer to the one before. */
export class Connection {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Connection(socket)
  }

  /** Sends a request and returns the body of its answer. @throws Error if the status is not 200. */
  async exchange(request: Buffer): Promise<string> {
    this.#socket.write(request)
    return this.#answer()
  }

  /** Imports the JSON of a file, which is read as it is sent, and returns the answer. */
  async importFile(file: string): Promise<string> {
    this.#socket.write(importHead(statSync(file).size))
    createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(this.#socket, { end: false })
    return this.#answer()
  }

  async #answer(): Promise<string> {
    const pieces: Buffer[] = []
    let missing = Number.POSITIVE_INFINITY
    let begin = 0
    while (missing > 0) {
      const [piece]: Buffer[] = await once(this.#socket, 'data')
      if (piece === undefined) throw new Error('a data event without data')
      pieces.push(piece)
      missing -= piece.length
      if (missing !== Number.POSITIVE_INFINITY) continue
      // The head is short: most often it is all in the first piece, which is looked through no more than once then.
      const text = Buffer.concat(pieces).toString('latin1')
      const head = text.indexOf('\r\n\r\n')
      if (head === -1) continue
      if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(text.slice(0, 500))
      begin = head + 4
      missing = begin + Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1]) - text.length
    }
    return Buffer.concat(pieces).toString('utf8', begin)
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** Sends `amount` times a request over so many connections at once, the requests by turns, and closes them. */
export async function exchangeAll(
  port: number,
  requests: readonly Buffer[],
  amount: number,
  connections: number,
): Promise<void> {
  await exchangeAcross(
    Array.from({ length: connections }, () => port),
    requests,
    amount,
  )
}

/** The same over a connection to each of the ports: whichever is free takes the next request. */
export async function exchangeAcross(ports: readonly number[], requests: readonly Buffer[], amount: number): Promise<void> {
  let sent = 0
  const open = await Promise.all(ports.map((port) => Connection.open(port)))
  await Promise.all(
    open.map(async (connection) => {
      while (sent < amount) await connection.exchange(requests[sent++ % requests.length] ?? Buffer.alloc(0))
      connection.close()
    }),
  )
}

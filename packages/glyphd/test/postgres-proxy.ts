import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a client sends: the type of a message by its letter, and its text if it is a simple query. */
export interface Message {
  type: string
  sql: string
  bytes: Buffer
}

/** One connection through the proxy. */
export interface Line {
  /** What the client calls itself. */
  application: string
  /** Ends it towards both sides. */
  drop(): void
  /** Ends it towards the client. The server hears nothing of that. */
  dropClient(): void
  /** Nothing gets through any longer, and nobody is told. */
  freeze(): void
  /** Passes on the first half of a message. */
  halve(message: Message): void
  /** Resolves when the server has said something more, which does not get through. */
  answerHeldBack(): Promise<void>
}

export interface PostgresProxy {
  /** As the one that it was started with, through the proxy. */
  url: string
  /** Sees every message of the clients, and says whether it gets through. */
  seen: (message: Message, line: Line) => boolean
  /** Takes no new connections, as a server that is down. */
  isAway: boolean
  /** Drops the connections that there are. */
  dropAll(): void
}

/** Stands between a server and its clients until the test is over. */
export async function startProxy(target: string): Promise<PostgresProxy> {
  const { hostname, port } = new URL(target)
  const lines = new Set<Line>()
  const server = createServer((client) => {
    if (proxy.isAway) client.resetAndDestroy()
    else {
      const behind = dial({ host: hostname, port: Number(port) })
      const line = join(client, behind, (message, line) => proxy.seen(message, line))
      lines.add(line)
      behind.on('close', () => lines.delete(line))
    }
  })
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const address = server.address()
  const url = new URL(target)
  url.port = typeof address === 'object' ? `${address?.port}` : ''
  const proxy: PostgresProxy = {
    url: url.href,
    seen: () => true,
    isAway: false,
    dropAll: () => {
      for (const line of lines) line.drop()
    },
  }
  onTestFinished(() => {
    proxy.dropAll()
    server.close()
  })
  return proxy
}

function join(client: Socket, server: Socket, seen: (message: Message, line: Line) => boolean): Line {
  let isFrozen = false
  let heldBack: (() => void) | undefined
  let isClientGone = false
  const drop = () => {
    client.destroy()
    server.destroy()
  }
  const line: Line = {
    application: '',
    drop,
    dropClient: () => {
      isClientGone = true
      client.destroy()
    },
    freeze: () => {
      isFrozen = true
    },
    halve: ({ bytes }) => {
      server.write(bytes.subarray(0, bytes.length >> 1))
    },
    answerHeldBack: () =>
      new Promise((resolve) => {
        heldBack = resolve
      }),
  }
  const messages = messagesOf((message) => {
    if (isFrozen) return
    if (message.type === '') line.application = /application_name\0([^\0]*)/.exec(message.bytes.toString())?.[1] ?? ''
    if (seen(message, line)) server.write(message.bytes)
  })
  client.on('data', messages)
  server.on('data', (bytes) => {
    if (heldBack !== undefined) heldBack()
    else if (!isFrozen) client.write(bytes)
  })
  client.on('close', () => {
    if (!isFrozen && !isClientGone) server.end()
  })
  server.on('close', () => {
    if (!isFrozen) client.destroy()
  })
  for (const socket of [client, server]) socket.on('error', () => {}) // they are dropped all the time
  return line
}

/** Cuts what a client sends into messages: the first has no type, the others begin with its letter. */
function messagesOf(take: (message: Message) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0)
  let isFirst = true
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const letters = isFirst ? 0 : 1
      if (rest.length < letters + 4) return
      const length = letters + rest.readUInt32BE(letters)
      if (rest.length < length) return
      const message = rest.subarray(0, length)
      rest = rest.subarray(length)
      const type = isFirst ? '' : message.toString('latin1', 0, 1)
      isFirst = false
      take({ type, sql: type === 'Q' ? message.toString('utf8', 5, length - 1) : '', bytes: message })
    }
  }
}

import { Socket } from 'node:net'
import pg from 'pg'
import { type Session, sessionOf } from './session.ts'

/** How long a server may take to let somebody in and to be ready for him. */
const CONNECT_TIMEOUT_MS = 5_000
/** How long the end of a connection is waited for that has nothing left to do. */
const GOODBYE_MS = 1_000

const FLOAT8 = 701
const INT8 = 20
const NUMERIC = 1700
const BOOL = 16
const JSON_TYPE = 114

/** Numbers as numbers, booleans as 0 and 1, everything else as the text that it is: the values that SQLite has, too. */
const PARSERS: Record<number, (text: string) => unknown> = {
  [FLOAT8]: Number,
  [INT8]: Number,
  [NUMERIC]: Number,
  [BOOL]: (text) => (text === 't' ? 1 : 0),
  [JSON_TYPE]: (text) => text,
}
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => PARSERS[oid] ?? pg.types.getTypeParser(oid, format),
} as pg.CustomTypesConfig // its overloads say what each format gives

/**
 * What holds for every session, whatever the server is set to. A daemon whose machine or network has gone leaves locks behind for which all
 * others would wait: the server has to notice within half a minute.
 */
const SESSION = {
  default_transaction_isolation: 'read committed',
  idle_in_transaction_session_timeout: '60s',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '25000',
}

/** An open connection, and what it goes through. */
export interface Opened {
  client: pg.Client
  socket: Socket
  /** Where the server is. */
  server: pg.ClientConfig
  session: Session
}

/**
 * Connects to a server; `name` is what it shows as the application. It becomes open once `prepare` has looked at it.
 *
 * @throws what the driver throws, or `prepare`, or that it took too long.
 */
export async function connect(
  server: pg.ClientConfig,
  name: string,
  prepare: (client: pg.Client) => Promise<void>,
): Promise<Opened> {
  const socket = new Socket()
  const client = new pg.Client({
    ...server,
    types,
    application_name: name,
    stream: () => socket,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_TIMEOUT_MS,
  })
  client.on('error', () => {}) // whoever waits for an answer is told
  const timer = setTimeout(() => socket.destroy(new Error('timeout expired')), CONNECT_TIMEOUT_MS)
  try {
    await client.connect()
    await set(client, SESSION)
    await prepare(client)
    return { client, socket, server, session: await sessionOf(client) }
  } catch (error) {
    cutOff({ client, socket })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Sets what holds for the session. */
export async function set(client: pg.Client, settings: Record<string, string>): Promise<void> {
  const pairs = Object.entries(settings)
  if (pairs.length === 0) return
  const calls = pairs.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`)
  await client.query(`select ${calls.join(', ')}`, pairs.flat())
}

/** Ends a connection at once. Whoever waits for an answer is told that it was lost. */
export function cutOff({ client, socket }: Pick<Opened, 'client' | 'socket'>): void {
  client.end().catch(() => {})
  socket.destroy()
}

/** Ends a connection on which nobody waits, in good order if the server still answers. */
export async function sayGoodbye({ client, socket }: Opened): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), GOODBYE_MS)
  await client.end().catch(() => {})
  clearTimeout(timer)
}

import pg from 'pg'
import { serversOf } from './connection-string.ts'
import { isConnectionLost, isPassing } from './problems.ts'

const CONNECT_TIMEOUT_MS = 5_000
/** After a failed attempt to connect, the next one waits for so long at first, twice as long each time, and never longer than the second. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1_000
const ATTEMPTS = 6

/** The SQLSTATE of a write where there can be none. */
const READ_ONLY = '25006'

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

/** A connection to whichever of the servers takes it; made when it is needed, and anew when it was lost. */
export class Connection {
  readonly #url: string
  readonly #name: string
  readonly #settings: Record<string, string>
  #client: pg.Client | undefined
  #connecting: Promise<pg.Client> | undefined
  #failures = 0
  #pausedUntil = 0
  #lastError: unknown

  /** `name` is what the server shows as the application, and `settings` hold for the session. */
  constructor(url: string, name: string, settings: Record<string, string> = {}) {
    this.#url = url
    this.#name = name
    this.#settings = settings
  }

  /**
   * The open connection, or a new one.
   *
   * @throws what the driver throws if none can be made, or none could just now.
   */
  async client(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined
    })
    return this.#connecting
  }

  /** Does some work on the connection. One that is lost meanwhile is let go of. @throws what the work throws. */
  async use<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.client()
    try {
      return await work(client)
    } catch (error) {
      if (isConnectionLost(error)) this.#letGo(client)
      throw error
    }
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    await client?.end().catch(() => {})
  }

  async #connect(): Promise<pg.Client> {
    if (performance.now() < this.#pausedUntil) throw this.#lastError
    try {
      const client = await openAny(this.#url, this.#name)
      for (const [name, value] of Object.entries(this.#settings))
        await client.query('select set_config($1, $2, false)', [name, value])
      client.on('error', () => this.#letGo(client)) // it died while nobody used it
      client.on('end', () => this.#letGo(client))
      this.#failures = 0
      this.#client = client
      return client
    } catch (error) {
      this.#lastError = error
      this.#pausedUntil = performance.now() + Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS)
      throw error
    }
  }

  #letGo(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined
    client.end().catch(() => {})
  }
}

/** @throws the reason of the last server, if none takes the connection. */
async function openAny(url: string, name: string): Promise<pg.Client> {
  const { servers, isReadWrite } = serversOf(url)
  let reason: unknown
  for (const server of servers) {
    const client = new pg.Client({
      ...server,
      types,
      application_name: name,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    })
    client.on('error', () => {}) // whoever waits for an answer is told
    try {
      await client.connect()
      if (!isReadWrite || (await takesWrites(client))) return client
      reason = Object.assign(new Error('no server takes writes'), { code: READ_ONLY })
    } catch (error) {
      reason = error
    }
    client.end().catch(() => {})
  }
  throw reason
}

async function takesWrites(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query("select current_setting('transaction_read_only') as read_only")
  return rows[0]?.read_only === 'off'
}

/** Does some work in a transaction, which is taken back if it fails, and tried again where others beside it are to blame. */
export async function inTransaction<T>(client: pg.Client, work: () => Promise<T>, begin = 'begin'): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(begin)
      const value = await work()
      await client.query('commit')
      return value
    } catch (error) {
      if (isConnectionLost(error)) throw error
      await client.query('rollback')
      if (!isPassing(error) || attempt === ATTEMPTS) throw error
    }
  }
}

/** Whether a table is there, also if it was made a moment ago by somebody for whom this transaction waited. */
export async function hasTable(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'select 1 from pg_class c where c.relname = $1 and c.relnamespace = any(current_schemas(false)::regnamespace[])',
    [name],
  )
  return rowCount !== 0
}

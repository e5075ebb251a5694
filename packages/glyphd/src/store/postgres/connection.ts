import type pg from 'pg'
import { connect, cutOff, type Opened, sayGoodbye, set } from './connect.ts'
import { serversOf } from './connection-string.ts'
import { codeOf, isConnectionLost, isPassing, READ_ONLY } from './problems.ts'
import { endSession, type Session } from './session.ts'
import { watchOver } from './silence.ts'
import { type EndingSince, notEnding, PATIENCE } from './thread-data.ts'

/** After a failed attempt to connect, the next one waits for so long at first, twice as long each time, and never longer than the second. */
const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 1_000
const ATTEMPTS = 6

interface ConnectionOptions {
  /** What holds for the session, such as `jit`. Default: nothing but what holds for all. */
  settings?: Record<string, string>
  /** As `Patience` has it, and its default. */
  silence_ms?: number
  /** Default: it is not. */
  endingSince?: EndingSince
}

/** A connection to whichever of the servers takes it; made when it is needed, and anew when it was lost. */
export class Connection {
  readonly #url: string
  readonly #name: string
  readonly #settings: Record<string, string>
  readonly #watch: { silence_ms: number; endingSince: EndingSince }
  #opened: Opened | undefined
  #opening: Promise<Opened> | undefined
  #failures = 0
  #pausedUntil = 0
  #lastError: unknown
  /** Sessions of connections that were lost. The server may not know, and goes on holding their locks. */
  #lost: Session[] = []
  /** The server that took it the last time, of those of the connection string. */
  #last = 0

  /** `name` is what the server shows as the application. */
  constructor(url: string, name: string, options: ConnectionOptions = {}) {
    const { settings = {}, silence_ms = PATIENCE.silence_ms, endingSince = notEnding() } = options
    this.#url = url
    this.#name = name
    this.#settings = settings
    this.#watch = { silence_ms, endingSince }
  }

  /**
   * The open connection, or a new one.
   *
   * @throws what the driver throws if none can be made, or none could just now.
   */
  async client(): Promise<pg.Client> {
    return (await this.#open()).client
  }

  /**
   * Does some work on the connection, which is ended where the server is gone without a word. One that is lost is let go of, and one to a
   * server that takes no writes. @throws what the work throws.
   */
  async use<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const opened = await this.#open()
    const stopWatching = watchOver(opened, this.#watch)
    try {
      return await work(opened.client)
    } catch (error) {
      if (isConnectionLost(error) || codeOf(error) === READ_ONLY) this.#letGo(opened)
      throw error
    } finally {
      stopWatching()
    }
  }

  /** Ends the connection at once, whatever is under way on it: that fails as if it were lost. */
  drop(): void {
    if (this.#opened !== undefined) this.#letGo(this.#opened)
  }

  async close(): Promise<void> {
    await this.#opening?.catch(() => {})
    const opened = this.#opened
    this.#opened = undefined
    if (opened !== undefined) await sayGoodbye(opened)
  }

  async #open(): Promise<Opened> {
    if (this.#opened !== undefined) return this.#opened
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #connect(): Promise<Opened> {
    if (performance.now() < this.#pausedUntil) throw this.#lastError
    try {
      const opened = await this.#connectToAny()
      const { client } = opened
      client.on('error', () => this.#letGo(opened)) // it died while nobody used it
      client.on('end', () => this.#letGo(opened))
      this.#failures = 0
      this.#opened = opened
      return opened
    } catch (error) {
      this.#lastError = error
      this.#pausedUntil = performance.now() + Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS)
      throw error
    }
  }

  /** Asks the one that took it the last time first. @throws the reason of the last server, if none takes the connection. */
  async #connectToAny(): Promise<Opened> {
    const { servers, isReadWrite } = serversOf(this.#url)
    let reason: unknown
    for (let turn = 0; turn < servers.length; turn++) {
      const at = (this.#last + turn) % servers.length
      try {
        const opened = await connect(servers[at] ?? {}, this.#name, async (client) => {
          // Of several servers at most one takes writes, and a store on another one would be of no use.
          if ((isReadWrite || servers.length > 1) && !(await takesWrites(client))) {
            throw Object.assign(new Error('no server takes writes'), { code: READ_ONLY })
          }
          await set(client, this.#settings)
          for (const session of this.#lost) await endSession(client, session)
        })
        this.#lost = []
        this.#last = at
        return opened
      } catch (error) {
        reason = error
      }
    }
    throw reason
  }

  #letGo(opened: Opened): void {
    if (this.#opened !== opened) return
    this.#opened = undefined
    this.#lost.push(opened.session)
    cutOff(opened)
  }
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

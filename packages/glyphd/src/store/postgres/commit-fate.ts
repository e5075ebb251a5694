import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import type { Connection } from './connection.ts'
import { isConnectionLost } from './problems.ts'
import { activityOf, type Session, sessionOf } from './session.ts'
import type { EndingSince } from './thread-data.ts'

const PAUSE_MS = 200
/** How long the database is waited for where the daemon is ending. */
const ENDING_PATIENCE_MS = 3_000
/** The SQLSTATE of a warning that says nothing more. */
const WARNING = '01000'

/** What is committed behind an import is safe when that is. */
const TOUCH = 'update imports set record_count = record_count where import_id = any($1::uuid[])'

interface TimeLimits {
  commit_ms: number
  endingSince: EndingSince
}

/** What became of a commit: `lost` means that nothing of it was stored, and never will be. */
export type Fate = 'stored' | 'lost' | 'unknown'

/**
 * Commits the import that is in the transaction at hand, and says what became of it, also where the connection is lost or the server does
 * not answer: what it has stored is asked of it on a new connection.
 *
 * @throws what the driver throws where the server has refused the commit.
 */
export async function commitImport(
  connection: Connection,
  client: pg.Client,
  { import_id, ...limits }: TimeLimits & { import_id: string },
): Promise<Fate> {
  const session = await sessionOf(client)
  return inTime(connection, limits, async (isOver) => {
    try {
      if (await isSettled(client, 'commit')) return 'stored'
    } catch (error) {
      if (!isConnectionLost(error)) throw error
    }
    return fateOf(connection, { session, import_id, isOver })
  })
}

/**
 * Waits until imports that are there are as safe as the server is set to make them: they may be there and on no standby yet.
 *
 * @returns whether they are.
 */
export function areSettled(
  connection: Connection,
  client: pg.Client,
  { import_ids, ...limits }: TimeLimits & { import_ids: readonly string[] },
): Promise<boolean> {
  return inTime(connection, limits, () => isSettled(client, TOUCH, [import_ids]))
}

/** Does some work, which fails as if the connection were lost when its time is over: whoever waits for a standby waits as long as that takes. */
async function inTime<T>(
  connection: Connection,
  { commit_ms, endingSince }: TimeLimits,
  work: (isOver: () => boolean) => Promise<T>,
): Promise<T> {
  const began = Date.now()
  const isOver = () => Date.now() >= Math.min(began + commit_ms, Math.max(began, endingSince[0] ?? 0) + ENDING_PATIENCE_MS)
  const timer = setInterval(() => isOver() && connection.drop(), PAUSE_MS)
  try {
    return await work(isOver)
  } finally {
    clearInterval(timer)
  }
}

/** An import whose COMMIT was sent, and the session that should store it. */
interface Sent {
  session: Session
  import_id: string
  /** Whether nobody waits for the answer any longer. */
  isOver: () => boolean
}

async function fateOf(connection: Connection, sent: Sent): Promise<Fate> {
  while (!sent.isOver()) {
    try {
      const fate = await connection.use((client) => askedFor(client, sent))
      if (fate !== undefined) return fate
    } catch {
      // It is away still: what counts is whether it comes back in time.
    }
    await setTimeout(PAUSE_MS)
  }
  return 'unknown'
}

/**
 * What the database says of an import now; undefined where that is not certain yet. The new connection has seen to it that the session of
 * the lost one ends.
 */
async function askedFor(client: pg.Client, { session, import_id }: Sent): Promise<Fate | undefined> {
  // A standby does not know yet what its primary has stored.
  const { rows } = await client.query<{ is_standby: 0 | 1 }>('select pg_is_in_recovery() as is_standby')
  if (rows[0]?.is_standby !== 0) return undefined
  // In this order: a session that ends between the two has stored what it will ever store.
  const activity = await activityOf(client, session)
  const { rowCount } = await client.query('select 1 from imports where import_id = $1', [import_id])
  if (rowCount === 1) return (await isSettled(client, TOUCH, [[import_id]])) ? 'stored' : undefined
  return activity === 'ended' ? 'lost' : undefined
}

/**
 * Executes what commits, and says whether that is as safe as the server is set to make it: where somebody cancels the wait for a standby,
 * it is acknowledged with a warning.
 */
async function isSettled(client: pg.Client, sql: string, values?: unknown[]): Promise<boolean> {
  let isWarned = false
  const warned = ({ code }: { code: string | undefined }) => {
    isWarned ||= code === WARNING
  }
  client.on('notice', warned)
  try {
    const { command } = await client.query(sql, values)
    if (command === 'ROLLBACK') throw new Error('a transaction that had failed was committed')
    return !isWarned
  } finally {
    client.off('notice', warned)
  }
}

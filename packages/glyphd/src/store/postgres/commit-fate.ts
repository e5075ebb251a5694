import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import type { Connection } from './connection.ts'

/** How long it is tried to learn what became of a commit. */
const PATIENCE_MS = 30_000
const PAUSE_MS = 200
/** A session that has got no COMMIT by then never will: its connection is gone. */
const GRACE_MS = 2_000

/** What the server knows of a connection beyond its end. */
export interface Session {
  pid: number
  backend_start: string
}

const sessions = new WeakMap<pg.Client, Session>()

/** The session of an open connection; asked for once. */
export async function sessionOf(client: pg.Client): Promise<Session> {
  const known = sessions.get(client)
  if (known !== undefined) return known
  const { rows } = await client.query<Session>(
    'select pid, backend_start::text as backend_start from pg_stat_activity where pid = pg_backend_pid()',
  )
  const [session] = rows
  if (session === undefined) throw new Error('the server does not know the session that asks')
  sessions.set(client, session)
  return session
}

/**
 * What became of an import whose COMMIT was sent when the connection was lost: `stored`, `lost`, which is sure once the session that should
 * have stored it has ended, or `unknown` where the database did not say in time.
 */
export async function fateOf(
  connection: Connection,
  session: Session,
  import_id: string,
): Promise<'stored' | 'lost' | 'unknown'> {
  const began = performance.now()
  while (performance.now() < began + PATIENCE_MS) {
    const isOver = performance.now() > began + GRACE_MS
    try {
      const fate = await connection.use(async (client) => {
        // In this order: a session that ends between the two has stored what it will ever store.
        const running = await client.query<{ state: string | null }>(
          'select state from pg_stat_activity where pid = $1 and backend_start::text = $2',
          [session.pid, session.backend_start],
        )
        const found = await client.query('select 1 from imports where import_id = $1', [import_id])
        if (found.rowCount === 1) return 'stored' as const
        if (running.rowCount === 0) return 'lost' as const
        // It waits for a statement that was lost on the way, and holds its locks meanwhile.
        if (isOver && running.rows[0]?.state?.startsWith('idle in transaction') === true) {
          await client.query('select pg_terminate_backend($1)', [session.pid])
        }
        return undefined
      })
      if (fate !== undefined) return fate
    } catch {
      // It is away still: what counts is whether it comes back in time.
    }
    await setTimeout(PAUSE_MS)
  }
  return 'unknown'
}

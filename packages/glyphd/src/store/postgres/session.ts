import type pg from 'pg'

/** What the server knows of a connection beyond its end. */
export interface Session {
  pid: number
  /** When it began, to the microsecond: process ids come again. */
  began: string
}

const sessions = new WeakMap<pg.Client, Session>()

/** The session of an open connection; asked for once. */
export async function sessionOf(client: pg.Client): Promise<Session> {
  const known = sessions.get(client)
  if (known !== undefined) return known
  const { rows } = await client.query<Session>(
    'select pid, extract(epoch from backend_start)::text as began from pg_stat_activity where pid = pg_backend_pid()',
  )
  const [session] = rows
  if (session === undefined) throw new Error('the server does not know the session that asks')
  sessions.set(client, session)
  return session
}

const THAT_SESSION = 'from pg_stat_activity where pid = $1 and extract(epoch from backend_start)::text = $2'

/**
 * What the server does for a session of the same user: it works, or it waits for what the client sends or takes, or for a standby to confirm
 * a commit, which may take for ever; or the session has ended.
 */
export async function activityOf(client: pg.Client, { pid, began }: Session): Promise<'works' | 'waits' | 'ended'> {
  const { rows } = await client.query<{ waits: 0 | 1 }>(
    `select wait_event_type is not distinct from 'Client' or wait_event is not distinct from 'SyncRep' as waits ${THAT_SESSION}`,
    [pid, began],
  )
  const [found] = rows
  if (found === undefined) return 'ended'
  return found.waits === 1 ? 'waits' : 'works'
}

/**
 * Has the server end a session that nobody has any longer, with its locks. What it is committing, it commits; if that waits for a standby, it
 * goes on waiting: nobody is to see it before.
 */
export async function endSession(client: pg.Client, { pid, began }: Session): Promise<void> {
  await client.query(`select pg_terminate_backend(pid) ${THAT_SESSION} and wait_event is distinct from 'SyncRep'`, [pid, began])
}

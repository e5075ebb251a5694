import type pg from 'pg'
import type { Durability } from '../../contract/operations.ts'
import { schemaVersion } from './migrate.ts'
import { READ_ONLY } from './problems.ts'

/** Levels of `synchronous_commit` that wait until a synchronous standby, where there is one, has the commit on disk. */
const SAFE_LEVELS = ['on', 'remote_apply']

/** What the database says of itself. @throws an error that says so if it takes no writes. */
export async function healthOf(client: pg.Client): Promise<{ schema_version: number; durability: Durability }> {
  const { rows } = await client.query<{
    synchronous_commit: string
    names: string
    read_only: string
    standbys: number
    unknown: number
  }>(
    // Who may not look at the others' sessions sees standbys, and not what they are.
    `select current_setting('synchronous_commit') as synchronous_commit, current_setting('synchronous_standby_names') as names,
       current_setting('transaction_read_only') as read_only,
       (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')) as standbys,
       (select count(*) from pg_stat_replication where sync_state is null) as unknown`,
  )
  const { synchronous_commit = '', names = '', read_only, standbys = 0, unknown = 0 } = rows[0] ?? {}
  if (read_only !== 'off') throw Object.assign(new Error('the database takes no writes'), { code: READ_ONLY })
  return {
    schema_version: await schemaVersion(client),
    durability: {
      synchronous_commit,
      ...(unknown === 0 && { synchronous_standbys: standbys }),
      survives_failover: SAFE_LEVELS.includes(synchronous_commit) && names.trim() !== '',
    },
  }
}

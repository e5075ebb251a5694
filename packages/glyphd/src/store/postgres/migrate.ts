import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { Problem } from '../../problem.ts'
import { hasTable, inTransaction } from './connection.ts'

const MIGRATIONS = new URL('../../../migrations/postgres/', import.meta.url)

/** Any number that no other program uses: "glyp" in ASCII. Whoever migrates holds the lock of this name. */
const MIGRATION_LOCK = 0x676c7970

const OWN_TABLES = ['imports', 'gpu_listings', 'offers']

/** The last migration that was applied to a store; 0 where there is none. */
export async function schemaVersion(client: pg.Client): Promise<number> {
  if (!(await hasTable(client, 'glyphd_schema'))) return 0
  const { rows } = await client.query<{ version: number }>('select version from glyphd_schema')
  return rows[0]?.version ?? 0
}

/**
 * Brings a PostgreSQL store to the newest schema, by one transaction: ten daemons may start at once, and the others find that it is done.
 *
 * @throws Problem if the tables there are another program's, or those of a newer glyphd. Nothing is changed in them.
 */
export async function migrate(client: pg.Client): Promise<number> {
  return inTransaction(client, async () => {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const version = await schemaVersion(client)
    const all = steps()
    if (version > all.length) {
      throw new Problem(
        'store_unavailable',
        `The database has schema version ${version}, and this glyphd knows ${all.length}: use the glyphd that wrote it, or a newer one`,
      )
    }
    if (version === 0) await refuseForeignTables(client)
    for (const name of all.slice(version)) await client.query(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
    if (version < all.length) await client.query('update glyphd_schema set version = $1', [all.length])
    return all.length
  })
}

async function refuseForeignTables(client: pg.Client): Promise<void> {
  let found: string | undefined
  for (const name of OWN_TABLES) if (await hasTable(client, name)) found ??= name
  if (found === undefined) return
  throw new Problem(
    'store_unavailable',
    `The database has a table ${found} of another program. Nothing was changed in it: give glyphd a database of its own`,
  )
}

function steps(): string[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort()
}

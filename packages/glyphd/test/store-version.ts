import Sqlite from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { Connection } from '../dist/store/postgres/connection.js'
import { isPostgresUrl } from '../dist/store/postgres/connection-string.js'

/** Gives a value that is another one after every transaction that changed what is stored. */
export async function storeVersion(db: string): Promise<() => Promise<unknown>> {
  return isPostgresUrl(db) ? versionOfTables(db) : versionOfFile(db)
}

function versionOfFile(path: string): () => Promise<unknown> {
  const reader = new Sqlite(path, { readonly: true })
  onTestFinished(() => {
    reader.close()
  })
  return async () => reader.pragma('data_version', { simple: true })
}

const TABLES =
  'imports gpu_listings rejected_rows idempotency_keys observed offers price_periods price_changes snapshots'.split(' ')

/** Every row has the number of the transaction that wrote it. */
async function versionOfTables(url: string): Promise<() => Promise<unknown>> {
  const connection = new Connection(url, 'test')
  onTestFinished(() => connection.close())
  const rows = TABLES.map((table) => `select xmin::text from ${table}`).join(' union all ')
  return () =>
    connection.use(async (client) => {
      const { rows: found } = await client.query(
        `select string_agg(xmin, ' ' order by xmin) as version from (${rows}) as written`,
      )
      return found[0]?.version
    })
}

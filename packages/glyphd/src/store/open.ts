import type { Limits } from '../contract/operations.ts'
import { Problem } from '../problem.ts'
import type { StorageEngine } from './engine.ts'
import type { ImportIdGenerator } from './import-id.ts'
import { isPostgresUrl } from './postgres/connection-string.ts'
import { PostgresStorageEngine } from './postgres.ts'
import { SQLiteStorageEngine } from './sqlite.ts'

/** How a store is opened. */
export interface StoreSettings {
  /** Path of a SQLite file, or `postgres://...`. */
  db: string
  limits: Limits
  /** Days after which an offer that was not seen again counts as gone. */
  current_days?: number
  /** How many imports PostgreSQL stores at once. */
  import_connections?: number
  /** Draws import ids. Default: UUIDs of version 7, each greater than all in the store. */
  newImportId?: ImportIdGenerator
  /** Aborted when the daemon is to end: nobody waits for long then for a database that is away. */
  ending?: AbortSignal
}

/**
 * Opens the configured store.
 *
 * @throws Problem if it cannot be opened.
 */
export async function getStorageEngine({ db, import_connections, ...settings }: StoreSettings): Promise<StorageEngine> {
  if (isPostgresUrl(db))
    return PostgresStorageEngine.open({ url: db, ...(import_connections !== undefined && { import_connections }), ...settings })
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(db)) {
    throw new Problem(
      'store_unavailable',
      'The store is a SQLite file or a PostgreSQL database: give a path such as data/gpu.sqlite, or postgres://...',
    )
  }
  return SQLiteStorageEngine.open({ path: db, ...settings })
}

import { Problem } from '../problem.ts'
import type { StorageEngine } from './engine.ts'
import { type SQLiteSettings, SQLiteStorageEngine } from './sqlite.ts'

/** How a store is opened: `db` is the path of a SQLite file. */
export type StoreSettings = { db: string } & Omit<SQLiteSettings, 'path'>

/**
 * Opens the configured store.
 *
 * @throws Problem if it cannot be opened.
 */
export async function getStorageEngine({ db, ...settings }: StoreSettings): Promise<StorageEngine> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(db)) {
    throw new Problem('store_unavailable', 'The store is a SQLite file: give the path of one, such as data/gpu.sqlite')
  }
  return SQLiteStorageEngine.open({ path: db, ...settings })
}

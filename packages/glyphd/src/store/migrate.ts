import { readdirSync, readFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { Problem } from '../problem.ts'

const MIGRATIONS = new URL('../../migrations/sqlite/', import.meta.url)

/** Marks a database file as a store of ours: "glyp" in ASCII. The first migration sets it. */
const APPLICATION_ID = 0x676c7970

/**
 * Makes sure that a database is an empty one, or a store that this version knows, before anything is changed in it.
 *
 * @throws Problem if it is not.
 */
export function refuseUnknownStore(db: Database): void {
  const pragma = (name: string) => Number(db.pragma(name, { simple: true }))
  // In one transaction: another process may be making the store, and half of one is a database of nobody's.
  const look = db.transaction(() => ({
    isEmpty: db.prepare('select count(*) = 0 from sqlite_schema').pluck().get() === 1,
    application: pragma('application_id'),
    version: pragma('user_version'),
  }))
  const { isEmpty, application, version } = look.deferred()
  if (application !== APPLICATION_ID && !(isEmpty && application === 0 && version === 0)) {
    throw new Problem('store_unavailable', `${db.name} is a database of another program. Nothing was changed in it`)
  }
  if (version <= steps().length) return
  throw new Problem(
    'store_unavailable',
    `${db.name} has schema version ${version}, and this glyphd knows ${steps().length}: use the glyphd that wrote it, or a newer one`,
  )
}

/**
 * Brings a SQLite store to the newest schema, each step in one transaction. Several processes may do
 * this at once: each step is decided under the write lock.
 */
export function migrate(db: Database): void {
  const version = () => Number(db.pragma('user_version', { simple: true }))
  for (const [index, name] of steps().entries()) {
    const step = db.transaction(() => {
      if (version() > index) return
      db.exec(readFileSync(new URL(name, MIGRATIONS), 'utf8'))
      db.pragma(`user_version = ${index + 1}`)
    })
    step.immediate()
  }
}

function steps(): string[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort()
}

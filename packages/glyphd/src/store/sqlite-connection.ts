import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { Problem } from '../problem.ts'
import { refuseUnknownStore } from './migrate.ts'

/** How long a statement waits for another process that holds the write lock. */
const BUSY_TIMEOUT_MS = 30_000

/** The pause between two attempts to open a store that another process is just making. */
const BUSY_PAUSE_MS = 10

/**
 * Settings of the store. A page of 8 KiB and a log that may grow to 256 MiB before an import has to take it into the database file
 * make successive imports 1.5 times as fast as SQLite's defaults; most often the writer does that when it is idle.
 * `synchronous=FULL` is what makes an acknowledged import survive a power loss.
 */
const WRITER_PRAGMAS = {
  page_size: 8192,
  journal_mode: 'wal',
  synchronous: 2, // FULL
  foreign_keys: 1,
  wal_autocheckpoint: 32_000, // pages
  journal_size_limit: 64 * 1024 * 1024,
  cache_size: -16 * 1024, // KiB
}

/** The offers of a common model lie all over the store: without a cache for most of them a page takes three times as long. */
const READER_PRAGMAS = {
  query_only: 1,
  foreign_keys: 1,
  cache_size: -32 * 1024, // KiB
}

/** Opens the one connection that writes. Makes the folder and the file if they are missing, readable by their owner only. */
export function openWriter(path: string): Database {
  return describingFailure(path, () => {
    refuseUnusable(path)
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    closeSync(openSync(path, 'a', 0o600)) // SQLite gives its own files the mode of this one
    return patiently(() => {
      const db = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS })
      try {
        refuseUnknownStore(db)
        return configure(db, WRITER_PRAGMAS)
      } catch (error) {
        db.close()
        throw error
      }
    })
  })
}

/**
 * Tries again while another process that opens the same store holds it. SQLite waits for most locks by itself, but not for the one that
 * a change of the journal needs: of two processes that make a store at once, one is refused at once.
 */
function patiently<T>(open: () => T): T {
  const until = performance.now() + BUSY_TIMEOUT_MS
  for (;;) {
    try {
      return open()
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
      if (!isBusy || performance.now() > until) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS)
    }
  }
}

/** Opens a connection to an existing store that cannot write. */
export function openReader(path: string): Database {
  return describingFailure(path, () =>
    configure(new Sqlite(path, { timeout: BUSY_TIMEOUT_MS, readonly: true, fileMustExist: true }), READER_PRAGMAS),
  )
}

/** Opens a connection to an existing store that cannot write to it, but has temporary tables of its own. */
export function openScratch(path: string): Database {
  const { query_only, ...pragmas } = READER_PRAGMAS
  return describingFailure(path, () =>
    configure(new Sqlite(path, { timeout: BUSY_TIMEOUT_MS, readonly: true, fileMustExist: true }), {
      ...pragmas,
      cache_size: -16 * 1024,
      temp_store: 1, // in files, also where SQLite was compiled to prefer memory
    }),
  )
}

/** Refuses paths of which SQLite and the file system would make two different files, or none. */
function refuseUnusable(path: string): void {
  if (path.trim() === path && path !== '' && path !== ':memory:' && !path.includes('\0')) return
  throw new Problem('store_unavailable', `${JSON.stringify(path)} is no path of a file: give one such as data/gpu.sqlite`)
}

/** Sets every pragma and reads it back: SQLite passes over one that it cannot apply. */
function configure(db: Database, pragmas: Record<string, string | number>): Database {
  for (const [name, value] of Object.entries(pragmas)) {
    db.pragma(`${name} = ${value}`)
    const effective = db.pragma(name, { simple: true })
    // The page size of a store that exists already stays what it is.
    if (effective !== value && !(name === 'page_size' && db.pragma('page_count', { simple: true }) !== 0)) {
      throw new Error(`pragma ${name} is ${effective} and not ${value}`)
    }
  }
  return db
}

/** Does what belongs to opening a store. @throws Problem that names the file, where that is to blame. */
export function describingFailure<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    // Of an open store it would be a bug: here a statement of ours does not find its table, or not as it should be.
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_ERROR') {
      throw new Problem('store_unavailable', `${path} does not have the tables of a store. Nothing was changed in it`)
    }
    throw storeProblem(error, path)
  }
}

/** What a failure of the database means for a client, or the error itself where it is a bug. */
export function storeProblem(error: unknown, path = 'The store'): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  switch (error.code) {
    case 'SQLITE_FULL':
    case 'ENOSPC':
      return new Problem('disk_full', 'The disk is full. Nothing was stored; make room and send it again')
    case 'SQLITE_BUSY':
    case 'SQLITE_BUSY_SNAPSHOT':
    case 'SQLITE_LOCKED':
      return new Problem('store_busy', 'Another program holds the store. Nothing was stored; send it again', {
        headers: { 'retry-after': '5' },
      })
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return new Problem('store_unavailable', `${path} is not a sound SQLite database. Nothing was changed in it`)
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_PERM':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EISDIR':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ENOENT':
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return new Problem('store_unavailable', `${path} cannot be opened for writing (${error.code})`)
    default:
      if (!`${error.code}`.startsWith('SQLITE_IOERR')) return error
      return new Problem('store_unavailable', `The disk failed (${error.code}). Ask what is stored before sending again`)
  }
}

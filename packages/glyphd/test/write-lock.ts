import Sqlite from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** Holds the write lock of a store as another program might, until the test lets go of it: imports wait meanwhile. */
export function holdWriteLock(path: string): () => void {
  const db = new Sqlite(path)
  onTestFinished(() => {
    db.close()
  })
  db.exec('begin immediate')
  return () => {
    db.exec('rollback')
  }
}

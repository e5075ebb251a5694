import Sqlite from 'better-sqlite3'
import { onTestFinished } from 'vitest'
import { Connection } from '../dist/store/postgres/connection.js'
import { isPostgresUrl } from '../dist/store/postgres/connection-string.js'

/** Lets go of a store. */
export type Release = () => Promise<void>

/** Keeps imports from being stored as another program might, until the test lets go of the store: they wait meanwhile, and questions do not. */
export async function holdWriteLock(db: string): Promise<Release> {
  return isPostgresUrl(db) ? holdTables(db) : holdFile(db)
}

function holdFile(path: string): Release {
  const db = new Sqlite(path)
  onTestFinished(() => {
    db.close()
  })
  db.exec('begin immediate')
  return async () => {
    db.exec('rollback')
  }
}

async function holdTables(url: string): Promise<Release> {
  const connection = new Connection(url, 'another program')
  onTestFinished(() => connection.close())
  const client = await connection.client()
  await client.query('begin')
  await client.query('lock table imports, observed in exclusive mode')
  return async () => {
    await client.query('rollback')
  }
}

import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

/** The database that those of the tests are copies of. */
const TEMPLATE = 'glyph_template'

/** Makes the template on the server of `url`. `migrate` is told its address, and leaves no connection to it open. */
export async function prepareTemplate(url: string, migrate: (url: string) => Promise<void>): Promise<void> {
  await execute(url, `create database ${TEMPLATE}`)
  await migrate(urlOf(url, TEMPLATE))
  await execute(url, `alter database ${TEMPLATE} with is_template true allow_connections false`)
}

/** A new copy of the template, on the server of the run unless another is named. Dropped when the test is over. */
export async function testDatabase(server?: string): Promise<string> {
  const database = await createDatabase(server)
  onTestFinished(database.drop)
  return database.url
}

/** A new copy of the template, which whoever made it drops, whatever connections it has. */
export async function createDatabase(server = inject('postgres_url')): Promise<TestDatabase> {
  if (server === undefined) throw new Error('this file is not among those that vitest.config.ts runs on PostgreSQL')
  const name = `test_${randomBytes(8).toString('hex')}`
  await execute(server, `create database ${name} template ${TEMPLATE} strategy file_copy`)
  return { url: urlOf(server, name), drop: () => execute(server, `drop database ${name} with (force)`) }
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server)
  url.pathname = database
  return url.href
}

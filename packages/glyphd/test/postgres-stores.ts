import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import { DEFAULT_LIMITS, type StorageEngine } from '../dist/index.js'
import { PATIENCE, type Patience } from '../dist/store/postgres/thread-data.js'
import { PostgresStorageEngine } from '../dist/store/postgres.js'

/** A store in a database, closed when the test is over. */
export async function openPostgres(
  url: string,
  { import_connections = 2, ...patience }: Partial<Patience> & { import_connections?: number } = {},
): Promise<StorageEngine> {
  const settings = { url, limits: DEFAULT_LIMITS, import_connections, patience: { ...PATIENCE, ...patience } }
  const store = await PostgresStorageEngine.open(settings)
  onTestFinished(() => store.close())
  return store
}

/** A connection that ends with the test. */
export async function connectTo(url: string): Promise<Client> {
  const client = new Client(url)
  client.on('error', () => {}) // the server may end before the client
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** The rows of one statement, on a connection of its own. */
export async function rowsIn(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

/** How many listings there are of each model. */
export async function modelsIn(url: string): Promise<Record<string, number>> {
  const rows = await rowsIn(url, 'select model, count(*)::int as n from gpu_listings group by model')
  return Object.fromEntries(rows.map(({ model, n }) => [String(model), Number(n)]))
}

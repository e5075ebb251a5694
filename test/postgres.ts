import type { TestProject } from 'vitest/node'
import { prepareTemplate } from '../packages/glyphd/test/postgres-databases.ts'
import { startPostgres } from '../packages/glyphd/test/postgres-server.ts'

/** Starts the PostgreSQL of the run, with an empty template; returns what stops it. */
export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  await prepareTemplate(server.url(), migrateDatabase)
  project.provide('postgres_url', server.url())
  return server.stop
}

/** Makes an empty database a store. What migrates is loaded here: the build before it has just made it. */
async function migrateDatabase(url: string): Promise<void> {
  const { Connection } = await import('../packages/glyphd/dist/store/postgres/connection.js')
  const { migrate } = await import('../packages/glyphd/dist/store/postgres/migrate.js')
  const connection = new Connection(url, 'template')
  await connection.use(migrate).finally(() => connection.close())
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Which engine the tests run on. */
    engine: 'sqlite' | 'postgres'
    /** Where the server of the run is; in the project `postgres` only. */
    postgres_url?: string
  }
}

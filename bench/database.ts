/** A PostgreSQL server of a bench's own, which flushes every commit to its disk. */
import { Connection as Database } from '../packages/glyphd/dist/store/postgres/connection.js'
import { processTree } from '../packages/glyphd/test/postgres-processes.ts'
import { startPostgres } from '../packages/glyphd/test/postgres-server.ts'
import { parentOf, processorSeconds } from './processors.ts'

/** More memory than PostgreSQL takes by itself, and a log that need not be taken into the tables while something is measured. */
const SETTINGS = { shared_buffers: '1GB', max_wal_size: '4GB', checkpoint_timeout: '30min' }

type Client = Awaited<ReturnType<Database['client']>>

export interface BenchServer {
  /** Makes an empty database, instead of the one before, and gives its address. */
  freshDatabase(): Promise<string>
  /** Does some work on a connection of its own. */
  use<T>(url: string, work: (client: Client) => Promise<T>): Promise<T>
  /** Processor time of the whole server since it was started; NaN where the system does not say. */
  processorSeconds(): number
  stop(): Promise<void>
}

export async function startServer(): Promise<BenchServer> {
  const server = await startPostgres({ fsync: true, settings: SETTINGS })
  const postmaster = await use(server.url(), async (client) => {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    return parentOf(rows[0]?.pid ?? 0)
  })
  let databases = 0
  return {
    use,
    freshDatabase: () =>
      use(server.url(), async (client) => {
        await client.query(`drop database if exists bench_${databases} with (force)`) // it also writes out what is left to be written
        await client.query(`create database bench_${++databases}`)
        return server.url(`bench_${databases}`)
      }),
    processorSeconds: () => processorSeconds(processTree(postmaster)),
    stop: () => server.stop(),
  }
}

async function use<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = new Database(url, 'bench')
  try {
    return await connection.use(work)
  } finally {
    await connection.close()
  }
}

import { tmpdir } from 'node:os'
import path from 'node:path'
import { CommandFailure } from 'glyphsieve/terminal'
import type { Settings } from '../config.ts'
import { SettingError } from '../failure.ts'
import { isLoopback } from '../http/guards.ts'
import { createServer } from '../http/server.ts'
import { Spool } from '../ingest/spool.ts'
import { getStorageEngine } from '../store/open.ts'
import { isPostgresUrl, masked } from '../store/postgres/connection-string.ts'
import { VERSION } from '../version.ts'

/**
 * Runs the daemon until a signal asks it to stop and what is under way has finished. A second signal calls `end`, which should end the
 * process at once; the store survives that.
 */
export async function serve(settings: Settings, end: () => void): Promise<void> {
  const { db, host, port, allowed_host, insecure, log_level, rates, current_days, import_connections, ...limits } = settings
  if (!isLoopback(host) && !insecure) {
    throw new SettingError(`Others can reach ${host}, and nothing checks who they are: add --insecure if you mean it`)
  }
  const known = rates === '' ? undefined : await ratesOf(rates)
  const ending = new AbortController()
  const store = await getStorageEngine({ db, limits, current_days, import_connections, ending: ending.signal })
  const spool = new Spool(bodyFiles(db), limits.max_memory_bytes)
  await spool.clear()
  const app = await createServer({
    store,
    limits,
    spool,
    rates: known,
    allowedHosts: [...allowed_host, host, `[${host}]`],
    logger: { level: log_level, stream: process.stderr },
  })
  app.addHook('onClose', () => store.close())
  app.log.info({ db: masked(db), version: VERSION }, 'store opened')
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw listenFailure(error, host, port)
  }

  const stopped = untilStopped(app, ending, end)
  console.log(app.listeningOrigin)
  await stopped
}

/** How the names of files begin in which large bodies wait: beside the store where that is a file. */
function bodyFiles(db: string): string {
  return isPostgresUrl(db) ? path.join(tmpdir(), `glyphd-${process.pid}-body-`) : `${db}-body-`
}

/** What reads rates brings the tables of glyphsieve along, and is loaded where there are any. */
async function ratesOf(path: string) {
  const { ratesInFile } = await import('../sieve/rates-file.ts')
  return ratesInFile(path)
}

function untilStopped(app: Awaited<ReturnType<typeof createServer>>, ending: AbortController, end: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false
    const stop = (signal: string) => {
      if (stopping) return end()
      stopping = true
      app.log.info({ signal }, 'shutting down')
      ending.abort()
      app.close().then(resolve, reject)
    }
    process.on('SIGINT', stop).on('SIGTERM', stop)
  })
}

function listenFailure(error: unknown, host: string, port: number): unknown {
  switch (error instanceof Error && 'code' in error && error.code) {
    case 'EADDRINUSE':
      return new CommandFailure(
        `Port ${port} of ${host} is in use: stop what uses it, or choose another with --port (0 picks a free one)`,
      )
    case 'EACCES':
      return new CommandFailure(`Port ${port} needs more rights than this user has: choose one above 1023 with --port`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CommandFailure(`${host} is no address of this machine: choose another with --host`)
    default:
      return error
  }
}

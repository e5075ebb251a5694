import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { giveTo, makePostgresHome, type PostgresHome } from './postgres-binaries.ts'
import { killTree, stillRunning } from './postgres-processes.ts'

/** Settings as `postgresql.conf` names them. */
export type PostgresSettings = Record<string, string | number>

export interface PostgresServer {
  /** On 127.0.0.1; the same after `restart`. */
  port: number
  /** `postgres://...` of a database, by default that of the superuser. */
  url(database?: string): string
  /** Ends all processes of the server at once with SIGKILL. What it wrote stays. */
  kill(): Promise<void>
  /** Starts a killed server again on what it had written. */
  restart(): Promise<void>
  /** Ends the server, in whatever state it is. */
  stop(): Promise<void>
}

interface PostgresOptions {
  /** Whether a commit is flushed to disk, which only a crash of the whole machine could tell. Default: no, nor need there be a disk. */
  fsync?: boolean
  settings?: PostgresSettings
}

/**
 * Runs a program until it ends. A line on stdin ends it at once; the end of stdin, which comes when the test runner has ended,
 * whatever ended it, takes the folder with it.
 */
const GUARD = `
folder=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ read -r _ <&3; orphaned=$?; kill -QUIT "$program"; exit "$orphaned"; } 2>/dev/null &
watcher=$!
wait "$program"
status=$?
kill "$watcher" 2>/dev/null
wait "$watcher"
if [ $? -eq 1 ]; then
  rm -rf "$folder" 2>/dev/null || { sleep 1; rm -rf "$folder"; }
fi
exit "$status"
`

/** Ports below those that systems give to outgoing connections: one to a server that is down could else meet itself. */
const PORTS = { first: 20_000, count: 12_000 }

/** A new server with an empty database, in a folder that goes when it is stopped. Its superuser is `postgres`. */
export async function startPostgres({ fsync = false, settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const home = await makePostgresHome({ inMemory: !fsync })
  const removeHome = () => rm(home.folder, { recursive: true, force: true })
  try {
    const data = await makeCluster(home)
    const server = await startCluster(home, data, { ...settings, fsync: fsync ? 'on' : 'off' })
    return { ...server, stop: () => server.stop().then(removeHome) }
  } catch (error) {
    await removeHome()
    throw error
  }
}

/** What `initdb` makes: the data folder of a server that has never run. */
export async function makeCluster(home: PostgresHome): Promise<string> {
  const data = path.join(home.folder, 'data')
  const password = path.join(home.folder, 'password')
  await writeFile(password, home.password)
  if (home.user) giveTo(home.user, password)
  const program = [path.join(home.bin, 'initdb'), '-D', data, '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']
  const auth = ['--auth-local=trust', '--auth-host=password', `--pwfile=${password}`]
  const { exited } = await runGuarded(home, [...program, ...auth], `${data}.log`)
  const [code] = await exited
  if (code !== 0) throw new Error(`initdb ended with ${code}:\n${await tailOf(`${data}.log`)}`)
  return data
}

/** Starts a server on a data folder, which stays when it is stopped. */
export async function startCluster(home: PostgresHome, data: string, settings: PostgresSettings): Promise<PostgresServer> {
  const { port, running } = await startOnFreePort(home, data, {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: home.folder,
    max_connections: 200,
    shared_buffers: '64MB',
    ...settings,
  })
  let { guard, exited, postmaster } = running
  const take = (started: typeof running) => {
    ;({ guard, exited, postmaster } = started)
  }
  return {
    port,
    url: (database = 'postgres') => `postgres://postgres:${home.password}@127.0.0.1:${port}/${database}`,
    kill: async () => {
      await killTree(postmaster)
      await exited
      await rm(path.join(data, 'postmaster.pid'))
    },
    restart: () => launch(home, data).then(take),
    stop: async () => {
      // Only a server that starts again takes away the shared memory that a killed one has left. Where it cannot, that stays.
      if (stillRunning([postmaster]).length === 0) await launch(home, data, ['-c', 'listen_addresses=']).then(take, () => {})
      guard.stdin?.write('\n')
      await exited
    },
  }
}

/** Another program may take the port before the server does. */
async function startOnFreePort(home: PostgresHome, data: string, settings: PostgresSettings) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    await configure(data, { ...settings, port })
    try {
      return { port, running: await launch(home, data) }
    } catch (error) {
      if (attempt === 5 || !/could not bind/.test(String(error))) throw error
    }
  }
}

/** Adds settings to those of a data folder; later ones win. */
async function configure(data: string, settings: PostgresSettings): Promise<void> {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${`${value}`.replaceAll("'", "''")}'\n`)
  await appendFile(path.join(data, 'postgresql.conf'), lines.join(''))
}

/** Starts the server and waits until it takes connections. */
async function launch(home: PostgresHome, data: string, args: string[] = []) {
  const running = await runGuarded(home, [path.join(home.bin, 'postgres'), '-D', data, ...args], `${data}.log`)
  for (;;) {
    const postmaster = await readyPostmaster(data)
    if (postmaster !== undefined) return { ...running, postmaster }
    if (running.guard.exitCode !== null || running.guard.signalCode !== null) break
    await delay(10)
  }
  throw new Error(`PostgreSQL did not start:\n${await tailOf(`${data}.log`)}`)
}

/** The process id of the server, when `postmaster.pid` says in its last line that it is ready. */
async function readyPostmaster(data: string): Promise<number | undefined> {
  const lines = (await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  return lines[7]?.trim() === 'ready' ? Number(lines[0]) : undefined
}

interface Guarded {
  guard: ChildProcess
  exited: Promise<unknown[]>
}

async function runGuarded(home: PostgresHome, program: string[], log: string): Promise<Guarded> {
  const file = await open(log, 'a')
  const guard = spawn('sh', ['-c', GUARD, 'postgres-guard', home.folder, ...program], {
    cwd: home.folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['pipe', file.fd, file.fd],
    detached: true, // a signal to the test runner's group is not for the guard, which has to see to the rest
    ...home.user,
  })
  const exited = once(guard, 'exit')
  exited.catch(() => {}) // who needs it awaits it
  guard.stdin?.on('error', () => {}) // the program may have ended before
  await once(guard, 'spawn').finally(() => file.close())
  return { guard, exited }
}

async function tailOf(log: string): Promise<string> {
  return (await readFile(log, 'utf8')).split('\n').slice(-20).join('\n')
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count)
    const probe = createServer().listen(port, '127.0.0.1')
    try {
      await once(probe, 'listening')
    } catch {
      continue // taken
    }
    probe.close()
    await once(probe, 'close')
    return port
  }
}

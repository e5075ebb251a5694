import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Writable } from 'node:stream'
import Sqlite from 'better-sqlite3'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, onTestFinished, inject as provided } from 'vitest'
import {
  createServer,
  DEFAULT_LIMITS,
  getStorageEngine,
  type ImportIdGenerator,
  type Limits,
  type ServerOptions,
  Spool,
  type StorageEngine,
} from '../dist/index.js'
import { Connection } from '../dist/store/postgres/connection.js'
import { isPostgresUrl } from '../dist/store/postgres/connection-string.js'
import { expectDescribed } from './described.ts'
import { createDatabase, type TestDatabase } from './postgres-databases.ts'

/** A line of the daemon's log. */
export type LogLine = Record<string, unknown> & { msg: string }

interface DaemonOptions {
  limits?: Partial<Limits>
  newImportId?: ImportIdGenerator
  rates?: ServerOptions['rates']
  /** What the server is given for the store. */
  wrap?: (store: StorageEngine) => StorageEngine
  /** The store holds what no daemon has written: its answers cannot be expected to be as described. */
  damaged?: boolean
  /** Where the store is. Default: a new folder, which is gone when the daemon stops. */
  folder?: string
}

async function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'glyphd-test-'))
}

/** A folder that lives as long as the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await makeFolder()
  onTestFinished(() => removeFolder(folder))
  return folder
}

/** On PostgreSQL, a folder stands for the database that its first daemon was given. */
const databases = new Map<string, Promise<TestDatabase>>()

async function databaseOf(folder: string): Promise<TestDatabase | undefined> {
  if (provided('engine') === 'sqlite') return undefined
  const known = databases.get(folder) ?? createDatabase()
  databases.set(folder, known)
  return known
}

/** The store of a folder, for `--db`. */
export async function storeOf(folder: string): Promise<string> {
  return (await databaseOf(folder))?.url ?? path.join(folder, 'gpu.sqlite')
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const database = databases.get(folder)
  databases.delete(folder)
  await (await database)?.drop()
}

async function rowsIn(db: string, sql: string): Promise<Record<string, unknown>[]> {
  if (isPostgresUrl(db)) {
    const connection = new Connection(db, 'test')
    return connection.use(async (client) => (await client.query(sql)).rows).finally(() => connection.close())
  }
  const reader = new Sqlite(db, { readonly: true })
  try {
    return reader.prepare(sql).all() as Record<string, unknown>[]
  } finally {
    reader.close()
  }
}

/** A daemon of its own for one test. */
export async function startDaemon(options: DaemonOptions = {}): Promise<Daemon> {
  const daemon = await openDaemon(options)
  onTestFinished(daemon.stop)
  return daemon
}

/** One daemon for all tests of a group that leave nothing behind in it. */
export function sharedDaemon(options: DaemonOptions = {}): () => Daemon {
  let daemon: Daemon | undefined
  beforeAll(async () => {
    daemon = await openDaemon(options)
  })
  afterAll(() => daemon?.stop())
  return () => {
    if (daemon === undefined) throw new Error('the daemon has not started yet')
    return daemon
  }
}

/** The real server over a real store in a temporary folder. */
async function openDaemon(options: DaemonOptions) {
  const folder = options.folder ?? (await makeFolder())
  const db = await storeOf(folder)
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const { newImportId, rates, wrap = (store) => store } = options
  // One at a time, so that imports are stored in the order in which they come, as in a file.
  const store = await getStorageEngine({ db, limits, import_connections: 1, ...(newImportId && { newImportId }) })
  const log: LogLine[] = []
  const stream = new Writable({
    write(line, _encoding, done) {
      log.push(JSON.parse(line.toString()))
      done()
    },
  })
  const spool = new Spool(path.join(folder, 'gpu.sqlite-body-'), limits.max_memory_bytes)
  const app = await createServer({ store: wrap(store), limits, spool, rates, logger: { level: 'info', stream } })
  const send = (request: InjectOptions): Promise<Reply> => inject(app, request, options.damaged)
  return {
    stop: async () => {
      await app.close()
      await store.close()
      if (options.folder === undefined) await removeFolder(folder)
    },
    app,
    store,
    db,
    log,
    folder,
    /** Posts a body as it stands, or any other value as JSON. */
    post: (body: unknown, headers: Record<string, string> = {}): Promise<Reply> =>
      send({
        method: 'POST',
        url: '/api/persist/listings',
        headers: { 'content-type': 'application/json', ...headers },
        payload: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
      }),
    get: (url: string, headers: Record<string, string> = {}): Promise<Reply> => send({ method: 'GET', url, headers }),
    /** Any other request. */
    send,
    /** Asks the database as any SQL reader would. */
    rows: (sql: string): Promise<Record<string, unknown>[]> => rowsIn(db, sql),
  }
}
export type Daemon = Awaited<ReturnType<typeof openDaemon>>

export interface Reply {
  status: number
  headers: LightMyRequestResponse['headers']
  text: string
  /** The body as JSON. Untyped: the test says what it expects. */
  json: Record<string, unknown>
}

/** Every answer is as the OpenAPI description says, whatever a test is about. */
async function inject(app: FastifyInstance, options: InjectOptions, damaged = false): Promise<Reply> {
  const response = await app.inject(options)
  const isJson = !damaged && /\bjson\b/.test(`${response.headers['content-type']}`)
  const reply = {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: isJson ? JSON.parse(response.body) : {},
  }
  if (!damaged) await expectDescribed(reply, options.method ?? 'GET', `${options.url ?? '/'}`)
  return reply
}

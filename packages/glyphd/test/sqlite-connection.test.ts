import { once } from 'node:events'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { Problem } from '../dist/index.js'
import { migrate } from '../dist/store/migrate.js'
import { openReader, openWriter, storeProblem } from '../dist/store/sqlite-connection.js'
import { temporaryFolder } from './daemon.ts'

async function newStore(): Promise<{ file: string; writer: Database }> {
  const file = path.join(await temporaryFolder(), 'gpu.sqlite')
  const writer = openWriter(file)
  onTestFinished(() => {
    writer.close()
  })
  migrate(writer)
  return { file, writer }
}

/** What the store makes of the error of an action that fails. */
function problemOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return storeProblem(error)
  }
  return undefined
}

const insertImport = `
  insert into imports (last_position, import_id, record_count, first_model, last_model, timestamp)
  values (1, hex(randomblob(16)), 1, hex(randomblob(4000)), '', '')`

test('the writer syncs its log at every commit', async () => {
  const { writer } = await newStore()
  const pragma = (name: string) => writer.pragma(name, { simple: true })
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys'), pragma('page_size')]).toEqual([
    'wal',
    2,
    1,
    8192,
  ])
})

test('a reader cannot write', async () => {
  const { file } = await newStore()
  const reader = openReader(file)
  onTestFinished(() => {
    reader.close()
  })
  expect(() => reader.exec(insertImport)).toThrow(/readonly/)
})

test('a full disk is a problem that says so, and what was stored before stays', async () => {
  const { writer } = await newStore()
  writer.exec(insertImport)
  writer.pragma(`max_page_count = ${Number(writer.pragma('page_count', { simple: true })) + 2}`)
  const problem = problemOf(() => {
    for (let row = 0; row < 100; row++) writer.exec(insertImport)
  })
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({ code: 'disk_full' })
  expect(writer.prepare('select count(*) > 0 from imports').pluck().get()).toBe(1)
})

test('a store that another program holds is a problem with Retry-After', async () => {
  const { file, writer } = await newStore()
  const other = openWriter(file)
  onTestFinished(() => {
    other.close()
  })
  other.pragma('busy_timeout = 0')
  writer.exec('begin immediate')
  expect(problemOf(() => other.exec('begin immediate'))).toMatchObject({ code: 'store_busy', headers: { 'retry-after': '5' } })
  writer.exec('rollback')
})

test('any other failure stays what it is: a bug', async () => {
  const { writer } = await newStore()
  const problem = problemOf(() => writer.exec('select nonsense'))
  expect(problem).toBeInstanceOf(Error)
  expect(problem).not.toBeInstanceOf(Problem)
})

/** Makes one store after another, each at the moment when all others make it too, and says what went wrong. */
const MAKER = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { folder, dist, makers, rounds, arrived } = workerData
  async function make() {
    const { openWriter } = await import(dist + 'sqlite-connection.js')
    const { migrate } = await import(dist + 'migrate.js')
    const failures = []
    for (let round = 0; round < rounds; round++) {
      Atomics.add(arrived, 0, 1)
      while (Atomics.load(arrived, 0) < makers * (round + 1));
      try {
        const db = openWriter(folder + '/' + round + '.sqlite')
        migrate(db)
        db.close()
      } catch (error) {
        failures.push(error.message)
      }
    }
    return failures
  }
  make().then((failures) => parentPort.postMessage(failures))`

test('several processes can make one store at once', async () => {
  const makers = 3
  const workerData = {
    folder: await temporaryFolder(),
    dist: new URL('../dist/store/', import.meta.url).href,
    makers,
    rounds: 60,
    arrived: new Int32Array(new SharedArrayBuffer(4)),
  }
  const threads = Array.from({ length: makers }, () => new Worker(MAKER, { eval: true, workerData }))
  const failures = await Promise.all(threads.map((thread) => once(thread, 'message')))
  expect(failures).toEqual(Array.from({ length: makers }, () => [[]]))
})

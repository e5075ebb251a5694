import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Connection } from '../dist/store/postgres/connection.js'
import { migrate } from '../dist/store/postgres/migrate.js'
import { contradictions } from './contradictions.ts'
import { answerOf, post } from './daemon-answers.ts'
import { bodyOf, importInto, listing } from './listings.ts'
import { prepareTemplate, testDatabase } from './postgres-databases.ts'
import { startProxy } from './postgres-proxy.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'
import { connectTo, modelsIn, openPostgres, rowsIn } from './postgres-stores.ts'
import { eventually, logOf, runProgram, startDaemonProcess, wordsOf } from './process.ts'

const body = (model: string, rows = 3) => bodyOf(Array.from({ length: rows }, () => listing({ model })))

const AWAY = { status: 503, retry_after: expect.stringMatching(/^\d+$/), json: { code: 'store_unavailable' } }

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres({ settings: { max_connections: 40 } })
  await prepareTemplate(server.url(), async (url) => {
    const connection = new Connection(url, 'template')
    await connection.use(migrate).finally(() => connection.close())
  })
})
afterAll(() => server.stop())

/** A new database on the server that these tests do with what they like. */
const newDatabase = () => testDatabase(server.url())

describe('while the database is away', () => {
  test('a daemon says so to everybody at once, goes on when it is back, and ends when it is told to', async () => {
    const db = await newDatabase()
    const { url, kill, ended, stderr } = await startDaemonProcess(['--log-level', 'warn'], { db })
    expect(await post(url, [listing({ model: 'A' })])).toMatchObject({ status: 200 })
    const questions = [
      '/api/health',
      '/api/listings',
      '/api/listings?current=true',
      '/api/models',
      '/api/report',
      '/api/persist/imports',
    ]
    for (let round = 0; round < 2; round++) {
      await server.kill()
      for (const path of questions) expect(await answerOf(url + path), path).toMatchObject(AWAY)
      const refused = await Promise.all(Array.from({ length: 20 }, () => post(url, [listing({ model: 'LOST' })])))
      for (const reply of refused) expect(reply).toMatchObject(AWAY)
      expect(refused[0]?.json['detail']).toContain('Nothing was stored')
      const body = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify([listing()]) }
      expect(await answerOf(`${url}/api/persist/listings?dry_run=true`, body)).toMatchObject(AWAY)
      await server.restart()
      await eventually(async () => (await answerOf(`${url}/api/health`)).status === 200)
      await eventually(async () => (await post(url, [listing({ model: 'A' })])).status === 200)
      for (const path of questions) expect(await answerOf(url + path), path).toMatchObject({ status: 200 })
    }
    expect(await modelsIn(db)).toEqual({ A: 3 })
    expect(await contradictions(db)).toEqual([])
    await server.kill()
    expect(await answerOf(`${url}/api/health`)).toMatchObject(AWAY)
    kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0 })
    expect(wordsOf(stderr())).toEqual([])
    expect(logOf(stderr()).filter(({ level }) => Number(level) >= 50)).toEqual([])
    await server.restart()
  })

  test('a daemon does not start, and says why without the password', async () => {
    const db = new URL(await newDatabase())
    const away = await startProxy(db.href)
    away.isAway = true
    const { code, stdout, stderr } = await runProgram(['serve', '--port', '0', '--db', away.url])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^glyphd: postgres:\/\/postgres:\*{4}@127\.0\.0\.1:\d+\/\w+ cannot be reached \(\w+\): is the server running, and are host and port right\?\n$/,
    )
  })
})

test('a database that has too many connections is refused in words, and taken when there is room', async () => {
  const db = await newDatabase()
  const { url } = await startDaemonProcess([], { db })
  const others: Awaited<ReturnType<typeof connectTo>>[] = []
  for (;;) {
    const other = await connectTo(db).catch(() => undefined)
    if (other === undefined) break
    others.push(other)
  }
  const full = {
    status: 503,
    retry_after: expect.stringMatching(/^\d+$/),
    json: { code: 'store_unavailable', detail: expect.stringContaining('takes no more connections') },
  }
  expect(await answerOf(`${url}/api/health`)).toMatchObject(full)
  expect(await answerOf(`${url}/api/listings`)).toMatchObject(full)
  expect(await post(url, [listing()])).toMatchObject(full)
  const { code, stderr } = await runProgram(['serve', '--port', '0', '--db', db])
  expect([code, stderr]).toEqual([1, expect.stringContaining('takes no more connections')])
  await Promise.all(others.map((other) => other.end()))
  await eventually(async () => (await answerOf(`${url}/api/health`)).status === 200)
  await eventually(async () => (await post(url, [listing({ model: 'A' })])).status === 200)
  expect(await modelsIn(db)).toEqual({ A: 1 })
})

/** Changes a setting of the server, for good. */
async function alterSystem(change: string): Promise<void> {
  await rowsIn(server.url(), `alter system ${change}`)
  await rowsIn(server.url(), 'select pg_reload_conf()')
}

describe('an acknowledged import', () => {
  test('is as safe as the database is set to make it, and health says so', async () => {
    const db = await newDatabase()
    const durabilityIn = async () => {
      const store = await openPostgres(db)
      return (await store.check()).durability
    }
    expect(await durabilityIn()).toEqual({ synchronous_commit: 'on', synchronous_standbys: 0, survives_failover: false })
    const name = new URL(db).pathname.slice(1)
    await rowsIn(db, `alter database ${name} set synchronous_commit = off`)
    expect(await durabilityIn()).toEqual({ synchronous_commit: 'off', synchronous_standbys: 0, survives_failover: false })
  })

  test.each([
    ['it goes on waiting', undefined],
    ['somebody cancels the wait', 'pg_cancel_backend'],
    ['somebody ends its session', 'pg_terminate_backend'],
  ])('is not one whose commit waits for a standby, also where %s', async (_, end) => {
    const db = await newDatabase()
    const store = await openPostgres(db, { commit_ms: 1_500, import_connections: 1 })
    await importInto(store, body('A'))
    await alterSystem("set synchronous_standby_names = 'nobody'")
    const sendKeyed = () => importInto(store, body('B'), { idempotency: { key: 'key', fingerprint: 'B' } })
    const refused = sendKeyed().catch((error: unknown) => error)
    try {
      const waiting = `from pg_stat_activity where wait_event = 'SyncRep' and application_name = 'glyphd import' and datname = current_database()`
      await eventually(async () => (await rowsIn(db, `select ${waiting}`)).length > 0)
      expect((await store.check()).durability).toMatchObject({ synchronous_standbys: 0, survives_failover: true })
      if (end !== undefined) await rowsIn(db, `select ${end}(pid) ${waiting}`)
      expect(await refused).toMatchObject({ code: 'outcome_unknown' })
      await expect(sendKeyed()).rejects.toMatchObject({ code: expect.stringMatching(/^outcome_unknown|^store_|_in_use$/) })
    } finally {
      await alterSystem('reset synchronous_standby_names')
    }
    await eventually(() =>
      sendKeyed().then(
        () => true,
        () => false,
      ),
    )
    expect(await modelsIn(db)).toEqual({ A: 3, B: 3 })
    expect(await contradictions(db)).toEqual([])
  })

  test('that is undone, and offers that follow, do not wait for ever for a standby, nor does a daemon that is to end', async () => {
    const db = await newDatabase()
    const { url, kill, ended } = await startDaemonProcess([], { db })
    const { json } = await post(url, [listing({ model: 'A' })])
    expect(await answerOf(`${url}/api/listings?current=true`)).toMatchObject({ status: 200 })
    await alterSystem("set synchronous_standby_names = 'nobody'")
    try {
      const undoing = answerOf(`${url}/api/persist/imports/${json['import_id']}`, { method: 'DELETE' })
      const waiting = "select from pg_stat_activity where wait_event = 'SyncRep' and datname = current_database()"
      await eventually(async () => (await rowsIn(db, waiting)).length > 0)
      kill('SIGTERM')
      expect(await undoing).toMatchObject({ status: 503, json: { detail: expect.stringContaining('undo it again') } })
      expect((await ended).code).toBe(0)
    } finally {
      await alterSystem('reset synchronous_standby_names')
    }
    await eventually(async () => (await modelsIn(db))['A'] === undefined)
    expect(await contradictions(db)).toEqual([])
  })
})

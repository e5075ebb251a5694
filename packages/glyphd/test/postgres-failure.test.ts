import { describe, expect, onTestFinished, test } from 'vitest'
import { Connection } from '../dist/store/postgres/connection.js'
import { contradictions } from './contradictions.ts'
import { answerOf, post } from './daemon-answers.ts'
import { withSeed } from './feed.ts'
import { bodyOf, importInto, listing } from './listings.ts'
import { testDatabase } from './postgres-databases.ts'
import { type PostgresProxy, startProxy } from './postgres-proxy.ts'
import { connectTo, modelsIn, openPostgres, rowsIn } from './postgres-stores.ts'
import { sendTo, Underway } from './postgres-underway.ts'
import { eventually, startDaemonProcess } from './process.ts'

/** A busy machine takes its time for what is done again and again. */
const PATIENCE_MS = 120_000

const body = (model: string, rows = 3) => bodyOf(Array.from({ length: rows }, () => listing({ model })))

/** Has the database act whenever something is written to a table, until the test is over. */
async function onWriting(db: string, table: string, act: string): Promise<void> {
  await rowsIn(
    db,
    `create sequence calls;
     create function act() returns trigger language plpgsql as $$ begin ${act}; return new; end $$;
     create trigger act before insert on ${table} for each row execute function act()`,
  )
}

/** Lets an import come as far as row 50 of its COPY, and no further until it is released. */
async function stopCopy(db: string): Promise<{ isReached(): Promise<boolean>; release(): Promise<unknown> }> {
  const holder = await connectTo(db)
  await holder.query('select pg_advisory_lock(1)')
  await onWriting(db, 'gpu_listings', 'if new.import_index = 50 then perform pg_advisory_xact_lock_shared(1); end if')
  const waiting = "select from pg_stat_activity where wait_event = 'advisory' and datname = current_database()"
  return {
    isReached: async () => (await rowsIn(db, waiting)).length > 0,
    release: () => holder.query('select pg_advisory_unlock(1)'),
  }
}

/** Nothing gets through a proxy any longer, and nobody is told: as if the machine of the server had gone. */
function silence(proxy: PostgresProxy): void {
  proxy.seen = (_, line) => {
    line.freeze()
    return false
  }
}

describe('a server that is gone without a word', () => {
  test('is noticed by imports, questions, dry runs and health, which go on when it is back', async () => {
    const db = await testDatabase()
    const proxy = await startProxy(db)
    const store = await openPostgres(proxy.url, { silence_ms: 400 })
    await importInto(store, body('A'))
    const ask = () => store.ask({ about: 'listings', current: true, limit: 10 })
    await ask()
    const through = proxy.seen
    silence(proxy)
    const refused = await Promise.allSettled([
      importInto(store, body('B')),
      ask(),
      store.ask({ about: 'models', all: false, limit: 10 }),
      store.dryRun(body('C'), { handling: 'strict' }),
      store.check(),
    ])
    const refusal = { status: 'rejected', reason: { code: 'store_unavailable' } }
    expect(refused).toMatchObject(refused.map(() => refusal))
    proxy.seen = through
    await eventually(() =>
      store.check().then(
        () => true,
        () => false,
      ),
    )
    await eventually(() =>
      importInto(store, body('B')).then(
        () => true,
        () => false,
      ),
    )
    await eventually(() =>
      ask().then(
        ({ count }) => count === 6,
        () => false,
      ),
    )
    expect(await modelsIn(db)).toEqual({ A: 3, B: 3 })
  })

  test('does not keep a daemon from ending, whatever is under way', async () => {
    const db = await testDatabase()
    const proxy = await startProxy(db)
    const { url, kill, ended } = await startDaemonProcess([], { db: proxy.url })
    expect(await post(url, [listing()])).toMatchObject({ status: 200 })
    let isCommitting = false
    proxy.seen = ({ sql }, line) => {
      if (sql !== 'commit' || line.application !== 'glyphd import') return true
      isCommitting = true
      silence(proxy)
      line.freeze()
      return false
    }
    const answers = [post(url, [listing()]), answerOf(`${url}/api/listings`)]
    await eventually(() => isCommitting)
    kill('SIGTERM')
    expect((await answers[0])?.json).toMatchObject({ code: 'outcome_unknown' })
    expect((await ended).code).toBe(0)
  })

  test('is not one that takes long', async () => {
    const db = await testDatabase()
    const proxy = await startProxy(db)
    const store = await openPostgres(proxy.url, { silence_ms: 200 })
    let asked = 0
    proxy.seen = ({ type }, { application }) => {
      if (type === '' && application === 'glyphd watch') asked++
      return true
    }
    const copy = await stopCopy(db)
    const importing = importInto(store, body('A', 100))
    await eventually(copy.isReached)
    const before = asked
    await eventually(() => asked >= before + 3)
    await copy.release()
    expect(await importing).toMatchObject({ record_count: 100 })
    expect(await modelsIn(db)).toEqual({ A: 100 })
  })

  test('is told by its system of a daemon that is, so that its locks do not stay', async () => {
    const connection = new Connection(await testDatabase(), 'test', { settings: { jit: 'off' } })
    onTestFinished(() => connection.close())
    const settings = ['tcp_keepalives_idle', 'tcp_user_timeout', 'idle_in_transaction_session_timeout', 'jit']
    const { rows } = await connection.use((client) =>
      client.query('select current_setting(name) as value from unnest($1::text[]) as name', [settings]),
    )
    expect(rows.map(({ value }) => value)).toEqual(['10', '25000', '1min', 'off'])
  })
})

describe('a daemon that is killed in the middle of a COPY', () => {
  test('leaves nothing of the import, and the next one takes it', async () => {
    const db = await testDatabase()
    const daemon = await startDaemonProcess([], { db })
    const copy = await stopCopy(db)
    const rows = Array.from({ length: 5000 }, () => listing({ model: 'A' }))
    const key = { 'idempotency-key': 'key' }
    const sent = post(daemon.url, rows, key).catch(() => 'gone')
    await eventually(copy.isReached)
    daemon.kill('SIGKILL')
    expect(await sent).toBe('gone')
    const next = await startDaemonProcess([], { db })
    expect(await answerOf(`${next.url}/api/listings?current=true`)).toMatchObject({ status: 200, json: { items: [] } })
    await copy.release()
    // The server notices when it next has something to say to the dead one; until then it holds the key.
    let reply = await post(next.url, rows, key)
    while (reply.status === 409) reply = await post(next.url, rows, key)
    expect(reply).toMatchObject({ status: 200, json: { record_count: 5000 } })
    expect(await modelsIn(db)).toEqual({ A: 5000 })
    expect(await contradictions(db)).toEqual([])
  })
})

test(
  'connections that are dropped, cut and silent at any moment under 50 imports lose, double and halve none',
  () =>
    withSeed(async (random) => {
      const db = await testDatabase()
      const proxy = await startProxy(db)
      const settings = { silence_ms: 400, commit_ms: 5_000, import_connections: 3 }
      const stores = await Promise.all([openPostgres(proxy.url, settings), openPostgres(proxy.url, settings)])
      let faults = 25
      proxy.seen = (message, line) => {
        const isCommit = message.sql === 'commit'
        if (faults === 0 || message.type === '' || !random.chance(isCommit ? 0.2 : 0.02)) return true
        faults--
        const fault = random.below(5)
        if (fault === 0) line.drop()
        else if (fault === 1) {
          line.halve(message)
          line.drop()
        } else if (fault === 2) {
          line.halve(message)
          line.dropClient()
        } else if (fault === 3) line.freeze()
        else line.answerHeldBack().then(line.drop)
        return fault === 4
      }
      const underway = new Underway(random)
      await underway.send(50, stores.map(sendTo))
      proxy.seen = () => true
      await eventually(async () =>
        (await Promise.allSettled(stores.map((store) => store.check()))).every(({ status }) => status === 'fulfilled'),
      )
      await underway.verify(db)
    }),
  PATIENCE_MS,
)

describe('what the database refuses', () => {
  const passing = (state: string) => `if nextval('calls') <= 3 then raise sqlstate '${state}'; end if`
  test.each([
    ['40001', 'a serialization failure'],
    ['40P01', 'a deadlock'],
  ])('and takes when it is tried again (%s, %s) is stored', async (state) => {
    const db = await testDatabase()
    await onWriting(db, 'imports', passing(state))
    const store = await openPostgres(db)
    expect(await importInto(store, body('A', 1000))).toMatchObject({ record_count: 1000 })
    expect(await modelsIn(db)).toEqual({ A: 1000 })
  })

  test.each([
    ['40001', 'store_busy', 'Other imports came in between'],
    ['40P01', 'store_busy', 'Other imports came in between'],
    ['57014', 'store_busy', 'It took the database too long'],
    ['53100', 'disk_full', 'The disk of the database is full'],
    ['53200', 'store_unavailable', 'The database is out of memory'],
    ['42501', 'store_unavailable', 'may not do this'],
    ['57P01', 'store_unavailable', 'The database is away'],
  ])('again and again (%s) is refused in words', async (state, code, words) => {
    const db = await testDatabase()
    const store = await openPostgres(db, { import_connections: 1 })
    await onWriting(db, 'imports', `raise sqlstate '${state}'`)
    const refusal = {
      status: 'rejected',
      reason: { code, message: expect.stringMatching(`${words}.*Nothing was stored`), headers: { 'retry-after': '2' } },
    }
    const refused = await Promise.allSettled(['A', 'B', 'C', 'D'].map((model) => importInto(store, body(model))))
    expect(refused).toMatchObject(refused.map(() => refusal))
    await rowsIn(db, 'drop trigger act on imports')
    await eventually(() =>
      importInto(store, body('A')).then(
        () => true,
        () => false,
      ),
    )
    expect(await modelsIn(db)).toEqual({ A: 3 })
  })

  test('because another program waits for what it holds is stored when that has ended', async () => {
    const db = await testDatabase()
    const store = await openPostgres(db)
    // Whoever has waited for so long looks for a deadlock: never the other program.
    await rowsIn(db, `alter database ${new URL(db).pathname.slice(1)} set deadlock_timeout = '3s'`)
    const other = await connectTo(db)
    await other.query("set deadlock_timeout = '1h'; begin; lock table imports in exclusive mode")
    const importing = importInto(store, body('A'))
    const waiting = "select from pg_locks where not granted and relation = 'imports'::regclass"
    await eventually(async () => (await rowsIn(db, waiting)).length > 0)
    await other.query('lock table gpu_listings in exclusive mode')
    await other.query('commit')
    expect(await importing).toMatchObject({ record_count: 3 })
    expect(await modelsIn(db)).toEqual({ A: 3 })
  })

  test('because a statement took too long is refused in words', async () => {
    const db = await testDatabase()
    await rowsIn(db, `alter database ${new URL(db).pathname.slice(1)} set statement_timeout = '500ms'`)
    const store = await openPostgres(db)
    const copy = await stopCopy(db)
    await expect(importInto(store, body('A', 100))).rejects.toMatchObject({
      code: 'store_busy',
      message: expect.stringContaining('Nothing was stored'),
    })
    await copy.release()
    expect(await importInto(store, body('A', 100))).toMatchObject({ record_count: 100 })
    expect(await modelsIn(db)).toEqual({ A: 100 })
  })
})

test('more questions than there are connections wait for one, and more than can wait are refused', async () => {
  const db = await testDatabase()
  const store = await openPostgres(db)
  await importInto(store, body('A'))
  const ask = () => store.ask({ about: 'listings', limit: 10 })
  await ask()
  const other = await connectTo(db)
  await other.query('begin; lock table gpu_listings in access exclusive mode')
  const asked = Array.from({ length: 200 }, ask)
  await expect(ask()).rejects.toMatchObject({ code: 'queue_full', headers: { 'retry-after': '5' } })
  expect(await store.check()).toMatchObject({ engine: 'postgres' }) // which waits for nobody
  await other.query('rollback')
  expect((await Promise.all(asked)).map(({ count }) => count)).toEqual(asked.map(() => 3))
})

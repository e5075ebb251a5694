import { describe, expect, test } from 'vitest'
import { contradictions } from './contradictions.ts'
import { bodyOf, importInto, listing } from './listings.ts'
import { testDatabase } from './postgres-databases.ts'
import { type Line, type Message, type PostgresProxy, startProxy } from './postgres-proxy.ts'
import { modelsIn, openPostgres, rowsIn } from './postgres-stores.ts'
import { eventually } from './process.ts'

const body = (model: string, rows = 3) => bodyOf(Array.from({ length: rows }, () => listing({ model })))

const isCommit = ({ sql }: Message, { application }: Line) => sql === 'commit' && application === 'glyphd import'

/** Does something to the next COMMIT of an import or an undo, and says whether it gets through. */
function onNextCommit(proxy: PostgresProxy, act: (message: Message, line: Line) => boolean): void {
  proxy.seen = (message, line) => {
    if (!isCommit(message, line)) return true
    proxy.seen = () => true
    return act(message, line)
  }
}

/** Opens a store whose connections go through a proxy, and which is not patient. */
async function opened(patience: { commit_ms?: number } = {}) {
  const db = await testDatabase()
  const proxy = await startProxy(db)
  const store = await openPostgres(proxy.url, { silence_ms: 400, import_connections: 1, ...patience })
  await importInto(store, body('FIRST'))
  return { db, proxy, store }
}

type Fault = [what: string, act: (message: Message, line: Line) => boolean]

const stored: Fault[] = [
  [
    'the answer is lost',
    (_, line) => {
      line.answerHeldBack().then(line.drop)
      return true
    },
  ],
  [
    'nothing gets through any longer',
    (_, line) => {
      line.answerHeldBack().then(line.freeze)
      return true
    },
  ],
]
const lost: Fault[] = [
  [
    'it is lost with the connection',
    (_, line) => {
      line.drop()
      return false
    },
  ],
  [
    'it is cut in half',
    (message, line) => {
      line.halve(message)
      line.drop()
      return false
    },
  ],
  [
    'it is cut in half, and the server goes on waiting',
    (message, line) => {
      line.halve(message)
      line.dropClient()
      return false
    },
  ],
  [
    'it is held back, and nobody is told',
    (_, line) => {
      line.freeze()
      return false
    },
  ],
]

describe('a COMMIT', () => {
  test.each(stored)('that has got through is acknowledged where %s', async (_, act) => {
    const { db, proxy, store } = await opened()
    onNextCommit(proxy, act)
    const { import_id } = await importInto(store, body('A'))
    expect(await rowsIn(db, `select record_count from imports where import_id = '${import_id}'`)).toEqual([{ record_count: 3 }])
    expect(await modelsIn(db)).toEqual({ FIRST: 3, A: 3 })
    await importInto(store, body('B'))
    expect(await contradictions(db)).toEqual([])
  })

  test.each(lost)('of which nothing will come is refused where %s', async (_, act) => {
    const { db, proxy, store } = await opened()
    onNextCommit(proxy, act)
    const refusal = {
      code: 'store_unavailable',
      message: expect.stringContaining('Nothing was stored'),
      headers: { 'retry-after': '2' },
    }
    await expect(importInto(store, body('A'))).rejects.toMatchObject(refusal)
    expect(await modelsIn(db)).toEqual({ FIRST: 3 })
    expect(
      await rowsIn(db, "select from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()"),
    ).toEqual([])
    await importInto(store, body('A'))
    expect(await modelsIn(db)).toEqual({ FIRST: 3, A: 3 })
    expect(await contradictions(db)).toEqual([])
  })

  test('of several imports is one answer for all of them', async () => {
    const { db, proxy, store } = await opened()
    const models = ['A', 'B', 'C', 'D', 'E']
    let commits = 0
    proxy.seen = (message, line) => {
      if (isCommit(message, line) && ++commits === 2) line.answerHeldBack().then(line.drop)
      return true
    }
    const results = await Promise.all(models.map((model) => importInto(store, body(model))))
    expect(results.map(({ first_model }) => first_model)).toEqual(models)
    expect(commits).toBe(2)
    expect(await modelsIn(db)).toEqual({ FIRST: 3, A: 3, B: 3, C: 3, D: 3, E: 3 })
  })

  test.each([
    ['has got through', true, undefined, /Ask \/api\/persist\/imports/],
    ['was held back', false, undefined, /Ask \/api\/persist\/imports/],
    ['has got through, with a key', true, 'key', /with the same key/],
    ['was held back, with a key', false, 'key', /with the same key/],
  ] as const)('that %s is of unknown outcome while the database stays away', async (_, getsThrough, key, advice) => {
    const { db, proxy, store } = await opened({ commit_ms: 600 })
    onNextCommit(proxy, (_message, line) => {
      proxy.isAway = true
      if (getsThrough) line.answerHeldBack().then(line.drop)
      else line.drop()
      return getsThrough
    })
    const options = key === undefined ? {} : { idempotency: { key, fingerprint: 'A' } }
    const refusal = await store.import(body('A'), { handling: 'strict', ...options }).catch((error: unknown) => error)
    expect(refusal).toMatchObject({
      code: 'outcome_unknown',
      message: expect.stringMatching(advice),
      members: { import_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    })
    proxy.isAway = false
    await eventually(async () => (await modelsIn(db))['A'] === (getsThrough ? 3 : undefined))
    if (key === undefined) return
    const again = () => store.import(body('A'), { handling: 'strict', ...options })
    await eventually(() =>
      store.check().then(
        () => true,
        () => false,
      ),
    )
    expect(await again()).toMatchObject({ replayed: getsThrough, result: { record_count: 3 } })
    expect(await modelsIn(db)).toEqual({ FIRST: 3, A: 3 })
  })

  test('of an undo that is lost leaves the import whole or undone, and undoing again answers', async () => {
    const { db, proxy, store } = await opened()
    for (const getsThrough of [false, true]) {
      const { import_id } = await importInto(store, body('A'))
      onNextCommit(proxy, (_, line) => {
        if (getsThrough) line.answerHeldBack().then(line.drop)
        else line.drop()
        return getsThrough
      })
      const refusal = { code: 'store_unavailable', message: expect.stringContaining('undo it again') }
      await expect(store.undo(import_id)).rejects.toMatchObject(refusal)
      expect(await modelsIn(db)).toEqual(getsThrough ? { FIRST: 3 } : { FIRST: 3, A: 3 })
      expect(await store.undo(import_id)).toMatchObject({ import_id, record_count: 3 })
      expect(await modelsIn(db)).toEqual({ FIRST: 3 })
    }
    expect(await contradictions(db)).toEqual([])
  })
})

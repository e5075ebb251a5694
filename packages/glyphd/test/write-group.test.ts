import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Database } from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { DEFAULT_CURRENT_DAYS } from '../dist/contract/words.js'
import { DEFAULT_LIMITS } from '../dist/index.js'
import { BodyReader } from '../dist/store/body-reader.js'
import type { ImportOutcome, ImportRequest } from '../dist/store/import-request.js'
import { migrate } from '../dist/store/migrate.js'
import type { Outcome } from '../dist/store/outcome.js'
import { openWriter } from '../dist/store/sqlite-connection.js'
import { importWriter } from '../dist/store/write-imports.js'
import { sqliteContradictions } from './contradictions.ts'
import { temporaryFolder } from './daemon.ts'
import { bodyOf, bodyOfText, listing } from './listings.ts'

const bodies = new BodyReader(DEFAULT_LIMITS)

/** A writer over a store of its own, outside its thread. */
async function newWriter() {
  const file = path.join(await temporaryFolder(), 'gpu.sqlite')
  const db = openWriter(file)
  onTestFinished(() => {
    db.close()
  })
  migrate(db)
  const writer = importWriter(db, bodies, DEFAULT_CURRENT_DAYS)
  // The writer keeps the bodies that it is given, as it does those that come to its thread.
  const write = (group: readonly ImportRequest[]) => writer.importGroup(group.map((one) => structuredClone(one)))
  return { file, db, write }
}

/** An import of one listing, but for what a test is about. */
function request(name: string, members: Partial<ImportRequest> = {}): ImportRequest {
  return {
    import_id: randomUUID(),
    timestamp: '2026-11-01T10:00:00.000Z',
    handling: 'strict',
    body: bodyOf([listing({ model: name })]),
    ...members,
  }
}

/** What became of each member: the models that were stored, whether that was an answer given again, or why not. */
function summaryOf(outcomes: Outcome<ImportOutcome>[]): string[] {
  return outcomes.map((outcome) => {
    if ('problem' in outcome) return outcome.problem.code
    if ('error' in outcome) return outcome.error.message
    const { value } = outcome
    if (value.kind === 'taken') return 'taken'
    return `${value.replayed ? 'again' : 'stored'} ${value.result.first_model}`
  })
}

const modelsIn = (db: Database) => db.prepare('select distinct model from gpu_listings order by position').pluck().all()

/** How often the writer runs each of its transaction's statements from here on. */
function countTransactions(db: Database): () => Record<string, number> {
  const exec = vi.spyOn(db, 'exec')
  onTestFinished(() => exec.mockRestore())
  return () => {
    const counts: Record<string, number> = {}
    for (const [sql] of exec.mock.calls) counts[sql] = (counts[sql] ?? 0) + 1
    return counts
  }
}

test('the imports of a group are stored by one transaction, in their order', async () => {
  const { file, db, write } = await newWriter()
  const counts = countTransactions(db)
  const names = ['A', 'B', 'C', 'D']
  expect(summaryOf(write(names.map((name) => request(name))))).toEqual(names.map((name) => `stored ${name}`))
  expect(counts()).toMatchObject({ 'begin immediate': 1, commit: 1 })
  expect(modelsIn(db)).toEqual(names)
  expect(sqliteContradictions(file)).toEqual([])
})

describe('a member of a group that fails hurts no other:', () => {
  const many = Array.from({ length: 3000 }, (_, index) => listing({ model: `M${index}` }))
  const stored = request('S', { idempotency: { key: 'k', fingerprint: 'f' } })
  const failing: [what: string, member: ImportRequest, outcome: string | RegExp][] = [
    ['no listing', request('X', { body: bodyOf([]) }), 'no_listings'],
    ['a bad listing', request('X', { body: bodyOf([listing({ price: 0 })]) }), 'invalid_listings'],
    ['a bad last listing of many', request('X', { body: bodyOf([...many, 5]) }), 'invalid_listings'],
    ['bad listings only', request('X', { body: bodyOf([5, 6]), handling: 'lenient' }), 'invalid_listings'],
    ['an array that ends early', request('X', { body: bodyOfText(JSON.stringify(many).slice(0, -1)) }), 'invalid_json'],
    ['a key of another import', request('X', { idempotency: { key: 'k', fingerprint: 'g' } }), 'idempotency_key_reused'],
    ['an import id that is taken', request('X', { import_id: stored.import_id }), 'taken'],
    ['a body that is gone', request('X', { body: { ...bodyOf([]), file: 2 ** 30 } }), /EBADF|bad file/],
  ]
  for (const [what, member, outcome] of failing) {
    test(what, async () => {
      const { file, db, write } = await newWriter()
      expect(summaryOf(write([stored]))).toEqual(['stored S'])
      const group = [request('A'), member, request('B', { body: bodyOf([listing({ model: 'B' }), listing({ model: 'C' })]) })]
      expect(summaryOf(write(group))).toEqual(['stored A', expect.stringMatching(outcome), 'stored B'])
      expect(modelsIn(db)).toEqual(['S', 'A', 'B', 'C'])
      expect(sqliteContradictions(file)).toEqual([])
    })
  }

  test('two with one import id, of which the first is stored', async () => {
    const { file, db, write } = await newWriter()
    const first = request('A')
    const outcomes = write([first, request('B', { import_id: first.import_id, body: bodyOf(many) }), request('C')])
    expect(summaryOf(outcomes)).toEqual(['stored A', expect.stringMatching(/UNIQUE/), 'stored C'])
    expect(modelsIn(db)).toEqual(['A', 'C'])
    expect(sqliteContradictions(file)).toEqual([])
  })

  test('two with one key, of which the first is stored and answers for the second', async () => {
    const { file, db, write } = await newWriter()
    const idempotency = { key: 'k', fingerprint: 'f' }
    const outcomes = write([
      request('A', { idempotency }),
      request('A', { idempotency }),
      request('B', { idempotency: { key: 'k', fingerprint: 'g' } }),
      request('C'),
    ])
    expect(summaryOf(outcomes)).toEqual(['stored A', 'again A', 'idempotency_key_reused', 'stored C'])
    const [first, second] = outcomes.map((outcome) => 'value' in outcome && 'result' in outcome.value && outcome.value.result)
    expect(second).toEqual(first)
    expect(modelsIn(db)).toEqual(['A', 'C'])
    expect(sqliteContradictions(file)).toEqual([])
  })
})

describe('when the transaction itself fails, each member is tried alone once:', () => {
  test('a full disk keeps out only what does not fit', async () => {
    const { file, db, write } = await newWriter()
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 20}`)
    const counts = countTransactions(db)
    const large = Array.from({ length: 500 }, () => listing({ title: 'x'.repeat(2000) }))
    expect(summaryOf(write([request('A'), request('X', { body: bodyOf(large) }), request('B')]))).toEqual([
      'stored A',
      'disk_full',
      'stored B',
    ])
    expect(counts()).toMatchObject({ 'begin immediate': 4, commit: 2 })
    expect(modelsIn(db)).toEqual(['A', 'B'])
    expect(sqliteContradictions(file)).toEqual([])
  })

  test('what it cannot commit together it commits apart, rejected rows and keys included', async () => {
    const { file, db, write } = await newWriter()
    const exec = db.exec.bind(db)
    let failures = 1
    const run = vi.spyOn(db, 'exec').mockImplementation((sql) => {
      if (sql === 'commit' && failures-- > 0) throw new Error('no commit')
      return exec(sql)
    })
    const bad = bodyOf([5, listing({ model: 'B' }), 6])
    const group = [
      request('A', { idempotency: { key: 'k', fingerprint: 'f' } }),
      request('B', { handling: 'lenient', body: bad }),
      request('X', { body: bad }),
    ]
    expect(summaryOf(write(group))).toEqual(['stored A', 'stored B', 'invalid_listings'])
    expect(run.mock.calls.filter(([sql]) => sql === 'begin immediate')).toHaveLength(3)
    expect(summaryOf(write([{ ...request('A'), idempotency: { key: 'k', fingerprint: 'f' } }]))).toEqual(['again A'])
    expect(db.prepare('select row from rejected_rows').pluck().all()).toEqual([0, 2])
    expect(sqliteContradictions(file)).toEqual([])
  })

  test('and no more often', async () => {
    const { file, db, write } = await newWriter()
    const exec = db.exec.bind(db)
    const run = vi.spyOn(db, 'exec').mockImplementation((sql) => {
      if (sql === 'commit') throw new Error('no commit')
      return exec(sql)
    })
    expect(summaryOf(write([request('A'), request('B')]))).toEqual(['Error: no commit', 'Error: no commit'])
    expect(run.mock.calls.filter(([sql]) => sql === 'begin immediate')).toHaveLength(3)
    run.mockRestore()
    expect(summaryOf(write([request('A'), request('B')]))).toEqual(['stored A', 'stored B'])
    expect(sqliteContradictions(file)).toEqual([])
  })
})

test('a group stores and answers what its members would, one after the other', async () => {
  const row = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('A', 'B', 'C').map((model) => listing({ model })) },
    { weight: 1, arbitrary: fc.constantFrom(5, null, { model: 'X' }, listing({ price: -1 })) },
  )
  const key = fc.record({ key: fc.constantFrom('k1', 'k2'), fingerprint: fc.constantFrom('f1', 'f2') })
  const member = fc.oneof(
    fc.record({ rows: fc.array(row, { maxLength: 4 }), handling: fc.constantFrom('strict' as const, 'lenient' as const) }),
    // A key is looked for before the body is read: in a group, before another member has stored it.
    fc.record({ rows: fc.constant([listing({ model: 'K' })]), handling: fc.constant('lenient' as const), idempotency: key }),
  )
  const everything = (db: Database) =>
    ['gpu_listings', 'imports', 'rejected_rows', 'idempotency_keys'].map((table) => db.prepare(`select * from ${table}`).all())

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(member, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      async (groups) => {
        const together = await newWriter()
        const apart = await newWriter()
        for (const group of groups) {
          const requests = group.map(({ rows, ...options }) => request('', { ...options, body: bodyOf(rows) }))
          expect(together.write(requests)).toEqual(requests.flatMap((one) => apart.write([one])))
          expect(everything(together.db)).toEqual(everything(apart.db))
        }
        expect(sqliteContradictions(together.file)).toEqual([])
      },
    ),
    { numRuns: 10 },
  )
})

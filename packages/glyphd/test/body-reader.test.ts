import assert from 'node:assert/strict'
import path from 'node:path'
import type { Database } from 'better-sqlite3'
import { beforeEach, expect, test } from 'vitest'
import { DEFAULT_CURRENT_DAYS } from '../dist/contract/words.js'
import { DEFAULT_LIMITS, type Handling, type ReceivedBody } from '../dist/index.js'
import { BodyReader } from '../dist/store/body-reader.js'
import { importIds } from '../dist/store/import-id.js'
import type { ImportOutcome } from '../dist/store/import-request.js'
import { migrate } from '../dist/store/migrate.js'
import { openWriter } from '../dist/store/sqlite-connection.js'
import { importWriter } from '../dist/store/write-imports.js'
import { sqliteContradictions } from './contradictions.ts'
import { temporaryFolder } from './daemon.ts'
import { bodyOf, listing } from './listings.ts'

/** Many times what is on its way between the two threads at one time. */
const ROWS = 20_000
const LARGE = Array.from({ length: ROWS }, (_, index) =>
  listing({ title: `card ${index} ${'é'.repeat(40)}`, price: index + 1 }),
)

const newImportId = importIds(undefined)
let file: string
let db: Database
beforeEach(async () => {
  file = path.join(await temporaryFolder(), 'gpu.sqlite')
  db = openWriter(file)
  migrate(db)
  return () => {
    db.close()
  }
})

/** What the writer says of one import. */
function outcomeOf(writer: ReturnType<typeof importWriter>, body: ReceivedBody, handling: Handling, key?: string) {
  const idempotency = key === undefined ? undefined : { key, fingerprint: 'the same' }
  const request = { body, handling, import_id: newImportId(), timestamp: '2026-11-01T00:00:00.000Z' }
  const [outcome] = writer.importGroup([{ ...request, ...(idempotency && { idempotency }) }])
  assert(outcome !== undefined)
  return outcome
}

function imported(outcome: ReturnType<typeof outcomeOf>): Extract<ImportOutcome, { kind: 'imported' }> {
  assert('value' in outcome && outcome.value.kind === 'imported', JSON.stringify(outcome))
  return outcome.value
}

const stored = () => db.prepare('select * from gpu_listings').all()
const titles = () => db.prepare('select title from gpu_listings order by position').pluck().all()

test.each([
  'application/json',
  'application/x-ndjson',
] as const)('a large body of %s is stored as its rows are', (mediaType) => {
  const { result } = imported(
    outcomeOf(importWriter(db, new BodyReader(DEFAULT_LIMITS), DEFAULT_CURRENT_DAYS), bodyOf(LARGE, mediaType), 'strict'),
  )
  expect(result.record_count).toBe(ROWS)
  expect(titles()).toEqual(LARGE.map(({ title }) => title))
  expect(sqliteContradictions(file)).toEqual([])
})

test('a large body leaves out its bad rows, or is refused for them and all are named', () => {
  const writer = importWriter(db, new BodyReader(DEFAULT_LIMITS), DEFAULT_CURRENT_DAYS)
  const mixed = LARGE.map((one, index) => (index % 10_000 === 9_999 ? { ...one, price: -1 } : one))
  const refused = outcomeOf(writer, bodyOf(mixed), 'strict')
  expect(refused).toMatchObject({
    problem: { code: 'invalid_listings', members: { errors: [{ pointer: '/9999/price' }, { pointer: '/19999/price' }] } },
  })
  expect(stored()).toEqual([])

  const { result } = imported(outcomeOf(writer, bodyOf(mixed), 'lenient'))
  expect(result).toMatchObject({ record_count: ROWS - 2, rejected_count: 2, errors: [{ row: 9_999 }, { row: 19_999 }] })
  expect(titles()).toEqual(mixed.filter(({ price }) => price > 0).map(({ title }) => title))
  expect(sqliteContradictions(file)).toEqual([])
})

test('a large body that the disk has no room for is not stored, and the next one is', () => {
  const writer = importWriter(db, new BodyReader(DEFAULT_LIMITS), DEFAULT_CURRENT_DAYS)
  db.pragma('max_page_count = 200')
  expect(outcomeOf(writer, bodyOf(LARGE), 'strict')).toMatchObject({ problem: { code: 'disk_full' } })
  expect(stored()).toEqual([])
  db.pragma('max_page_count = 1000000')
  expect(imported(outcomeOf(writer, bodyOf(LARGE), 'strict')).result.record_count).toBe(ROWS)
  expect(sqliteContradictions(file)).toEqual([])
})

test('a large body that is sent again under its key is answered as before', () => {
  const writer = importWriter(db, new BodyReader(DEFAULT_LIMITS), DEFAULT_CURRENT_DAYS)
  const first = imported(outcomeOf(writer, bodyOf(LARGE), 'strict', 'once'))
  expect(imported(outcomeOf(writer, bodyOf(LARGE), 'strict', 'once'))).toEqual({ ...first, replayed: true })
  expect(stored()).toHaveLength(ROWS)
})

import { randomUUID } from 'node:crypto'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { DEFAULT_CURRENT_DAYS } from '../dist/contract/words.js'
import { DEFAULT_LIMITS } from '../dist/index.js'
import { BodyReader } from '../dist/store/body-reader.js'
import { catchUp } from '../dist/store/catch-up.js'
import type { ListingsQuestion } from '../dist/store/engine.js'
import { migrate } from '../dist/store/migrate.js'
import { OffersBehind } from '../dist/store/observed.js'
import { pageAnswers } from '../dist/store/page-answers.js'
import { sqliteAsking } from '../dist/store/sqlite-asking.js'
import { openReader, openWriter } from '../dist/store/sqlite-connection.js'
import { sqliteDialect } from '../dist/store/sqlite-dialect.js'
import { importWriter } from '../dist/store/write-imports.js'
import { offerWriter } from '../dist/store/write-offers.js'
import { sqliteContradictions } from './contradictions.ts'
import { startDaemon, temporaryFolder } from './daemon.ts'
import { bodyOf, listing } from './listings.ts'

/** Positions that an import may leave to be taken over later. */
const MOST_BEHIND = 6

const bodies = new BodyReader(DEFAULT_LIMITS)
afterAll(() => bodies.abandon())

interface Seen {
  offer: number
  day: number
  price: number
}
const rowOf = ({ offer, day, price }: Seen) =>
  listing({ listing_source: 'shop', listing_id: `${offer}`, price, price_usd: price, seen_at: `2026-11-0${day}T00:00:00Z` })

/** A store outside its threads, whose offers follow when the test says so. */
function openStore(file: string) {
  const db = openWriter(file)
  migrate(db)
  const writer = importWriter(db, bodies, DEFAULT_CURRENT_DAYS, MOST_BEHIND)
  const { step, behind } = catchUp(db, offerWriter(db, DEFAULT_CURRENT_DAYS))
  const reader = openReader(file)
  const ask = sqliteAsking(reader)
  const answerTo = pageAnswers(sqliteDialect, DEFAULT_CURRENT_DAYS)
  return {
    behind,
    follow: (positions: number): boolean => db.transaction(() => step(positions)).immediate(),
    undo: (import_id: string) => writer.undo(import_id, '2026-11-10T00:00:00.000Z'),
    importRows(rows: readonly Seen[]): string {
      const import_id = randomUUID()
      const request = {
        import_id,
        timestamp: '2026-11-09T00:00:00.000Z',
        handling: 'strict' as const,
        body: bodyOf(rows.map(rowOf)),
      }
      expect(writer.importGroup([structuredClone(request)])).toMatchObject([{ value: { kind: 'imported' } }])
      return import_id
    },
    /** Prices of the newest observations. */
    latest(isAskedAgain: boolean): number[] {
      const question: ListingsQuestion = { about: 'listings', latest: true, limit: 100 }
      return JSON.parse(ask(answerTo(question, isAskedAgain)).items).map(({ price }: { price: number }) => price)
    },
    close() {
      reader.close()
      db.close()
    },
  }
}

test('in whatever steps offers follow the listings, they come to the same', async () => {
  const folder = await temporaryFolder()
  const seen = fc.record({
    offer: fc.integer({ min: 1, max: 3 }),
    day: fc.integer({ min: 1, max: 5 }),
    price: fc.integer({ min: 1, max: 2 }),
  })
  const command = fc.oneof(
    { weight: 4, arbitrary: fc.record({ rows: fc.array(seen, { minLength: 1, maxLength: 5 }) }) },
    { weight: 3, arbitrary: fc.record({ follow: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ undo: fc.nat(20) }) },
  )
  let runs = 0
  fc.assert(
    fc.property(fc.array(command, { minLength: 4, maxLength: 12 }), (commands) => {
      const file = path.join(folder, `${runs++}.sqlite`)
      const store = openStore(file)
      const live: string[] = []
      for (const one of commands) {
        if ('rows' in one) live.push(store.importRows(one.rows))
        expect(store.behind()).toBeLessThanOrEqual(MOST_BEHIND)
        if ('rows' in one) continue
        if ('follow' in one) expect(store.follow(one.follow)).toBe(store.behind() > 0)
        else for (const import_id of live.splice(one.undo % (live.length + 1), 1)) store.undo(import_id)
      }
      expect(sqliteContradictions(file)).toEqual([])
      expect(store.behind()).toBe(0)
      store.close()
    }),
    { numRuns: 40, interruptAfterTimeLimit: 10_000 },
  )
})

test('a question about offers waits for what was stored before it, sees no import in part, and does not wait for later ones', async () => {
  const store = openStore(path.join(await temporaryFolder(), 'gpu.sqlite'))
  store.importRows([{ offer: 1, day: 1, price: 10 }])
  expect(() => store.latest(false)).toThrow(OffersBehind)
  expect(store.follow(10)).toBe(false)
  expect(store.latest(false)).toEqual([10])

  store.importRows([1, 2, 3].map((offer) => ({ offer, day: 2, price: 20 })))
  expect(store.latest(true)).toEqual([10])
  expect(store.follow(2)).toBe(true)
  expect(() => store.latest(true)).toThrow(OffersBehind)
  expect(store.follow(1)).toBe(false)
  expect(store.latest(false)).toEqual([20, 20, 20])
  store.close()
})

test('what a daemon stored last is known to the next one', async () => {
  const folder = await temporaryFolder()
  const first = await startDaemon({ folder })
  await first.store.import(bodyOf([rowOf({ offer: 1, day: 1, price: 10 })]), { handling: 'strict' })
  await first.store.import(bodyOf([rowOf({ offer: 1, day: 2, price: 20 })]), { handling: 'strict' })
  await first.stop()
  const next = await startDaemon({ folder })
  expect((await next.get('/api/deltas')).json['items']).toMatchObject([{ price: 20, price_before: 10, change_pct: 100 }])
})

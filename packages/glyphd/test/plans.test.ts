import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { deadlineOf } from '../dist/store/deadline.js'
import type { DeltasQuestion, ListingsQuestion } from '../dist/store/engine.js'
import { isIndexed, listingsQuery } from '../dist/store/listing-questions.js'
import * as market from '../dist/store/market-questions.js'
import { migrate } from '../dist/store/migrate.js'
import { deltasQuery } from '../dist/store/questions.js'
import { openWriter } from '../dist/store/sqlite-connection.js'
import { sqliteDialect } from '../dist/store/sqlite-dialect.js'
import { temporaryFolder } from './daemon.ts'

const VIEW = { head: 9, superseded: [], seen_after: '2026-11-01T00:00:00.000Z' }
const BEHIND = { place: { behind_position: 5 }, key: '2026-11-02T00:00:00.000Z' }

/** The steps by which SQLite answers, without a look at the data: no store is analysed. */
async function planner(): Promise<(sql: string, values: object) => string[]> {
  const db = openWriter(path.join(await temporaryFolder(), 'gpu.sqlite'))
  onTestFinished(() => {
    db.close()
  })
  migrate(db)
  deadlineOf(db)
  return (sql, values) => {
    const steps = db.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(values)
    return steps.map(({ detail }) => detail)
  }
}

/** Steps that look at all rows of a table, but for those that only look at what was found before. */
function wholeTables(plan: readonly string[]): string[] {
  return plan.filter((step) => /^SCAN (?!\(subquery|chain|walked|newest|page|json_each|CONSTANT ROW)/.test(step))
}

const sorts = (plan: readonly string[]) => plan.filter((step) => step === 'USE TEMP B-TREE FOR ORDER BY')

const BY_POSITION = 'SEARCH gpu_listings USING INTEGER PRIMARY KEY'
const BY_MODEL = 'SEARCH gpu_listings USING INDEX gpu_listings_by_model (model=?'
const BY_TIME = 'SEARCH gpu_listings USING COVERING INDEX gpu_listings_by_time (seen_at'
const OFFERS_OF_MODEL = 'SEARCH l USING INDEX offers_by_model (model=?'
const times = { after: '2026-11-01T00:00:00.000Z', before: '2026-11-09T00:00:00.000Z' }

// The third column: whether what an index leads to has to be sorted, since it is one model's offers, or one offer's observations.
const listings: [asked: Omit<ListingsQuestion, 'about' | 'limit'>, step: string, sorted?: 'sorted'][] = [
  [{}, BY_POSITION],
  [{ sort: '-import' }, BY_POSITION],
  [{ import_id: 'x' }, BY_POSITION],
  [{ import_id: 'x', sort: '-import' }, BY_POSITION],
  [{ model: 'x' }, BY_MODEL],
  [{ model: 'x', sort: '-import' }, BY_MODEL],
  [{ model: 'x', import_id: 'x' }, BY_MODEL],
  [{ offer_key: 'x' }, 'SEARCH offers USING INDEX sqlite_autoindex_offers_1 (offer_key=?)'],
  [{ offer_key: 'x', sort: 'seen_at' }, 'SEARCH offers USING INDEX sqlite_autoindex_offers_1 (offer_key=?)', 'sorted'],
  [{ sort: '-seen_at' }, BY_TIME],
  [{ sort: '-seen_at', after: times.after }, BY_TIME],
  [{ sort: '-seen_at', before: times.before }, BY_TIME],
  [{ sort: '-seen_at', ...times }, BY_TIME],
  [{ model: 'x', latest: true }, OFFERS_OF_MODEL, 'sorted'],
  [{ model: 'x', latest: true, sort: 'price' }, OFFERS_OF_MODEL, 'sorted'],
  [{ model: 'x', current: true, sort: '-score' }, OFFERS_OF_MODEL, 'sorted'],
]
for (const [asked, step, sorted] of listings) {
  test(`listings ${JSON.stringify(asked)} are found by an index, on the first page and behind it`, async () => {
    const planOf = await planner()
    const question: ListingsQuestion = { about: 'listings', limit: 100, ...asked }
    expect(isIndexed(question)).toBe(true)
    const [first, next] = [undefined, BEHIND].map((behind) => {
      const { sql, values } = listingsQuery(sqliteDialect, question, { ...VIEW, behind })
      return planOf(sql, values)
    })
    expect(next).toContainEqual(expect.stringContaining(step))
    expect(wholeTables(next ?? [])).toEqual([])
    for (const plan of [first ?? [], next ?? []]) if (sorted === undefined) expect(sorts(plan)).toEqual([])
    // The first page begins at the beginning: that is no search, but it ends after the rows of a page.
    expect(
      wholeTables(first ?? []).filter((scan) => !/^SCAN gpu_listings( USING COVERING INDEX gpu_listings_by_time)?$/.test(scan)),
    ).toEqual([])
  })
}

const combinations: Omit<ListingsQuestion, 'about' | 'limit'>[] = [
  { sort: 'price' },
  { sort: 'seen_at' },
  { model: 'x', sort: 'score' },
  { seller: 'x' },
  { import_id: 'x', sort: '-seen_at' },
  { latest: true },
  { current: true, offer_key: 'x' },
  { latest: true, model: 'x', seller: 'x' },
]
for (const asked of combinations) {
  test(`listings ${JSON.stringify(asked)} are a long question, which looks at each row once under its time limit`, async () => {
    const planOf = await planner()
    const question: ListingsQuestion = { about: 'listings', limit: 100, ...asked }
    expect(isIndexed(question)).toBe(false)
    for (const behind of [undefined, BEHIND]) {
      const { sql, values } = listingsQuery(sqliteDialect, question, { ...VIEW, behind })
      const plan = planOf(sql, values)
      expect(sql).toContain('in_time()')
      expect(plan).not.toContainEqual(expect.stringMatching(/AUTOMATIC|^SCAN g$/)) // what was found leads to its rows
    }
  })
}

const deltas: [asked: Omit<DeltasQuestion, 'about' | 'limit'>, index: string][] = [
  [{}, 'price_changes_by_time (seen_at'],
  [{ after: times.after }, 'price_changes_by_time (seen_at'],
  [{ model: 'x' }, 'price_changes_by_model (model=? AND seen_at'],
  [{ model: 'x', after: times.after }, 'price_changes_by_model (model=? AND seen_at'],
]
for (const [asked, index] of deltas) {
  test(`price changes ${JSON.stringify(asked)} are found by an index, in its order`, async () => {
    const planOf = await planner()
    const { sql, values } = deltasQuery(sqliteDialect, { about: 'deltas', limit: 100, ...asked }, BEHIND)
    const plan = planOf(sql, values)
    expect(plan[0]).toContain(`SEARCH c USING INDEX ${index}`)
    expect([...wholeTables(plan), ...sorts(plan)]).toEqual([])
  })
}

const values = {
  model: 'x',
  seen_after: times.after,
  offer_key: 'x',
}
const offer = { offer_key: 'x', newest_position: 1 }
const one = market.listingQuery(sqliteDialect, { import_id: 'x', import_index: 0 })
const some = market.listingsAtQuery(sqliteDialect, [1, 2], ['import_id', 'import_index'])
const all = market.observationsQuery(sqliteDialect, offer)
const BY_G = 'SEARCH g USING INTEGER PRIMARY KEY'
const questions: [what: string, sql: string, step: string, values: object][] = [
  ['current offers of a model', market.CURRENT_OFFERS_OF_MODEL, 'offers_by_model (model=?)', values],
  ['offers of a model that may be gone', market.SOURCED_OFFERS_OF_MODEL, 'offers_by_model (model=?)', values],
  ['periods of a model that ended', market.PERIODS_OF_MODEL, 'price_periods_by_model (model=?)', values],
  ['periods of a model that go on', market.PERIODS_OF_MODEL, 'offers_by_model (model=?)', values],
  ['a listing', one.sql, BY_G, one.values],
  ['the offer of a key', market.OFFER_OF_KEY, 'sqlite_autoindex_offers_1 (offer_key=?)', values],
  ['observations of an offer', all.sql, BY_G, all.values],
  ['listings by their positions', some.sql, BY_G, some.values],
  ['what was newest at the first page', sqliteDialect.superseded, 'SEARCH g USING INTEGER PRIMARY KEY', { head: 9 }],
]
for (const [what, sql, step, given] of questions) {
  test(`${what}: found by an index`, async () => {
    const plan = (await planner())(sql, given)
    expect(plan).toContainEqual(expect.stringContaining(step))
    expect(wholeTables(plan)).toEqual([])
    expect(
      plan.filter((step) => /SEARCH s /.test(step) && !step.includes('PRIMARY KEY (listing_source=? AND seen_at>?')),
    ).toEqual([])
  })
}

test('models that were ever offered are read from indexes alone', async () => {
  const plan = (await planner())(market.MODELS, [])
  expect(plan.filter((step) => step.startsWith('SCAN '))).toEqual([
    'SCAN offers USING COVERING INDEX offers_by_model',
    'SCAN price_periods USING COVERING INDEX price_periods_by_model',
  ])
})

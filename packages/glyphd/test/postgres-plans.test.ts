import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ListingSort } from '../dist/parameters.js'
import type { Values } from '../dist/store/asking.js'
import type { DeltasQuestion, ListingsQuestion } from '../dist/store/engine.js'
import type { StoredValue } from '../dist/store/from-row.js'
import { isIndexed, listingsQuery } from '../dist/store/listing-questions.js'
import * as market from '../dist/store/market-questions.js'
import { numbered } from '../dist/store/postgres/asking.js'
import { Connection } from '../dist/store/postgres/connection.js'
import { postgresDialect as dialect } from '../dist/store/postgres/dialect.js'
import { Partitions } from '../dist/store/postgres/partitions.js'
import { postgresTitleSearch } from '../dist/store/postgres/title-search.js'
import { deltasQuery } from '../dist/store/questions.js'
import { createDatabase, type TestDatabase } from './postgres-databases.ts'

/** A step of a plan, as `explain (format json)` has it. */
interface Step {
  'Node Type': string
  'Plan Rows': number
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Step[]
}

const IMPORTS = 5000
/** Listings of each import. */
const ROWS = 6
const LISTINGS = IMPORTS * ROWS
/** Each is seen ten times. */
const OFFERS = 3000
const MODELS = 30
const LIMIT = 10
/** More than a page. */
const FEW = 50
/** PostgreSQL plans a statement anew for its values five times before it chooses. */
const CHOSEN_AFTER = 7

/** Of the import with a number: a quarter of an hour behind the one before, less a bit: 50 days, and two partitions. */
const id = `cast(lpad(to_hex(1761955200000 + i * 864000::bigint), 12, '0') || '70008000000000000000' as uuid)`
const time = (i: string) => `to_char('2025-11-01Z'::timestamptz + (${i}) * interval '864 s', 'YYYY-MM-DD"T"HH24:MI:SS.000"Z"')`
const imports = `generate_series(0, ${IMPORTS - 1}) as imports (i)`
const offers = `generate_series(0, ${OFFERS - 1}) as offers (n)`
/** Of each offer, the listings but for the first, or but for the last. */
const seen = (
  from: number,
  to: number,
) => `(select n, turn * ${OFFERS} + n + 1 as position, (turn * ${OFFERS} + n) / ${ROWS} as i,
  (turn * ${OFFERS} + n) % ${ROWS} as import_index, 'offer ' || n as offer_key, 'MODEL_' || n % ${MODELS} as model
  from ${offers}, generate_series(${from}, ${to}) as turns (turn)) as seen`
const LAST = LISTINGS / OFFERS - 1

/** A market that is large enough for an index to be worth its while. */
const MARKET = [
  `insert into imports select ${id}, ${ROWS}, 0, 'MODEL_0', 'MODEL_1', ${time('i')}, null, ${ROWS - 1}, true, 1 + i * ${ROWS}, (i + 1) * ${ROWS}
   from ${imports}`,
  `insert into gpu_listings (import_id, import_index, offer_key, model, price, score, currency, price_usd, lot_size, listing_source, seen_at, title)
   select ${id}, import_index, offer_key, model, 100 + n, 0.5, 'USD', 100 + n, 1, 'shop', ${time('i')}, 'Card ' || n from ${seen(0, LAST)}`,
  `insert into offers (offer, newest_position, position, import_id, import_index, offer_key, model, price, score, currency, price_usd, lot_size,
     listing_source, first_seen, seen_at, since)
   select n + 1, position, position, ${id}, import_index, offer_key, model, 100 + n, 0.5, 'USD', 100 + n, 1,
     'shop', ${time('0')}, ${time('i')}, ${time('i')} from ${seen(LAST, LAST)}`,
  `insert into price_periods (offer, first_seen, position, last_seen, until, model, currency, price)
   select n + 1, ${time('i')}, position, ${time('i')}, ${time('i + 1')}, model, 'USD', 99 from ${seen(0, LAST - 1)}`,
  `insert into price_changes
   select n + 1, position, position - ${OFFERS}, ${id}, import_index, ${id}, import_index, ${time('i')}, ${time('i - 1')}, model, 'USD', 100, 99, 1
   from ${seen(1, LAST)}`,
  `insert into snapshots select 'shop', ${time('i')}, 1 + i * ${ROWS} from ${imports} where i % 500 = 0`,
  `insert into titles select sha256(convert_to('card ' || n, 'UTF8')), 'card ' || n from ${offers}`,
  `update observed set position = ${LISTINGS}`,
  'analyze',
]

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase()
  // As those that answer questions have it.
  connection = new Connection(database.url, 'plans', { settings: { jit: 'off' } })
  await connection.use(async (client) => {
    const ids = await client.query<{ id: string }>(`select ${id} as id from ${imports}`)
    const partitions = new Partitions()
    for (const { id } of ids.rows) await partitions.ensure(client, id)
    for (const statement of MARKET) await client.query(statement)
  })
})

afterAll(async () => {
  await connection.close()
  await database.drop()
})

/** The steps of a statement the first time, and when the connection has chosen between plans for the values and one for any, which it does later. */
async function plansOf(sql: string, values: Values): Promise<Step[][]> {
  const { text, names } = numbered(sql)
  const plans: Step[][] = []
  await connection.use(async (client) => {
    const given = names.map((name) => literalOf(client, values[name] ?? null))
    await client.query(`prepare asked as ${text}`)
    while (plans.length < CHOSEN_AFTER) {
      const { rows } = await client.query(
        `explain (format json) execute asked ${given.length === 0 ? '' : `(${given.join(', ')})`}`,
      )
      const [{ Plan }]: [{ Plan: Step }] = JSON.parse(rows[0]?.['QUERY PLAN'])
      plans.push(stepsOf(Plan))
    }
    await client.query('deallocate asked')
  })
  return plans.filter((_, index) => index === 0 || index === CHOSEN_AFTER - 1)
}

function literalOf(client: Client, value: StoredValue): string {
  return typeof value === 'string' ? client.escapeLiteral(value) : `${value}`
}

function stepsOf(step: Step): Step[] {
  return [step, ...(step.Plans ?? []).flatMap(stepsOf)]
}

/** Indexes that are searched, those of partitions by one name. */
function indexes(plan: readonly Step[]): string[] {
  return plan.flatMap((step) => {
    const name = step['Index Name']
    return name === undefined ? [] : [name.replace(/^gpu_listings_(\d{4}_\d\d|other)_/, 'gpu_listings_')]
  })
}

/** Tables that are looked at as a whole and grow with the listings; the partition for ids of no time is empty. */
function wholeTables(plan: readonly Step[]): string[] {
  return plan.flatMap((step) => {
    const table = step['Relation Name'] ?? ''
    return step['Node Type'] === 'Seq Scan' && !/^(snapshots|observed|gpu_listings_other)$/.test(table) ? [table] : []
  })
}

/** Sorts of more than a few rows. */
function sorts(plan: readonly Step[]): Step[] {
  return plan.filter((step) => step['Node Type'] === 'Sort' && step['Plan Rows'] > FEW)
}

const VIEW = { head: LISTINGS, superseded: [], seen_after: '2025-11-15T00:00:00.000Z' }
/** In the middle of everything. */
const PLACE = {
  behind_import_id: '019a4000-0000-7000-8000-000000000000',
  behind_import_index: 7,
  behind_position: LISTINGS / 2,
}
const BEHIND = { place: PLACE, key: '2025-11-20T00:00:00.000Z' }
const KEYS: Partial<Record<ListingSort, number>> = { price: 1500, '-score': 0.5 }
const IMPORT_ID = PLACE.behind_import_id

const BY_IMPORT = 'gpu_listings_import_id_import_index_idx'
const BY_MODEL = 'gpu_listings_pkey'
const BY_OFFER = 'gpu_listings_offer_key_idx'
const BY_TIME = 'gpu_listings_seen_at_import_id_import_index_idx'
const times = { after: '2025-11-11T00:00:00.000Z', before: '2025-12-10T00:00:00.000Z' }
const model = 'MODEL_7'

// The third column: whether what an index leads to has to be sorted, since it is one model's offers, or one offer's observations.
const listings: [asked: Omit<ListingsQuestion, 'about' | 'limit'>, index: string, sorted?: 'sorted'][] = [
  [{}, BY_IMPORT],
  [{ sort: '-import' }, BY_IMPORT],
  [{ import_id: IMPORT_ID }, BY_IMPORT],
  [{ import_id: IMPORT_ID, sort: '-import' }, BY_IMPORT],
  [{ model }, BY_MODEL],
  [{ model, sort: '-import' }, BY_MODEL],
  [{ model, import_id: IMPORT_ID }, BY_MODEL],
  [{ offer_key: 'offer 7' }, BY_OFFER, 'sorted'],
  [{ offer_key: 'offer 7', sort: 'seen_at' }, BY_OFFER, 'sorted'],
  [{ sort: '-seen_at' }, BY_TIME],
  [{ sort: '-seen_at', after: times.after }, BY_TIME],
  [{ sort: '-seen_at', before: times.before }, BY_TIME],
  [{ sort: '-seen_at', ...times }, BY_TIME],
  [{ model, latest: true }, 'offers_by_model', 'sorted'],
  [{ model, latest: true, sort: 'price' }, 'offers_by_model', 'sorted'],
  [{ model, current: true, sort: '-score' }, 'offers_by_model', 'sorted'],
]
for (const [asked, index, sorted] of listings) {
  test(`listings ${JSON.stringify(asked)} are found by an index, on the first page and behind it`, async () => {
    const question: ListingsQuestion = { about: 'listings', limit: LIMIT, ...asked }
    expect(isIndexed(question)).toBe(true)
    for (const behind of [undefined, BEHIND]) {
      const { sql, values } = listingsQuery(dialect, question, {
        ...VIEW,
        behind: behind && { ...behind, key: KEYS[asked.sort ?? 'import'] ?? behind.key },
      })
      for (const plan of await plansOf(sql, values)) {
        expect(indexes(plan)).toContain(index)
        expect(wholeTables(plan)).toEqual([])
        if (sorted === undefined) expect(sorts(plan)).toEqual([])
      }
    }
  })
}

const deltas: [asked: Omit<DeltasQuestion, 'about' | 'limit'>, index: string][] = [
  [{}, 'price_changes_by_time'],
  [{ after: times.after }, 'price_changes_by_time'],
  [{ model }, 'price_changes_by_model'],
  [{ model, after: times.after }, 'price_changes_by_model'],
]
for (const [asked, index] of deltas) {
  test(`price changes ${JSON.stringify(asked)} are found by an index, in its order`, async () => {
    for (const behind of [undefined, BEHIND]) {
      const { sql, values } = deltasQuery(dialect, { about: 'deltas', limit: LIMIT, ...asked }, behind)
      for (const plan of await plansOf(sql, values)) {
        expect(indexes(plan)).toContain(index)
        expect([...wholeTables(plan), ...sorts(plan)]).toEqual([])
      }
    }
  })
}

const values = { model, seen_after: times.after, offer_key: 'offer 7' }
const one = market.listingQuery(dialect, { import_id: IMPORT_ID, import_index: 0 })
const some = market.listingsAtQuery(dialect, [1, 2], ['import_id', 'import_index'])
const all = market.observationsQuery(dialect, { offer_key: 'offer 7', newest_position: 1 })
// The last column: what is read whole all the same. Of many observations, those of an import are not looked for one by one.
const questions: [what: string, sql: string, index: string, values: Values, whole?: 'imports'][] = [
  ['current offers of a model', market.CURRENT_OFFERS_OF_MODEL, 'offers_by_model', values],
  ['offers of a model that may be gone', market.SOURCED_OFFERS_OF_MODEL, 'offers_by_model', values],
  ['periods of a model that ended', market.PERIODS_OF_MODEL, 'price_periods_by_model', values],
  ['periods of a model that go on', market.PERIODS_OF_MODEL, 'offers_by_model', values],
  ['a listing', one.sql, BY_IMPORT, one.values],
  ['the offer of a key', market.OFFER_OF_KEY, 'offers_by_key', values],
  ['observations of an offer', all.sql, BY_OFFER, all.values],
  ['listings by their positions', some.sql, BY_IMPORT, some.values],
  ['what was newest at the first page', dialect.superseded, BY_OFFER, { head: LISTINGS - 100 }, 'imports'],
]
for (const [what, sql, index, given, whole] of questions) {
  test(`${what}: found by an index`, async () => {
    for (const plan of await plansOf(sql, given)) {
      expect(indexes(plan)).toContain(index)
      expect(wholeTables(plan).filter((table) => table !== whole)).toEqual([])
    }
  })
}

test.each([
  'nobody has it',
  'card 2999',
])('titles with the words %j are counted by an index, and the questions behind it may do as they like', async (q) => {
  await connection.use(async (client) => {
    await client.query('begin')
    const search = postgresTitleSearch({ about: 'listings', limit: LIMIT, q })
    const counting: string[] = []
    let step = search.next()
    while (step.done !== true) {
      const { text, names } = numbered(step.value.sql)
      const given = names.map((name) => step.done !== true && step.value.values[name])
      const { rows } = await client.query(`explain (format json) ${text}`, given)
      const [{ Plan }]: [{ Plan: Step }] = JSON.parse(rows[0]?.['QUERY PLAN'])
      if (text.includes('from titles')) counting.push(...indexes(stepsOf(Plan)))
      step = search.next({ columns: [], rows: (await client.query({ text, values: given, rowMode: 'array' })).rows })
    }
    expect(counting).toEqual(['titles_by_trigram'])
    expect((await client.query("select current_setting('enable_seqscan') as mode")).rows).toEqual([{ mode: 'on' }])
    await client.query('commit')
  })
})

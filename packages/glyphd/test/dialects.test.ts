import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { rowsOf, takeFrom } from '../dist/store/asking.js'
import type { Dialect } from '../dist/store/dialect.js'
import type { ListingsQuestion } from '../dist/store/engine.js'
import { listingsQuery, type PageView } from '../dist/store/listing-questions.js'
import { numbered, postgresAsking } from '../dist/store/postgres/asking.js'
import { postgresDialect } from '../dist/store/postgres/dialect.js'
import { deltasQuery, importsQuery, rejectedRowsQuery } from '../dist/store/questions.js'
import { sqliteDialect } from '../dist/store/sqlite-dialect.js'

describe('names of values as PostgreSQL has them', () => {
  const texts: [sql: string, text: string, names: string[]][] = [
    ['select 1', 'select 1', []],
    ['select @a, @b', 'select $1, $2', ['a', 'b']],
    ['select @b, @a, @b', 'select $1, $2, $1', ['b', 'a']],
    ['(a, b) > (@behind_a, @behind_b)', '(a, b) > ($1, $2)', ['behind_a', 'behind_b']],
    ['@a @ab @a_b', '$1 $2 $3', ['a', 'ab', 'a_b']],
    ['strpos(t, @word0) > 0 and strpos(t, @word10) > 0', 'strpos(t, $1) > 0 and strpos(t, $2) > 0', ['word0', 'word10']],
  ]
  test.each(texts)('%s', (sql, text, names) => {
    expect(numbered(sql)).toEqual({ text, names })
  })
})

const VIEW: PageView = { behind: undefined, head: 9, superseded: [], seen_after: '2026-11-01T00:00:00.000Z' }
const ALL_FILTERS: Omit<ListingsQuestion, 'about' | 'limit' | 'sort'> = {
  ...{
    model: 'x',
    listing_source: 'x',
    seller: 'x',
    region: 'x',
    condition: 'used',
    currency: 'USD',
    import_id: 'x',
    offer_key: 'x',
  },
  ...{ min_price: 1, max_price: 2, min_score: 0, max_score: 1, min_vram_gb: 1, max_vram_gb: 2, after: 'x', before: 'x' },
}
const dialects: [engine: string, dialect: Dialect, place: PageView['behind']][] = [
  ['sqlite', sqliteDialect, { place: { behind_position: 5 }, key: 1 }],
  ['postgres', postgresDialect, { place: { behind_import_id: 'x', behind_import_index: 5, behind_position: 5 }, key: 1 }],
]

describe.each(dialects)('every name of a text has a value: %s', (_, dialect, end) => {
  const sorts = ['import', '-import', 'score', '-score', 'price', '-price', 'seen_at', '-seen_at'] as const
  test.each(sorts)('listings by %s', (sort) => {
    for (const of of [{}, { latest: true }, { current: true }]) {
      for (const filters of [{}, ALL_FILTERS]) {
        for (const behind of [undefined, end, end && { ...end, key: null }]) {
          const question: ListingsQuestion = { about: 'listings', limit: 1, sort, ...of, ...filters }
          expectValues(listingsQuery(dialect, question, { ...VIEW, behind }))
        }
      }
    }
  })

  test('the other pages', () => {
    const filters = { model: 'x', region: 'x', min_change_pct: 1, direction: 'up' as const, after: 'x' }
    expectValues(deltasQuery(dialect, { about: 'deltas', limit: 1, ...filters }, end))
    expectValues(importsQuery(dialect, { about: 'imports', limit: 1 }, end?.place))
    expectValues(importsQuery(dialect, { about: 'imports', limit: 1, import_id: 'x' }, undefined))
    expectValues(rejectedRowsQuery(dialect, { about: 'rejected_rows', import_id: 'x', limit: 1 }))
  })
})

function expectValues({ sql, values }: { sql: string; values: object }): void {
  const { names } = numbered(sql)
  expect(Object.keys(values)).toEqual(expect.arrayContaining([...names]))
  expect(names.length).toBeGreaterThan(0)
}

test.each([
  ['all rows', rowsOf('select 1')],
  ['rows one by one', takeFrom({ sql: 'select 1', values: {} }, () => true)],
  ['the rows of the only query', takeFrom({ sql: 'select 1', values: {}, isLast: true }, () => true)],
])('where the connection is closed, whoever asks for %s is told', async (_, asking) => {
  const client = new Client()
  await client.end()
  await expect(postgresAsking()<unknown>(client, asking)).rejects.toThrow(/closed/)
})

// Strict: unlike `toStrictEqual`, it takes members named `constructor` and `__proto__` for members.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { type GPUListingDTO, LISTING_MEMBERS, offerKey, type SubmittedListing } from 'glyphsieve'
import { afterAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../dist/contract/operations.js'
import { explain, isAcceptable } from '../dist/ingest/validate.js'
import { fromRow, LISTING_COLUMNS, listingJson, type StoredRow } from '../dist/store/from-row.js'
import { COLUMNS, type Row, type RowPlace, toRow } from '../dist/store/to-row.js'
import { arbitraryListing, IGNORED_MEMBERS, listing } from './listings.ts'

const folder = mkdtempSync(join(tmpdir(), 'glyphd-row-'))
const db = new Sqlite(join(folder, 'rows.sqlite'))
db.pragma('synchronous = off') // thousands of transactions, and no one minds if they are lost
db.exec(readFileSync(new URL('../migrations/sqlite/001_listings.sql', import.meta.url), 'utf8'))
const insert = db.prepare<[Row]>(
  `insert into gpu_listings (position, ${COLUMNS.join(', ')}) values (4711, ${COLUMNS.map(() => '?').join(', ')})`,
)
const clear = db.prepare('delete from gpu_listings')
afterAll(() => {
  db.close()
  rmSync(folder, { recursive: true })
})

const PLACE: RowPlace = {
  import_id: '019a3f6e-0000-7000-8000-000000000000',
  import_index: 3,
  timestamp: '2026-11-01T10:00:00.000Z',
}

/** The row as the table gives it back. */
function store(row: Row): StoredRow {
  clear.run()
  insert.run(row)
  return db.prepare('select * from gpu_listings').get() as StoredRow // what the test of the columns shows
}

/** A listing as it comes out of the store over the wire. */
function stored(submitted: SubmittedListing, place: RowPlace = PLACE): Record<string, unknown> {
  const row = store(toRow(submitted, place))
  expect(listingJson(Object.keys(row))([...Object.values(row), 'behind them'])).toBe(JSON.stringify(fromRow(row)))
  return overTheWire(fromRow(row))
}

function overTheWire(value: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value))
}

/** What the contract says that a listing becomes, written without a look at the code. */
function expectedItem(submitted: SubmittedListing, place: RowPlace): Record<string, unknown> {
  const given = Object.entries(submitted)
  const isNamed = (name: string) => (LISTING_MEMBERS as string[]).includes(name)
  const members = new Map<string, unknown>(given.filter(([name, value]) => isNamed(name) && value !== null))
  const fill = (name: string, value: unknown) => {
    if (value !== undefined && !members.has(name)) members.set(name, value)
  }
  fill('currency', 'USD')
  fill('price_usd', members.get('currency') === 'USD' ? members.get('price') : undefined)
  fill('lot_size', 1)
  fill('offer_key', offerKey(submitted))
  const seen_at = members.get('seen_at')
  members.set('seen_at', seen_at === undefined ? place.timestamp : new Date(String(seen_at).toUpperCase()).toISOString())
  members.set('id', `${place.import_id}.${place.import_index}`)
  members.set('import_id', place.import_id)
  members.set('import_index', place.import_index)

  const extra = new Map<string, unknown>()
  const sent: unknown = Object.hasOwn(submitted, 'extra') ? Reflect.get(submitted, 'extra') : undefined
  if (Array.isArray(sent) || (sent !== undefined && sent !== null && typeof sent !== 'object')) extra.set('extra', sent)
  else for (const [name, value] of Object.entries(sent ?? {})) extra.set(name, value)
  for (const [name, value] of given) {
    if (!isNamed(name) && !IGNORED_MEMBERS.includes(name) && name !== 'extra') extra.set(name, value)
  }
  if (extra.size > 0) members.set('extra', Object.fromEntries(extra))
  return overTheWire(Object.fromEntries(members))
}

test('the arbitrary listings are listings that an import accepts', () => {
  fc.assert(
    fc.property(arbitraryListing, (submitted) => {
      expect(isAcceptable(submitted, DEFAULT_LIMITS, true), JSON.stringify(explain(submitted, DEFAULT_LIMITS, 9))).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

describe('a listing that was stored', () => {
  test('comes back as the contract says, whatever it held', () => {
    fc.assert(
      fc.property(arbitraryListing, (submitted) => {
        assert.deepEqual(stored(submitted), expectedItem(submitted, PLACE))
      }),
      { numRuns: 2000 },
    )
  })

  test('comes back as the same listing when what came back is imported again', () => {
    const later = { import_id: 'another', import_index: 0, timestamp: '2027-01-01T00:00:00.000Z' }
    fc.assert(
      fc.property(arbitraryListing, (submitted) => {
        const item = stored(submitted)
        // An item has every member of a listing, and what it has beyond them is ignored or `extra`.
        const again = stored(item as SubmittedListing, later)
        assert.deepEqual(again, { ...item, id: 'another.0', import_id: 'another', import_index: 0 })
      }),
      { numRuns: 1000 },
    )
  })

  test('has no members but those that it was sent with, those that the store fills in, and defaults', () => {
    expect(stored(listing({ model: 'RTX_3090', price: 700, score: 0.5 }))).toStrictEqual({
      id: `${PLACE.import_id}.3`,
      import_id: PLACE.import_id,
      import_index: 3,
      model: 'RTX_3090',
      price: 700,
      score: 0.5,
      currency: 'USD',
      price_usd: 700,
      lot_size: 1,
      seen_at: PLACE.timestamp,
    })
  })

  test('has no price in dollars when it is in another currency and none was sent', () => {
    expect(stored(listing({ currency: 'EUR' }))).not.toHaveProperty('price_usd')
    expect(stored(listing({ currency: 'EUR', price_usd: 760 }))).toHaveProperty('price_usd', 760)
  })

  const extras: [what: string, members: string, extra: unknown][] = [
    ['a member that the contract does not name', '{"color":"red"}', '{"color":"red"}'],
    ['null in such a member', '{"color":null}', '{"color":null}'],
    ['the members of an object extra', '{"extra":{"a":1,"price":2,"id":3}}', '{"a":1,"price":2,"id":3}'],
    ['an extra within extra', '{"extra":{"extra":{"a":1}}}', '{"extra":{"a":1}}'],
    ['an extra that is a list', '{"extra":[1]}', '{"extra":[1]}'],
    ['an extra that is a text', '{"extra":"x"}', '{"extra":"x"}'],
    ['an extra that is false', '{"extra":false}', '{"extra":false}'],
    ['the listing’s own member over one of extra before it', '{"extra":{"a":1,"b":1},"a":2}', '{"a":2,"b":1}'],
    ['the listing’s own member over one of extra behind it', '{"a":2,"extra":{"a":1,"b":1}}', '{"a":2,"b":1}'],
    ['a member named __proto__', '{"__proto__":{"polluted":true}}', '{"__proto__":{"polluted":true}}'],
    ['a member named __proto__ of extra', '{"extra":{"__proto__":1}}', '{"__proto__":1}'],
    ['members named as those of every object', '{"toString":1,"constructor":2}', '{"toString":1,"constructor":2}'],
    ['members named as other columns', '{"position":1,"rowid":2}', '{"position":1,"rowid":2}'],
    ['the empty name', '{"":0}', '{"":0}'],
    ['nothing for an empty extra', '{"extra":{}}', undefined],
    ['nothing for a null extra', '{"extra":null}', undefined],
    ['nothing of what the store fills in', '{"id":1,"import_id":"auto-generated","import_index":9,"offer_key":"k"}', undefined],
  ]
  for (const [what, members, extra] of extras) {
    test(`keeps under extra ${what}`, () => {
      const item = fromRow(store(toRow(listing(JSON.parse(members)), PLACE)))
      // Texts, because they show a member named `__proto__` for certain.
      expect(item.extra && JSON.stringify(item.extra)).toBe(extra)
      expect(item).toMatchObject({ id: `${PLACE.import_id}.3`, import_id: PLACE.import_id, import_index: 3 })
      expect(item.offer_key).toBeUndefined()
    })
  }
})

describe('the table gpu_listings', () => {
  const columns = db.prepare<[], string>("select name from pragma_table_info('gpu_listings') order by cid").pluck().all()

  test('has the position and exactly the columns of a row, in their order', () => {
    expect(columns).toEqual(['position', ...COLUMNS])
    expect(LISTING_COLUMNS).toEqual(COLUMNS)
  })

  test('has a column for every member of a listing, of the same name', () => {
    expect(LISTING_MEMBERS.filter((member) => !columns.includes(member))).toEqual([])
  })

  test('has each member in the column of its own name', () => {
    const every: Required<GPUListingDTO> = {
      model: 'model',
      price: 1.5,
      score: 2.5,
      currency: 'EUR',
      price_usd: 3.5,
      shipping: 4.5,
      lot_size: 5,
      quantity: 6,
      listing_source: 'listing_source',
      listing_id: 'listing_id',
      seller: 'seller',
      region: 'region',
      generation: 'generation',
      form_factor: 'form_factor',
      pipeline_version: 'pipeline_version',
      title: 'title',
      price_text: 'price_text',
      source_url: 'https://a.example/source_url',
      condition: 'for_parts',
      seen_at: '2026-02-03T04:05:06.007Z',
      vram_gb: 7.5,
      mem_bandwidth_gbs: 8.5,
      tdp_watts: 9,
      mig_support: 2,
      nvlink: true,
      quantization_capacity: { '7b': 10 },
      match_score: 0.75,
      score_breakdown: { memory: 11.5 },
      warnings: ['warning'],
    }
    const expected = {
      position: 4711,
      import_id: PLACE.import_id,
      import_index: 3,
      ...every,
      nvlink: 1,
      quantization_capacity: '{"7b":10}',
      score_breakdown: '{"memory":11.5}',
      warnings: '["warning"]',
      offer_key: 'listing_source\u001flisting_id',
      extra: '{"unknown":"member"}',
    }
    expect(new Set(Object.values(expected)).size).toBe(COLUMNS.length + 1) // no two can be mistaken for each other
    expect(store(toRow(listing({ ...every, unknown: 'member' }), PLACE))).toStrictEqual(expected)
    expect(store(toRow(listing({ nvlink: false }), PLACE))).toMatchObject({ nvlink: 0 })
    expect(store(toRow(listing(), PLACE))).toMatchObject({ nvlink: null, quantization_capacity: null, extra: null })
  })
})

import fc from 'fast-check'
import { expect } from 'vitest'
import type { StoredListing } from '../dist/index.js'
import { type Asked, type Command, MODELS, PRICES, perform, TIMES } from './asking.ts'
import { worldOf } from './naive.ts'
import {
  type DeltasAsked,
  deltaOnTheWire,
  inOrderOf,
  type ListingsAsked,
  naiveDeltas,
  naiveListings,
  newestFirst,
} from './naive-answers.ts'

const SORTS = ['import', '-import', 'score', '-score', 'price', '-price', 'seen_at', '-seen_at'] as const

/** A question about listings. Of which import and which offer, the run says: here they are numbers. */
export interface DrawnListings {
  asked: ListingsAsked
  of_import?: number
  of_offer?: number
}

const filter: fc.Arbitrary<Partial<DrawnListings>> = fc.oneof(
  fc.nat({ max: 1000 }).map((of_import) => ({ of_import })),
  fc.nat({ max: 1000 }).map((of_offer) => ({ of_offer })),
  fc
    .oneof(
      fc.record({ model: fc.constantFrom(...MODELS) }),
      fc.record({ listing_source: fc.constantFrom('alpha', 'beta') }),
      fc.record({ seller: fc.constantFrom('ann', 'bob') }),
      fc.record({ region: fc.constantFrom('DE', 'US') }),
      fc.record({ condition: fc.constantFrom('used' as const, 'new' as const) }),
      fc.record({ currency: fc.constantFrom('USD', 'EUR') }),
      fc.record({ min_price: fc.constantFrom(...PRICES) }),
      fc.record({ max_price: fc.constantFrom(...PRICES) }),
      fc.record({ min_score: fc.constantFrom(0.1, 0.5), max_score: fc.constantFrom(0.5, 0.9) }),
      fc.record({ min_vram_gb: fc.constantFrom(12, 12.5) }),
      fc.record({ max_vram_gb: fc.constantFrom(12, 24) }),
      fc.record({ after: fc.constantFrom(...TIMES) }),
      fc.record({ before: fc.constantFrom(...TIMES) }),
      fc.record({ q: fc.constantFrom('rtx', 'evga 30', 'RTX 3060  XC', 'ß', '_', '%', '"card"', 'ä', 'ss straß', '12 ') }),
    )
    .map((asked) => ({ asked })),
)

const drawnOf = (filters: number, which: fc.Arbitrary<ListingsAsked>): fc.Arbitrary<DrawnListings> =>
  fc.tuple(fc.array(filter, { maxLength: filters }), which, fc.constantFrom(...SORTS)).map(([drawn, which, sort]) => {
    const merged: Partial<DrawnListings> = Object.assign({}, ...drawn)
    return { ...merged, asked: { ...Object.assign({}, ...drawn.map(({ asked }) => asked)), ...which, sort } }
  })

export const drawnListings = drawnOf(2, fc.constantFrom({}, { latest: true }, { current: true }))

/** What every page has to see as the first one saw it. */
export const drawnOffers = drawnOf(1, fc.constantFrom({ latest: true }, { current: true }))

export const drawnDeltas: fc.Arbitrary<DeltasAsked> = fc.record(
  {
    model: fc.constantFrom(...MODELS),
    region: fc.constantFrom('DE', 'US'),
    min_change_pct: fc.constantFrom(0, 4, 10, 50),
    direction: fc.constantFrom('up' as const, 'down' as const),
    after: fc.constantFrom(...TIMES),
  },
  { requiredKeys: [] },
)

/** How pages are read: of which size, and what is done between them. */
interface Reading {
  limit: number
  between: (Command | null)[]
}

const AT_ONCE: Reading = { limit: 1000, between: [] }

/** The question as it can be asked now. */
export function questionOf({ imports }: Asked, { asked, of_import, of_offer }: DrawnListings): ListingsAsked {
  const question: ListingsAsked = { ...asked }
  const one = imports[(of_import ?? 0) % imports.length]
  if (of_import !== undefined && one !== undefined) question.import_id = one.import_id
  const keys = imports.flatMap(({ listings }) => listings.flatMap(({ offer_key }) => offer_key ?? []))
  const key = keys[(of_offer ?? 0) % keys.length]
  if (of_offer !== undefined && key !== undefined) question.offer_key = key
  return question
}

/** Reads all pages of listings, and holds each against the naive model. */
export async function readListings(asked: Asked, drawn: DrawnListings, reading = AT_ONCE): Promise<void> {
  const question = questionOf(asked, drawn)
  const sees = question.latest === true || question.current === true
  await readPages<StoredListing>(asked, reading, {
    path: '/api/listings',
    parameters: question,
    all: (head, now) => naiveListings(worldOf(asked.imports, sees ? head : undefined), question, now),
    order: inOrderOf(question.sort),
    idOf: ({ id }) => id,
    wire: (listing) => listing,
  })
}

/** Reads all pages of price changes, and holds each against the naive model. */
export async function readDeltas(asked: Asked, question: DeltasAsked, reading = AT_ONCE): Promise<void> {
  await readPages(asked, reading, {
    path: '/api/deltas',
    parameters: question,
    all: () => naiveDeltas(worldOf(asked.imports), question),
    order: (a, b) => newestFirst(a.after, b.after),
    idOf: ({ before, after }) => `${before.id} ${after.id}`,
    wire: deltaOnTheWire,
  })
}

interface Pages<Item> {
  path: string
  parameters: object
  /** All that the question finds now, when the first `head` imports and the time `now` are those of the first page. */
  all: (head: number, now: number) => Item[]
  order: (a: Item, b: Item) => number
  idOf: (item: Item) => string
  wire: (item: Item) => object
}

async function readPages<Item>(asked: Asked, { limit, between }: Reading, pages: Pages<Item>): Promise<void> {
  const { path, parameters, all, order, idOf, wire } = pages
  const [head, now] = [asked.imports.length, Date.now()]
  const atFirst = all(head, now).map(idOf)
  const shown: string[] = []
  let last: Item | undefined
  let cursor: unknown
  for (let page = 0; cursor !== null; page++) {
    const behind = all(head, now).filter((item) => last === undefined || order(last, item) < 0)
    const items = behind.slice(0, limit)
    const url = `${path}?${queryOf({ ...parameters, limit, cursor })}`
    const { status, json } = await asked.daemon.get(url)
    expect({ url, status, items: json['items'] }).toEqual({ url, status: 200, items: items.map(wire) })
    expect(json['next_cursor']).toEqual(behind.length > limit ? expect.any(String) : null)
    shown.push(...items.map(idOf))
    last = items.at(-1)
    cursor = json['next_cursor']
    const meanwhile = between[page]
    if (cursor !== null && meanwhile != null) await perform(asked, meanwhile)
  }
  expect(new Set(shown).size).toBe(shown.length)
  const toTheEnd = new Set(all(head, now).map(idOf))
  expect(atFirst.filter((id) => toTheEnd.has(id) && !shown.includes(id))).toEqual([])
}

export function queryOf(parameters: object): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, `${value}`)
  return query
}

import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dedupe, ListingSpool, observationKey, type ScoredListing } from '../dist/stages.js'

const listing = (members: Partial<ScoredListing> = {}): ScoredListing => ({
  model: 'RTX_3090',
  price: 700,
  score: 0.5,
  currency: 'USD',
  seen_at: '2026-11-01T10:00:00.000Z',
  title: 'RTX 3090',
  ...members,
})

async function* batchesOf(listings: readonly ScoredListing[], size: number): AsyncGenerator<ScoredListing[]> {
  for (let from = 0; from < listings.length; from += size) yield listings.slice(from, from + size)
}

async function survivorsOf(listings: readonly ScoredListing[], size = 3): Promise<ScoredListing[]> {
  const survivors: ScoredListing[] = []
  for await (const batch of dedupe(batchesOf(listings, size))) survivors.push(...batch)
  return survivors
}

describe('the same observation', () => {
  const url = 'https://shop.example/a'
  const pairs: [what: string, same: boolean, one: Partial<ScoredListing>, other: Partial<ScoredListing>][] = [
    [
      'one address and price at one time',
      true,
      { source_url: url },
      { source_url: `${url}?utm_source=x`, title: 'other words' },
    ],
    [
      'one id of a source',
      true,
      { listing_source: 's', listing_id: '1' },
      { listing_source: 's', listing_id: '1', region: 'US' },
    ],
    ['another id without a source', false, { listing_id: '1' }, { listing_id: '2' }],
    [
      'another lot at one eBay address',
      false,
      { source_url: 'https://www.ebay.com/itm/1' },
      { source_url: 'https://www.ebay.com/itm/1', lot_size: 2 },
    ],
    ['another time', false, { source_url: url }, { source_url: url, seen_at: '2026-11-02T10:00:00.000Z' }],
    ['another price', false, { source_url: url }, { source_url: url, price: 701 }],
    ['another currency', false, { source_url: url }, { source_url: url, currency: 'EUR' }],
    ['another card at one address', false, { source_url: url }, { source_url: url, model: 'RTX_3080' }],
    ['no address, titles that differ in case and signs', true, { seller: 'a' }, { seller: 'a', title: 'rtx-3090!' }],
    ['no address, another seller', false, { seller: 'a' }, { seller: 'b' }],
    ['no address, another source', false, { listing_source: 'a' }, { listing_source: 'b' }],
    ['no address, another title', false, {}, { title: 'RTX 3090 Ti' }],
  ]
  for (const [what, same, one, other] of pairs) {
    test(`${what}: ${same ? 'one' : 'two'}`, () => {
      expect(observationKey(listing(one)) === observationKey(listing(other))).toBe(same)
    })
  }
})

test('a survivor says how many it stands for, and a single listing is left as it is', async () => {
  const single = listing({ price: 1 })
  const repeated = listing({ extra: { sku: 'x' } })
  expect(await survivorsOf([repeated, single, repeated, repeated])).toEqual([
    { ...repeated, extra: { sku: 'x', merged_count: 3 } },
    single,
  ])
})

test('whatever the order and the batches, the same listings survive and stand for the same number', async () => {
  const arbitrary = fc.record({
    price: fc.constantFrom(100, 200),
    title: fc.constantFrom('RTX 3090', 'rtx 3090', 'Rtx-3090', 'RTX 3090 Ti'),
    region: fc.constantFrom('US', 'DE', 'FR'),
  })
  const orders = fc
    .array(arbitrary, { maxLength: 30 })
    .chain((members) =>
      fc.tuple(
        fc.constant(members),
        fc.shuffledSubarray(members, { minLength: members.length, maxLength: members.length }),
        fc.integer({ min: 1, max: 7 }),
      ),
    )
  await fc.assert(
    fc.asyncProperty(orders, async ([members, shuffled, size]) => {
      const one = await survivorsOf(members.map(listing), 3)
      const other = await survivorsOf(shuffled.map(listing), size)
      const texts = (survivors: ScoredListing[]) => survivors.map((survivor) => JSON.stringify(survivor)).sort()
      expect(texts(other)).toEqual(texts(one))
      const standsFor = one.map(({ extra }) => Number(extra?.['merged_count'] ?? 1))
      expect(standsFor.reduce((sum, count) => sum + count, 0)).toBe(members.length)
    }),
    { numRuns: 50 },
  )
})

test('the survivors keep the order in which they came, also beyond what is held in memory', async () => {
  const spool = new ListingSpool()
  onTestFinished(() => spool.dispose())
  const count = 40_000
  for (let from = 0; from < count; from += 1000) {
    spool.add(Array.from({ length: 1000 }, (_, index) => listing({ price: from + index + 1, score: 0.5 })))
  }
  for (let repeat = 0; repeat < 5; repeat++) spool.add([listing({ price: 39_000 }), listing({ price: 5 })])
  const lines: Buffer[] = []
  for await (const bytes of spool.survivors()) lines.push(bytes)
  const survivors: ScoredListing[] = Buffer.concat(lines)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(survivors.map(({ price }) => price)).toEqual(Array.from({ length: count }, (_, index) => index + 1))
  expect([spool.count, spool.merged]).toEqual([count + 10, 10])
  expect(survivors[4]).toMatchObject({ price: 5, extra: { merged_count: 6 } })
})

test('nothing is left behind, whether the survivors are read to the end or not', async () => {
  const spool = new ListingSpool()
  spool.add([listing()])
  expect(existsSync(spool.folder)).toBe(true)
  spool.dispose()
  spool.dispose()
  expect(existsSync(spool.folder)).toBe(false)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FORMATS, GPUListingDTO, LISTING_MEMBERS } from '../dist/index.js'
import {
  InvalidRates,
  matchTitle,
  pipelineVersion,
  type RawItem,
  type RawListing,
  readRates,
  readWeights,
  rescore,
  type ScoredListing,
  type SieveOptions,
  sieve,
  sieveAll,
} from '../dist/stages.js'
import { Format, Value } from '../dist/typebox.js'

for (const [name, check] of Object.entries(FORMATS)) Format.Set(name, check)

const OPTIONS: SieveOptions = { seen_at: '2026-11-01T10:00:00.000Z' }
const raw = (members: Partial<RawListing> = {}): RawListing => ({ title: 'MSI RTX 3090 24GB', price_text: '$700', ...members })

function accepted(members: Partial<RawListing>, options: Partial<SieveOptions> = {}): ScoredListing {
  const sieved = sieve(raw(members), { ...OPTIONS, ...options })
  if ('rejection' in sieved) throw new Error(sieved.rejection.reason)
  return sieved.listing
}

function rejected(members: Partial<RawListing>, options: Partial<SieveOptions> = {}): string {
  const sieved = sieve(raw(members), { ...OPTIONS, ...options })
  return 'rejection' in sieved ? `${sieved.rejection.stage} ${sieved.rejection.code}` : 'accepted'
}

describe('an accepted listing', () => {
  test('is what the import takes, with its members in the order of the contract', () => {
    const listing = accepted({
      condition_text: 'Used',
      quantity_text: '2 available',
      shipping_text: '$20',
      listing_source: 'shop',
      listing_id: '1',
      seller: 'a',
      region: 'US',
      source_url: 'https://shop.example/1',
      extra: { sku: 'x' },
    })
    const { extra, ...members } = listing
    expect(Value.Errors(GPUListingDTO, members)).toEqual([])
    expect(extra).toEqual({ sku: 'x' })
    const order = ['model', 'price', 'currency', 'price_usd', 'score', 'shipping', 'lot_size', 'quantity', 'listing_source']
    expect(Object.keys(listing).slice(0, order.length)).toEqual(order)
    for (const name of Object.keys(members)) expect(LISTING_MEMBERS).toContain(name)
    expect(listing).toMatchObject({
      model: 'RTX_3090',
      price: 700,
      price_usd: 700,
      shipping: 20,
      quantity: 2,
      condition: 'used',
      vram_gb: 24,
      generation: 'Ampere',
      pipeline_version: pipelineVersion(),
      quantization_capacity: { '7b': 4, '13b': 2, '70b': 0 },
    })
    expect(listing).not.toHaveProperty('warnings')
  })

  test('says by which versions it was made', () => {
    expect(pipelineVersion()).toMatch(/^glyphsieve \d+\.\d+\.\d+; catalog \d{4}-\d{2}; score 1$/)
    const weights = readWeights({ name: 'mine', constants: {} })
    expect(accepted({}, { weights }).pipeline_version).toMatch(/; mine$/)
  })

  test('of a lot has the price and the shipping of one card', () => {
    const lot = accepted({ title: 'Lot of 4 NVIDIA Tesla V100 SXM2 32GB', price_text: '$2,000', shipping_text: '$80' })
    expect(lot).toMatchObject({ lot_size: 4, price: 500, shipping: 20, price_usd: 500 })
    const each = accepted({ title: 'Lot of 4 NVIDIA Tesla V100 SXM2 32GB', price_text: '$500 each' })
    expect(each).toMatchObject({ lot_size: 4, price: 500 })
  })

  test('is worth as many dollars as the rates say', () => {
    const rates = readRates({ date: '2026-11-01', source: 'test', rates: { EUR: 1.1 } })
    const listing = accepted({ price_text: '700 €', shipping_text: '10 €' }, { rates })
    expect(listing).toMatchObject({ price: 700, currency: 'EUR', price_usd: 770, shipping: 10 })
    expect(listing.score).toBe(accepted({ price_text: '$770', shipping_text: '$11' }).score)
  })

  test('of a modified card keeps its model, with the memory that is stated and one warning', () => {
    const listing = accepted({ title: 'RTX 4090 48GB blower', price_text: '$3,400' })
    expect(listing).toMatchObject({ model: 'RTX_4090', vram_gb: 48, warnings: [expect.stringMatching(/^modified: /)] })
  })

  test('has the condition of its column, else that of its title, else unknown', () => {
    expect(accepted({ condition_text: 'New', title: 'RTX 3090 24GB used' }).condition).toBe('new')
    expect(accepted({ condition_text: 'Liquidation', title: 'RTX 3090 24GB used' }).condition).toBe('used')
    expect(accepted({}).condition).toBe('unknown')
  })
})

describe('a rejected listing', () => {
  const rejections: [members: Partial<RawListing>, expected: string][] = [
    [{ price_text: 'Call for price' }, 'clean quote'],
    [{ title: 'Water block for RTX 3090' }, 'match accessory'],
    [{ title: 'NVIDIA graphics card, see photos' }, 'match no_model'],
    [{ title: 'RTX 3090 for parts' }, 'score for_parts'],
    [{ title: 'RTX 3090 for parts', condition_text: 'New' }, 'score for_parts'],
    [{ condition_text: 'For parts or not working' }, 'score for_parts'],
    [{ price_text: '700 €' }, 'score missing_rate'],
  ]
  for (const [members, expected] of rejections) {
    test(`${JSON.stringify(members)}: ${expected}`, () => expect(rejected(members)).toBe(expected))
  }

  test('says that the weights give no score, and not that a spec is missing', () => {
    const constants = { reference_bandwidth_gbs: { value: 1e-40 }, bandwidth_exponent: { value: 10 } }
    const options = { ...OPTIONS, weights: readWeights({ name: 'far out', constants }) }
    const rejection = {
      stage: 'score',
      code: 'unusable_weights',
      reason: 'the weights give NaN, which is no score',
    }
    expect(sieve(raw(), options)).toEqual({ rejection })
    expect(rescore({ model: 'RTX_3090', price: 700, score: 0 }, options)).toEqual({ rejection })
  })

  test('says which rate is missing, and where the rates come from that lack it', () => {
    const rates = readRates({ date: '2026-11-01', source: 'test', rates: {} })
    const sieved = sieve(raw({ price_text: '700 €' }), { ...OPTIONS, rates })
    expect(sieved).toMatchObject({ rejection: { reason: 'no rate from EUR to US dollars: the rates of 2026-11-01 have none' } })
  })
})

describe('the score of a listing', () => {
  test('strictly falls with its price', () => {
    const prices = fc.double({ min: 1, max: 1e6, noNaN: true }).map((price) => Math.round(price * 100) / 100)
    const scoreAt = (price: number) => accepted({ price_text: `${price.toFixed(2)} USD` }).score
    fc.assert(
      fc.property(prices, (price) => {
        // Placeholders such as 1234.00 are no prices.
        fc.pre(rejected({ price_text: `${price.toFixed(2)} USD` }) === 'accepted')
        const dearer = Math.round(price * 1.01 * 100 + 1) / 100
        fc.pre(rejected({ price_text: `${dearer.toFixed(2)} USD` }) === 'accepted')
        expect(scoreAt(dearer)).toBeLessThan(scoreAt(price))
      }),
      { numRuns: 300 },
    )
  })

  test('is the same whatever comes before it and in whatever batches', async () => {
    const titles = ['RTX 3090', 'RTX 4090 24GB', 'Tesla P40', 'GT 1030 2GB', 'banana', 'A100 80GB', 'RX 7900 XTX']
    const items: RawItem[] = titles.map((title, row) => ({ row, listing: raw({ title, price_text: `$${500 + row}` }) }))
    const inBatches = async (size: number, from: readonly RawItem[]) => {
      async function* batches() {
        for (let at = 0; at < from.length; at += size) yield from.slice(at, at + size)
      }
      const lines: string[] = []
      for await (const sieved of sieveAll(batches(), OPTIONS)) lines.push(...sieved.map((one) => JSON.stringify(one)))
      return lines
    }
    const one = await inBatches(1, items)
    expect(one).toHaveLength(items.length)
    expect(await inBatches(4, items)).toEqual(one)
    expect((await inBatches(3, items.toReversed())).toReversed()).toEqual(one)
  })

  test('and its confidence come with the listing, and the factors multiply to the odds', () => {
    const { score, score_breakdown, match_score, title = '' } = accepted({ condition_text: 'used' })
    const odds = Object.values(score_breakdown ?? {}).reduce((product, factor) => product * factor, 1)
    expect(Math.abs(odds - score / (1 - score))).toBeLessThan(1e-9)
    expect(match_score).toBe(matchTitle(title).confidence)
  })

  test('is found again by rescore', () => {
    const listing = accepted({ title: 'GT 1030 2GB DDR4', price_text: '$60', condition_text: 'used' })
    expect(rescore({ ...listing, score: 0 }, {})).toEqual({ listing })
  })
})

test('a row that could not be read is rejected at the stage read', async () => {
  async function* batches(): AsyncGenerator<RawItem[]> {
    yield [{ row: 0, line: 2, reason: 'no title' }]
  }
  for await (const sieved of sieveAll(batches(), OPTIONS)) {
    expect(sieved).toEqual([
      { item: { row: 0, line: 2, reason: 'no title' }, rejection: { stage: 'read', code: 'unreadable', reason: 'no title' } },
    ])
  }
})

test('no listing throws, whatever its texts', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 })
  const words = fc.constantFrom('RTX 3090', '$700', '1.299,00 €', 'lot of', '0', 'used', 'http://a.example', '2026-11-01', '😀')
  const mixed = fc.array(fc.oneof(text, words), { maxLength: 5 }).map((parts) => parts.join(' '))
  const members = [
    'price_text',
    'currency',
    'shipping_text',
    'condition_text',
    'quantity_text',
    'listing_id',
    'seller',
    'source_url',
    'seen_at',
  ]
  const optional = fc.record(Object.fromEntries(members.map((name) => [name, mixed])), { requiredKeys: [] })
  fc.assert(
    fc.property(mixed, optional, (title, others) => {
      const sieved = sieve({ title, ...others }, { ...OPTIONS, currency: 'USD' })
      if ('listing' in sieved) {
        const { extra: _, ...listing } = sieved.listing
        expect(Value.Errors(GPUListingDTO, listing)).toEqual([])
      } else expect(sieved.rejection.reason).not.toBe('')
    }),
    { numRuns: 2000 },
  )
})

describe('rates', () => {
  const wrong: [what: string, value: unknown, words: RegExp][] = [
    ['no object', 5, /rates/],
    ['no rates', { date: '2026-11-01', source: 'x' }, /rates/],
    ['a rate of 0', { date: '2026-11-01', source: 'x', rates: { EUR: 0 } }, /\/rates\/EUR/],
    ['a text for a rate', { date: '2026-11-01', source: 'x', rates: { EUR: '1.1' } }, /\/rates\/EUR/],
    ['no currency', { date: '2026-11-01', source: 'x', rates: { euro: 1.1 } }, /\/rates\/euro/],
    ['units for one dollar', { date: '2026-11-01', source: 'x', rates: { USD: 1.08, EUR: 1 } }, /\/rates\/USD/],
    ['an unknown member', { date: '2026-11-01', source: 'x', rates: {}, base: 'EUR' }, /base/],
  ]
  for (const [what, value, words] of wrong) {
    test(`${what} is refused in words`, () => {
      expect(() => readRates(value)).toThrow(InvalidRates)
      expect(() => readRates(value)).toThrow(words)
    })
  }
})

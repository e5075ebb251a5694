import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OVERHEAD_GB_PER_GPU } from '../dist/capacity.js'
import { catalogEntries } from '../dist/catalog.js'
import { type Stated, specsOf } from '../dist/enrich.js'
import { InvalidWeights, readWeights } from '../dist/read-weights.js'
import { buyBelow, type Scored, type ScoredOffer, type ScoredSpecs, scoreListing, unscorable } from '../dist/score.js'
import { ScoreWeights, WeightsFile } from '../dist/score-weights.js'
import { Errors } from '../dist/typebox.js'
import { SCORE_VERSION, standardWeights } from '../dist/weights.js'

const CARD: ScoredSpecs = {
  vendor: 'nvidia',
  vram_gb: 24,
  gpus: 1,
  mem_bandwidth_gbs: 936,
  tdp_watts: 350,
  fp16_dense_tflops: 71,
  fp32_tflops: 35.6,
  form_factor: 'pcie',
  compute_capability: '8.6',
  support: null,
}
const OFFER: ScoredOffer = { price_usd: 700, condition: 'used' }

function scored(result: Scored) {
  if (!('score' in result)) throw new Error(`no score: ${JSON.stringify(result)}`)
  return result
}
const scoreOf = (offer: Partial<ScoredOffer>, specs: Partial<ScoredSpecs> = {}, weights?: ScoreWeights) =>
  scored(scoreListing({ ...OFFER, ...offer }, { ...CARD, ...specs }, weights))
/** Odds against those of the reference deal. */
const oddsOf = (offer: Partial<ScoredOffer>, specs: Partial<ScoredSpecs> = {}) => {
  const { score } = scoreOf(offer, specs)
  return score / (1 - score)
}

const positive = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const anyOffer = fc.record({
  price_usd: positive(0.01, 1e9),
  shipping_usd: fc.option(positive(0, 1e4)),
  condition: fc.constantFrom('new', 'refurbished', 'used', 'unknown', null, undefined),
})
const anySpecs: fc.Arbitrary<ScoredSpecs> = fc.record({
  vendor: fc.constantFrom('nvidia', 'amd', 'intel', 'other'),
  vram_gb: positive(0.06, 600),
  gpus: fc.integer({ min: 1, max: 8 }),
  mem_bandwidth_gbs: positive(0.5, 2e4),
  tdp_watts: fc.integer({ min: 1, max: 3000 }),
  fp16_dense_tflops: fc.option(positive(0.001, 1e4)),
  fp32_tflops: positive(0.001, 1e3),
  form_factor: fc.constantFrom('pcie', 'sxm2', 'sxm3', 'sxm4', 'sxm5', 'sxm6', 'oam', 'mxm'),
  compute_capability: fc.constantFrom('1.1', '2.0', '3.5', '5.2', '6.1', '7.0', '7.2', '7.5', '8.9', '9.0', '10.0', '12.0'),
  support: fc.constantFrom('vendor', 'unofficial', 'none'),
})

describe('the score', () => {
  test('of the reference deal is 0.5, and every factor of it is 1', () => {
    const { score, score_breakdown } = scoreOf({})
    expect(Math.abs(score - 0.5)).toBeLessThanOrEqual(1e-12)
    expect(Object.keys(score_breakdown)).toEqual(['memory', 'bandwidth', 'compute', 'support', 'host', 'condition', 'cost'])
    for (const factor of Object.values(score_breakdown)) expect(Math.abs(factor - 1)).toBeLessThanOrEqual(1e-12)
  })

  test('is 0.67 for twice and 0.33 for half the worth for the money', () => {
    expect(scoreOf({ price_usd: 975.8 / 2 - 275.8 }).score).toBeCloseTo(2 / 3, 12)
    expect(scoreOf({ price_usd: 975.8 * 2 - 275.8 }).score).toBeCloseTo(1 / 3, 12)
  })

  test('counts shipping as price, and none where none is stated', () => {
    expect(scoreOf({ price_usd: 650, shipping_usd: 50 }).score).toBe(scoreOf({ price_usd: 700 }).score)
    expect(scoreOf({ shipping_usd: null }).score).toBe(scoreOf({ shipping_usd: 0 }).score)
  })

  test('counts running the card for a year', () => {
    expect(scoreOf({ price_usd: 700 + 0.788 * 50 }, { tdp_watts: 300 }).score).toBeCloseTo(0.5, 12)
  })

  test('counts usable memory of each GPU, of which 0.25 GiB are always left', () => {
    expect(oddsOf({}, { vram_gb: 46.5 })).toBeCloseTo(2 ** 0.6, 12)
    expect(oddsOf({}, { vram_gb: 48, gpus: 2 })).toBeCloseTo(2 ** 0.6, 12)
    expect(oddsOf({}, { vram_gb: 1 })).toBeCloseTo((0.25 / 22.5) ** 0.6, 12)
    expect(oddsOf({}, { vram_gb: 1, gpus: 2 })).toBeCloseTo((0.5 / 22.5) ** 0.6, 12)
  })

  test('counts bandwidth, and the better of FP16 and FP32', () => {
    expect(oddsOf({}, { mem_bandwidth_gbs: 468 })).toBeCloseTo(0.5 ** 0.35, 12)
    expect(oddsOf({}, { fp16_dense_tflops: 142 })).toBeCloseTo(2 ** 0.2, 12)
    expect(oddsOf({}, { fp16_dense_tflops: 0.2, fp32_tflops: 35.5 })).toBeCloseTo(0.5 ** 0.2, 12)
    expect(oddsOf({}, { fp16_dense_tflops: null, fp32_tflops: 142 })).toBeCloseTo(2 ** 0.2, 12)
    expect(oddsOf({}, { fp16_dense_tflops: 142, fp32_tflops: null })).toBeCloseTo(2 ** 0.2, 12)
  })

  const factors: [what: string, specs: Partial<ScoredSpecs>, offer: Partial<ScoredOffer>, factor: number][] = [
    ['compute capability 12.0', { compute_capability: '12.0' }, {}, 1],
    ['compute capability 10.0', { compute_capability: '10.0' }, {}, 1],
    ['compute capability 7.5', { compute_capability: '7.5' }, {}, 1],
    ['compute capability 7.2', { compute_capability: '7.2' }, {}, 0.85],
    ['compute capability 7.0', { compute_capability: '7.0' }, {}, 0.85],
    ['compute capability 6.1', { compute_capability: '6.1' }, {}, 0.7],
    ['compute capability 6.0', { compute_capability: '6.0' }, {}, 0.7],
    ['compute capability 5.2', { compute_capability: '5.2' }, {}, 0.55],
    ['compute capability 3.5', { compute_capability: '3.5' }, {}, 0.2],
    ['compute capability 3.0', { compute_capability: '3.0' }, {}, 0.2],
    ['compute capability 2.1', { compute_capability: '2.1' }, {}, 0.05],
    ['AMD with support of the vendor', { vendor: 'amd', support: 'vendor', compute_capability: null }, {}, 0.9],
    ['AMD without official support', { vendor: 'amd', support: 'unofficial', compute_capability: null }, {}, 0.75],
    ['Intel without support', { vendor: 'intel', support: 'none', compute_capability: null }, {}, 0.05],
    ['another maker', { vendor: 'other', compute_capability: null }, {}, 0.05],
    ['SXM2', { form_factor: 'sxm2' }, {}, 0.8],
    ['SXM3', { form_factor: 'sxm3' }, {}, 0.5],
    ['SXM4', { form_factor: 'sxm4' }, {}, 0.5],
    ['SXM5', { form_factor: 'sxm5' }, {}, 0.5],
    ['SXM6', { form_factor: 'sxm6' }, {}, 0.5],
    ['OAM', { form_factor: 'oam' }, {}, 0.5],
    ['MXM', { form_factor: 'mxm' }, {}, 0.5],
    ['a new card', {}, { condition: 'new' }, 1],
    ['a refurbished card', {}, { condition: 'refurbished' }, 1],
    ['an unknown condition', {}, { condition: 'unknown' }, 0.95],
    ['a condition of null', {}, { condition: null }, 0.95],
    ['no condition', {}, { condition: undefined }, 0.95],
  ]
  for (const [what, specs, offer, factor] of factors) {
    test(`counts ${what} as ${factor}`, () => expect(oddsOf(offer, specs)).toBeCloseTo(factor, 12))
  }

  test('strictly falls with the price', () => {
    let last = 1
    for (let price = 1; price <= 1e6; price *= 1.001) {
      const { score } = scoreOf({ price_usd: price })
      expect(score).toBeLessThan(last)
      last = score
    }
    expect(last).toBeGreaterThan(0)
    fc.assert(
      fc.property(anyOffer, anySpecs, positive(1, 1e6), (offer, specs, price_usd) => {
        const { score } = scored(scoreListing({ ...offer, price_usd }, specs))
        const dearer = scored(scoreListing({ ...offer, price_usd: price_usd * 1.001 }, specs))
        expect(dearer.score).toBeLessThan(score)
      }),
    )
  })

  test('lies inside (0, 1), and the product of its factors is its odds', () => {
    fc.assert(
      fc.property(anyOffer, anySpecs, (offer, specs) => {
        const { score, score_breakdown } = scored(scoreListing(offer, specs))
        expect(score).toBeGreaterThan(0)
        expect(score).toBeLessThan(1)
        const product = Object.values(score_breakdown).reduce((all, factor) => all * factor, 1)
        expect(Math.abs(product / (score / (1 - score)) - 1)).toBeLessThanOrEqual(1e-9)
      }),
    )
  })

  test('depends on nothing but its own listing', () => {
    fc.assert(
      fc.property(anyOffer, anySpecs, anySpecs, (offer, specs, other) => {
        const first = scoreListing(offer, specs)
        scoreListing(offer, other)
        expect(scoreListing({ ...offer }, { ...specs })).toEqual(first)
      }),
    )
  })
})

describe('there is no score', () => {
  const cases: [what: string, offer: ScoredOffer, specs: Partial<ScoredSpecs>, missing: string[]][] = [
    ['of a card for parts', { price_usd: 10, condition: 'for_parts' }, {}, ['the card is sold for parts']],
    ['without a price', { condition: 'used' }, {}, ['the price in US dollars is not known']],
    ['at a price of null', { price_usd: null }, {}, ['the price in US dollars is not known']],
    ['at a price of 0', { price_usd: 0 }, {}, ['a price of 0 US dollars is not one']],
    ['at an endless price', { price_usd: Infinity }, {}, ['a price of Infinity US dollars is not one']],
    ['at a price that is no number', { price_usd: NaN }, {}, ['a price of NaN US dollars is not one']],
    ['with negative shipping', { price_usd: 1, shipping_usd: -1 }, {}, ['shipping for -1 US dollars is not a cost']],
    ['without memory', OFFER, { vram_gb: null }, ['vram_gb is not known']],
    ['without the number of GPUs', OFFER, { gpus: null }, ['gpus is not known']],
    ['without bandwidth', OFFER, { mem_bandwidth_gbs: null }, ['mem_bandwidth_gbs is not known']],
    ['without power', OFFER, { tdp_watts: null }, ['tdp_watts is not known']],
    [
      'without compute',
      OFFER,
      { fp16_dense_tflops: null, fp32_tflops: null },
      ['fp16_dense_tflops or fp32_tflops is not known'],
    ],
    ['without compute capability', OFFER, { compute_capability: null }, ['compute_capability is not known']],
    ['without support', OFFER, { vendor: 'amd' }, ['support is not known']],
    ['without a form', OFFER, { form_factor: null }, ['form_factor is not known']],
    [
      'for several reasons',
      { condition: 'for_parts' },
      { tdp_watts: null, vram_gb: null },
      ['the card is sold for parts', 'the price in US dollars is not known', 'vram_gb is not known', 'tdp_watts is not known'],
    ],
  ]
  for (const [what, offer, specs, missing] of cases) {
    test(what, () => expect(scoreListing(offer, { ...CARD, ...specs })).toEqual({ missing }))
  }

  test('and no price to buy at, when a spec is missing', () => {
    expect(buyBelow({ ...CARD, tdp_watts: null })).toBeUndefined()
    expect(unscorable({ ...CARD, tdp_watts: null })).toEqual(['tdp_watts is not known'])
    expect(unscorable(CARD)).toEqual([])
  })
})

describe('the price to buy below', () => {
  test('is 700 USD for the reference card', () => expect(buyBelow(CARD)).toBeCloseTo(700, 9))

  test('is the price at which a working card has the score 0.5', () => {
    fc.assert(
      fc.property(anySpecs, (specs) => {
        const price_usd = buyBelow(specs)
        if (price_usd === undefined) {
          // Not even a gift.
          expect(scored(scoreListing({ price_usd: 1e-9, condition: 'used' }, specs)).score).toBeLessThan(0.5 + 1e-9)
        } else {
          expect(scored(scoreListing({ price_usd, condition: 'used' }, specs)).score).toBeCloseTo(0.5, 9)
        }
      }),
    )
  })
})

describe('the score of cards of the catalog', () => {
  const order: [model: string, stated: Stated, price: number, score: number][] = [
    ['INSTINCT_MI50', { vram_gb: 32 }, 220, 0.62],
    ['V100_PCIE_32GB', {}, 600, 0.57],
    ['RTX_3090', {}, 700, 0.5],
    ['RTX_3060', { vram_gb: 12 }, 230, 0.5],
    ['RX_7900_XTX', {}, 850, 0.47],
    ['P40', {}, 300, 0.4],
    ['RTX_4090', {}, 2000, 0.34],
    ['A100_PCIE_80GB', {}, 11000, 0.24],
    ['H100_PCIE_80GB', {}, 23800, 0.153],
    ['H100_PCIE_80GB', {}, 49999, 0.08],
    ['GT_710', { vram_gb: 2, memory_type: 'DDR3' }, 59, 0.02],
  ]
  const scores = order.map(([model, stated, price_usd]) => {
    const specs = specsOf(model, stated)
    if (!specs) throw new Error(`${model} is not in the catalog`)
    expect(specs.warnings).toEqual([])
    return scored(scoreListing({ price_usd, condition: 'used' }, specs)).score
  })

  for (const [index, [model, { vram_gb = '' }, price, expected]] of order.entries()) {
    test(`is ${expected} for ${model} ${vram_gb} at ${price} USD`, () => {
      expect(Math.abs((scores[index] ?? 0) - expected)).toBeLessThanOrEqual(0.01)
    })
  }

  test('falls in this order, where the RTX 3090 and the RTX 3060 are equal', () => {
    const distinct = scores.filter((_, index) => order[index]?.[0] !== 'RTX_3060')
    expect(distinct).toEqual(distinct.toSorted((a, b) => b - a))
  })

  test('is 0.5 within 0.001 for an RTX 3090 at 700 USD', () =>
    expect(Math.abs((scores[2] ?? 0) - 0.5)).toBeLessThanOrEqual(0.001))

  test('says to buy an RTX 4090 below 831 USD, and a GT 710 at no price', () => {
    expect(buyBelow(specsOf('RTX_4090', {}) ?? CARD)).toBeCloseTo(831, -0.5)
    expect(buyBelow(specsOf('GT_710', {}) ?? CARD)).toBeUndefined()
  })

  test('is there for four of five cards that inference software runs on', () => {
    const cards = catalogEntries().filter(
      ({ variants_of_family, form_factor, compute_capability, support }) =>
        !variants_of_family && form_factor === 'pcie' && (Number(compute_capability) >= 5 || (support ?? 'none') !== 'none'),
    )
    const without = cards.filter((card) => !('score' in scoreListing(OFFER, card))).map(({ model }) => model)
    expect(cards.length).toBeGreaterThan(300)
    expect(without.length / cards.length, without.join()).toBeLessThan(0.2)
  })
})

describe('the weights', () => {
  const file: unknown = JSON.parse(readFileSync(new URL('../data/score-1.json', import.meta.url), 'utf8'))
  const constants = { running_cost_usd_per_watt: { value: 2 } }

  test('of the standard score have its name, and for each constant a unit, a date, a reason and whether it is judgement', () => {
    expect(standardWeights().name).toBe(SCORE_VERSION)
    expect(file).toHaveProperty('constants')
    const described = Object.entries((file as { constants: Record<string, object> }).constants)
    expect(['name', ...described.map(([name]) => name)]).toEqual(Object.keys(ScoreWeights.properties))
    for (const [name, constant] of described) {
      expect(constant, name).toEqual({
        value: expect.any(Number),
        unit: expect.stringMatching(/./),
        judgement: expect.any(Boolean),
        date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
        reason: expect.stringMatching(/\.$/),
      })
    }
  })

  test('of the standard score and their file are what the schemas say', () => {
    expect(Errors(WeightsFile, file)).toEqual([])
    expect(Errors(ScoreWeights, standardWeights())).toEqual([])
  })

  test('leave as much of a GPU to models as the capacity does', () => {
    expect(standardWeights().overhead_gb_per_gpu).toBe(OVERHEAD_GB_PER_GPU)
  })

  test("of one's own replace what they name, under their own name", () => {
    const weights = readWeights({ name: 'home 1', constants })
    expect(weights).toEqual({ ...standardWeights(), name: 'home 1', running_cost_usd_per_watt: 2 })
    expect(scoreOf({}, {}, weights).score).toBeCloseTo(0.5, 12)
    expect(scoreOf({}, { tdp_watts: 200 }, weights).score).toBeGreaterThan(scoreOf({}, { tdp_watts: 200 }).score)
    expect(buyBelow({ ...CARD, tdp_watts: 200 }, weights)).toBeCloseTo(1000, 9)
  })

  test('may be the whole standard file under another name', () => {
    const own = readWeights({ ...(file as object), name: 'Zuhause_été 2.0' })
    expect({ ...own, name: SCORE_VERSION }).toEqual(standardWeights())
  })

  test('reading them does not change the standard', () => {
    const before = scoreOf({}).score
    readWeights({ name: 'home 1', constants })
    expect(scoreOf({}).score).toBe(before)
  })

  const extreme: [constants: Partial<ScoreWeights>, found: string, atAnyPrice: boolean][] = [
    [{ reference_price_usd: 1e9, host_pcie: 1e6, support_compute_7_5: 1e6 }, '1', false],
    [{ reference_bandwidth_gbs: 1e-40, bandwidth_exponent: 10 }, 'NaN', true],
    [{ overhead_gb_per_gpu: 100, least_usable_gb_per_gpu: 1e-40, reference_vram_gb: 1e9, memory_exponent: 10 }, '0', true],
  ]
  for (const [values, found, atAnyPrice] of extreme) {
    test(`that give ${found} give no score: ${Object.keys(values)}`, () => {
      const file = Object.entries(values).map(([name, value]) => [name, { value }])
      const weights = readWeights({ name: 'extreme', constants: Object.fromEntries(file) })
      const words = `the weights give ${found}, which is no score`
      expect(scoreListing(OFFER, CARD, weights)).toEqual({ unusable_weights: words })
      expect(unscorable(CARD, weights)).toEqual(atAnyPrice ? [words] : [])
      expect(buyBelow(CARD, weights) === undefined).toBe(atAnyPrice)
    })
  }

  const refused: [what: string, value: unknown, message: string][] = [
    ['nothing', null, 'weights: must be object'],
    ['no name', { constants }, 'weights: must have required properties name'],
    ['an empty name', { name: '', constants }, '/name: expected 1 to 60 letters'],
    ['a name with a separator', { name: 'a; b', constants }, '/name: expected 1 to 60 letters'],
    ['a name of 61 characters', { name: 'x'.repeat(61), constants }, '/name: expected 1 to 60 letters'],
    ['the name of the standard', { name: 'score 1', constants }, '/name: score 1 is a name of glyph itself'],
    ['a name like the standard', { name: 'Score2', constants }, '/name: Score2 is a name of glyph itself'],
    ['no constants', { name: 'a' }, 'weights: must have required properties constants'],
    ['another member', { name: 'a', constants, extra: 1 }, '/extra: is not a member'],
    [
      'an unknown constant',
      { name: 'a', constants: { tdp: { value: 1 } } },
      '/constants/tdp: unknown, expected one of reference_price',
    ],
    ['a prototype', JSON.parse('{"name":"a","constants":{"__proto__":{"value":1}}}'), '/constants/__proto__: unknown'],
    ['a bare number', { name: 'a', constants: { host_oam: 1 } }, '/constants/host_oam: must be object'],
    ['a text', { name: 'a', constants: { host_oam: { value: '1' } } }, '/constants/host_oam/value: must be number'],
    ['a factor of 0', { name: 'a', constants: { host_oam: { value: 0 } } }, '/constants/host_oam/value: must be >= 0.000001'],
    [
      'a negative exponent',
      { name: 'a', constants: { memory_exponent: { value: -1 } } },
      '/constants/memory_exponent/value: must be >= 0',
    ],
    [
      'no memory',
      { name: 'a', constants: { reference_vram_gb: { value: 0 } } },
      '/constants/reference_vram_gb/value: must be > 0',
    ],
    [
      'a number beyond all bounds',
      { name: 'a', constants: { host_oam: { value: Infinity } } },
      '/constants/host_oam/value: must be',
    ],
    [
      'another unit',
      { name: 'a', constants: { reference_tdp_watts: { value: 1, unit: 'kW' } } },
      '/constants/reference_tdp_watts/unit: is kW, expected W',
    ],
  ]
  for (const [what, value, message] of refused) {
    test(`with ${what} are refused`, () => {
      expect(() => readWeights(value)).toThrow(InvalidWeights)
      expect(() => readWeights(value)).toThrow(message)
    })
  }
})

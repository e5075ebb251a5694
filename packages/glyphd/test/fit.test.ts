import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Value } from 'glyphsieve/typebox'
import { describe, expect, test } from 'vitest'
import { type Fit, fit, fitAnswer, fitPositions } from '../dist/answers/fit.js'
import type { MarketOffer } from '../dist/answers/offers.js'
import { FitAnswer, type FitParameters } from '../dist/contract/fit.js'
import { asked, judged } from './fit-offers.ts'

const GIB = 2 ** 30
const onlySet = ({ sets }: Fit) => {
  expect(sets).toHaveLength(1)
  const [set] = sets
  if (set === undefined) throw new Error('there is no set')
  return set
}

/** A workload, the card that runs it, and what comes out, each number worked out by hand. */
interface Example {
  parameters: Partial<FitParameters>
  card: Partial<MarketOffer>
  /** Bytes: parameters * bits / 8. */
  weights: number
  /** Bytes: 2 * layers * KV heads * head dimension * tokens * 2. */
  kv_cache: number
  /** Bytes of the weights that a token reads. */
  active: number
  cards: number
  /** The most layers on one GPU, and how many layers there are. */
  layers: [number, number]
  /** Bytes a second of one GPU. */
  bandwidth: number
  watts: number
  /** Tokens a second: 0.6 and 0.85 of the bandwidth, rounded to hundredths. */
  sequence: [number, number]
  parallel?: [number, number]
  /** The row of docs/fit.md. */
  row: string
}

const EXAMPLES: Example[] = [
  {
    parameters: { workload: 'llama-3.3-70b' },
    card: { model: 'RTX_3090', vram_gb: 24 },
    weights: 42_801_250_000, // 70.6e9 * 4.85 / 8
    kv_cache: 2_684_354_560, // 2 * 80 * 8 * 128 * 8,192 * 2
    active: 42_801_250_000,
    cards: 2, // 40 of 80 layers are 21.18 GiB, of 22.5; on one card of 24 GB are 22.5 of 42.36 GiB
    layers: [40, 80],
    bandwidth: 936e9,
    watts: 700,
    sequence: [12.35, 17.49], // 45,485,604,560 / 936e9 = 48.596 ms; 0.6 and 0.85 of 20.578
    // 24.298 ms / 0.6 + 160 * 50 us = 48.497 ms; 24.298 ms / 0.85 + 160 * 10 us = 30.186 ms
    parallel: [20.62, 33.13],
    row: '| `llama-3.3-70b`, Q4_K_M, 8k | 39.86 + 2.50 | 2 RTX_3090 | 40 layers: 21.18 | 12.3 to 17.5 | 20.6 to 33.1 |',
  },
  {
    parameters: { workload: 'llama-3.1-8b', format: 'FP16', context: 32_768 },
    card: { model: 'RTX_3090', vram_gb: 24 },
    weights: 16_060_000_000, // 8.03e9 * 16 / 8
    kv_cache: 4_294_967_296, // 2 * 32 * 8 * 128 * 32,768 * 2
    active: 16_060_000_000,
    cards: 1, // 18.96 of 22.5 GiB
    layers: [32, 32],
    bandwidth: 936e9,
    watts: 350,
    sequence: [27.59, 39.09], // 20,354,967,296 / 936e9 = 21.747 ms
    row: '| `llama-3.1-8b`, FP16, 32k | 14.96 + 4.00 | 1 RTX_3090 | 32 layers: 18.96 | 27.6 to 39.1 | |',
  },
  {
    parameters: { workload: 'mixtral-8x7b' },
    card: { model: 'P40', vram_gb: 24 },
    weights: 28_311_875_000, // 46.7e9 * 4.85 / 8
    kv_cache: 1_073_741_824, // 2 * 32 * 8 * 128 * 8,192 * 2
    active: 7_820_625_000, // 12.9e9 * 4.85 / 8
    cards: 2, // 27.37 GiB are more than 22.5
    layers: [16, 32],
    bandwidth: 346e9,
    watts: 500,
    sequence: [23.34, 33.07], // 8,894,366,824 / 346e9 = 25.706 ms
    // 12.853 ms / 0.6 + 64 * 50 us = 24.622 ms; 12.853 ms / 0.85 + 64 * 10 us = 15.761 ms
    parallel: [40.61, 63.45],
    row: '| `mixtral-8x7b`, Q4_K_M, 8k | 26.37 + 1.00 | 2 P40 | 16 layers: 13.68 | 23.3 to 33.1 | 40.6 to 63.4 |',
  },
  {
    parameters: { workload: 'qwen3-235b-a22b' },
    card: { model: 'RTX_3090', vram_gb: 24 },
    weights: 142_468_750_000, // 235e9 * 4.85 / 8
    kv_cache: 1_577_058_304, // 2 * 94 * 4 * 128 * 8,192 * 2
    active: 13_337_500_000, // 22e9 * 4.85 / 8
    // 134.15 GiB are less than 6 * 22.5, but 16 of 94 layers are 22.83 GiB: a layer is not cut, and it takes 7
    cards: 7,
    layers: [14, 94],
    bandwidth: 936e9,
    watts: 2450,
    sequence: [37.65, 53.34], // 14,914,558,304 / 936e9 = 15.934 ms
    row: '| `qwen3-235b-a22b`, Q4_K_M, 8k | 132.68 + 1.47 | 7 RTX_3090 | 14 layers: 19.98 | 37.7 to 53.3 | |',
  },
  {
    parameters: { workload: 'phi-4', format: 'Q8_0', context: 16_384 },
    card: { model: 'RTX_3060', vram_gb: 12 },
    weights: 15_618_750_000, // 14.7e9 * 8.5 / 8
    kv_cache: 3_355_443_200, // 2 * 40 * 10 * 128 * 16,384 * 2
    active: 15_618_750_000,
    cards: 2, // 17.67 GiB are more than 10.5
    layers: [20, 40],
    bandwidth: 360e9,
    watts: 340,
    sequence: [11.38, 16.13], // 18,974,193,200 / 360e9 = 52.706 ms
    // 26.353 ms / 0.6 + 80 * 50 us = 47.922 ms; 26.353 ms / 0.85 + 80 * 10 us = 31.804 ms
    parallel: [20.87, 31.44],
    row: '| `phi-4`, Q8_0, 16k | 14.55 + 3.13 | 2 RTX_3060 12 GB | 20 layers: 8.84 | 11.4 to 16.1 | 20.9 to 31.4 |',
  },
]

describe('what runs a model', () => {
  const docs = readFileSync(new URL('../../../docs/fit.md', import.meta.url), 'utf8')
  test.each(EXAMPLES)('is worked out by hand: $row', (example) => {
    const found = fit(asked(example.parameters), [judged({ ...example.card, quantity: 16 })])
    const set = onlySet(found)
    const { cards, layers, weights, kv_cache } = example
    expect(found.weights_gb).toBeCloseTo(weights / GIB, 9)
    expect(found.kv_cache_gb).toBeCloseTo(kv_cache / GIB, 9)
    expect(set.cards).toBe(cards)
    expect(set.watts).toBe(example.watts)
    expect(set.total_usd).toBe(cards * 700)

    const [share] = set.memory
    expect(share?.layers).toBe(layers[0])
    const shareGb = ((weights + kv_cache) / GIB) * (layers[0] / layers[1])
    expect((share?.weights_gb ?? 0) + (share?.kv_cache_gb ?? 0)).toBeCloseTo(shareGb, 9)
    expect(share?.free_gb).toBeCloseTo(set.vram_gb - 1.5 - shareGb, 9)
    expect(set.memory.reduce((sum, { gpus }) => sum + gpus, 0)).toBe(cards)
    expect(set.memory.reduce((sum, of) => sum + of.gpus * of.layers, 0)).toBe(layers[1])

    const seconds = (example.active + kv_cache) / example.bandwidth
    expect(set.sequence_tps.low).toBeCloseTo(0.6 / seconds, 9)
    expect(set.sequence_tps.high).toBeCloseTo(0.85 / seconds, 9)
    expect([set.sequence_tps.low, set.sequence_tps.high].map((rate) => Math.round(rate * 100) / 100)).toEqual(example.sequence)
    const parallel = set.tensor_parallel_tps
    expect(parallel && [parallel.low, parallel.high].map((rate) => Math.round(rate * 100) / 100)).toEqual(example.parallel)
    if (parallel) expect(parallel.estimate).toBe(true)
    expect(docs).toContain(example.row)
  })

  test('70.6B parameters at 4.85 bits with 8,192 tokens take two cards of 24 GB, and one of 32 GB does not do', () => {
    const shape = { params_b: 70.6, layers: 80, kv_heads: 8, head_dim: 128, max_cards: 2 }
    expect(onlySet(fit(asked(shape), [judged({ quantity: 2 })])).cards).toBe(2)
    expect(fit(asked({ ...shape, max_cards: 1 }), [judged({ model: 'RTX_5090', vram_gb: 32 })])).toMatchObject({
      sets: [],
      missed: { memory: 1 },
    })
  })

  test('a board with two GPUs is two cards in memory and one in price', () => {
    const set = onlySet(fit(asked({ workload: 'mistral-nemo-12b' }), [judged({ model: 'K80', vram_gb: 24 })]))
    // 12.2e9 * 4.85 / 8 bytes are 6.89 GiB and the cache is 1.25 GiB: one of its GPUs with 12 GB would do.
    expect(set).toMatchObject({ cards: 1, gpus_per_card: 2, watts: 300, total_usd: 700 })
    expect(set.memory).toMatchObject([{ gpus: 2, layers: 20, overhead_gb: 1.5 }])
    // Each has half of 480 GB/s.
    expect(set.sequence_tps.low).toBeCloseTo((0.6 * 240e9) / (7_396_250_000 + 1_342_177_280), 9)
    expect(set.tensor_parallel_tps).toBeDefined()
    expect(set.warnings).toEqual(['compute capability 3.7: needs old CUDA and old software'])
  })

  test('layers that cannot be dealt out evenly leave some GPUs with one less', () => {
    const set = onlySet(fit(asked({ workload: 'qwen3-235b-a22b' }), [judged({ quantity: 7 })]))
    expect(set.memory.map(({ gpus, layers }) => [gpus, layers])).toEqual([
      [3, 14],
      [4, 13],
    ])
  })

  test('tensor parallel needs 2, 4 or 8 GPUs, and key and value heads that can be dealt out', () => {
    const of = (parameters: Partial<FitParameters>, model: string, vram_gb: number) =>
      onlySet(fit(asked({ max_cards: 16, ...parameters }), [judged({ model, vram_gb, quantity: 16 })]))
    const threeCards = of({ workload: 'qwen2.5-72b', format: 'Q6_K' }, 'RTX_3090', 24)
    expect([threeCards.cards, threeCards.tensor_parallel_tps]).toEqual([3, undefined])
    // Ten heads on four GPUs.
    const fourCards = of({ workload: 'phi-4', format: 'FP16', context: 16_384 }, 'RTX_3060', 12)
    expect([fourCards.cards, fourCards.tensor_parallel_tps]).toEqual([4, undefined])
  })

  test('GPUs without a key and value head of their own keep a copy, which makes them slower', () => {
    const shape = { params_b: 110, layers: 80, kv_heads: 4, head_dim: 128 }
    const offers = [judged({ model: 'RTX_3060', vram_gb: 12, quantity: 8 })]
    const set = onlySet(fit(asked({ ...shape, context: 65_536 }), offers))
    expect(set.cards).toBe(8)
    // Each GPU reads an eighth of the weights and a quarter of the cache, and waits 80 * 2 * 3 times.
    const bytes = (110e9 * 4.85) / 8 / 8 + (2 * 80 * 4 * 128 * 65_536 * 2) / 4
    expect(set.tensor_parallel_tps?.low).toBeCloseTo(1 / (bytes / 360e9 / 0.6 + 480 * 50e-6), 6)
    // 7.76 GiB of weights and a quarter of 12.5 GiB are more than 10.5, though 10 layers with their own cache are not.
    expect(onlySet(fit(asked({ ...shape, context: 81_920 }), offers))).not.toHaveProperty('tensor_parallel_tps')
  })
})

describe('what is bought', () => {
  const seventy = { workload: 'llama-3.3-70b' } as const

  test('is the cheapest set with shipping, with the price of each card and what the market says of it', () => {
    const dear = judged({ price: 690, shipping_usd: 40 })
    const first = judged({ price: 700, shipping_usd: 10 }, { price_to_fair: 0.9 })
    const second = judged({ price: 705 })
    const set = onlySet(fit(asked(seventy), [dear, second, first]))
    expect(set.total_usd).toBe(1415)
    expect(set.buy).toEqual([
      { position: second.offer.position, cards: 1, price_usd: 705, sum_usd: 705 },
      { position: first.offer.position, cards: 1, price_usd: 700, shipping_usd: 10, sum_usd: 710, price_to_fair: 0.9 },
    ])
  })

  test('is a lot as a whole, even where it has more cards than are needed', () => {
    const set = onlySet(fit(asked(seventy), [judged({ price: 400, lot_size: 3 }), judged({ price: 700, quantity: 5 })]))
    expect(set).toMatchObject({ cards: 2, cards_bought: 3, total_usd: 1200, watts: 700 })
    expect(set.buy).toMatchObject([{ cards: 3, lot_size: 3, price_usd: 400, sum_usd: 1200 }])
  })

  test('is no more of an offer than it has; an offer that does not say has one', () => {
    const offers = [judged({ price: 500 }), judged({ price: 800, quantity: 2 })]
    expect(onlySet(fit(asked(seventy), offers)).total_usd).toBe(1300)
    expect(fit(asked(seventy), offers.slice(0, 1))).toMatchObject({ sets: [], missed: { supply: 1 } })
  })

  test('is of one card: models and sizes are not mixed, and a size that is not stated is the least', () => {
    const offers = [
      judged({ model: 'RTX_3060', vram_gb: 12, price: 200, quantity: 9 }),
      judged({ model: 'RTX_3060', vram_gb: null, price: 150, quantity: 9 }),
      judged({ model: 'RTX_3060', vram_gb: 8, price: 160, quantity: 9 }),
    ]
    const found = fit(asked({ workload: 'mistral-small-24b' }), offers)
    // 23.6e9 * 4.85 / 8 bytes and 1.25 GiB of cache are 14.58 GiB: two cards with 10.5 usable, or three with 6.5.
    expect(found.sets.map(({ vram_gb, cards, total_usd }) => [vram_gb, cards, total_usd])).toEqual([
      [12, 2, 400],
      [8, 3, 450],
    ])
    expect(found.sets[1]?.buy[0]?.warnings).toEqual([expect.stringContaining('memory size not stated')])
    expect(found.sets[0]?.buy[0]).not.toHaveProperty('warnings')
  })

  test('is sorted by total, and cut at the limit, which does not change what is counted', () => {
    const offers = [judged({ price: 900, quantity: 2 }), judged({ model: 'P40', price: 300, quantity: 2 })]
    const found = fit(asked({ ...seventy, limit: 1 }), offers)
    expect(found.sets.map(({ model }) => model)).toEqual(['P40'])
    expect(found).toMatchObject({ set_count: 2, offers_considered: 2 })
    expect(found).not.toHaveProperty('nearest_miss')
  })
})

describe('a limit', () => {
  const seventy = { workload: 'llama-3.3-70b' } as const
  const offers = [judged({ quantity: 8 })]

  test('of speed takes the smallest number of cards that reaches it in one of both ways', () => {
    // In sequence 12.3, whatever the number; in parallel two reach 20.6, four fewer than twice as many.
    expect(onlySet(fit(asked({ ...seventy, min_tps: 12 }), offers))).toMatchObject({ cards: 2, warnings: [] })
    const faster = onlySet(fit(asked({ ...seventy, min_tps: 20 }), offers))
    expect(faster.cards).toBe(2)
    expect(faster.warnings).toEqual(['reaches min_tps by tensor parallel only, which is an estimate'])
    const four = onlySet(fit(asked({ ...seventy, min_tps: 21 }), offers))
    expect([four.cards, four.total_usd]).toEqual([4, 2800])
  })

  const nearest: [name: string, parameters: Partial<FitParameters>, expected: object][] = [
    ['price', { max_price: 1000 }, { obstacle: 'price', cards: 2, needed: 1400, available: 1000 }],
    ['watts', { max_watts: 500 }, { obstacle: 'watts', cards: 2, needed: 700, available: 500 }],
    ['speed', { min_tps: 1000 }, { obstacle: 'speed', cards: 8, needed: 1000 }],
    ['memory', { max_cards: 1 }, { obstacle: 'memory', cards: 1, available: 22.5 }],
    [
      'supply',
      { workload: 'mistral-large-123b', max_cards: 16, format: 'FP16' },
      { obstacle: 'supply', cards: 11, needed: 11, available: 8 },
    ],
  ]
  test.each(nearest)('that nothing keeps is named: %s', (obstacle, parameters, expected) => {
    const found = fit(asked({ ...seventy, ...parameters }), offers)
    expect(found).toMatchObject({ sets: [], set_count: 0, missed: { [obstacle]: 1 }, nearest_miss: expected })
    expect(found.nearest_miss?.detail).toContain('RTX_3090 (24 GB)')
  })

  test('that a card nearly keeps is told of that card, and not of one that came less far', () => {
    const found = fit(asked({ ...seventy, max_price: 1000 }), [
      judged({ price: 600, quantity: 2 }),
      judged({ price: 550, quantity: 2, model: 'RTX_4090' }),
      judged({ price: 10, model: 'P40' }),
    ])
    expect(found.missed).toEqual({ price: 2, supply: 1 })
    expect(found.nearest_miss).toMatchObject({ model: 'RTX_4090', needed: 1100 })
  })

  test('of nothing on offer has no nearest card', () => {
    const found = fit(asked(seventy), [])
    expect(found).toMatchObject({ sets: [], offers_considered: 0, missed: {}, left_out: {} })
    expect(found).not.toHaveProperty('nearest_miss')
  })
})

describe('offers that are not considered', () => {
  const small = { workload: 'llama-3.2-3b' } as const

  test('are counted once each, under their first reason', () => {
    const offers = [
      judged(),
      judged({}, { unranked: ['suspect', 'low_match'] }),
      judged({}, { unranked: ['modified'] }),
      judged({ quantity: 0 }, { unranked: ['sold_out'] }),
      judged({ price_usd: null }),
      judged({ model: 'NO_SUCH_CARD' }),
      judged({ model: 'C2050', vram_gb: 3 }),
      judged({ model: 'GEFORCE_8300_GS', vram_gb: null }),
      judged({ model: 'MATROX_G400', vram_gb: 32 }),
    ]
    const found = fit(asked(small), offers)
    expect(found.left_out).toEqual({
      suspect: 1,
      modified: 1,
      sold_out: 1,
      no_price_usd: 1,
      unknown_model: 1,
      no_software: 3,
    })
    expect(found.offers_considered).toBe(1)
  })

  test('are bought with include=all, with their marks, but for those that are sold out', () => {
    const suspect = judged({ price: 5 }, { unranked: ['suspect', 'low_match'] })
    const offers = [judged(), suspect, judged({ price: 1, quantity: 0 }), judged({ price: 2 }, { unranked: ['sold_out'] })]
    const found = fit(asked({ ...small, include: 'all' }), offers)
    expect(onlySet(found).buy).toMatchObject([{ position: suspect.offer.position, marks: ['suspect', 'low_match'] }])
    expect(found.left_out).toEqual({ sold_out: 2 })
  })
})

describe('the answer', () => {
  const listing = { id: '019a0000-0000-7000-8000-000000000001.0', title: 'A card', source_url: 'https://shop.example/1' }
  const answers: [name: string, parameters: Partial<FitParameters>][] = [
    ['with sets', { workload: 'llama-3.3-70b' }],
    ['without', { workload: 'llama-3.3-70b', max_price: 1 }],
    ['about a model without a name', { params_b: 7, layers: 32, kv_heads: 32, head_dim: 128 }],
  ]
  test.each(answers)('%s is as the contract has it', (_, parameters) => {
    const offers = [
      judged({ lot_size: 2, shipping_usd: 3 }, { price_to_fair: 0.8, unranked: ['suspect'] }),
      judged({ model: 'V100_SXM2_32GB', vram_gb: 32, quantity: 4 }),
      judged({ price_usd: null }),
    ]
    const placed = fit(asked({ include: 'all', ...parameters }), offers)
    const found = fitAnswer(placed, new Map(fitPositions(placed).map((position) => [position, listing])))
    expect([...Value.Errors(FitAnswer, found)]).toEqual([])
    for (const { buy } of found.sets) for (const purchase of buy) expect(purchase).toMatchObject(listing)
    expect(JSON.stringify(found)).not.toContain('position')
  })
})

describe('of any offers', () => {
  const anyOffer = fc.record({
    model: fc.constantFrom('RTX_3090', 'RTX_3060', 'P40', 'K80', 'A100_PCIE_80GB'),
    price: fc.integer({ min: 1, max: 3000 }),
    lot_size: fc.integer({ min: 1, max: 3 }),
    quantity: fc.option(fc.integer({ min: 0, max: 4 })),
  })
  const cardsOf = { RTX_3090: 24, RTX_3060: 12, P40: 24, K80: 24, A100_PCIE_80GB: 80 }
  const someOffers = fc
    .array(anyOffer, { maxLength: 12 })
    .map((offers) => offers.map((offer) => judged({ ...offer, vram_gb: cardsOf[offer.model] })))
  const anyRun = fc.record({
    params_b: fc.integer({ min: 1, max: 300 }),
    layers: fc.integer({ min: 1, max: 100 }),
    kv_heads: fc.constantFrom(1, 4, 8, 10),
    head_dim: fc.constantFrom(64, 128),
    context: fc.integer({ min: 1, max: 100_000 }),
  })

  test('every offer is considered or counted, and every set keeps every limit', () => {
    const limits = fc.record({
      max_price: fc.integer({ min: 1, max: 5000 }),
      max_watts: fc.integer({ min: 100, max: 3000 }),
      max_cards: fc.integer({ min: 1, max: 16 }),
      min_tps: fc.integer({ min: 1, max: 50 }),
    })
    fc.assert(
      fc.property(someOffers, anyRun, limits, (offers, run, limit) => {
        const { sets, offers_considered, left_out } = fit(asked({ ...run, ...limit }), offers)
        expect(offers_considered + Object.values(left_out).reduce((sum, count) => sum + count, 0)).toBe(offers.length)
        for (const set of sets) {
          expect(set.total_usd).toBeLessThanOrEqual(limit.max_price)
          expect(set.watts).toBeLessThanOrEqual(limit.max_watts)
          expect(set.cards).toBeLessThanOrEqual(limit.max_cards)
          expect(set.cards_bought).toBeGreaterThanOrEqual(set.cards)
          expect(Math.max(set.sequence_tps.low, set.tensor_parallel_tps?.low ?? 0)).toBeGreaterThanOrEqual(limit.min_tps)
          expect(set.memory.every(({ free_gb }) => free_gb >= -1e-9)).toBe(true)
          expect(set.total_usd).toBeCloseTo(
            set.buy.reduce((sum, { sum_usd }) => sum + sum_usd, 0),
            2,
          )
        }
      }),
    )
  })

  test('more context is never faster, never takes fewer cards and never costs less', () => {
    fc.assert(
      fc.property(someOffers, anyRun, fc.integer({ min: 1, max: 100_000 }), (offers, run, more) => {
        const less = fit(asked(run), offers)
        for (const set of fit(asked({ ...run, context: run.context + more }), offers).sets) {
          const before = less.sets.find(({ model, vram_gb }) => model === set.model && vram_gb === set.vram_gb)
          expect(before).toBeDefined()
          expect(before?.cards).toBeLessThanOrEqual(set.cards)
          expect(before?.total_usd).toBeLessThanOrEqual(set.total_usd)
          expect(before?.sequence_tps.low).toBeGreaterThan(set.sequence_tps.low)
        }
      }),
    )
  })

  test('one more offer never makes a set dearer or takes one away', () => {
    fc.assert(
      fc.property(someOffers, anyRun, (offers, run) => {
        const all = fit(asked(run), offers)
        for (const set of fit(asked(run), offers.slice(1)).sets) {
          const same = all.sets.find(({ model, vram_gb }) => model === set.model && vram_gb === set.vram_gb)
          expect(same?.total_usd).toBeLessThanOrEqual(set.total_usd)
        }
      }),
    )
  })

  test('more cards, or more memory in each, never hold less', () => {
    const holds = (run: Partial<FitParameters>, max_cards: number, offer: Partial<MarketOffer>) =>
      fit(asked({ ...run, max_cards }), [judged({ ...offer, quantity: 99 })]).set_count
    fc.assert(
      fc.property(anyRun, fc.integer({ min: 1, max: 15 }), (run, cards) => {
        const of = { model: 'A100_PCIE_80GB', vram_gb: 80 }
        expect(holds(run, cards + 1, of)).toBeGreaterThanOrEqual(holds(run, cards, of))
        expect(holds(run, cards, of)).toBeGreaterThanOrEqual(holds(run, cards, { model: 'A100_PCIE_40GB', vram_gb: 40 }))
        expect(holds(run, cards, { vram_gb: 48 })).toBeGreaterThanOrEqual(holds(run, cards, { vram_gb: 24 }))
      }),
    )
  })
})

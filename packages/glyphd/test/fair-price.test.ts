import { describe, expect, test } from 'vitest'
import { conditionClass, quantile } from '../dist/answers/fair-price.js'
import { type Market, marketOf, whyUnranked } from '../dist/answers/market.js'
import type { MarketOffer, OfferState } from '../dist/answers/offers.js'
import type { MarketGroup } from '../dist/contract/market.js'
import { delistedOffer, marketOffer } from './market-offers.ts'

/** The only group of offers at these prices, by sellers of these names. */
const groupOf = (offers: readonly (readonly [price: number, seller?: string | null])[]) => {
  const market = marketOf(offers.map(([price, seller = null]) => marketOffer({ price, seller })))
  const [group, ...more] = market.groups
  expect(more).toEqual([])
  return group
}
const named = ({ model, vram_gb, condition_class, currency, modified }: MarketGroup) =>
  [model, vram_gb ?? 'none', condition_class, currency, modified].join(' ')
const suspectPrices = ({ marks }: Market) =>
  [...marks.values()].filter(({ suspect }) => suspect).map(({ offer }) => offer.price)

describe('a quantile', () => {
  const cases: [values: number[], p: number, quantile: number][] = [
    [[7], 0.25, 7],
    [[10, 20], 0.5, 15],
    [[10, 20], 0.25, 12.5],
    [[1, 2, 3, 4, 5], 0.25, 2],
    [[1, 2, 3, 4, 5], 0.75, 4],
    [[1, 2, 3, 4, 10, 20], 0.5, 3.5],
    [[1, 2, 3, 4, 10, 20], 0.25, 2.25], // (6 - 1) / 4 = 1.25 places behind the first: 2 + 0.25 * (3 - 2)
    [[1, 2, 3, 4, 10, 20], 0.75, 8.5], //   3.75 places: 4 + 0.75 * (10 - 4)
  ]
  test.each(cases)('of %j at %d is %d', (values, p, expected) => expect(quantile(values, p)).toBe(expected))

  test('of nothing is an error', () => expect(() => quantile([], 0.5)).toThrow('a quantile of nothing'))
})

describe('the class of a condition', () => {
  const classes: [OfferState['condition'], string][] = [
    ['new', 'new'],
    ['used', 'used'],
    ['refurbished', 'used'],
    ['unknown', 'used'],
    [null, 'used'],
    ['for_parts', 'for_parts'],
  ]
  test.each(classes)('%s is %s', (condition, expected) => expect(conditionClass(condition)).toBe(expected))
})

describe('a group', () => {
  const others: [what: string, members: Partial<MarketOffer>][] = [
    ['model', { model: 'RTX_4090' }],
    ['memory', { vram_gb: 48 }],
    ['stated memory', { vram_gb: null }],
    ['class', { condition: 'new' }],
    ['currency', { currency: 'EUR' }],
  ]
  test.each(others)('is of one %s', (_, members) => {
    expect(marketOf([marketOffer(), marketOffer(members)]).groups).toHaveLength(2)
  })

  test('has cards that are used, refurbished, or in no known condition', () => {
    const conditions = ['used', 'refurbished', 'unknown', null] as const
    expect(marketOf(conditions.map((condition) => marketOffer({ condition }))).groups).toMatchObject([
      { condition_class: 'used', offer_count: 4, modified: false, vram_gb: 24 },
    ])
  })

  test('without stated memory has no member vram_gb', () => {
    expect(marketOf([marketOffer({ vram_gb: null })]).groups[0]).not.toHaveProperty('vram_gb')
  })

  test('comes in the order of the documentation', () => {
    const members: Partial<MarketOffer>[] = [
      { model: 'RTX_3060', vram_gb: 24 },
      { model: 'RTX_3060', vram_gb: null },
      { model: 'RTX_3060', vram_gb: 12, condition: 'for_parts' },
      { model: 'RTX_3060', vram_gb: 12, condition: 'new' },
      { model: 'RTX_3060', vram_gb: 12, currency: 'EUR' },
      { model: 'RTX_3060', vram_gb: 12 },
      { model: 'RTX_3060', vram_gb: 8 },
      { model: 'GT_710', vram_gb: 2 },
    ]
    expect(marketOf(members.map(marketOffer)).groups.map(named)).toEqual([
      'GT_710 2 used USD false',
      'RTX_3060 8 used USD false',
      'RTX_3060 12 new USD false',
      'RTX_3060 12 used EUR false',
      'RTX_3060 12 used USD false',
      'RTX_3060 12 for_parts USD false',
      'RTX_3060 none used USD false',
      'RTX_3060 24 used USD true',
    ])
  })

  const cards: [model: string, vram_gb: number | null, modified: boolean][] = [
    ['RTX_3090', 24, false],
    ['RTX_3090', 48, true],
    ['RTX_3090', null, false],
    ['RTX_3060', 8, false], //   one of two sizes
    ['V100', 32, false], //      a family
    ['V100', 24, true],
    ['B100', 192, false], //     the catalog knows no size of it
    ['NO_SUCH_CARD', 24, false],
  ]
  test.each(cards)('%s with %s GB is modified: %s', (model, vram_gb, modified) => {
    expect(marketOf([marketOffer({ model, vram_gb })]).groups[0]?.modified).toBe(modified)
  })
})

describe('a vote', () => {
  test('is the median of what a seller asks, so that many offers are one vote', () => {
    // ann's 100, 110, 150 give 110; bob's 160, 170 give 165. Votes: 105, 110, 120, 130, 165.
    const offers = [
      [100, 'ann'],
      [110, 'ann'],
      [150, 'ann'],
      [160, 'bob'],
      [170, 'bob'],
      [105, 'cem'],
      [120, 'dia'],
      [130, 'eva'],
    ] as const
    expect(groupOf(offers)).toMatchObject({
      offer_count: 8,
      suspect_count: 0,
      fair_price: { n: 5, low: 105, p25: 110, median: 120, p75: 130, high: 165 },
    })
  })

  test('of a listing without seller, or with a blank name, is its own', () => {
    const offers = [[100], [101], [102, ''], [103, ''], [104, ' '], [105, ' '], [106, '\t']] as const
    expect(groupOf(offers)).toMatchObject({ fair_price: { n: 7, median: 103 } })
  })

  test('is not what is sold out', () => {
    const prices = [100, 101, 102, 103, 104]
    const offers = prices.map((price) => marketOffer({ price, seller: `s${price}` }))
    const market = marketOf([...offers, marketOffer({ price: 130, quantity: 0 }), marketOffer({ price: 9, quantity: 0 })])
    expect(market.groups).toMatchObject([
      { offer_count: 7, sold_out_count: 2, suspect_count: 1, fair_price: { n: 5, median: 102, high: 104 } },
    ])
    expect(suspectPrices(market)).toEqual([9])
  })
})

describe('fewer than five votes', () => {
  const cases: [prices: number[], withheld: object][] = [
    [[100], { n: 1, low: 100, high: 100 }],
    [[100, 130], { n: 2, low: 100, high: 130 }],
    [[100, 130, 110, 105], { n: 4, low: 100, high: 130 }],
  ]
  test.each(cases)('%j give no fair price', (prices, withheld) => {
    const market = marketOf(prices.map((price) => marketOffer({ price })))
    expect(market.groups[0]).toMatchObject({ withheld })
    expect(market.groups[0]).not.toHaveProperty('fair_price')
    for (const mark of market.marks.values()) expect(mark).not.toHaveProperty('price_to_fair')
  })

  test('none at all, where everything is sold out', () => {
    const market = marketOf([marketOffer({ quantity: 0, price: 1 })])
    expect(market.groups).toMatchObject([{ offer_count: 1, sold_out_count: 1, suspect_count: 0, withheld: { n: 0 } }])
    expect(market.groups[0]?.withheld).toEqual({ n: 0 })
  })
})

describe('the screen', () => {
  const cases: [what: string, offers: [price: number, seller?: string][], suspects: number[]][] = [
    // Centre 100, MAD ln 1.1 = 0.0953. 165: 0.6745 * 0.5008 / 0.0953 = 3.54. 60.5: 0.6745 * 0.5025 / 0.0953 = 3.56.
    ['a price of more than 3.5 deviations', [[110], [110], [100], [100 / 1.1], [100 / 1.1], [165], [60.5]], [165, 60.5]],
    // 163 is 3.46 deviations from the centre, 61.5 is 3.44.
    [
      'not one of fewer, if it is within four times the centre',
      [[110], [110], [100], [100 / 1.1], [100 / 1.1], [163], [61.5]],
      [],
    ],
    // MAD ln(1.01) = 0.00995. 150 is 27 deviations, and 1.5 times the centre.
    ['not one within 1.5 times the centre', [[101], [101], [100], [99], [99], [150], [67]], []],
    // MAD ln 2 = 0.693; 0.6745 * ln 5 / 0.693 = 1.57 deviations.
    ['any beyond four times the centre', [[200], [200], [100], [50], [50], [401], [24]], [401, 24]],
    ['none at four times, if deviations are large', [[200], [200], [100], [50], [50], [400], [25]], []],
    ['where all agree, what is beyond 1.5 times', [[100], [100], [100], [100], [151], [66]], [151, 66]],
    ['where all agree, not what is within', [[100], [100], [100], [100], [150], [67]], []],
    [
      'of one vote, what is far from the seller himself',
      [
        [100, 'ann'],
        [100, 'ann'],
        [151, 'ann'],
      ],
      [151],
    ],
    ['neither of two that are 16 times apart, which is four times the centre', [[100], [1600]], []],
    ['both of two that are farther apart: nobody knows which is wrong', [[100], [1601]], [100, 1601]],
    ['none of a single offer', [[5]], []],
  ]
  test.each(cases)('suspects %s', (_, offers, suspects) => {
    const market = marketOf(offers.map(([price, seller = null]) => marketOffer({ price, seller })))
    expect(suspectPrices(market)).toEqual(suspects)
    expect(market.groups[0]?.suspect_count).toBe(suspects.length)
  })

  test('suspects offers and not sellers: the vote is taken again from what is left', () => {
    // Votes: ann 100, then 96, 98, 102, 104. ann's 1,000 goes, and her vote is then the median of 90 and 100.
    const offers = [[90, 'ann'], [100, 'ann'], [1000, 'ann'], [96], [98], [102], [104]] as const
    expect(groupOf(offers)).toMatchObject({ suspect_count: 1, fair_price: { n: 5, median: 98, low: 95, high: 104 } })
  })

  test('leaves no vote to a seller whose offers are all suspect', () => {
    const offers = [[96], [98], [100], [102], [104], [5, 'ann'], [6, 'ann']] as const
    expect(groupOf(offers)).toMatchObject({ suspect_count: 2, fair_price: { n: 5, median: 100, low: 96 } })
  })

  test('may leave too few votes, or none', () => {
    expect(groupOf([[96], [98], [100], [102], [5]])).toMatchObject({ suspect_count: 1, withheld: { n: 4, low: 96, high: 102 } })
    const all = groupOf([[1], [100]])
    expect([all?.suspect_count, all?.withheld]).toEqual([2, { n: 0 }])
  })

  test('takes the geometric mean of the middle two for the centre of an even number', () => {
    // Votes 50, 100, 400, 800: the centre is 200 and not 250, so that 60 is within four times of it.
    expect(groupOf([[100], [50], [400], [800]])).toMatchObject({ suspect_count: 0 })
    expect(groupOf([[100], [49], [400], [800]])).toMatchObject({ suspect_count: 1, withheld: { n: 3, low: 100 } })
  })
})

describe('an offer', () => {
  test('has its price by the fair price, which no score knows of', () => {
    const market = marketOf([80, 90, 100, 110, 120, 150].map((price, position) => marketOffer({ price, position })))
    expect(market.groups[0]?.fair_price?.median).toBe(105)
    expect([0, 1, 5].map((position) => market.marks.get(position)?.price_to_fair)).toEqual([80 / 105, 90 / 105, 150 / 105])
  })

  test('is judged where it is sold out or suspect, too', () => {
    const honest = [98, 99, 100, 101, 102].map((price) => marketOffer({ price }))
    const { marks } = marketOf([
      ...honest,
      marketOffer({ price: 5, position: -1 }),
      marketOffer({ quantity: 0, price: 50, position: -2 }),
    ])
    expect(marks.get(-1)).toMatchObject({ suspect: true, price_to_fair: 0.05 })
    expect(marks.get(-2)).toMatchObject({ suspect: true, price_to_fair: 0.5 })
  })

  const reasons: [members: Partial<MarketOffer>, reasons: string[]][] = [
    [{}, []],
    [{ match_score: 0.9, quantity: 1 }, []],
    [{ match_score: 0.899 }, ['low_match']],
    [{ match_score: 0 }, ['low_match']],
    [{ condition: 'for_parts' }, ['for_parts']],
    [{ vram_gb: 48 }, ['modified']],
    [{ quantity: 0 }, ['sold_out']],
    [{ price: 7 }, ['suspect']],
    [{ price: 7, quantity: 0, match_score: 0.1 }, ['suspect', 'sold_out', 'low_match']],
  ]
  test.each(reasons)('like %j is unranked for %j', (members, expected) => {
    const others = [690, 695, 700, 705, 710].map((price) => marketOffer({ price }))
    const mark = marketOf([...others, marketOffer({ position: -1, ...members })]).marks.get(-1)
    expect(mark && whyUnranked(mark)).toEqual(expected)
  })
})

describe('what cleared', () => {
  const now = '2026-11-30T12:00:00.000Z'
  const cleared = (delisted: Parameters<typeof delistedOffer>[0][]) =>
    marketOf([], { delisted: delisted.map(delistedOffer), now }).groups[0]?.cleared

  test('has medians of last asks and days', () => {
    const ends = ['2026-09-02T12:00', '2026-09-03T00:00', '2026-09-05T00:00', '2026-09-11T00:00', '2026-10-01T00:00']
    const delisted = ends.map((end, index) => ({ price: 100 + 10 * index, delisted_at: `${end}:00.000Z` }))
    // Days 1.5, 2, 4, 10, 30.
    expect(cleared(delisted)).toEqual({ n: 5, median_last_ask: 120, days_median: 4 })
    // An even number: the mean of 110 and 120, and of 2 and 4 days; the asks are not screened.
    const [first = {}, ...others] = delisted
    expect(cleared([first, ...others, { ...first, price: 1 }])).toEqual({ n: 6, median_last_ask: 115, days_median: 3 })
  })

  test('has no medians of fewer than five', () => {
    expect(cleared([{}, {}, {}, {}])).toEqual({ n: 4 })
    expect(cleared([])).toBeUndefined()
  })

  test('is of the last 90 days', () => {
    const times = ['2026-09-01T11:59:59.999Z', '2026-09-01T12:00:00.000Z', now, '2026-11-30T12:00:00.001Z']
    expect(cleared(times.map((delisted_at) => ({ delisted_at })))).toEqual({ n: 2 })
  })

  test('stands at the group of current offers, or at one of its own', () => {
    const gone = { delisted: [delistedOffer(), delistedOffer({ condition: 'new' })], now }
    expect(marketOf([marketOffer({ condition: 'refurbished' })], gone).groups).toMatchObject([
      { condition_class: 'new', offer_count: 0, withheld: { n: 0 }, cleared: { n: 1 } },
      { condition_class: 'used', offer_count: 1, withheld: { n: 1 }, cleared: { n: 1 } },
    ])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantile } from '../dist/answers/fair-price.js'
import { type Market, marketOf } from '../dist/answers/market.js'
import { arbitraryOffers, marketOffer } from './market-offers.ts'
import { naiveMarket, naivePrices, naiveQuantile } from './naive-market.ts'

/** What is the same however the offers lie: groups, and marks by position. */
const plain = ({ groups, marks }: Market) => ({
  groups,
  marks: [...marks.values()]
    .map(({ offer, suspect, price_to_fair }) => [offer.position, suspect, price_to_fair])
    .sort(([a], [b]) => Number(a) - Number(b)),
})

describe('a market of any offers', () => {
  test('is the naive one', () => {
    fc.assert(
      fc.property(arbitraryOffers, (offers) => {
        const { groups, marks } = marketOf(offers)
        const naive = naiveMarket(offers)
        expect(groups).toHaveLength(naive.length)
        for (const { votes, suspects, offers: members, vram_gb, ...key } of naive) {
          const group = groups.find(
            (of) =>
              (of.vram_gb ?? null) === vram_gb && Object.entries(key).every(([name, value]) => Reflect.get(of, name) === value),
          )
          expect(group).toEqual({
            ...key,
            ...(vram_gb !== null && { vram_gb }),
            offer_count: members.length,
            sold_out_count: members.filter(({ quantity }) => quantity === 0).length,
            suspect_count: suspects.length,
            ...naivePrices(votes),
          })
          const median = votes.length < 5 ? undefined : naiveQuantile(votes, 0.5)
          for (const mark of marks.values()) {
            if (!members.includes(mark.offer)) continue
            expect(mark.group).toBe(group)
            expect(mark.suspect).toBe(suspects.includes(mark.offer))
            expect(mark.price_to_fair).toBe(median === undefined ? undefined : mark.offer.price / median)
          }
        }
        expect([...marks.keys()].sort((a, b) => a - b)).toEqual(offers.map(({ position }) => position))
      }),
      { numRuns: 300 },
    )
  })

  test('does not depend on their order', () => {
    const shuffled = arbitraryOffers.chain((offers) =>
      fc.shuffledSubarray(offers, { minLength: offers.length }).map((others) => [offers, others] as const),
    )
    fc.assert(
      fc.property(shuffled, ([offers, others]) => {
        expect(plain(marketOf(others))).toEqual(plain(marketOf(offers)))
      }),
    )
  })

  // A power of two, so that no rounding hides behind the comparison.
  test('is the same in another unit of money', () => {
    fc.assert(
      fc.property(arbitraryOffers, fc.integer({ min: -9, max: 9 }), (offers, power) => {
        const unit = 2 ** power
        const scaled = marketOf(offers.map((offer) => ({ ...offer, price: offer.price * unit })))
        const { groups, marks } = marketOf(offers)
        const inUnit = (prices: object | undefined) =>
          prices &&
          Object.fromEntries(Object.entries(prices).map(([name, value]) => [name, name === 'n' ? value : value * unit]))
        expect(scaled.groups.map(({ fair_price, withheld }) => ({ fair_price, withheld }))).toEqual(
          groups.map(({ fair_price, withheld }) => ({ fair_price: inUnit(fair_price), withheld: inUnit(withheld) })),
        )
        expect(plain(scaled).marks).toEqual(plain({ groups, marks }).marks)
      }),
    )
  })

  test('whose sellers agree within 1.4 does not move for those who are fewer and far off', () => {
    const honest = fc.array(fc.integer({ min: 85, max: 119 }), { minLength: 5, maxLength: 40, size: 'max' })
    const offs = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 500, max: 1_000_000 })), {
      maxLength: 19,
      size: 'max',
    })
    fc.assert(
      fc.property(honest, offs, (prices, far) => {
        const fewer = far.slice(0, Math.ceil(prices.length / 2) - 1)
        const offers = prices.map((price, position) => marketOffer({ price, position, seller: `h${position}` }))
        const scams = fewer.map((price, index) => marketOffer({ price, position: 1000 + index, seller: `s${index}` }))
        const { groups, marks } = marketOf([...scams, ...offers])
        expect(groups[0]?.fair_price).toEqual(marketOf(offers).groups[0]?.fair_price)
        for (const { offer, suspect } of marks.values()) expect(suspect).toBe(offer.position >= 1000)
      }),
    )
  })
})

test('a quantile is one of type 7', () => {
  const values = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 50, size: 'max' })
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (numbers, p) => {
      const sorted = numbers.toSorted((a, b) => a - b)
      expect(quantile(sorted, p)).toBeCloseTo(naiveQuantile(sorted, p), 9)
    }),
  )
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Bought, cheapestSet, type Supply } from '../dist/answers/cheapest-set.js'

const costOf = (bought: Bought<Supply>[]) =>
  bought.reduce((sum, { offer, lots }) => sum + lots * offer.lot_size * offer.usd_per_card, 0)
const cardsOf = (bought: Bought<Supply>[]) => bought.reduce((sum, { offer, lots }) => sum + lots * offer.lot_size, 0)

/** The least cost over all subsets of single lots. */
function leastCost(offers: readonly Supply[], cards: number): number {
  const lots = offers.flatMap((offer) => Array.from({ length: offer.lots }, () => offer))
  let least = Number.POSITIVE_INFINITY
  for (let subset = 0; subset < 2 ** lots.length; subset++) {
    let [count, cost] = [0, 0]
    for (const [index, { lot_size, usd_per_card }] of lots.entries()) {
      if ((subset >> index) % 2 === 0) continue
      count += lot_size
      cost += lot_size * usd_per_card
    }
    if (count >= cards) least = Math.min(least, cost)
  }
  return least
}

describe('the cheapest set', () => {
  test('is not always made of the cheapest lots per card', () => {
    const lot = { lot_size: 3, lots: 1, usd_per_card: 100 }
    const single = { lot_size: 1, lots: 4, usd_per_card: 140 }
    expect(cheapestSet([lot, single], 2)).toEqual([{ offer: single, lots: 2 }])
    expect(cheapestSet([lot, single], 4)).toEqual([
      { offer: single, lots: 1 },
      { offer: lot, lots: 1 },
    ])
  })

  test('is that of a try of every subset', () => {
    const offer = fc.record({
      lot_size: fc.integer({ min: 1, max: 6 }),
      lots: fc.integer({ min: 1, max: 3 }),
      usd_per_card: fc.integer({ min: 1, max: 200 }),
    })
    fc.assert(
      fc.property(fc.array(offer, { maxLength: 4 }), fc.integer({ min: 1, max: 16 }), (offers, cards) => {
        const found = cheapestSet(offers, cards)
        expect(found ? costOf(found) : Number.POSITIVE_INFINITY).toBe(leastCost(offers, cards))
        if (found === undefined) return
        expect(cardsOf(found)).toBeGreaterThanOrEqual(cards)
        for (const { offer, lots } of found) expect(lots).toBeLessThanOrEqual(offer.lots)
        expect(new Set(found.map(({ offer }) => offer)).size).toBe(found.length)
      }),
      { numRuns: 300 },
    )
  })

  test('of thousands of offers looks at few of them', () => {
    const offers = Array.from({ length: 100_000 }, (_, index) => ({
      lot_size: 1 + (index % 20),
      lots: 1e9,
      usd_per_card: 1e5 - index,
    }))
    expect(costOf(cheapestSet(offers, 16) ?? [])).toBe(
      Math.min(...offers.map(({ lot_size, usd_per_card }) => Math.ceil(16 / lot_size) * lot_size * usd_per_card)),
    )
  })
})

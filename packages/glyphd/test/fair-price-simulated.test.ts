import { sieve } from 'glyphsieve/stages'
import { describe, expect, test } from 'vitest'
import {
  SIMULATION_EUR_IN_USD,
  type SimulatedTruth,
  type SimulationOptions,
  simulatedSellers,
  simulateListings,
} from '../../glyphsieve/dist/simulate.js'
import { CARDS, CONDITION_FACTOR } from '../../glyphsieve/dist/simulated-market.js'
import { marketOf } from '../dist/answers/market.js'
import type { MarketOffer } from '../dist/answers/offers.js'
import type { MarketGroup } from '../dist/contract/market.js'
import { marketOffer } from './market-offers.ts'

/** A listing that went the whole way of the pipeline, with what is true of it. */
interface Known {
  offer: MarketOffer
  truth: SimulatedTruth
}

/** What the pipeline makes of one day on which 40 sellers print so many listings, of those whose title fits. */
function simulated(options: SimulationOptions, title: RegExp): Known[] {
  const rates = { date: '2026-09-01', source: 'simulated', rates: { EUR: SIMULATION_EUR_IN_USD } }
  const known: Known[] = []
  for (const listing of simulateListings(options)) {
    if (listing.truth.duplicate || !title.test(listing.title)) continue
    const sieved = sieve(listing, { seen_at: listing.seen_at ?? '', rates })
    if ('listing' in sieved) known.push({ offer: offerOf(sieved.listing, known.length), truth: listing.truth })
  }
  return known
}

function offerOf(listing: Extract<ReturnType<typeof sieve>, { listing: unknown }>['listing'], position: number): MarketOffer {
  const { model, price, score, currency = 'USD', lot_size = 1 } = listing
  const { vram_gb = null, condition = null, price_usd = null, seller = null, quantity = null, match_score = null } = listing
  const stated = { model, price, score, currency, lot_size, vram_gb, condition, price_usd, seller, quantity, match_score }
  return marketOffer({ ...stated, position })
}

const share = <T>(of: readonly T[], is: (item: T) => boolean) => of.filter(is).length / of.length

// Many offers of few cards: the median of few is not free of their deviation of 12 %. Cards that were sold in one size only: where
// a title leaves the size open, the pipeline takes the least, and groups of several sizes mix.
const OPTIONS: SimulationOptions = { count: 200_000, seed: 5, days: 1, sellers: 40 }
const known = simulated(OPTIONS, /3090|4090|5090|p40/i)

describe('in a market of 40 sellers', () => {
  const isLot = ({ truth }: Known) => truth.lot_size > 1 && !truth.scam
  // The pipeline reads every lot. Here it reads none, and takes the price of all cards for that of one.
  const misread = known.map((item) => {
    if (!isLot(item)) return item
    const { offer, truth } = item
    return { truth, offer: { ...offer, price: offer.price * offer.lot_size, lot_size: 1 } }
  })
  const { marks } = marketOf(misread.map(({ offer }) => offer))
  const isSuspect = ({ offer }: Known) => marks.get(offer.position)?.suspect === true

  test('scams are suspected', () => {
    const scams = misread.filter(({ truth }) => truth.scam)
    expect(scams.length).toBeGreaterThan(200)
    expect(share(scams, isSuspect)).toBeGreaterThan(0.99)
  })

  test('so are lots whose price was taken for that of one card', () => {
    const lots = misread.filter(isLot)
    expect(lots.length).toBeGreaterThan(600)
    expect(share(lots, isSuspect)).toBeGreaterThan(0.9)
    // The price of a lot of two is not even twice that of a card.
    const pairs = lots.filter(({ truth }) => truth.lot_size === 2)
    expect(share(pairs, isSuspect)).toBeGreaterThan(0.75)
  })

  test('honest offers are not', () => {
    const honest = misread.filter(({ truth }) => truth.lot_size === 1 && !truth.scam)
    expect(honest.length).toBeGreaterThan(12_000)
    expect(share(honest, isSuspect)).toBeLessThan(0.02)
  })
})

/** The level of the card in its condition, times the mark-up of the seller, 7 % off for lots: what is asked, but for chance. */
describe('in a market of a known law, the fair price', () => {
  const { groups, marks } = marketOf(known.map(({ offer }) => offer))
  const markups = new Map(simulatedSellers(OPTIONS).map(({ name, markup }) => [name, markup]))

  const lawOf = ({ offer, truth }: Known): number => {
    const card = CARDS.find(({ model }) => model === offer.model)
    const level = (card?.usd ?? Number.NaN) * CONDITION_FACTOR[truth.condition ?? 'used'] * (truth.lot_size > 1 ? 0.93 : 1)
    return (level * (markups.get(offer.seller ?? '') ?? Number.NaN)) / (offer.currency === 'EUR' ? SIMULATION_EUR_IN_USD : 1)
  }
  /** The median over the honest sellers of what the law makes them ask. */
  const trueMedian = (group: MarketGroup): number => {
    const bySeller = new Map<string, number[]>()
    for (const item of known) {
      const { seller, quantity, position } = item.offer
      if (marks.get(position)?.group !== group || item.truth.scam || quantity === 0) continue
      bySeller.set(seller ?? '', [...(bySeller.get(seller ?? '') ?? []), lawOf(item)])
    }
    return median([...bySeller.values()].map(median))
  }
  const large = groups.filter(
    ({ model, modified, offer_count }) => /^(RTX_[345]090|P40)$/.test(model) && !modified && offer_count >= 600,
  )

  test('is known for these cards', () => {
    expect(large.map(({ model, condition_class, currency }) => `${model} ${condition_class} ${currency}`)).toEqual(
      expect.arrayContaining([
        'P40 used USD',
        'RTX_3090 used USD',
        'RTX_3090 used EUR',
        'RTX_4090 used USD',
        'RTX_5090 used USD',
      ]),
    )
  })

  test.each(large)('is within 3 % of what the sellers of $model, $condition_class, mean in $currency', (group) => {
    expect(Math.abs((group.fair_price?.median ?? 0) / trueMedian(group) - 1)).toBeLessThan(0.03)
  })
})

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

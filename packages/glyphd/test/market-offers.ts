import fc from 'fast-check'
import type { DelistedOffer } from '../dist/answers/market.js'
import type { MarketOffer, OfferState } from '../dist/answers/offers.js'

const STATE: OfferState = {
  model: 'RTX_3090',
  vram_gb: 24,
  condition: 'used',
  currency: 'USD',
  price: 700,
  price_usd: 700,
  seller: null,
  quantity: null,
}

let positions = 0

/** One offer of a used RTX 3090, and what a test says of it. It has no seller, and a position of its own. */
export function marketOffer(members: Partial<MarketOffer> = {}): MarketOffer {
  return {
    ...STATE,
    position: ++positions,
    listing_source: 'Bidhollow',
    shipping_usd: null,
    lot_size: 1,
    score: 0.5,
    match_score: null,
    first_seen: '2026-09-01T00:00:00.000Z',
    last_seen: '2026-09-01T00:00:00.000Z',
    ...members,
  }
}

/** The same, gone after five days on `2026-09-06`. */
export function delistedOffer(members: Partial<DelistedOffer> = {}): DelistedOffer {
  return { ...STATE, first_seen: '2026-09-01T00:00:00.000Z', delisted_at: '2026-09-06T00:00:00.000Z', ...members }
}

/** The sizes in which these models were sold, as the catalog has them: of none, of several, of a family. */
export const SIZES: Record<string, readonly number[]> = { RTX_3060: [8, 12], V100: [16, 32], NO_SUCH_CARD: [] }

/** Whole prices, so that halves and quarters of them are exact: most are close together, some are not. */
const arbitraryPrice = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 80, max: 130 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 140, max: 2000 }) },
)

/** The first of the values more often than all others together, so that many offers are comparable. */
const mostly = <T>(often: T, ...seldom: T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: fc.constantFrom(...seldom) })

/** What an offer may be like. */
export const arbitraryState: fc.Arbitrary<OfferState> = fc.record({
  model: mostly('RTX_3060', 'V100', 'NO_SUCH_CARD'),
  vram_gb: mostly<number | null>(12, 8, 24, null),
  condition: mostly<OfferState['condition']>('used', 'refurbished', 'unknown', null, 'new', 'for_parts'),
  currency: mostly('USD', 'EUR'),
  price: arbitraryPrice,
  price_usd: fc.constantFrom(null, 100, 110, 120),
  seller: fc.constantFrom(null, '', 'ann', 'bob', 'cem', 'dia', 'eva', 'fay'),
  quantity: mostly<number | null>(null, 0, 1, 5),
})

export const arbitraryOffers: fc.Arbitrary<MarketOffer[]> = fc
  .array(fc.tuple(arbitraryState, fc.constantFrom(null, 0.5, 0.9, 1)), { maxLength: 60, size: 'max' })
  .map((states) => states.map(([state, match_score], position) => marketOffer({ ...state, match_score, position })))

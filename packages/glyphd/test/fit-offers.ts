import type { JudgedOffer } from '../dist/answers/cards-on-offer.js'
import type { FitRequest } from '../dist/answers/fit-request.js'
import { fitRequest } from '../dist/answers/fit-request.js'
import type { MarketOffer } from '../dist/answers/offers.js'
import type { FitParameters } from '../dist/contract/fit.js'

let positions = 0

/** One RTX 3090 for 700 USD that rankings count; a test names what it is about. */
export function judged(members: Partial<MarketOffer> = {}, of: Omit<Partial<JudgedOffer>, 'offer'> = {}): JudgedOffer {
  positions += 1
  const { price = 700 } = members
  return {
    offer: {
      position: positions,
      model: 'RTX_3090',
      vram_gb: 24,
      condition: 'used',
      currency: 'USD',
      price,
      price_usd: price,
      shipping_usd: null,
      lot_size: 1,
      quantity: null,
      seller: 'alice',
      listing_source: 'shop.example',
      score: 0.5,
      match_score: null,
      first_seen: '2026-11-01T00:00:00.000Z',
      last_seen: '2026-11-02T00:00:00.000Z',
      ...members,
    },
    unranked: [],
    ...of,
  }
}

/** The request of these query parameters, with the defaults of the others. */
export function asked(parameters: Partial<FitParameters>): FitRequest {
  return fitRequest({ format: 'Q4_K_M', max_cards: 8, limit: 20, ...parameters })
}

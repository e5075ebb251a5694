import type { GPUListingDTO } from 'glyphsieve'

export type Condition = NonNullable<GPUListingDTO['condition']>

/** What an offer is like, by its newest observation or over a time in which it did not change. Null is absent. */
export interface OfferState {
  model: string
  vram_gb: number | null
  condition: Condition | null
  currency: string
  /** One card's, in `currency`. */
  price: number
  price_usd: number | null
  seller: string | null
  /** 0 is sold out. */
  quantity: number | null
}

/** An offer as the market sees it: its newest observation. */
export interface MarketOffer extends OfferState {
  /** Where the listing lies in the store, and how it is asked for. */
  position: number
  listing_source: string | null
  /** One card's shipping. Null: the listing names none, which counts as free, or its currency has no rate. */
  shipping_usd: number | null
  /** The offer sells this many cards together, and `quantity` counts such lots. */
  lot_size: number
  score: number
  match_score: number | null
  /** UTC with milliseconds. */
  first_seen: string
  last_seen: string
}

/**
 * A time in which successive observations of an offer agreed, from the first of them to the last. At a moment T it stands if
 * `first_seen` <= T, T is before `until`, and it is current then: T <= `last_seen`, or T - `last_seen` is less than the days that
 * an offer stays current and no snapshot of its source lies behind `last_seen` up to T.
 */
export interface PricePeriod extends OfferState {
  /** The offer, by a number of the store's own. */
  offer: number
  listing_source: string | null
  /** UTC with milliseconds. */
  first_seen: string
  last_seen: string
  /** When the offer was observed otherwise; null: these are its newest observations. */
  until: string | null
}

/** When a complete import told everything that a source offered: its other offers were gone. */
export interface Snapshot {
  listing_source: string
  /** UTC with milliseconds. */
  seen_at: string
}

/** What lies at a position, of what was fetched. */
export function at<T>(found: ReadonlyMap<number, T>, position: number): T {
  const it = found.get(position)
  if (it === undefined) throw new Error(`no listing lies at ${position}`)
  return it
}

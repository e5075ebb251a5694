import type { DelistedOffer } from '../answers/market.ts'
import type { MarketOffer, PricePeriod, Snapshot } from '../answers/offers.ts'
import * as SQL from './market-questions.ts'
import type { statementsOf } from './statements.ts'

/** Offers are those of a model, or of all. */
export interface MarketReader {
  /** Those that stand: seen after a time, and in every complete import of their source since. */
  currentOffers(model: string | undefined, seen_after: string): MarketOffer[]
  /** Those that were found gone after a time. */
  delistedOffers(model: string | undefined, delisted_after: string): DelistedOffer[]
  /** All times in which the offers of a model stood unchanged. */
  periods(model: string): PricePeriod[]
  snapshots(): Snapshot[]
}

type Values<T, K extends readonly (keyof T)[]> = { -readonly [Index in keyof K]: T[K[Index]] }
type OfferValues = Values<MarketOffer, typeof SQL.OFFER_MEMBERS>
type DelistedValues = Values<DelistedOffer, typeof SQL.DELISTED_MEMBERS>
type PeriodValues = Values<PricePeriod, typeof SQL.PERIOD_MEMBERS>

/**
 * Reads rows as arrays and names their values here: these are read by the ten thousand, and the driver takes twice as long to make
 * objects.
 */
export function marketReader(prepared: ReturnType<typeof statementsOf>): MarketReader {
  return {
    currentOffers(model, seen_after) {
      const sql = model === undefined ? SQL.CURRENT_OFFERS : SQL.CURRENT_OFFERS_OF_MODEL
      return (prepared(sql).raw().all({ model, seen_after }) as OfferValues[]).map(offerOf)
    },
    delistedOffers(model, delisted_after) {
      const sql = model === undefined ? SQL.DELISTED_OFFERS : SQL.DELISTED_OFFERS_OF_MODEL
      return (prepared(sql).raw().all({ model, delisted_after }) as DelistedValues[]).map(delistedOf)
    },
    periods: (model) =>
      (prepared(SQL.PERIODS_OF_MODEL).raw().all({ model }) as PeriodValues[]).map((values) => periodOf(model, values)),
    snapshots: () => prepared(SQL.SNAPSHOTS).all() as Snapshot[],
  }
}

function offerOf(values: OfferValues): MarketOffer {
  const [position, model, vram_gb, condition, currency, price, price_usd, seller, quantity, listing_source, ...others] = values
  const [shipping_usd, lot_size, score, match_score, first_seen, last_seen] = others
  const state = { model, vram_gb, condition, currency, price, price_usd, seller, quantity }
  return { position, ...state, listing_source, shipping_usd, lot_size, score, match_score, first_seen, last_seen }
}

function delistedOf([model, vram_gb, condition, currency, price, first_seen, delisted_at]: DelistedValues): DelistedOffer {
  return { model, vram_gb, condition, currency, price, first_seen, delisted_at }
}

function periodOf(model: string, values: PeriodValues): PricePeriod {
  const [offer, vram_gb, condition, currency, price, seller, quantity, listing_source, first_seen, last_seen, until] = values
  const state = { model, vram_gb, condition, currency, price, price_usd: null, seller, quantity }
  return { offer, ...state, listing_source, first_seen, last_seen, until }
}

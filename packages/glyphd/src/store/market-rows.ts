import type { DelistedOffer } from '../answers/market.ts'
import type { Observation } from '../answers/offer-history.ts'
import type { MarketOffer, PricePeriod, Snapshot } from '../answers/offers.ts'
import type { StoredListing } from '../contract/listings.ts'
import { type Asking, type Row, rowsOf } from './asking.ts'
import type { Dialect } from './dialect.ts'
import { LISTING_COLUMNS, listingOf } from './from-row.ts'
import * as SQL from './market-questions.ts'

/** Rows are read as arrays, and their values named here: these are read by the ten thousand, and objects take drivers twice as long. */
type Columns<T, K extends readonly (keyof T)[]> = { readonly [Index in keyof K]: T[K[Index]] }
type OfferRow = Columns<
  Omit<MarketOffer, 'shipping_usd' | 'last_seen'> & { shipping: number | null; seen_at: string },
  typeof SQL.OFFER_COLUMNS
>
type SourcedRow = Columns<
  Omit<DelistedOffer, 'delisted_at'> & { seen_at: string; listing_source: string },
  typeof SQL.SOURCED_COLUMNS
>
type PeriodRow = Columns<PricePeriod, typeof SQL.PERIOD_MEMBERS>
type ObservationRow = Columns<Observation & { import_id: string; import_index: number }, typeof SQL.OBSERVATION_COLUMNS>

/** The offers of a model, or of all, that stand: seen after a time, and in every complete import of their source since. */
export function* currentOffers(model: string | undefined, seen_after: string): Asking<MarketOffer[]> {
  const rows =
    model === undefined
      ? yield* rowsOf<OfferRow>(SQL.CURRENT_OFFERS, { seen_after })
      : yield* rowsOf<OfferRow>(SQL.CURRENT_OFFERS_OF_MODEL, { seen_after, model })
  return rows.map(offerOf)
}

/** Those that were found gone after a time. Told by the snapshots here: a look for each offer takes databases ten times as long. */
export function* delistedOffers(model: string | undefined, delisted_after: string): Asking<DelistedOffer[]> {
  const goneAt = delistings(yield* snapshots())
  const rows =
    model === undefined
      ? yield* rowsOf<SourcedRow>(SQL.SOURCED_OFFERS)
      : yield* rowsOf<SourcedRow>(SQL.SOURCED_OFFERS_OF_MODEL, { model })
  const delisted: DelistedOffer[] = []
  for (const [model, vram_gb, condition, currency, price, first_seen, seen_at, listing_source] of rows) {
    const delisted_at = goneAt(listing_source, seen_at)
    if (delisted_at === undefined || delisted_at <= delisted_after) continue
    delisted.push({ model, vram_gb, condition, currency, price, first_seen, delisted_at })
  }
  return delisted
}

/** What tells when a source was first seen whole after a time. */
function delistings(snapshots: readonly Snapshot[]): (listing_source: string, seen_at: string) => string | undefined {
  const bySource = new Map<string, string[]>()
  for (const { listing_source, seen_at } of snapshots) {
    const times = bySource.get(listing_source)
    if (times === undefined) bySource.set(listing_source, [seen_at])
    else times.push(seen_at)
  }
  for (const times of bySource.values()) times.sort()
  return (listing_source, seen_at) => {
    const times = bySource.get(listing_source) ?? []
    let [low, high] = [0, times.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((times[middle] ?? '') > seen_at) high = middle
      else low = middle + 1
    }
    return times[low]
  }
}

/** All times in which the offers of a model stood unchanged. */
export function* periodsOf(model: string): Asking<PricePeriod[]> {
  const rows = yield* rowsOf<PeriodRow>(SQL.PERIODS_OF_MODEL, { model })
  return rows.map((row) => periodOf(model, row))
}

export function* snapshots(): Asking<Snapshot[]> {
  const rows = yield* rowsOf<readonly [string, string]>(SQL.SNAPSHOTS)
  return rows.map(([listing_source, seen_at]) => ({ listing_source, seen_at }))
}

/** All observations of an offer, in any order, and the id of the listing at each position. */
export function* observationsOf(
  dialect: Dialect,
  offer: { offer_key: string; newest_position: number },
): Asking<{ observations: Observation[]; ids: Map<number, string> }> {
  const { sql, values } = SQL.observationsQuery(dialect, offer)
  const ids = new Map<number, string>()
  const observations = (yield* rowsOf<readonly [number, ...ObservationRow]>(sql, values)).map((row) => {
    const [position, listing_source, seen_at, model, vram_gb, condition, currency, price, price_usd, seller, ...others] = row
    const [quantity, import_id, import_index] = others
    ids.set(position, `${import_id}.${import_index}`)
    return { position, listing_source, seen_at, model, vram_gb, condition, currency, price, price_usd, seller, quantity }
  })
  return { observations, ids }
}

/** The ids of the listings at these positions. */
export function* idsAt(dialect: Dialect, positions: readonly number[]): Asking<Map<number, string>> {
  if (positions.length === 0) return new Map()
  const { sql, values } = SQL.listingsAtQuery(dialect, positions, ['import_id', 'import_index'])
  const rows = yield* rowsOf<readonly [number, string, number]>(sql, values)
  return new Map(rows.map(([position, import_id, import_index]) => [position, `${import_id}.${import_index}`]))
}

/** The listings at these positions. */
export function* listingsAt(dialect: Dialect, positions: readonly number[]): Asking<Map<number, StoredListing>> {
  if (positions.length === 0) return new Map()
  const { sql, values } = SQL.listingsAtQuery(dialect, positions, LISTING_COLUMNS)
  const rows = yield* rowsOf<readonly [number, ...Row]>(sql, values)
  return new Map(rows.map(([position, ...listing]) => [position, listingOf(listing)]))
}

function offerOf(row: OfferRow): MarketOffer {
  const [position, model, vram_gb, condition, currency, price, price_usd, seller, quantity, listing_source, ...others] = row
  const [shipping, lot_size, score, match_score, first_seen, last_seen] = others
  const shipping_usd = inUsd(shipping, price, price_usd)
  const state = { model, vram_gb, condition, currency, price, price_usd, seller, quantity }
  return { position, ...state, listing_source, shipping_usd, lot_size, score, match_score, first_seen, last_seen }
}

/** Not left to the database: one has an infinite sum where another has an error. */
function inUsd(shipping: number | null, price: number, price_usd: number | null): number | null {
  if (shipping === null || price_usd === null) return null
  const usd = shipping * (price_usd / price)
  return Number.isNaN(usd) ? null : usd
}

function periodOf(model: string, row: PeriodRow): PricePeriod {
  const [offer, vram_gb, condition, currency, price, seller, quantity, listing_source, first_seen, last_seen, until] = row
  const state = { model, vram_gb, condition, currency, price, price_usd: null, seller, quantity }
  return { offer, ...state, listing_source, first_seen, last_seen, until }
}

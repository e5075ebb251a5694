import type { Observation } from '../answers/offer-history.ts'
import type { PricePeriod } from '../answers/offers.ts'
import type { Query } from './asking.ts'
import { type Dialect, inImportOrder, type ListingSource, placeColumns } from './dialect.ts'
import type { ListingPlace, MarketQuestion, Question } from './engine.ts'
import { LISTING_COLUMNS } from './from-row.ts'

const MARKET_QUESTIONS: ReadonlySet<Question['about']> = new Set([
  'listing',
  'models',
  'model',
  'model_history',
  'fit',
  'report',
] satisfies MarketQuestion['about'][])

export function isMarketQuestion(question: Question): question is MarketQuestion {
  return MARKET_QUESTIONS.has(question.about)
}

/** Columns of `offers` in the order in which a `MarketOffer` is read from them. */
export const OFFER_COLUMNS = [
  'position',
  'model',
  'vram_gb',
  'condition',
  'currency',
  'price',
  'price_usd',
  'seller',
  'quantity',
  'listing_source',
  'shipping',
  'lot_size',
  'score',
  'match_score',
  'first_seen',
  'seen_at',
] as const

/** Members of a `PricePeriod` in the order in which they are read, but for those that the question says. */
export const PERIOD_MEMBERS = [
  'offer',
  'vram_gb',
  'condition',
  'currency',
  'price',
  'seller',
  'quantity',
  'listing_source',
  'first_seen',
  'last_seen',
  'until',
] as const satisfies (keyof PricePeriod)[]

const DELISTED_AT =
  '(select min(s.seen_at) from snapshots s where s.listing_source = o.listing_source and s.seen_at > o.seen_at)'

/** Offers that stand: seen after @seen_after, and in every complete import of their source since. */
export const CURRENT_OFFERS = `
  select ${OFFER_COLUMNS.join(', ')} from offers o
  where seen_at > @seen_after
    and not exists (select 1 from snapshots s where s.listing_source = o.listing_source and s.seen_at > o.seen_at)`

export const CURRENT_OFFERS_OF_MODEL = `${CURRENT_OFFERS} and model = @model`

/** What is read of an offer that may be gone, in this order. */
export const SOURCED_COLUMNS = [
  'model',
  'vram_gb',
  'condition',
  'currency',
  'price',
  'first_seen',
  'seen_at',
  'listing_source',
] as const

/** Offers of a source: which of them are gone its snapshots tell. */
export const SOURCED_OFFERS = `select ${SOURCED_COLUMNS.join(', ')} from offers where listing_source is not null`

export const SOURCED_OFFERS_OF_MODEL = `${SOURCED_OFFERS} and model = @model`

/** The times in which offers of a model stood unchanged, those that go on among them. */
export const PERIODS_OF_MODEL = `
  select ${PERIOD_MEMBERS.join(', ')} from price_periods where model = @model
  union all
  select offer, vram_gb, condition, currency, price, seller, quantity, listing_source, since, seen_at, null
  from offers where model = @model`

export const SNAPSHOTS = 'select distinct listing_source, seen_at from snapshots'

/** Models that were ever offered. */
export const MODELS = 'select model from offers union select model from price_periods order by model'

/** Whether a model was ever offered. */
export const IS_OFFERED = `
  select exists (select 1 from offers where model = @model) or exists (select 1 from price_periods where model = @model)`

/** The offer of a listing, where something identifies it. */
export const OFFER_OF_KEY = `
  select o.newest_position, o.seen_at, ${DELISTED_AT} from offers o where offer_key = @offer_key`

export const LISTING_COUNT = 'select coalesce(sum(record_count), 0) from imports where undone_at is null'

/**
 * Price changes since @changed_after of offers that name one price now: those of an offer together, in the order of time. The + keeps
 * SQLite from walking through the changes of all time in the order of their offers.
 */
export const CHANGES_OF_OFFERS = `
  select o.position, c.seen_at, c.seen_before, c.price, c.price_before, c.currency
  from price_changes c join offers o using (offer)
  where c.seen_at >= @changed_after and o.is_ambiguous = 0 order by +c.offer, c.seen_at, c.position`

/** The listing at a place: its position, and behind it the values of `LISTING_COLUMNS`. */
export function listingQuery({ listingOf }: Dialect, { import_id, import_index }: ListingPlace): Query {
  return { sql: listings(listingOf, LISTING_COLUMNS), values: { import_id, import_index } }
}

/** Listings by their positions: that of each, and behind it the values of these columns. */
export function listingsAtQuery({ listingsAt }: Dialect, positions: Iterable<number>, columns: readonly string[]): Query {
  return { sql: listings(listingsAt, columns), values: { positions: JSON.stringify([...positions]) } }
}

/** Columns of an `Observation` behind its position, in the order in which they are read, and of its place. */
export const OBSERVATION_COLUMNS = [
  'listing_source',
  'seen_at',
  'model',
  'vram_gb',
  'condition',
  'currency',
  'price',
  'price_usd',
  'seller',
  'quantity',
  'import_id',
  'import_index',
] as const satisfies (keyof Observation | keyof ListingPlace)[]

export function observationsQuery({ observations }: Dialect, offer: { offer_key: string; newest_position: number }): Query {
  return { sql: listings(observations, OBSERVATION_COLUMNS), values: { ...offer } }
}

function listings({ with: tables, position, from }: ListingSource, columns: readonly string[]): string {
  return `${tables} select ${position}, ${columns.map((column) => `g.${column}`).join(', ')} from ${from}`
}

/** What the listing that was stored last says. */
export function newestPipelineVersion(dialect: Dialect): string {
  return `select pipeline_version from gpu_listings order by ${inImportOrder(dialect, ' desc')} limit 1`
}

/** Newest observations of offers, whether they stand or not, that were not made by @usual. */
export function otherPipelineVersions(dialect: Dialect): string {
  return `
    select o.position, g.pipeline_version from offers o join gpu_listings g using (${placeColumns(dialect)})
    where g.pipeline_version is distinct from @usual`
}

/** Imports that left rows out and were not undone, newest first, among the last thousand. */
export function rejectingImports({ importOrder: { column } }: Dialect): string {
  return `
    select import_id, rejected_count from (select * from imports order by ${column} desc limit 1000) newest
    where rejected_count > 0 and undone_at is null order by ${column} desc limit @limit`
}

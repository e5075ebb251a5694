import type { DelistedOffer } from '../answers/market.ts'
import type { MarketOffer, PricePeriod } from '../answers/offers.ts'
import type { MarketQuestion, Question } from './engine.ts'

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

/** Members of a `MarketOffer` in the order in which they are read. */
export const OFFER_MEMBERS = [
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
  'shipping_usd',
  'lot_size',
  'score',
  'match_score',
  'first_seen',
  'last_seen',
] as const satisfies (keyof MarketOffer)[]

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

/** Where `offers` has a member under another name, or has to work it out. */
const OFFER_COLUMNS: { [Member in (typeof OFFER_MEMBERS)[number]]?: string } = {
  shipping_usd: 'shipping * (price_usd / price)',
  last_seen: 'seen_at',
}
const OFFER = OFFER_MEMBERS.map((member) => OFFER_COLUMNS[member] ?? member).join(', ')

const DELISTED_AT =
  '(select min(s.seen_at) from snapshots s where s.listing_source = o.listing_source and s.seen_at > o.seen_at)'

/** Offers that stand: seen after @seen_after, and in every complete import of their source since. */
export const CURRENT_OFFERS = `
  select ${OFFER} from offers o
  where seen_at > @seen_after
    and not exists (select 1 from snapshots s where s.listing_source = o.listing_source and s.seen_at > o.seen_at)`

export const CURRENT_OFFERS_OF_MODEL = `${CURRENT_OFFERS} and model = @model`

/** Members of a `DelistedOffer` in the order in which they are read. */
export const DELISTED_MEMBERS = [
  'model',
  'vram_gb',
  'condition',
  'currency',
  'price',
  'first_seen',
  'delisted_at',
] as const satisfies (keyof DelistedOffer)[]

const delisted = (condition: string) => `
  select ${DELISTED_MEMBERS.join(', ')} from (select o.*, ${DELISTED_AT} as delisted_at from offers o where ${condition})
  where delisted_at > @delisted_after`

/** Offers that were found gone after @delisted_after. */
export const DELISTED_OFFERS = delisted('listing_source is not null')

export const DELISTED_OFFERS_OF_MODEL = delisted('listing_source is not null and model = @model')

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

export const LISTING_AT = 'select * from gpu_listings where position = ?'

export const LISTING_OF =
  'select g.* from imports i join gpu_listings g on g.position = i.first_position + @import_index where i.import_id = @import_id'

/** The offer of a listing, where something identifies it. */
export const OFFER_OF_KEY = `
  select o.offer, o.newest_position, o.position, o.seen_at, ${DELISTED_AT} as delisted_at from offers o where offer_key = ?`

export const OBSERVATIONS = `
  with recursive chain (position) as (
    select ?
    union all
    select e.earlier_position from chain join earlier_observations e using (position)
  )
  select position, listing_source, seen_at, model, vram_gb, condition, currency, price, price_usd, seller, quantity
  from chain join gpu_listings using (position)`

export const NEWEST_PIPELINE_VERSION = 'select pipeline_version from gpu_listings order by position desc limit 1'

/** Newest observations of offers, whether they stand or not, that were not made by @usual. */
export const OTHER_PIPELINE_VERSIONS = `
  select position, g.pipeline_version from offers join gpu_listings g using (position) where g.pipeline_version is not @usual`

/**
 * Price changes since @changed_after of offers that name one price now: those of an offer together, in the order of time. The + keeps
 * SQLite from walking through the changes of all time in the order of their offers.
 */
export const CHANGES_OF_OFFERS = `
  select o.position, c.seen_at, c.seen_before, c.price, c.price_before, c.currency
  from price_changes c join offers o using (offer)
  where c.seen_at >= @changed_after and o.is_ambiguous = 0 order by +c.offer, c.seen_at, c.position`

/** Imports that left rows out and were not undone, newest first, among the last thousand. */
export const REJECTING_IMPORTS = `
  select import_id, rejected_count from (select * from imports order by first_position desc limit 1000)
  where rejected_count > 0 and undone_at is null order by first_position desc limit @limit`

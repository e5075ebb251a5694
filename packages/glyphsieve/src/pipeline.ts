import { quantizationCapacity } from './capacity.ts'
import { CATALOG_VERSION } from './catalog.ts'
import { type CleanDefaults, type CleanListing, clean } from './clean.ts'
import { type Specs, type Stated, specsOf } from './enrich.ts'
import type { GPUListingDTO } from './listing.ts'
import { type Match, matchTitle, matchTitleOnly } from './match/match.ts'
import { remembering } from './memory.ts'
import type { Rates } from './rates.ts'
import type { RawListing } from './raw-listing.ts'
import type { RawItem } from './read/raw-listings.ts'
import type { Rejection } from './rejection.ts'
import { abilityOf, type Scored, scoreOffer } from './score.ts'
import type { ScoreWeights } from './score-weights.ts'
import { usdPer } from './usd.ts'
import { VERSION } from './version.ts'
import { standardWeights } from './weights.ts'

/** What a run knows beyond its listings. */
export interface SieveOptions extends CleanDefaults {
  /** Without them only prices in US dollars get a score. */
  rates?: Rates | undefined
  /** Default: those of score 1. */
  weights?: ScoreWeights | undefined
}

/** A listing as the import takes it. `extra` has the columns that mean nothing here, with their text. */
export type ScoredListing = GPUListingDTO & { extra?: Record<string, unknown> }

/** What became of a raw listing: scored, or rejected with the reason. */
export type Sieved = { listing: ScoredListing } | { rejection: Rejection }

/** The same of a row of an input. */
export type SievedItem = { item: RawItem } & Sieved

/** Versions of all that decides what a raw listing becomes. */
export function pipelineVersion(weights: ScoreWeights = standardWeights()): string {
  return `glyphsieve ${VERSION}; catalog ${CATALOG_VERSION}; ${weights.name}`
}

/**
 * Takes one raw listing the whole way: clean, match, enrich, capacity, score. The result depends on nothing but the listing and
 * the options.
 */
export function sieve(raw: RawListing, options: SieveOptions): Sieved {
  const cleaned = clean(raw, options)
  if ('stage' in cleaned) return { rejection: cleaned }
  const match = matchOf(cleaned.title)
  if (match.model === null) return { rejection: unmatched(match) }
  return score(cleaned, match, match.model, options)
}

/** Crawls see the same offers day after day. */
const matchOf = remembering(10_000, matchTitleOnly)

/** The same for rows in batches, as `readRawListings` gives them: what they became, in their order. */
export async function* sieveAll(
  batches: AsyncIterable<readonly RawItem[]>,
  options: SieveOptions,
): AsyncGenerator<SievedItem[], void, undefined> {
  for await (const items of batches) yield items.map((item) => sieveItem(item, options))
}

/** The same for one row; one that could not be read is rejected at the stage `read`. */
export function sieveItem(item: RawItem, options: SieveOptions): SievedItem {
  if ('listing' in item) return { item, ...sieve(item.listing, options) }
  return { item, rejection: { stage: 'read', code: 'unreadable', reason: item.reason } }
}

function unmatched({ is_gpu, kind, reason }: Match): Rejection {
  if (is_gpu) return { stage: 'match', code: 'no_model', reason: reason ?? 'the model is not certain' }
  return { stage: 'match', code: kind, reason: reason ?? 'not a GPU' }
}

function score(cleaned: CleanListing, match: Match, model: string, options: SieveOptions): Sieved {
  const { currency, warnings } = cleaned
  const condition = conditionOf(cleaned, match)
  const lot = match.lot_size
  const price = cleaned.price_is_each ? cleaned.price : perCard(cleaned.price, lot)
  const shipping = cleaned.shipping === undefined ? undefined : perCard(cleaned.shipping, lot)
  const valued = valuedOffer({ model, price, currency, shipping, condition, price_usd: undefined }, match, options)
  if ('rejection' in valued) return valued
  const { card, price_usd, scored } = valued
  const { specs } = card

  // Of a modified card both the title's reader and the catalog's warn.
  const isKnown = specs.warnings.some(isOfModification)
  for (const warning of match.warnings) if (!(isKnown && isOfModification(warning))) warnings.push(warning)
  for (const warning of specs.warnings) warnings.push(warning)
  if (lot > 1) warnings.push(`lot of ${lot}: the printed price is that of ${cleaned.price_is_each ? 'one card' : 'all cards'}`)
  // In the order of the contract, and what is not known is no member.
  const listing: ScoredListing = { model, price, currency, price_usd, score: scored.score }
  if (shipping !== undefined) listing.shipping = shipping
  listing.lot_size = lot
  if (cleaned.quantity !== undefined) listing.quantity = cleaned.quantity
  if (cleaned.listing_source !== undefined) listing.listing_source = cleaned.listing_source
  if (cleaned.listing_id !== undefined) listing.listing_id = cleaned.listing_id
  if (cleaned.seller !== undefined) listing.seller = cleaned.seller
  if (cleaned.region !== undefined) listing.region = cleaned.region
  setKindOfCard(listing, specs)
  listing.pipeline_version = pipelineVersion(options.weights)
  listing.title = cleaned.title
  listing.price_text = cleaned.price_text
  if (cleaned.source_url !== undefined) listing.source_url = cleaned.source_url
  listing.condition = condition
  listing.seen_at = cleaned.seen_at
  setSpecs(listing, card)
  listing.match_score = match.confidence
  listing.score_breakdown = { ...scored.score_breakdown }
  if (warnings.length > 0) listing.warnings = warnings
  if (cleaned.extra !== undefined) listing.extra = cleaned.extra
  return { listing }
}

/**
 * Scores a listing that has a model already, such as one of an export, by the catalog, weights and rates of today. All members
 * are kept but those that the score and the catalog decide. Without a rate for its currency its own `price_usd` counts.
 */
export function rescore(listing: ScoredListing, options: Pick<SieveOptions, 'rates' | 'weights'>): Sieved {
  const { model, price, currency = 'USD', shipping, condition = 'unknown', price_usd, vram_gb = null, title } = listing
  // The listing does not say the memory type and edition that its title may state.
  const match = title === undefined ? undefined : matchTitle(title)
  const stated = match?.model === model ? { ...match, vram_gb: vram_gb ?? match.vram_gb } : { vram_gb }
  const valued = valuedOffer({ model, price, currency, shipping, condition, price_usd }, stated, options)
  if ('rejection' in valued) return valued
  const { card, scored } = valued
  const { specs } = card
  const rescored: ScoredListing = { ...listing, price_usd: valued.price_usd, score: scored.score }
  setKindOfCard(rescored, specs)
  rescored.pipeline_version = pipelineVersion(options.weights)
  setSpecs(rescored, card)
  rescored.score_breakdown = { ...scored.score_breakdown }
  const warnings = [...new Set([...(listing.warnings ?? []), ...specs.warnings])]
  if (warnings.length > 0) rescored.warnings = warnings
  return { listing: rescored }
}

/** What decides a listing's score, for one card. */
interface Offer {
  model: string
  price: number
  currency: string
  shipping: number | undefined
  condition: NonNullable<GPUListingDTO['condition']>
  /** What counts where there is no rate. */
  price_usd: number | undefined
}

interface Valued {
  card: KnownCard
  price_usd: number
  scored: Extract<Scored, { score: number }>
}

/** Codes of the stage `score`. */
export const SCORE_CODES = ['for_parts', 'missing_rate', 'not_in_catalog', 'missing_spec', 'unusable_weights'] as const

function valuedOffer(
  offer: Offer,
  stated: Stated,
  { rates, weights = standardWeights() }: Pick<SieveOptions, 'rates' | 'weights'>,
): Valued | { rejection: Rejection } {
  const { model, price, currency, shipping, condition } = offer
  if (condition === 'for_parts') return rejected('for_parts', 'the card is sold for parts')
  const rate = usdPer(currency, rates)
  const price_usd = rate === undefined ? offer.price_usd : inUsd(price, rate)
  if (price_usd === undefined) {
    const remedy = rates === undefined ? 'give one with --rates' : `the rates of ${rates.date} have none`
    return rejected('missing_rate', `no rate from ${currency} to US dollars: ${remedy}`)
  }
  const card = knownCard(model, stated)
  if (card === undefined) return rejected('not_in_catalog', 'the catalog does not have this model')
  const shipping_usd = shipping === undefined ? undefined : inUsd(shipping, rate ?? price_usd / price)
  const scored = scoreOffer({ price_usd, shipping_usd, condition }, abilityOfCard(card, weights), weights)
  if ('missing' in scored) return rejected('missing_spec', `no score: ${scored.missing.join(', ')}`)
  if ('unusable_weights' in scored) return rejected('unusable_weights', scored.unusable_weights)
  return { card, price_usd, scored }
}

/** A card for parts stays one whatever the shop's column says; otherwise the column knows better than the title. */
function conditionOf(cleaned: CleanListing, match: Match): NonNullable<GPUListingDTO['condition']> {
  if (match.condition === 'for_parts') return 'for_parts'
  return cleaned.condition ?? match.condition ?? 'unknown'
}

function setKindOfCard(listing: ScoredListing, { architecture, form_factor }: Specs): void {
  if (architecture !== null) listing.generation = architecture
  if (form_factor !== null) listing.form_factor = form_factor
}

function setSpecs(listing: ScoredListing, { specs, capacity }: KnownCard): void {
  const { vram_gb, mem_bandwidth_gbs, tdp_watts, mig_support, nvlink } = specs
  if (vram_gb !== null) listing.vram_gb = vram_gb
  if (mem_bandwidth_gbs !== null) listing.mem_bandwidth_gbs = mem_bandwidth_gbs
  if (tdp_watts !== null) listing.tdp_watts = tdp_watts
  if (mig_support !== null) listing.mig_support = mig_support
  if (nvlink !== null) listing.nvlink = nvlink
  if (capacity !== undefined) listing.quantization_capacity = capacity
}

function rejected(code: (typeof SCORE_CODES)[number], reason: string): { rejection: Rejection } {
  return { rejection: { stage: 'score', code, reason } }
}

const isOfModification = (warning: string) => warning.startsWith('modified:')

/** One card's part of an amount for the whole lot, to a hundredth of a cent; exact where there is but one card. */
function perCard(amount: number, lot: number): number {
  return lot === 1 ? amount : rounded(amount / lot)
}

function inUsd(amount: number, rate: number): number {
  return rate === 1 ? amount : Math.round(amount * rate * 1e8) / 1e8 || amount * rate
}

/** To four decimals, but never from above 0 to 0. */
function rounded(amount: number): number {
  return Math.round(amount * 1e4) / 1e4 || amount
}

/** What the catalog says of a card, and what runs on it. */
interface KnownCard {
  specs: Specs
  capacity: NonNullable<GPUListingDTO['quantization_capacity']> | undefined
  /** By the weights that were asked for last. */
  ability?: { weights: ScoreWeights; of: ReturnType<typeof abilityOf> }
}

function abilityOfCard(card: KnownCard, weights: ScoreWeights): ReturnType<typeof abilityOf> {
  if (card.ability?.weights !== weights) card.ability = { weights, of: abilityOf(card.specs, weights) }
  return card.ability.of
}

/** The same few cards are named thousands of times. */
const MOST_CARDS = 5000
const cards = new Map<string, KnownCard>()

function knownCard(model: string, { vram_gb, memory_type, edition, form_factor }: Stated): KnownCard | undefined {
  const key = `${model} ${vram_gb} ${memory_type} ${edition} ${form_factor}`
  const known = cards.get(key)
  if (known !== undefined) return known
  const specs = specsOf(model, { vram_gb, memory_type, edition, form_factor })
  if (specs === undefined) return undefined
  const { vram_gb: vram, gpus } = specs
  const found: KnownCard = {
    specs,
    capacity: vram === null || gpus === null ? undefined : quantizationCapacity({ vram_gb: vram, gpus }),
  }
  if (cards.size >= MOST_CARDS) cards.clear()
  cards.set(key, found)
  return found
}

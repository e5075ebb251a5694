import { matchTitle, specsOf, variantsOf } from 'glyphsieve/stages'
import type { StoredListing } from '../contract/listings.ts'
import type { CatalogFact } from '../contract/market.ts'
import { type ListingDetail, MAX_PERIODS, type ObservedPeriod, type OfferRecord, type Standing } from '../contract/offers.ts'
import { type OfferMark, whyUnranked } from './market.ts'
import { sourcesOf } from './models.ts'
import { historyOf, type Observation } from './offer-history.ts'
import { at } from './offers.ts'
import { titleMatch } from './title-match.ts'

const DAY_MS = 86_400_000

/** An offer as its observations and the complete imports of its source have it. */
export interface ObservedOffer {
  offer_key: string
  /** At least one, in any order. */
  observations: readonly Observation[]
  /** When a complete import of its source no longer had it; null: none did. */
  delisted_at: string | null
  is_current: boolean
}

/** The record of an offer, given the ids of its observations by their positions. */
export function offerRecord(
  { offer_key, observations, delisted_at, is_current }: ObservedOffer,
  { now, ids }: { now: number; ids: ReadonlyMap<number, string> },
): OfferRecord {
  const { first_seen, periods, ambiguous_at } = historyOf(observations)
  const last_seen = periods.at(-1)?.last.seen_at ?? first_seen
  const end =
    delisted_at === null ? (is_current ? Math.max(now, Date.parse(last_seen)) : Date.parse(last_seen)) : Date.parse(delisted_at)
  return {
    offer_key,
    first_seen,
    last_seen,
    ...(delisted_at !== null && { delisted_at }),
    is_current,
    days_on_market: (end - Date.parse(first_seen)) / DAY_MS,
    observation_count: observations.length,
    periods: periods.slice(-MAX_PERIODS).map(({ first_seen, last }) => ({
      id: at(ids, last.position),
      first_seen,
      last_seen: last.seen_at,
      ...stateOf(last),
    })),
    warnings: ambiguous_at.map(
      (time) => `several prices at ${time}: which offer is which is not known, so that no price change is told`,
    ),
  }
}

function stateOf({ price, currency, quantity, condition, model, vram_gb, seller }: Observation) {
  return {
    price,
    currency,
    ...(quantity !== null && { quantity }),
    ...(condition !== null && { condition }),
    model,
    ...(vram_gb !== null && { vram_gb }),
    ...(seller !== null && { seller }),
  } satisfies Partial<ObservedPeriod>
}

export function standingOf(mark: OfferMark): Standing {
  const { group, suspect, price_to_fair } = mark
  return {
    suspect,
    modified: group.modified,
    ...(price_to_fair !== undefined && { price_to_fair }),
    unranked: whyUnranked(mark),
  }
}

/** The whole answer about a listing. */
export function listingDetail(
  listing: StoredListing,
  { offer, standing }: { offer: OfferRecord | undefined; standing: Standing | undefined },
): ListingDetail {
  const { title } = listing
  const facts = factsOf(listing)
  return {
    listing,
    ...(offer && { offer }),
    ...(standing && { standing }),
    ...(title !== undefined && { match: titleMatch(title, matchTitle(title)) }),
    facts,
    sources: sourcesOf(facts),
  }
}

/** What the score counts of a card, where the catalog and the listing agree on it. */
const SCORED = [
  'gpus',
  'vram_gb',
  'mem_bandwidth_gbs',
  'fp16_dense_tflops',
  'fp32_tflops',
  'tdp_watts',
  'compute_capability',
  'support',
  'form_factor',
] as const

/** The facts that the score rests on; each is that of a variant which has the value that counted. */
function factsOf({ model, vram_gb, form_factor }: StoredListing): CatalogFact[] {
  const specs = specsOf(model, { vram_gb, form_factor })
  if (specs === undefined) return []
  return SCORED.flatMap((fact) => {
    const value = specs[fact]
    const source = variantsOf(model).find((variant) => variant[fact] === value)?.sources[fact]
    return value === null || source === undefined ? [] : [{ fact, value, source }]
  })
}

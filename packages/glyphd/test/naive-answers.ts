import type { StoredListing } from '../dist/index.js'
import type { DeltasQuestion, ListingsQuestion } from '../dist/store/engine.js'
import { byStoring, isCurrent, newestObservations, offersOf, type World } from './naive.ts'

/** What is asked of listings, without the page. */
export type ListingsAsked = Omit<ListingsQuestion, 'about' | 'limit' | 'behind' | 'format'>
export type DeltasAsked = Omit<DeltasQuestion, 'about' | 'limit' | 'behind'>

/** A price change, with the listings that it lies between. */
export interface NaiveDelta {
  before: StoredListing
  after: StoredListing
  change_pct: number
}

/** All listings that are asked for, in their order. */
export function naiveListings(world: World, asked: ListingsAsked, now: number): StoredListing[] {
  const { latest, current } = asked
  const newest = latest === true || current === true ? newestObservations(world) : world.listings
  const standing = current === true ? newest.filter((listing) => isCurrent(listing, world, now)) : newest
  return standing.filter((listing) => matches(listing, asked)).sort(inOrderOf(asked.sort))
}

function matches(listing: StoredListing, asked: ListingsAsked): boolean {
  const equal = ['model', 'listing_source', 'seller', 'region', 'condition', 'currency', 'import_id', 'offer_key'] as const
  const { min_price, max_price, min_score, max_score, min_vram_gb, max_vram_gb, after, before, q } = asked
  const within = (value: number | undefined, min: number | undefined, max: number | undefined) =>
    (min === undefined || (value !== undefined && value >= min)) && (max === undefined || (value !== undefined && value <= max))
  const words = q === undefined ? [] : q.split(' ').filter((word) => word !== '')
  return (
    equal.every((member) => asked[member] === undefined || listing[member] === asked[member]) &&
    within(listing.price_usd, min_price, max_price) &&
    within(listing.score, min_score, max_score) &&
    within(listing.vram_gb, min_vram_gb, max_vram_gb) &&
    (after === undefined || listing.seen_at >= after) &&
    (before === undefined || listing.seen_at < before) &&
    words.every((word) => listing.title?.toLowerCase().includes(word.toLowerCase()) === true)
  )
}

/** How two listings stand to each other in an order. */
export function inOrderOf(sort: ListingsAsked['sort'] = 'import'): (a: StoredListing, b: StoredListing) => number {
  if (sort === 'import') return byStoring
  if (sort === '-import') return (a, b) => byStoring(b, a)
  const descending = sort.startsWith('-')
  const keyOf = (listing: StoredListing) => {
    if (sort.endsWith('seen_at')) return listing.seen_at
    return sort.endsWith('score') ? listing.score : listing.price_usd
  }
  return (a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)]
    if (one === other) return byStoring(a, b)
    if (one === undefined) return 1
    if (other === undefined) return -1
    return one < other === descending ? 1 : -1
  }
}

/** All price changes that are asked for, newest first. */
export function naiveDeltas(world: World, asked: DeltasAsked = {}): NaiveDelta[] {
  const { model, region, min_change_pct = 0, direction, after: since = '' } = asked
  const changes = offersOf(world).flatMap((sightings) =>
    sightings.flatMap((sighting, index) => {
      const [before, after] = [sightings[index - 1]?.seen ?? [], sighting.seen]
      return before.length === 1 && after.length === 1 ? between(before[0], after[0]) : []
    }),
  )
  return changes
    .filter(
      ({ after, change_pct }) =>
        (model === undefined || after.model === model) &&
        (region === undefined || after.region === region) &&
        Math.abs(change_pct) >= min_change_pct - 1e-9 &&
        (direction === undefined || (direction === 'up' ? change_pct > 0 : change_pct < 0)) &&
        after.seen_at >= since,
    )
    .sort((a, b) => newestFirst(a.after, b.after))
}

function between(before: StoredListing | undefined, after: StoredListing | undefined): NaiveDelta[] {
  if (before === undefined || after === undefined) return []
  if (before.currency !== after.currency || before.price === after.price) return []
  return [{ before, after, change_pct: ((after.price - before.price) * 100) / before.price }]
}

/** The order of price changes, by the listing that each comes with. */
export function newestFirst(a: StoredListing, b: StoredListing): number {
  if (a.seen_at !== b.seen_at) return a.seen_at < b.seen_at ? 1 : -1
  return byStoring(b, a)
}

/** A price change as it goes over the wire. */
export function deltaOnTheWire({ before, after, change_pct }: NaiveDelta): Record<string, unknown> {
  const { id, offer_key, model, vram_gb, condition, listing_source, seller, region, title, source_url } = after
  const members = {
    ...{ id, id_before: before.id, offer_key, model, vram_gb, condition, listing_source, seller, region, title, source_url },
    ...{ currency: after.currency, price_before: before.price, price: after.price, change_pct },
    ...{ seen_before: before.seen_at, seen_at: after.seen_at },
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

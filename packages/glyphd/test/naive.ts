import type { StoredListing } from '../dist/index.js'

const DAY_MS = 86_400_000
const CURRENT_DAYS = 14
const SEPARATOR = '\u001f'

/** A listing as it is sent: members of the contract alone. */
export type SentListing = Pick<StoredListing, 'model' | 'price' | 'score'> & Partial<StoredListing>

export interface NaiveSnapshot {
  listing_source: string
  seen_at: string
}

/** An import that was stored. */
export interface NaiveImport {
  import_id: string
  listings: StoredListing[]
  /** What a complete import told everything of. */
  snapshots: NaiveSnapshot[]
  undone: boolean
}

/** All that a question can see: listings in the order in which they were stored. */
export interface World {
  listings: StoredListing[]
  snapshots: NaiveSnapshot[]
}

/** Addresses of the tests, and what each comes to; undefined is a search page. */
export const CANONICAL_URLS: Record<string, string | undefined> = {
  'https://shop.example/card': 'https://shop.example/card',
  'https://shop.example/card?utm_source=feed#top': 'https://shop.example/card',
  'https://shop.example/other?b=2&a=1': 'https://shop.example/other?a=1&b=2',
  'https://shop.example/search?q=card': undefined,
}

/** What the first `head` imports come to, without those that were undone. */
export function worldOf(imports: readonly NaiveImport[], head = imports.length): World {
  const live = imports.slice(0, head).filter(({ undone }) => !undone)
  return { listings: live.flatMap(({ listings }) => listings), snapshots: live.flatMap(({ snapshots }) => snapshots) }
}

/** A listing as the store gives it back. */
export function storedListing(
  sent: SentListing,
  given: { import_id: string; index: number; timestamp: string },
): StoredListing {
  const { import_id, index, timestamp } = given
  const currency = sent.currency ?? 'USD'
  const price_usd = sent.price_usd ?? (currency === 'USD' ? sent.price : undefined)
  const key = keyOf(sent)
  return {
    ...sent,
    id: `${import_id}.${index}`,
    import_id,
    import_index: index,
    currency,
    ...(price_usd !== undefined && { price_usd }),
    lot_size: sent.lot_size ?? 1,
    seen_at: sent.seen_at ?? timestamp,
    ...(key !== undefined && { offer_key: key }),
  }
}

function keyOf({ listing_source, listing_id, source_url, model, vram_gb, condition, seller }: SentListing): string | undefined {
  if (listing_source !== undefined && listing_id !== undefined) return [listing_source, listing_id].join(SEPARATOR)
  const url = source_url === undefined ? undefined : CANONICAL_URLS[source_url]
  return url === undefined ? undefined : [url, model, vram_gb ?? '', condition ?? '', seller ?? ''].join(SEPARATOR)
}

/** Import order. */
export function byStoring(a: StoredListing, b: StoredListing): number {
  if (a.import_id !== b.import_id) return a.import_id < b.import_id ? -1 : 1
  return a.import_index - b.import_index
}

/** The observations that count of one offer at one time: one, or one for each of several prices. */
export interface Sighting {
  seen_at: string
  seen: StoredListing[]
}

/** What is known of each offer, in the order of time. A listing without a key is an offer of its own. */
export function offersOf({ listings }: World): Sighting[][] {
  const keys = new Set(listings.map(({ offer_key, id }) => offer_key ?? id))
  return [...keys].map((key) => sightingsOf(listings.filter(({ offer_key, id }) => (offer_key ?? id) === key)))
}

export function sightingsOf(observations: readonly StoredListing[]): Sighting[] {
  const times = [...new Set(observations.map(({ seen_at }) => seen_at))].sort()
  return times.map((seen_at) => {
    const then = observations.filter((one) => one.seen_at === seen_at).sort(byStoring)
    const isReplaced = (one: StoredListing) =>
      then.some((other) => other.price === one.price && other.currency === one.currency && byStoring(one, other) < 0)
    return { seen_at, seen: then.filter((one) => !isReplaced(one)) }
  })
}

/** Whether an offer stood between two successive sightings as it was at both. */
export function standsBetween(a: Sighting, b: Sighting): boolean {
  const [one, other] = [a.seen[0], b.seen[0]]
  if (one === undefined || other === undefined || a.seen.length > 1 || b.seen.length > 1) return false
  const members = ['price', 'currency', 'model', 'vram_gb', 'condition', 'seller', 'listing_source'] as const
  return members.every((member) => one[member] === other[member]) && (one.quantity === 0) === (other.quantity === 0)
}

/** The first complete import of its source behind an observation, if there is one. */
export function goneAt({ listing_source, seen_at }: StoredListing, { snapshots }: World): string | undefined {
  return snapshots
    .filter((snapshot) => snapshot.listing_source === listing_source && snapshot.seen_at > seen_at)
    .map((snapshot) => snapshot.seen_at)
    .sort()[0]
}

export function newestObservations(world: World): StoredListing[] {
  return offersOf(world).flatMap((sightings) => sightings.at(-1)?.seen ?? [])
}

export function isCurrent(listing: StoredListing, world: World, now: number): boolean {
  return Date.parse(listing.seen_at) > now - CURRENT_DAYS * DAY_MS && goneAt(listing, world) === undefined
}

/** What was on offer at a moment, from all that is known now. */
export function standingAt(world: World, moment: number): StoredListing[] {
  const then = new Date(moment).toISOString()
  return offersOf(world).flatMap((sightings) => {
    const last = sightings.findLast(({ seen_at }) => seen_at <= then)
    const next = sightings.find(({ seen_at }) => seen_at > then)
    if (last === undefined) return []
    if (next !== undefined && standsBetween(last, next)) return last.seen
    const known = { ...world, snapshots: world.snapshots.filter(({ seen_at }) => seen_at <= then) }
    return last.seen.filter((listing) => isCurrent(listing, known, moment))
  })
}

/** What a complete import tells everything of: its sources, each at the earliest time of its listings. */
export function snapshotsIn(listings: readonly StoredListing[]): NaiveSnapshot[] {
  const sources = new Set(listings.flatMap(({ listing_source }) => listing_source ?? []))
  return [...sources].map((listing_source) => {
    const times = listings.filter((one) => one.listing_source === listing_source).map(({ seen_at }) => seen_at)
    return { listing_source, seen_at: times.sort()[0] ?? '' }
  })
}

/** Whether a complete import would delist more than half of what one of its sources offered just before. */
export function isSuspicious(world: World, listings: readonly StoredListing[]): boolean {
  return snapshotsIn(listings).some((snapshot) => {
    const until = new Date(Date.parse(snapshot.seen_at) - CURRENT_DAYS * DAY_MS).toISOString()
    const offered = offersOf(world).filter((sightings) => {
      const newest = sightings.at(-1)?.seen.at(-1)
      if (newest?.offer_key === undefined || newest.listing_source !== snapshot.listing_source) return false
      const gone = goneAt(newest, world)
      const wasSeen = sightings.some(({ seen_at }) => seen_at < snapshot.seen_at)
      return wasSeen && newest.seen_at > until && (gone === undefined || gone > snapshot.seen_at)
    })
    const missing = offered.filter((sightings) => {
      const newest = sightings.at(-1)?.seen.at(-1)
      return (
        newest !== undefined &&
        newest.seen_at < snapshot.seen_at &&
        !listings.some(({ offer_key }) => offer_key === newest.offer_key)
      )
    })
    return missing.length > offered.length / 2
  })
}

import type { OfferState } from '../dist/answers/offers.js'
import type { HistoryInterval } from '../dist/contract/market.js'
import type { StoredListing } from '../dist/index.js'
import {
  byStoring,
  goneAt,
  isCurrent,
  newestObservations,
  offersOf,
  type Sighting,
  sightingsOf,
  standingAt,
  standsBetween,
  type World,
} from './naive.ts'
import { type NaiveGroup, naiveMarket, naivePrices, naiveQuantile } from './naive-market.ts'

const DAY_MS = 86_400_000
const CLEARED_DAYS = 90

type Members = Record<string, unknown>

/** An answer without the members that have no value. */
function present(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** `offer` of a listing's page; undefined where nothing identifies the offer. */
export function naiveOffer(world: World, { offer_key }: StoredListing, now: number): Members | undefined {
  if (offer_key === undefined) return undefined
  const observations = world.listings.filter((one) => one.offer_key === offer_key)
  const sightings = sightingsOf(observations)
  const newest = sightings.at(-1)?.seen.at(-1)
  if (newest === undefined) throw new Error('an offer has an observation')
  const first_seen = sightings[0]?.seen_at ?? ''
  const delisted_at = goneAt(newest, world)
  const is_current = isCurrent(newest, world, now)
  const known = Date.parse(delisted_at ?? newest.seen_at)
  const end = is_current ? Math.max(now, known) : known
  return present({
    ...{ offer_key, first_seen, last_seen: newest.seen_at, delisted_at, is_current },
    days_on_market: (end - Date.parse(first_seen)) / DAY_MS,
    observation_count: observations.length,
    periods: periodsOf(sightings).flatMap((period) => {
      const [first, last] = [period[0], period.at(-1)]
      return (last?.seen ?? []).map(({ id, price, currency, quantity, condition, model, vram_gb, seller }) =>
        present({
          ...{ id, first_seen: first?.seen_at, last_seen: last?.seen_at },
          ...{ price, currency, quantity, condition, model, vram_gb, seller },
        }),
      )
    }),
    warnings: sightings.filter(({ seen }) => seen.length > 1).map(({ seen_at }) => seen_at),
  })
}

/** Sightings between which an offer stood as it was, together. */
function periodsOf(sightings: readonly Sighting[]): Sighting[][] {
  const periods: Sighting[][] = []
  for (const sighting of sightings) {
    const before = periods.at(-1)?.at(-1)
    if (before !== undefined && standsBetween(before, sighting)) periods.at(-1)?.push(sighting)
    else periods.push([sighting])
  }
  return periods
}

/** A listing as a market takes it. */
function stateOf(listing: StoredListing): OfferState {
  const { model, currency = '', price, vram_gb, condition, price_usd, seller, quantity } = listing
  return {
    ...{ model, currency, price, vram_gb: vram_gb ?? null, condition: condition ?? null, price_usd: price_usd ?? null },
    ...{ seller: seller ?? null, quantity: quantity ?? null },
  }
}

/** A group, and its offers as they were listed. */
interface Comparable {
  key: Members
  group: NaiveGroup | undefined
  asking: { listing: StoredListing; suspect: boolean }[]
}

/** What is comparable among these listings, in the order of an answer. */
function comparable(listings: readonly StoredListing[]): Comparable[] {
  const states = new Map(listings.map((listing) => [stateOf(listing), listing]))
  const classes = ['new', 'used', 'for_parts']
  const rank = ({ modified, vram_gb, condition_class, currency }: NaiveGroup) => [
    ...[Number(modified), vram_gb ?? Number.MAX_VALUE, classes.indexOf(condition_class), currency.charCodeAt(0)],
  ]
  return naiveMarket([...states.keys()])
    .sort((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : compare(rank(a), rank(b))))
    .map((group) => ({
      key: keyOf(group),
      group,
      asking: group.offers.flatMap((state) => {
        const listing = states.get(state)
        return listing === undefined ? [] : [{ listing, suspect: group.suspects.includes(state) }]
      }),
    }))
}

function keyOf({ model, vram_gb, condition_class, currency, modified }: NaiveGroup): Members {
  return present({ model, vram_gb: vram_gb ?? undefined, condition_class, currency, modified })
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0)
}

/** What keeps an offer out of rankings. */
function whyNot(listing: StoredListing, { suspect, modified }: { suspect: boolean; modified: boolean }): string[] {
  const reasons: [string, boolean][] = [
    ['suspect', suspect],
    ['for_parts', listing.condition === 'for_parts'],
    ['modified', modified],
    ['sold_out', listing.quantity === 0],
    ['low_match', listing.match_score !== undefined && listing.match_score < 0.9],
  ]
  return reasons.flatMap(([reason, holds]) => (holds ? [reason] : []))
}

/** `standing` of a listing's page: only for what stands now. */
export function naiveStanding(world: World, { id, model }: StoredListing, now: number): Members | undefined {
  const standing = newestObservations(world).filter((one) => one.model === model && isCurrent(one, world, now))
  for (const { group, asking } of comparable(standing)) {
    for (const { listing, suspect } of asking) {
      if (listing.id !== id || group === undefined) continue
      const { modified, votes } = group
      const price_to_fair = votes.length < 5 ? undefined : listing.price / naiveQuantile(votes, 0.5)
      return present({ suspect, modified, price_to_fair, unranked: whyNot(listing, { suspect, modified }) })
    }
  }
  return undefined
}

/** What the market says of a model, without the members that come from the catalog. */
export function naiveModel(world: World, model: string, now: number): Members {
  const newest = newestObservations(world).filter((one) => one.model === model)
  const current = comparable(newest.filter((one) => isCurrent(one, world, now)))
  const cleared = comparable(newest.filter((one) => clearedLately(one, world, now)))
  const ranked = current.flatMap(({ group, asking }) =>
    asking
      .filter(({ listing, suspect }) => whyNot(listing, { suspect, modified: group?.modified === true }).length === 0)
      .map(({ listing }) => listing),
  )
  const priced = ranked.filter(({ price_usd }) => price_usd !== undefined)
  const [cheapest] = priced.sort((a, b) => (a.price_usd ?? 0) - (b.price_usd ?? 0) || byStoring(a, b))
  // Groups of all that is or was on offer have the order of the answer; each takes its part of either.
  const groups = comparable(newest).map(({ key }) => {
    const same = (other: Comparable) => JSON.stringify(other.key) === JSON.stringify(key)
    return { key, now: current.find(same), gone: cleared.find(same) }
  })
  return present({
    model,
    offer_count: current.flatMap(({ asking }) => asking).length,
    ranked_count: ranked.length,
    cheapest: cheapest && { id: cheapest.id, price_usd: cheapest.price_usd },
    groups: groups
      .filter((group) => group.now !== undefined || group.gone !== undefined)
      .map(({ key, now, gone }) =>
        present({
          ...key,
          offer_count: now?.asking.length ?? 0,
          sold_out_count: now?.asking.filter(({ listing }) => listing.quantity === 0).length ?? 0,
          suspect_count: now?.group?.suspects.length ?? 0,
          ...naivePrices(now?.group?.votes ?? []),
          cleared:
            gone &&
            clearedPrices(
              gone.asking.map(({ listing }) => listing),
              world,
            ),
        }),
      ),
  })
}

function clearedLately(listing: StoredListing, world: World, now: number): boolean {
  const gone = goneAt(listing, world)
  return gone !== undefined && Date.parse(gone) <= now && Date.parse(gone) > now - CLEARED_DAYS * DAY_MS
}

function clearedPrices(gone: readonly StoredListing[], world: World): Members {
  const n = gone.length
  if (n < 5) return { n }
  const firstSeen = (of: StoredListing) =>
    world.listings
      .filter(({ id, offer_key }) => (of.offer_key === undefined ? id === of.id : offer_key === of.offer_key))
      .map(({ seen_at }) => Date.parse(seen_at))
  const days = gone.map((of) => (Date.parse(goneAt(of, world) ?? '') - Math.min(...firstSeen(of))) / DAY_MS)
  const median = (values: number[]) =>
    naiveQuantile(
      values.sort((a, b) => a - b),
      0.5,
    )
  return { n, median_last_ask: median(gone.map(({ price }) => price)), days_median: median(days) }
}

/** What is asked of a model's prices over time. Times are in milliseconds. */
export interface HistoryAsked {
  model: string
  interval: HistoryInterval
  now: number
  after?: number
  before?: number
}

/** The prices of a model at the end of each interval, of the one that goes on at `now`. */
export function naiveHistory(
  world: World,
  { model, interval, now, after = -Infinity, before = Infinity }: HistoryAsked,
): Members[] {
  const first = Math.min(now, ...offersOf(world).map(([sighting]) => Date.parse(sighting?.seen_at ?? '')))
  const points: { key: Members; point: Members }[] = []
  for (let start = startOf(first, interval); start <= now; start = nextOf(start, interval)) {
    const end = Math.min(nextOf(start, interval) - 1, now)
    if (end < after || end >= before) continue
    const [from, to] = [new Date(start).toISOString(), new Date(end).toISOString()]
    for (const { key, group } of comparable(standingAt(world, end).filter((one) => one.model === model))) {
      points.push({ key, point: { start: from, end: to, ...naivePrices(group?.votes ?? []) } })
    }
  }
  return comparable(world.listings.filter((one) => one.model === model)).flatMap(({ key }) => {
    const ofGroup = points.filter((one) => JSON.stringify(one.key) === JSON.stringify(key))
    return ofGroup.length === 0 ? [] : [{ ...key, points: ofGroup.map(({ point }) => point) }]
  })
}

function startOf(time: number, interval: HistoryInterval): number {
  const date = new Date(time)
  date.setUTCHours(0, 0, 0, 0)
  if (interval === 'month') date.setUTCDate(1)
  while (interval === 'week' && date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1)
  return date.getTime()
}

function nextOf(start: number, interval: HistoryInterval): number {
  const date = new Date(start)
  if (interval === 'month') date.setUTCMonth(date.getUTCMonth() + 1)
  else date.setUTCDate(date.getUTCDate() + (interval === 'week' ? 7 : 1))
  return date.getTime()
}

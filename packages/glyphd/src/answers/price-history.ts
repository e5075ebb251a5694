import {
  type HistoryGroup,
  type HistoryInterval,
  type HistoryPoint,
  MAX_HISTORY_POINTS,
  type ModelHistory,
} from '../contract/market.ts'
import { type Ask, bySellerAndPrice, judge, sellerNumbers } from './fair-price.ts'
import { type Instant, intervalEnds } from './intervals.ts'
import { groupKey, groupName, inOrder } from './market.ts'
import type { PricePeriod, Snapshot } from './offers.ts'

const DAY_MS = 86_400_000

export interface HistoryQuestion {
  model: string
  interval: HistoryInterval
  /** The end of the interval that goes on. UTC with milliseconds, as all times. */
  now: string
  /** How long an offer is current after it was seen last. */
  current_days: number
  /** Only points whose `end` is not before this. */
  after?: string | undefined
  /** Only points whose `end` is before this. */
  before?: string | undefined
}

/**
 * The market at the end of each interval, from all periods of the model's offers: as `marketOf` would have given it then, but that
 * observations which came late count from when they were made. When a period stands is said at `PricePeriod`.
 */
export function priceHistory(
  periods: Iterable<PricePeriod>,
  snapshots: Iterable<Snapshot>,
  { model, interval, now, current_days, after, before }: HistoryQuestion,
): ModelHistory {
  const spans = spansOf(periods, snapshotTimes(snapshots), current_days * DAY_MS)
  const { instants, truncated } = intervalEnds(spans, interval, {
    now: Date.parse(now),
    after: after === undefined ? -Infinity : Date.parse(after),
    before: before === undefined ? Infinity : Date.parse(before),
    most: MAX_HISTORY_POINTS,
  })
  const groups = grouped(spans, ({ period }) => groupName(period))
  return {
    model,
    interval,
    groups: [...groups.values()].flatMap((members) => groupHistory(members, instants)).sort(inOrder),
    truncated,
  }
}

/** A period, and when it stands: from `from`, before `to`. In milliseconds. */
interface Span {
  period: PricePeriod
  from: number
  to: number
}

function spansOf(periods: Iterable<PricePeriod>, snapshots: ReadonlyMap<string, Float64Array>, currentMs: number): Span[] {
  return Array.from(periods, (period) => {
    const { listing_source, first_seen, last_seen, until } = period
    const last = Date.parse(last_seen)
    const times = listing_source === null ? undefined : snapshots.get(listing_source)
    const gone = times?.[firstAfter(times, last)] ?? Infinity
    const replaced = until === null ? Infinity : Date.parse(until)
    return { period, from: Date.parse(first_seen), to: Math.min(replaced, last + currentMs, gone) }
  })
}

/** When each source told everything, ascending. */
function snapshotTimes(snapshots: Iterable<Snapshot>): Map<string, Float64Array> {
  const bySource = grouped(snapshots, ({ listing_source }) => listing_source)
  return new Map(
    [...bySource].map(([source, of]) => [source, Float64Array.from(of, ({ seen_at }) => Date.parse(seen_at)).sort()]),
  )
}

function grouped<Item>(items: Iterable<Item>, nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const name = nameOf(item)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return groups
}

/** Index of the first of ascending times that is greater; their number if none is. */
function firstAfter(times: ArrayLike<number>, time: number): number {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? Infinity) > time) high = middle
    else low = middle + 1
  }
  return low
}

/** The points of the spans of one group; nothing where it has none. */
function groupHistory(spans: readonly Span[], instants: readonly Instant[]): HistoryGroup[] {
  const ends = Float64Array.from(instants, ({ end }) => end)
  const asksAt: (Ask[] | undefined)[] = instants.map(() => undefined)
  const numberOf = sellerNumbers()
  const asking = spans.map(({ period, from, to }) => ({
    ask: { price: period.price, seller: numberOf(period.seller) },
    soldOut: period.quantity === 0,
    first: firstAfter(ends, from - 1),
    end: firstAfter(ends, to - 1),
  }))
  // Sorted once, so that no point has to sort: each gets its asks in this order.
  asking.sort((a, b) => bySellerAndPrice(a.ask, b.ask))
  for (const { ask, soldOut, first, end } of asking) {
    for (let index = first; index < end; index++) {
      const asks = asksAt[index] ?? []
      asksAt[index] = asks
      if (!soldOut) asks.push(ask)
    }
  }
  const points = instants.flatMap(({ start, end }, index): HistoryPoint[] => {
    const asks = asksAt[index]
    return asks === undefined ? [] : [{ start: utc(start), end: utc(end), ...judge(asks).prices }]
  })
  const [first] = spans
  return first === undefined || points.length === 0 ? [] : [{ ...groupKey(first.period), points }]
}

function utc(ms: number): string {
  return new Date(ms).toISOString()
}

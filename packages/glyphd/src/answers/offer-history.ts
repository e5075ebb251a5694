import type { OfferState } from './offers.ts'

/** One observation of an offer. */
export interface Observation extends OfferState {
  position: number
  listing_source: string | null
  /** UTC with milliseconds. */
  seen_at: string
}

/** A time in which successive observations agreed. */
export interface HistoryPeriod {
  first_seen: string
  /** The last observation of the period. */
  last: Observation
  /** When the offer was observed otherwise; undefined: it is the newest that is known. */
  until: string | undefined
}

export interface PriceChange {
  before: Observation
  after: Observation
  /** The difference in per cent of the price before. */
  change_pct: number
}

export interface OfferHistory {
  first_seen: string
  /** In the order of time; several without an end where the newest observations name several prices. */
  periods: HistoryPeriod[]
  changes: PriceChange[]
  /** Times at which several prices were seen. Those are offers of their own, of which nothing tells which is which. */
  ambiguous_at: string[]
}

/**
 * What the observations of one offer key, at least one, come to. Of those of one time and price the last that was stored counts.
 * Several prices at one time are several offers: there is no price change into or out of such a time.
 */
export function historyOf(observations: readonly Observation[]): OfferHistory {
  const ordered = observations.toSorted(bySeenAt)
  const history: OfferHistory = { first_seen: ordered[0]?.seen_at ?? '', periods: [], changes: [], ambiguous_at: [] }
  let open: HistoryPeriod[] = []
  for (let from = 0; from < ordered.length; ) {
    const seen_at = ordered[from]?.seen_at ?? ''
    let to = from
    while (ordered[to]?.seen_at === seen_at) to++
    const seen = lastOfEachPrice(ordered.slice(from, to))
    from = to

    const [only] = seen
    const [period] = open
    if (seen.length > 1) history.ambiguous_at.push(seen_at)
    if (only !== undefined && seen.length === 1 && period !== undefined && open.length === 1) {
      if (agree(period.last, only)) {
        period.last = only
        continue
      }
      if (period.last.currency === only.currency && period.last.price !== only.price) {
        history.changes.push({ before: period.last, after: only, change_pct: changePct(period.last.price, only.price) })
      }
    }
    for (const ended of open) ended.until = seen_at
    open = seen.map((last) => ({ first_seen: seen_at, last, until: undefined }))
    history.periods.push(...open)
  }
  return history
}

/** What counts of some observations of one offer key: of those of the newest time, the last stored of each price. */
export function newestOf<T extends Priced>(observations: readonly T[]): T[] {
  const newest = observations.reduce((time, { seen_at }) => (seen_at > time ? seen_at : time), '')
  return lastOfEachPrice(observations.filter(({ seen_at }) => seen_at === newest).sort(bySeenAt))
}

/** What tells the prices of one time apart. */
interface Priced {
  position: number
  seen_at: string
  price: number
  currency: string
}

/** The difference in per cent of the price before; JSON has no Infinity. */
export function changePct(before: number, after: number): number {
  return Math.min(((after - before) * 100) / before, Number.MAX_VALUE)
}

/** Whether two observations differ in nothing that the market counts. */
function agree(a: Observation, b: Observation): boolean {
  return (
    a.price === b.price &&
    a.currency === b.currency &&
    a.model === b.model &&
    a.vram_gb === b.vram_gb &&
    a.condition === b.condition &&
    a.seller === b.seller &&
    a.listing_source === b.listing_source &&
    (a.quantity === 0) === (b.quantity === 0)
  )
}

/** The observation stored last for each price and currency, the one that was stored last of all at the end. */
function lastOfEachPrice<T extends Priced>(observations: readonly T[]): T[] {
  const byPrice = new Map<string, T>()
  for (const observation of observations) {
    const price = `${observation.price} ${observation.currency}`
    byPrice.delete(price)
    byPrice.set(price, observation)
  }
  return [...byPrice.values()]
}

function bySeenAt(a: Priced, b: Priced): number {
  if (a.seen_at !== b.seen_at) return a.seen_at < b.seen_at ? -1 : 1
  return a.position - b.position
}

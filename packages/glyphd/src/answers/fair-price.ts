import type { ConditionClass, FairPrice, WithheldPrice } from '../contract/market.ts'
import type { Condition } from './offers.ts'

/** Fewer votes than these give no fair price. */
export const LEAST_VOTES = 5

/** Deviations beyond which a price is far from the others, and how many there are in a MAD (Iglewicz and Hoaglin, 1993). */
const MOST_DEVIATIONS = 3.5
const DEVIATIONS_IN_MAD = 0.6745
/** A price within this ratio of the centre is never suspect, however closely the others agree. */
const TOLERATED_RATIO = 1.5
/** A price beyond this ratio is always suspect, however much the others differ. */
const IMPOSSIBLE_RATIO = 4

/** With which offers the price of a card is compared. What is not known to be new is used. */
export function conditionClass(condition: Condition | null): ConditionClass {
  return condition === 'new' || condition === 'for_parts' ? condition : 'used'
}

/** Quantile of type 7 (Hyndman and Fan) of at least one value in ascending order: linear between the two nearest. */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const place = (sorted.length - 1) * p
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  if (low === undefined || high === undefined) throw new RangeError('a quantile of nothing')
  return low + (high - low) * (place - Math.floor(place))
}

/** A price, and who asks it. */
export interface Ask {
  price: number
  /** The same number where offers share a vote. */
  seller: number
}

/** The order in which asks are judged: those of a seller together, ascending. */
export function bySellerAndPrice(a: Ask, b: Ask): number {
  return a.seller - b.seller || a.price - b.price
}

/** Gives every seller a number, and a number of its own to every offer that names none. A blank name names nobody. */
export function sellerNumbers(): (seller: string | null) => number {
  const numbers = new Map<string, number>()
  let next = 0
  return (seller) => {
    if (seller === null || seller.trim() === '') return next++
    const known = numbers.get(seller)
    if (known !== undefined) return known
    numbers.set(seller, next)
    return next++
  }
}

/** What the asks of a group say about its price. */
export interface Judgement {
  prices: { fair_price: FairPrice } | { withheld: WithheldPrice }
  /** Whether a price is too far from the votes to be believed. Without votes, none is. */
  isSuspect: (price: number) => boolean
}

/** Judges the asks of one group, in the order of `bySellerAndPrice`: screens them, and takes the votes of those that are left. */
export function judge(asks: readonly Ask[]): Judgement {
  const votes = votesOf(asks)
  const isSuspect = screenOf(votes)
  const left = asks.filter(({ price }) => !isSuspect(price))
  return { prices: pricesOf(left.length === asks.length ? votes : votesOf(left)), isSuspect }
}

/** The medians of the sellers, ascending. */
function votesOf(asks: readonly Ask[]): Float64Array {
  const votes = new Float64Array(asks.length)
  let count = 0
  for (let from = 0, to = 0; from < asks.length; from = to) {
    const seller = asks[from]?.seller
    while (asks[to]?.seller === seller) to++
    const [low, high] = [asks[(from + to - 1) >> 1], asks[(from + to) >> 1]]
    if (low !== undefined && high !== undefined) votes[count++] = low.price + (high.price - low.price) / 2
  }
  return votes.subarray(0, count).sort()
}

function screenOf(votes: Float64Array): (price: number) => boolean {
  if (votes.length === 0) return () => false
  const centre = geometricMedian(votes)
  const isBeyond = (price: number, ratio: number) => price > centre * ratio || price < centre / ratio
  let scale: LogScale | undefined
  return (price) => {
    if (!isBeyond(price, TOLERATED_RATIO)) return false
    if (isBeyond(price, IMPOSSIBLE_RATIO)) return true
    scale ??= logScaleOf(votes)
    // Where the MAD is 0, every distance is infinitely many of them.
    return (DEVIATIONS_IN_MAD * Math.abs(Math.log(price) - scale.centre)) / scale.mad > MOST_DEVIATIONS
  }
}

/** Centre and spread of the logarithms of the votes. */
interface LogScale {
  centre: number
  mad: number
}

function logScaleOf(votes: Float64Array): LogScale {
  const logs = votes.map((vote) => Math.log(vote))
  const centre = quantile(logs, 0.5)
  return { centre, mad: quantile(logs.map((log) => Math.abs(log - centre)).sort(), 0.5) }
}

/** The median on the scale of logarithms: of an even number, the geometric mean of the middle two. */
function geometricMedian(votes: Float64Array): number {
  const low = votes[Math.floor((votes.length - 1) / 2)] ?? Number.NaN
  const high = votes[Math.ceil((votes.length - 1) / 2)] ?? Number.NaN
  return low === high ? low : Math.sqrt(low) * Math.sqrt(high)
}

function pricesOf(votes: Float64Array): Judgement['prices'] {
  const n = votes.length
  const [low, high] = [votes[0], votes[n - 1]]
  if (low === undefined || high === undefined) return { withheld: { n } }
  if (n < LEAST_VOTES) return { withheld: { n, low, high } }
  return { fair_price: { n, median: quantile(votes, 0.5), p25: quantile(votes, 0.25), p75: quantile(votes, 0.75), low, high } }
}

import type { OfferState } from '../dist/answers/offers.js'
import { SIZES } from './market-offers.ts'

/** What the documentation says of one group, computed without a thought for time. Of nothing it says undefined. */
export interface NaiveGroup {
  model: string
  vram_gb: number | null
  condition_class: string
  currency: string
  modified: boolean
  offers: OfferState[]
  suspects: OfferState[]
  /** Votes that are left, ascending. */
  votes: number[]
}

/** A market as `docs/fair-price.md` describes it, written without a look at the code. */
export function naiveMarket(offers: readonly OfferState[]): NaiveGroup[] {
  const keys = new Set(offers.map((offer) => JSON.stringify(keyOf(offer))))
  return [...keys].map((key) => {
    const members = offers.filter((offer) => JSON.stringify(keyOf(offer)) === key)
    const voting = members.filter(({ quantity }) => quantity !== 0)
    const all = naiveVotes(voting)
    const suspects = members.filter(({ price }) => isNaivelySuspect(price, all))
    const votes = naiveVotes(voting.filter((offer) => !suspects.includes(offer)))
    return { ...keyOf(members[0]), offers: members, suspects, votes }
  })
}

function keyOf(offer: OfferState | undefined) {
  if (offer === undefined) throw new Error('no offer')
  const { model, vram_gb, condition, currency } = offer
  const sizes = SIZES[model] ?? []
  const modified = vram_gb !== null && sizes.length > 0 && !sizes.includes(vram_gb)
  const condition_class = condition === 'new' ? 'new' : condition === 'for_parts' ? 'for_parts' : 'used'
  return { model, vram_gb, condition_class, currency, modified }
}

function naiveVotes(offers: readonly OfferState[]): number[] {
  const named = new Set(offers.flatMap(({ seller }) => (seller ? [seller] : [])))
  const ofSellers = [...named].map((name) =>
    naiveMedian(offers.filter(({ seller }) => seller === name).map(({ price }) => price)),
  )
  return [...ofSellers, ...offers.filter(({ seller }) => !seller).map(({ price }) => price)].sort((a, b) => a - b)
}

function isNaivelySuspect(price: number, votes: readonly number[]): boolean {
  if (votes.length === 0) return false
  const logs = votes.map(Math.log)
  const mad = naiveMedian(logs.map((log) => Math.abs(log - naiveMedian(logs))))
  const z = Math.abs((0.6745 * (Math.log(price) - naiveMedian(logs))) / mad)
  const [left = 0, right = 0] = middleOf(votes)
  const centre = left === right ? left : Math.sqrt(left) * Math.sqrt(right)
  const outside = (ratio: number) => price < centre / ratio || price > centre * ratio
  return (z > 3.5 && outside(1.5)) || outside(4)
}

function middleOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  while (sorted.length > 2) {
    sorted.shift()
    sorted.pop()
  }
  return sorted.length === 1 ? [...sorted, ...sorted] : sorted
}

function naiveMedian(values: readonly number[]): number {
  const [left = Number.NaN, right = Number.NaN] = middleOf(values)
  return (left + right) / 2
}

/** Type 7, as Hyndman and Fan write it: the j-th and the next of the values, counted from 1, at (n - 1) p + 1 = j + g. */
export function naiveQuantile(sorted: readonly number[], p: number): number {
  const place = (sorted.length - 1) * p + 1
  const j = Math.trunc(place)
  const g = place - j
  return (1 - g) * (sorted[j - 1] ?? Number.NaN) + (g === 0 ? 0 : g * (sorted[j] ?? Number.NaN))
}

/** The members `fair_price` or `withheld` for these votes. */
export function naivePrices(votes: readonly number[]) {
  const n = votes.length
  if (n === 0) return { withheld: { n } }
  const [low, high] = [Math.min(...votes), Math.max(...votes)]
  if (n < 5) return { withheld: { n, low, high } }
  const at = (p: number) => naiveQuantile(votes, p)
  return { fair_price: { n, median: at(0.5), p25: at(0.25), p75: at(0.75), low, high } }
}

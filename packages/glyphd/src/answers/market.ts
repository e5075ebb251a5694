import { variantsOf } from 'glyphsieve/stages'
import type { ClearedPrices, ConditionClass, MarketGroup } from '../contract/market.ts'
import { type Ask, bySellerAndPrice, conditionClass, judge, LEAST_VOTES, quantile, sellerNumbers } from './fair-price.ts'
import type { MarketOffer, OfferState } from './offers.ts'

const DAY_MS = 86_400_000
const CLEARED_DAYS = 90
const LEAST_MATCH_SCORE = 0.9

/** An offer that a complete import found gone, at its last price. */
export interface DelistedOffer extends Pick<OfferState, 'model' | 'vram_gb' | 'condition' | 'currency' | 'price'> {
  /** UTC with milliseconds. */
  first_seen: string
  delisted_at: string
}

/** An offer, and what the market says of it. */
export interface OfferMark {
  offer: MarketOffer
  group: MarketGroup
  suspect: boolean
  /** Price / fair price; absent where that is withheld. */
  price_to_fair?: number
}

export interface Market {
  /** By model; within it plain before modified, then by memory (none stated last), condition and currency. */
  groups: MarketGroup[]
  /** By the position of the offer. */
  marks: ReadonlyMap<number, OfferMark>
}

/**
 * The market of current offers: what comparable ones ask, and how each stands to that. `gone` adds what cleared until its `now`;
 * delistings of another time are left out.
 */
export function marketOf(
  offers: Iterable<MarketOffer>,
  gone: { delisted: Iterable<DelistedOffer>; now: string } = { delisted: [], now: '' },
): Market {
  const parts = new Map<string, { key: GroupKey; offers: MarketOffer[]; delisted: DelistedOffer[] }>()
  const partOf = (state: GroupState) => {
    const name = groupName(state)
    const known = parts.get(name)
    if (known !== undefined) return known
    const part = { key: groupKey(state), offers: [], delisted: [] }
    parts.set(name, part)
    return part
  }
  for (const offer of offers) partOf(offer).offers.push(offer)
  for (const offer of gone.delisted) if (isRecent(offer, gone.now)) partOf(offer).delisted.push(offer)

  const marks = new Map<number, OfferMark>()
  const groups = [...parts.values()].map((part) => {
    const group = groupOf(part.key, part.offers, marks)
    const cleared = clearedPrices(part.delisted)
    return cleared === undefined ? group : Object.assign(group, { cleared })
  })
  return { groups: groups.sort(inOrder), marks }
}

/** The group of these offers. Marks each of them. */
function groupOf(key: GroupKey, offers: readonly MarketOffer[], marks: Map<number, OfferMark>): MarketGroup {
  const numberOf = sellerNumbers()
  const onSale = offers.filter(({ quantity }) => quantity !== 0)
  const asks: Ask[] = onSale.map(({ price, seller }) => ({ price, seller: numberOf(seller) }))
  const { prices, isSuspect } = judge(asks.sort(bySellerAndPrice))
  const group: MarketGroup = {
    ...key,
    offer_count: offers.length,
    sold_out_count: offers.length - onSale.length,
    suspect_count: 0,
    ...prices,
  }
  const median = group.fair_price?.median
  for (const offer of offers) {
    const { position, price } = offer
    const suspect = isSuspect(price)
    if (suspect) group.suspect_count++
    marks.set(position, {
      offer,
      group,
      suspect,
      ...(median !== undefined && { price_to_fair: Math.min(price / median, Number.MAX_VALUE) }),
    })
  }
  return group
}

function isRecent({ delisted_at }: DelistedOffer, now: string): boolean {
  return delisted_at <= now && Date.parse(now) - Date.parse(delisted_at) <= CLEARED_DAYS * DAY_MS
}

function clearedPrices(delisted: readonly DelistedOffer[]): ClearedPrices | undefined {
  const n = delisted.length
  if (n === 0) return undefined
  if (n < LEAST_VOTES) return { n }
  const asks = Float64Array.from(delisted, ({ price }) => price).sort()
  const days = Float64Array.from(
    delisted,
    ({ first_seen, delisted_at }) => (Date.parse(delisted_at) - Date.parse(first_seen)) / DAY_MS,
  ).sort()
  return { n, median_last_ask: quantile(asks, 0.5), days_median: quantile(days, 0.5) }
}

/** What of an offer says in which group it is. */
type GroupState = Pick<OfferState, 'model' | 'vram_gb' | 'condition' | 'currency'>

/** What the members of a group have in common. */
export type GroupKey = Pick<MarketGroup, 'model' | 'vram_gb' | 'condition_class' | 'currency' | 'modified'>

/** The same for offers of one group and no others. */
export function groupName({ model, vram_gb, condition, currency }: GroupState): string {
  return `${model}\u001f${vram_gb ?? ''}\u001f${conditionClass(condition)}\u001f${currency}`
}

export function groupKey({ model, vram_gb, condition, currency }: GroupState): GroupKey {
  const condition_class = conditionClass(condition)
  if (vram_gb === null) return { model, condition_class, currency, modified: false }
  return { model, vram_gb, condition_class, currency, modified: isModified(model, vram_gb) }
}

/** A variant whose size the catalog does not know may have any. */
function isModified(model: string, vram_gb: number): boolean {
  const variants = variantsOf(model)
  return variants.length > 0 && variants.every((variant) => variant.vram_gb !== null && variant.vram_gb !== vram_gb)
}

const CLASSES: readonly ConditionClass[] = ['new', 'used', 'for_parts']

/** The order of groups on every answer. */
export function inOrder(a: GroupKey, b: GroupKey): number {
  return (
    byText(a.model, b.model) ||
    Number(a.modified) - Number(b.modified) ||
    byMemory(a.vram_gb, b.vram_gb) ||
    CLASSES.indexOf(a.condition_class) - CLASSES.indexOf(b.condition_class) ||
    byText(a.currency, b.currency)
  )
}

/** None stated last. */
function byMemory(a = Number.POSITIVE_INFINITY, b = Number.POSITIVE_INFINITY): number {
  return a === b ? 0 : a - b
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** What keeps a current offer out of ranked answers. */
export type UnrankedReason = 'suspect' | 'for_parts' | 'modified' | 'sold_out' | 'low_match'

/** Every reason that keeps a current offer out of ranked answers; none for one that is ranked. */
export function whyUnranked({ offer, group, suspect }: OfferMark): UnrankedReason[] {
  const { condition, quantity, match_score } = offer
  const reasons: UnrankedReason[] = []
  if (suspect) reasons.push('suspect')
  if (condition === 'for_parts') reasons.push('for_parts')
  if (group.modified) reasons.push('modified')
  if (quantity === 0) reasons.push('sold_out')
  if (match_score !== null && match_score < LEAST_MATCH_SCORE) reasons.push('low_match')
  return reasons
}

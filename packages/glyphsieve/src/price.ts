import { isCurrency } from './currency.ts'
import { markOf, resolve } from './price-mark.ts'
import { ofLanguage, placeOf } from './price-place.ts'
import { type Amount, Reading, type Role } from './price-reading.ts'
import { assignRoles, joinRanges, share } from './price-roles.ts'
import { clean, JUNK, piecesOf } from './price-text.ts'
import { SMALL_UNITS } from './price-words.ts'
import type { PrintedPrice } from './printed-price.ts'

/** What is known beside the printed text. */
export interface PriceContext {
  /** Words around the price: the shop's host, a column's name, a country. */
  context?: string | undefined
  /** ISO 4217 code that a column or the run states: read where the text names none, and to settle a bare `$`, `¥` or `kr`. */
  currency?: string | undefined
}

const MAX_LENGTH = 1000
const MAX_AMOUNTS = 20

/** A number as JSON writes it, and dollars as Americans do: most of what a crawl holds. */
const PLAIN = /^(?:(\$)|(?!\d*,))([1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,8})(?:\.\d{1,2}|\.\d{4,20})?$/

const EXPONENT = /\d[eE][+-]?\d/

/**
 * Reads a price as shops and people of the whole world print it: what a buyer pays for one unit, or for the lot, without
 * shipping; with tax and after the discount where both are printed.
 *
 * Nothing is guessed. A range, an auction, an instalment, a rent, a placeholder such as 1234, a number that could be read in two
 * ways (`1.015`) is no price, and `reason` says so; a currency that neither the text nor `around` settles is null, only a
 * plain `$` is US dollars. Never throws, whatever the text.
 */
export function readPrice(text: string, around: PriceContext = {}): PrintedPrice {
  const place = placeOf(around.context)
  const plain = place.decimal === ',' && text.includes(',') ? null : PLAIN.exec(text)
  if (plain !== null) {
    const amount = Number((plain[1] === undefined ? text : text.slice(1)).replaceAll(',', ''))
    const currency = resolve(plain[1] === undefined ? undefined : markOf('DOLLAR'), place, statedBy(around))
    const fault = placeholder(amount, currency)
    return fault === undefined ? { amount, currency, kind: 'price', reason: null } : invalid(fault)
  }
  const trimmed = text.trim()
  if (trimmed === '') return invalid('an empty price')
  if (trimmed.length > MAX_LENGTH) return invalid(`a text of ${trimmed.length} characters, too long for a price`)
  if (EXPONENT.test(trimmed)) return invalid('a number with an exponent, which no shop prints')
  const cleaned = clean(trimmed)
  if (JUNK.test(cleaned)) return invalid('letters inside the number: the text is damaged')
  const reading = new Reading(piecesOf(cleaned), ofLanguage(cleaned, place), statedBy(around))
  if (reading.damaged !== undefined) return invalid(reading.damaged)
  if (reading.amounts.length > MAX_AMOUNTS) return invalid(`${reading.amounts.length} numbers, too many for a price`)
  if (reading.amounts.length === 0) return withoutAmount(reading)
  assignRoles(reading)
  joinRanges(reading)
  return decide(reading)
}

const GIFT: PrintedPrice = { amount: 0, currency: null, kind: 'free', reason: 'a gift' }
const QUOTE: PrintedPrice = {
  amount: null,
  currency: null,
  kind: 'quote',
  reason: 'no amount: the price is given on request or to be agreed',
}
const BIDDING: PrintedPrice = {
  amount: null,
  currency: null,
  kind: 'auction',
  reason: 'bids are asked for: there is no asking price',
}

function invalid(reason: string): PrintedPrice {
  return { amount: null, currency: null, kind: 'invalid', reason }
}

function statedBy(around: PriceContext): string | undefined {
  const code = around.currency?.trim().toUpperCase()
  return code !== undefined && isCurrency(code) ? code : undefined
}

/** Why an amount says nothing: what sellers type to fill a required field, or the number of an article. */
function placeholder(amount: number, currency: string | null): string | undefined {
  if (amount === 0) return 'zero: a missing price, a placeholder or a gift'
  const small = currency !== null && SMALL_UNITS.has(currency)
  if (amount >= (small ? 1e12 : 1e8)) return `${amount}, too large for a price`
  const whole = String(Math.floor(amount))
  const isWhole = Number.isInteger(amount)
  const filler =
    amount <= 1 ||
    (isWhole && whole.length >= 3 && '123456789'.startsWith(whole)) ||
    (isWhole && /^1{4,}$/.test(whole)) ||
    /^(\d)\1{6,}$/.test(whole) ||
    (!small && /^(?:(\d)\1{5}|99999)$/.test(whole)) ||
    (small && /^9{8,}$/.test(whole))
  return filler ? `${amount}, a placeholder that sellers type where they state no price` : undefined
}

function withoutAmount(reading: Reading): PrintedPrice {
  if (reading.any('hidden')) return invalid('a price that only the cart shows')
  if (reading.any('crypto')) return invalid('a currency that is none of ISO 4217')
  if (reading.any('wanted')) return invalid('a wanted advertisement')
  if (reading.any('rent') || reading.isRate()) return invalid('a rent, not a price')
  if (isGift(reading) && !reading.any('sold') && !reading.any('quote')) return GIFT
  if (reading.any('bid') || reading.any('start_bid') || reading.any('bids_welcome')) return BIDDING
  if (reading.any('sold')) return invalid('sold: no price is asked')
  if (reading.any('quote') || reading.any('haggle')) return QUOTE
  return invalid(reading.pieces.some((piece) => piece.kind === 'number') ? 'no number that is a price' : 'no number')
}

/** Whether the offer itself is free, and not its shipping or what comes with it. */
function isGift(reading: Reading): boolean {
  const strange = reading.pieces.filter((piece) => piece.kind === 'word' && piece.senses.size === 0)
  if (reading.any('ship') || strange.length > 3) return false
  return reading.pieces.some((piece, at) => {
    const beside = (position: number) => reading.has(position, 'extra') || reading.piece(position).text.startsWith('local')
    return piece.senses.has('free') && !reading.roles.has(at) && !beside(at - 1) && !beside(at + 1)
  })
}

function decide(reading: Reading): PrintedPrice {
  const marked = reading.amounts.filter((amount) => amount.mark !== undefined && !amount.adopted)
  const all = marked.length > 0 ? besideMarked(reading) : reading.amounts
  const unread = all.find((amount) => Number.isNaN(amount.value))
  if (unread !== undefined) return invalid(`"${unread.raw}", which is no number as prices are printed`)
  if (reading.any('crypto')) return invalid('a currency that is none of ISO 4217')
  if (reading.any('wanted')) return invalid('a wanted advertisement: what a buyer offers is no asking price')
  const fault = marked.length > 0 ? undefined : bareFault(reading)
  if (fault !== undefined) return fault
  return choose(reading, all)
}

/** Roles that only money has. */
const TELLING: readonly Role[] = ['old', 'list', 'now', 'vat_in', 'vat_ex', 'buy_now', 'bid']

/** The amounts with a currency sign, and those without one that only a price would be printed like. */
function besideMarked(reading: Reading): Amount[] {
  const [signed] = reading.amounts.filter((amount) => amount.mark !== undefined)
  const kept = reading.amounts.filter((amount) => {
    if (amount.mark !== undefined) return true
    const told = TELLING.some((role) => amount.roles.has(role))
    const isPrinted = /[.,']\d\d$|[.,' ]\d{3}$/.test(amount.raw) || amount.factor !== undefined
    const previous = reading.piece(amount.start - 1)
    const isAlternative = previous.text === '/' && previous.glued && reading.piece(amount.start).glued
    return told || isPrinted || isAlternative || isLooseCents(reading, amount)
  })
  for (const amount of kept) if (amount.mark === undefined && signed !== undefined) share(reading, amount, signed)
  return kept
}

/** The raised cents of `$1,299 99`, which lost their mark on the way. */
function isLooseCents(reading: Reading, amount: Amount): boolean {
  const previous = reading.piece(amount.start - 1)
  const follows = previous.kind === 'number' || reading.amounts.some((other) => other.end === amount.start)
  const next = reading.piece(amount.end)
  return /^\d\d$/.test(amount.raw) && follows && (next.text === '' || next.kind === 'sign')
}

/** Why numbers without any currency sign are no price. */
function bareFault(reading: Reading): PrintedPrice | undefined {
  if (reading.any('quote') || reading.any('hidden')) {
    for (const amount of reading.amounts) reading.roles.set(amount.at, 'code')
    return withoutAmount(reading)
  }
  const isLabelled = reading.pieces.some((piece) => piece.senses.has('label'))
  const unknown = reading.pieces.find(
    (piece, at) =>
      piece.kind === 'word' &&
      (piece.senses.size === 0 || piece.senses.has('model')) &&
      piece.factor === undefined &&
      !reading.roles.has(at),
  )
  if (unknown !== undefined && (!isLabelled || unknown.senses.has('model') || reading.amounts.length > 1)) {
    return invalid(`a number beside "${unknown.raw.slice(0, 40)}": nothing says that it is a price`)
  }
  return undefined
}

/** Why an amount is not what a buyer pays, or undefined where it may be. */
function otherThanPrice(reading: Reading, all: readonly Amount[], index: number): string | undefined {
  const amount = all[index]
  if (amount === undefined) return undefined
  const { roles } = amount
  const hasOthers = all.length > 1
  if (roles.has('rate')) return 'a price for a time or an amount, not for the thing'
  if (roles.has('instalment') && (hasOthers || isInstalment(reading, amount)))
    return 'an instalment: the whole price is not stated'
  if (roles.has('deposit')) return 'a deposit: the whole price is not stated'
  if (roles.has('old') || roles.has('list') || (roles.has('regular') && hasOthers)) return 'only a former or a list price'
  if (roles.has('save')) return 'only what is saved'
  if (roles.has('plus')) return 'only what is added to a price'
  if (roles.has('ship')) return 'only the cost of shipping'
  if (isFormer(reading, amount, all[index + 1])) return 'only a former price'
  if (isNegative(reading, amount)) return 'a negative amount'
  return isConversion(all, amount) ? 'only a conversion' : undefined
}

function choose(reading: Reading, all: readonly Amount[]): PrintedPrice {
  if (reading.any('rent')) return invalid('a rent, not a price')
  const faults = all.map((_, index) => otherThanPrice(reading, all, index))
  const prices = all.filter((amount, index) => faults[index] === undefined && !amount.isHigh)
  if (prices.length === 0) {
    const fault = faults.find((found) => found !== undefined) ?? 'no number that is a price'
    const asks = fault.startsWith('only') && (reading.any('quote') || reading.any('haggle'))
    return asks ? QUOTE : invalid(fault)
  }
  if (reading.any('sold')) return invalid('sold: no price is asked')
  let kept = prices.filter((amount) => !amount.roles.has('up_to') || amount.roles.has('from'))
  if (kept.length === 0) return invalid(`only an upper bound, ${prices[0]?.value}`)
  kept = without(kept, 'shipped')
  for (const role of ['vat_in', 'buy_now', 'now', 'each'] as const) {
    const heard = kept.filter((amount) => amount.roles.has(role))
    if (heard.length > 0) kept = heard
  }
  return settle(reading, all, without(kept, 'vat_ex'))
}

/** The amounts without the role, unless all have it. */
function without(amounts: Amount[], role: Role): Amount[] {
  const others = amounts.filter((amount) => !amount.roles.has(role))
  return others.length > 0 ? others : amounts
}

function settle(reading: Reading, all: readonly Amount[], kept: Amount[]): PrintedPrice {
  const isAuction = all.some((amount) => amount.roles.has('bid')) && !kept.some((amount) => amount.roles.has('buy_now'))
  const bids = isAuction ? kept.filter((amount) => amount.roles.has('bid')) : []
  const candidates = without(bids.length > 0 ? bids : kept, 'start_bid')
  const [first] = candidates
  if (first === undefined) return invalid('no number that is a price')
  const foreign = candidates.find((amount) => amount.currency !== first.currency)
  if (foreign !== undefined) return invalid(`two prices, ${shown(first)} and ${shown(foreign)}, in different currencies`)
  const values = [...new Set(candidates.map((amount) => amount.value))]
  const chosen = values.length === 1 ? first : lowered(reading, all, candidates)
  if (chosen === undefined) {
    return invalid(`several numbers, ${values.slice(0, 4).join(', ')}, and no word says which is the price`)
  }
  if (chosen.doubtful || chosen.high?.doubtful) return invalid(`"${chosen.raw}", which can be read in two ways`)
  return told(reading, chosen, isAuction)
}

function told(reading: Reading, chosen: Amount, isAuction: boolean): PrintedPrice {
  const { value: amount, currency, high } = chosen
  if (amount === 0 && isGift(reading)) return GIFT
  const fault = isAuction && amount > 0 ? undefined : placeholder(amount, currency)
  if (fault !== undefined) return invalid(fault)
  if (isAuction) return { amount, currency, kind: 'auction', reason: `an auction at ${amount}: no price is asked yet` }
  if (high !== undefined && high.value < amount) return invalid(`${amount} to ${high.value}, which is no range`)
  const range = high !== undefined && high.value > amount ? `a range, ${amount} to ${high.value}` : undefined
  const bound = range ?? (chosen.roles.has('from') ? `a lower bound, ${amount}` : undefined)
  if (bound === undefined) return { amount, currency, kind: 'price', reason: null }
  return { amount, currency, kind: 'range', reason: `${bound}: the price of this offer cannot be known` }
}

/** Of two prices the lower, where the text speaks of a saving. */
function lowered(reading: Reading, all: readonly Amount[], kept: readonly Amount[]): Amount | undefined {
  const [first, second] = kept
  if (kept.length !== 2 || first === undefined || second === undefined) return undefined
  if (first.high !== undefined || second.high !== undefined) return undefined
  const speaks = reading.pieces.some(
    (piece, at) =>
      piece.senses.has('save') ||
      piece.senses.has('off') ||
      piece.senses.has('now') ||
      (piece.text === '%' && reading.piece(at - 1).kind === 'number'),
  )
  const has = (role: Role) => kept.some((amount) => amount.roles.has(role))
  if (!speaks || has('lot') || has('each') || has('from') || all.some((amount) => amount.roles.has('bid'))) return undefined
  const [low, high] = first.value < second.value ? [first, second] : [second, first]
  return low.value * 3 > high.value ? low : undefined
}

function isInstalment(reading: Reading, amount: Amount): boolean {
  for (let at = amount.start - 1; at >= Math.max(0, amount.start - 4); at--) {
    const role = reading.roles.get(at)
    if (role === 'instalments' || role === 'count' || reading.has(at, 'instalment')) return true
  }
  return false
}

/** `De R$ 999 por R$ 799`, `van € 999 voor € 799`. */
function isFormer(reading: Reading, amount: Amount, next: Amount | undefined): boolean {
  if (next === undefined || amount.high !== undefined) return false
  const lead = wordBefore(reading, amount)
  const link = wordBefore(reading, next)
  return (lead === 'de' && link.startsWith('por')) || (lead === 'van' && /^(?:nu|voor|nu voor)$/.test(link))
}

function wordBefore(reading: Reading, amount: Amount): string {
  const at = amount.start - 1
  return reading.piece(reading.piece(at).text === ':' ? at - 1 : at).text
}

/** A minus straight before the amount, at the beginning or behind a space; `RTX 3090-$700` and `A - $700` have none. */
function isNegative(reading: Reading, amount: Amount): boolean {
  const at = amount.start - 1
  if (reading.piece(at).text !== '-' || !reading.piece(at + 1).glued || amount.isHigh) return false
  const before = reading.piece(at - 1)
  return before.text === '(' || (!reading.piece(at).glued && before.kind !== 'number' && !/[a-z]/.test(before.text))
}

/** Whether the text gives the amount in another currency for orientation: in brackets, or behind `~`. */
function isConversion(all: readonly Amount[], amount: Amount): boolean {
  const main = all.find((other) => !other.bracketed && !other.roles.has('approx')) ?? all[0]
  if (main === undefined || main === amount || amount.currency === main.currency) return false
  return amount.mark !== undefined && main.mark !== undefined && (amount.bracketed || amount.roles.has('approx'))
}

function shown(amount: Amount): string {
  return amount.currency === null ? `${amount.value}` : `${amount.value} ${amount.currency}`
}

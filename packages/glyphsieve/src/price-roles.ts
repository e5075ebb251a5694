import { type Amount, JOINING, type Reading, type Role } from './price-reading.ts'
import type { Sense } from './price-words.ts'

/** Words that speak of the amount behind them. */
const LEADING = [
  'old',
  'regular',
  'now',
  'save',
  'ship',
  'deposit',
  'bid',
  'start_bid',
  'buy_now',
  'from',
  'up_to',
  'plus',
  'approx',
  'instalment',
  'label',
] as const satisfies readonly Sense[]
/** Words that do not part a cue from its amount. */
const FILLING = [
  'label',
  'now',
  'old',
  'list',
  'regular',
  'from',
  'mark',
  'each',
  'approx',
  'per',
  'vat_in',
  'vat_ex',
  'incl',
  'bid',
  'start_bid',
  'plus',
  'haggle',
  'unit',
  'model',
] as const satisfies readonly Sense[]

type Told = Role & Sense
/** Roles that a word gives the amount behind it, with up to two words between. */
const NEAR_BEFORE: readonly Told[] = [
  'old',
  'list',
  'regular',
  'now',
  'save',
  'deposit',
  'instalment',
  'buy_now',
  'ship',
  'vat_in',
  'vat_ex',
]
const STRAIGHT_BEFORE: readonly Told[] = ['from', 'up_to', 'plus', 'approx']
/** Roles that a word gives the amount before it. */
const NEAR_BEHIND: readonly Told[] = ['vat_in', 'vat_ex', 'each', 'lot', 'buy_now']
const STRAIGHT_BEHIND: readonly Told[] = ['list', 'ship', 'deposit', 'shipped']

/** Gives each amount the roles that the words around it say, those between two amounts shared out among them. */
export function assignRoles(reading: Reading): void {
  let from = 0
  for (const [index, amount] of reading.amounts.entries()) {
    const previous = reading.amounts[index - 1]
    const split = previous === undefined ? from : splitOf(reading, previous, amount)
    for (let at = from; at < split; at++) if (previous !== undefined) tell(reading, previous, at, 'behind', amount)
    for (let at = amount.start - 1; at >= split; at--) tell(reading, amount, at, 'before', previous)
    amount.bracketed = isBracketed(reading, amount)
    const isArrow = reading.piece(amount.start - 1).text === '>'
    if (previous !== undefined && isArrow && amount.start - previous.end <= 2) previous.roles.add('old')
    from = amount.end
  }
  const last = reading.amounts.at(-1)
  if (last !== undefined) for (let at = last.end; at < reading.pieces.length; at++) tell(reading, last, at, 'behind', undefined)
  for (const amount of reading.amounts) if (isOpenEnded(reading, amount)) amount.roles.add('from')
}

/** `$500+` is a lower bound; `$500+ shipping` and `$500+$20` are not. */
function isOpenEnded(reading: Reading, amount: Amount): boolean {
  const sign = reading.piece(amount.end)
  const next = reading.piece(amount.end + 1)
  return sign.text === '+' && sign.glued && (next.text === '' || (next.kind === 'word' && next.senses.size === 0))
}

function isBracketed(reading: Reading, amount: Amount): boolean {
  for (let at = amount.start - 1; at >= 0; at--) {
    const { text } = reading.piece(at)
    if (text === ')' || text === ']') return false
    if (text === '(' || text === '[') return true
  }
  return false
}

/** First piece of those between two amounts that speaks of the second. */
function splitOf(reading: Reading, first: Amount, second: Amount): number {
  let open = -1
  let split = -1
  for (let at = first.end; at < second.start; at++) {
    const { text, senses } = reading.piece(at)
    if (text === '(' || text === '[') {
      open = at
      if (split === -1) split = at
    } else if ((text === ')' || text === ']') && open !== -1) {
      split = at + 1
      open = -1
    } else if (text === ')' || text === ']') split = at + 1
    else if (open === -1 && /^[,;|/]$/.test(text) && !reading.roles.has(at)) split = at + 1
    else if (senses.has('or')) split = at + 1
  }
  if (split !== -1) return split
  for (let at = first.end; at < second.start; at++) if (leads(reading, at, first, second)) return at
  return second.start
}

/** Whether an unpunctuated word between two amounts begins what is said of the second. */
function leads(reading: Reading, at: number, first: Amount, second: Amount): boolean {
  const role = reading.roles.get(at)
  const { senses } = reading.piece(at)
  if (role === 'vat_in' || role === 'vat_ex' || senses.has('vat_in') || senses.has('vat_ex'))
    return first.roles.has('vat_in') || first.roles.has('vat_ex')
  if (role !== undefined) return role === 'instalments' || role === 'count'
  if (senses.has('list')) return !(second.value < first.value)
  if (senses.has('off') && at === first.end && !senses.has('save')) return false
  if (senses.has('off') && senses.has('save') && second.value > first.value) return false
  return LEADING.some((sense) => senses.has(sense))
}

function tell(reading: Reading, amount: Amount, at: number, side: 'before' | 'behind', other: Amount | undefined): void {
  const role = reading.roles.get(at)
  const distance = wordsBetween(reading, amount, at, side)
  if (role === 'rate') {
    if (distance <= 2) amount.roles.add('rate')
  } else if (role === 'vat_in' || role === 'vat_ex') amount.roles.add(role)
  else if (role === 'bid_count') amount.roles.add('bid')
  else if (role === 'instalments') amount.roles.add('instalment')
  else if (role === 'count') {
    if (side === 'before' && distance <= 1 && reading.piece(at).kind === 'number') tellCount(reading, amount, at)
  } else if (role === undefined) {
    if (side === 'before') tellBefore(reading, amount, at, distance)
    else tellBehind(reading, amount, at, distance, other)
  }
}

/** `10x de R$ 99` is an instalment, `2x $99` a price per unit. */
function tellCount(reading: Reading, amount: Amount, at: number): void {
  const between = reading.pieces.slice(at + 2, amount.start)
  const alternative = reading.has(at - 1, 'or')
  const linked = alternative || between.some((piece) => /^(?:de|da|di|of|x|po|por|a)$/.test(piece.text))
  const spoken = reading.pieces.some((piece) => piece.senses.has('instalment'))
  if (linked || spoken || amount.currency === 'BRL') amount.roles.add('instalment')
}

function tellBefore(reading: Reading, amount: Amount, at: number, distance: number): void {
  const { senses } = reading.piece(at)
  const isTaken = reading.roles.get(reading.piece(at + 1).text === ':' ? at + 2 : at + 1) === 'measure'
  for (const role of NEAR_BEFORE) {
    // `Save 20%: $640`
    if (distance <= 2 && senses.has(role) && !(role === 'save' && isTaken)) amount.roles.add(role)
  }
  for (const role of STRAIGHT_BEFORE) if (distance === 0 && senses.has(role)) amount.roles.add(role)
  if (senses.has('bid') || senses.has('start_bid')) amount.roles.add('bid')
  if (senses.has('start_bid')) amount.roles.add('start_bid')
}

function tellBehind(reading: Reading, amount: Amount, at: number, distance: number, other: Amount | undefined): void {
  const { senses } = reading.piece(at)
  for (const role of NEAR_BEHIND) if (distance <= 1 && senses.has(role)) amount.roles.add(role)
  for (const role of STRAIGHT_BEHIND) if (distance === 0 && senses.has(role)) amount.roles.add(role)
  if (distance <= 2 && senses.has('instalment')) amount.roles.add('instalment')
  if (senses.has('bid') || senses.has('start_bid')) amount.roles.add('bid')
  if (distance > 0) return
  const joins = other !== undefined && amount.end === at && other.start === at + 1
  if (senses.has('from_after') && !joins) amount.roles.add('from')
  if (senses.has('up_to_after') && !(senses.has('up_to') && other !== undefined)) amount.roles.add('up_to')
  if (senses.has('off') && reading.piece(at - 1).text !== '%') amount.roles.add('save')
  if (senses.has('regular') && other !== undefined) amount.roles.add('list')
}

/** Words between a cue and its amount that say nothing themselves. */
function wordsBetween(reading: Reading, amount: Amount, at: number, side: 'before' | 'behind'): number {
  const [from, to] = side === 'before' ? [at + 1, amount.start] : [amount.end, at]
  let count = 0
  for (let position = from; position < to; position++) {
    const { kind, senses, text } = reading.piece(position)
    if (reading.roles.has(position)) continue
    if (kind === 'number' || (kind === 'word' && senses.size === 0)) count++
    else if (text === '|' || text === ';') count += 3
    else if (kind === 'word' && !FILLING.some((sense) => senses.has(sense))) count++
  }
  return count
}

/** Joins the two ends of `$800 - $950` and lets them share a currency and a multiplier. */
export function joinRanges(reading: Reading): void {
  for (const [index, low] of reading.amounts.entries()) {
    const high = reading.amounts[index + 1]
    if (high === undefined || low.isHigh || !isJoined(reading, low, high)) continue
    if (low.mark === undefined && high.mark !== undefined) {
      // `3090 - $700`: what has no sign before a number that has one is a name or a count.
      if (high.prefixed && low.factor === undefined && low.value >= high.value) continue
      const isCount = /^\d{1,2}$/.test(low.raw) && low.value * 20 < high.value
      if (isCount && low.factor === undefined && high.factor === undefined) continue
      share(reading, low, high)
    } else if (high.mark === undefined && low.mark !== undefined) share(reading, high, low)
    // 1.2-1.5k
    if (low.factor === undefined && high.factor !== undefined && low.value * high.factor <= high.value) {
      low.factor = high.factor
      reading.evaluate(low)
    }
    low.high = high
    high.isHigh = true
  }
}

/** Reads an amount without a currency sign in the currency of another. */
export function share(reading: Reading, amount: Amount, from: Amount): void {
  amount.mark = from.mark
  reading.evaluate(amount)
}

function isJoined(reading: Reading, low: Amount, high: Amount): boolean {
  if (low.roles.has('old')) return false
  const between = reading.pieces.slice(low.end, high.start).filter((piece) => piece.text !== '.' || !piece.glued)
  const [only, second] = between
  if (between.length === 2 && second !== undefined && only?.senses.has('to') && second.senses.has('up_to')) return true
  if (between.length === 2 && only?.text === '-' && second?.text === '-') return true
  if (between.length !== 1 || only === undefined) return false
  if (only.senses.has('and') && !JOINING.has(only.text)) {
    for (let at = low.start - 1; at >= Math.max(0, low.start - 2); at--) if (reading.has(at, 'between')) return true
  }
  if (JOINING.has(only.text)) return !(high.bracketed && !low.bracketed)
  return only.senses.has('to')
}

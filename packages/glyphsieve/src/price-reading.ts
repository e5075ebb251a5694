import { combine, type Mark, markOf, resolve } from './price-mark.ts'
import { digitsOf, scaled } from './price-number.ts'
import { homeDecimal, type Place } from './price-place.ts'
import type { Piece } from './price-text.ts'
import { NO_DECIMALS, type Sense } from './price-words.ts'

/** What the words around an amount make of it. */
export type Role =
  | 'old'
  | 'list'
  | 'regular'
  | 'now'
  | 'save'
  | 'ship'
  | 'vat_in'
  | 'vat_ex'
  | 'rate'
  | 'instalment'
  | 'deposit'
  | 'bid'
  | 'start_bid'
  | 'buy_now'
  | 'from'
  | 'up_to'
  | 'plus'
  | 'each'
  | 'lot'
  | 'approx'
  | 'shipped'

/** A number that may be money. */
export interface Amount {
  readonly at: number
  /** First piece and the piece behind the last: number, currency signs, multiplier, ending. */
  start: number
  end: number
  raw: string
  mark: Mark | undefined
  prefixed: boolean
  /** The mark stands apart from the number. */
  adopted: boolean
  /** `,-` or `/-` behind it: no decimals are meant. */
  whole: boolean
  factor: number | undefined
  value: number
  currency: string | null
  doubtful: boolean
  readonly roles: Set<Role>
  bracketed: boolean
  /** The other end of a range. */
  high?: Amount
  isHigh: boolean
}

const MAX_DIGITS = 15
/** Words that say `per` even where no amount stands before them. */
const STRONG_PER = new Set(['/', 'per', 'pro', 'par', 'por', 'al', 'cada', 'every', 'je', 'в', 'за', '每', '毎', '매', 'moi'])
/** Units of time that stand behind a price without a word between: `$2.99 hr`. */
const HOURLY = new Set(['hr', 'hour', 'mo', 'mth'])
const DAMAGED = 'letters inside the number: the text is damaged'
const EMPTY_PIECE: Piece = { text: '', raw: '', glued: false, kind: 'sign', senses: new Set() }
export const JOINING = new Set(['-', '~'])
/** Marks that are also everyday words or letters, and where they are read as money. */
const LOCAL_MARKS: Readonly<Record<string, readonly string[]>> = {
  bd: ['BHD'],
  br: ['BYN', 'ETB'],
  bs: ['BOB', 'VES'],
  da: ['DZD'],
  dt: ['TND'],
  gs: ['PYG'],
  km: ['BAM'],
  le: ['EGP'],
  lek: ['ALL'],
  lv: ['BGN'],
  'm n': ['MXN'],
  p: ['RUB', 'PHP', 'BWP'],
  q: ['GTQ'],
  qr: ['QAR'],
  re: ['INR'],
  real: ['BRL'],
  sh: ['KES'],
  sol: ['PEN'],
  sr: ['SAR'],
  us: ['USD'],
  ден: ['MKD'],
}

const THOUSAND_IS_MIL: readonly string[] = [
  'EUR',
  'BRL',
  'MXN',
  'ARS',
  'CLP',
  'COP',
  'PEN',
  'UYU',
  'PYG',
  'BOB',
  'DOP',
  'CRC',
  'GTQ',
]
/** Countries behind an amount in dollars: `$450 AU`. */
const DOLLARS: Readonly<Record<string, string>> = {
  AU: 'AUD',
  CA: 'CAD',
  CAN: 'CAD',
  HK: 'HKD',
  NZ: 'NZD',
  SG: 'SGD',
  US: 'USD',
}

/** A printed text taken apart: its pieces, what they turned out to be, and the numbers that may be money. */
export class Reading {
  readonly pieces: readonly Piece[]
  readonly place: Place
  readonly stated: string | undefined
  /** What pieces turned out to be, where that is more than their senses say: composed phrases, measures, codes. */
  readonly roles = new Map<number, Role | 'measure' | 'bid_count' | 'code' | 'nothing' | 'instalments' | 'count'>()
  readonly amounts: Amount[] = []
  /** Why the whole text cannot be trusted. */
  damaged: string | undefined

  constructor(pieces: readonly Piece[], place: Place, stated: string | undefined) {
    this.pieces = pieces
    this.place = place
    this.stated = stated
    this.#compose()
    this.#findAmounts()
    this.#adoptMark()
  }

  piece(at: number): Piece {
    return this.pieces[at] ?? EMPTY_PIECE
  }

  has(at: number, sense: Sense): boolean {
    return this.piece(at).senses.has(sense)
  }

  any(sense: Sense): boolean {
    return this.pieces.some((piece, at) => piece.senses.has(sense) && !this.roles.has(at))
  }

  /** Whether a price for a time is spoken of. */
  isRate(): boolean {
    return [...this.roles.values()].includes('rate')
  }

  /** Finds phrases of two parts: tax included or not, shipping that costs nothing extra, a price for a time. */
  #compose(): void {
    for (let at = 0; at < this.pieces.length; at++) {
      if (this.roles.has(at)) continue
      const next = this.piece(at + 1).text === '.' ? at + 2 : at + 1
      if (this.has(at, 'vat')) {
        if (this.has(at - 1, 'excl') && !this.roles.has(at - 1)) this.#merge(at - 1, at, 'vat_ex')
        else if (this.has(at - 1, 'incl')) this.#merge(at - 1, at, 'vat_in')
        else if (this.has(next, 'excl') && this.piece(next).text !== '+') this.#merge(at, next, 'vat_ex')
        else if (this.has(next, 'incl')) this.#merge(at, next, 'vat_in')
        else if (this.has(at - 2, 'incl') && this.piece(at - 1).kind === 'number') this.#merge(at - 2, at, 'vat_in')
      } else if (this.has(at, 'ship')) {
        for (const other of [at - 1, at - 2, at + 1, at + 2]) {
          const free =
            this.has(other, 'free') || (this.has(other, 'incl') && (other !== at + 1 || this.piece(other).text.length > 4))
          const without = other < at && this.has(other, 'plus') && this.piece(at + 1).kind !== 'number' && !this.hasMark(at + 1)
          const between = Math.abs(other - at) === 2 ? this.piece((other + at) / 2) : undefined
          if (between !== undefined && (between.kind !== 'word' || between.senses.has('mark'))) continue
          if (free || (without && between === undefined) || this.#isPossible(other)) {
            this.#merge(Math.min(at, other), Math.max(at, other), 'nothing')
            break
          }
        }
      } else if (this.has(at, 'time') || this.has(at, 'short_time')) {
        const per = this.#perBefore(at)
        if (per !== undefined) this.#merge(per, at, 'rate')
      } else if (this.has(at, 'rate')) this.roles.set(at, 'rate')
      else if (this.#isPerQuantity(at)) this.#merge(at - 1, at, 'rate')
    }
  }

  /** Where `per month`, `/GPU-hour`, `$2 an hour` begin, for the unit of time at `at`. */
  #perBefore(at: number): number | undefined {
    const isPriced = (position: number) => this.piece(position).kind === 'number' || this.hasMark(position)
    if (this.has(at - 1, 'per')) {
      const isStrong = STRONG_PER.has(this.piece(at - 1).text) || isPriced(at - 2)
      return isStrong && (this.has(at, 'time') || this.piece(at - 1).text === '/' || isPriced(at - 2)) ? at - 1 : undefined
    }
    if (
      HOURLY.has(this.piece(at).text) &&
      isPriced(at - 1) &&
      this.hasMark(this.piece(at - 2).kind === 'number' ? at - 1 : at - 2)
    )
      return at
    for (let position = at - 1; position >= at - 3; position--) {
      const { text } = this.piece(position)
      if (text === '/' || text.startsWith('per')) return position
      if (this.piece(position + 1).kind === 'number') return undefined
    }
    return undefined
  }

  /** `$15/GB` prices a part of the thing, and what an unknown word behind a slash prices cannot be known. */
  #isPerQuantity(at: number): boolean {
    const slash = this.piece(at - 1)
    const { kind, senses, raw } = this.piece(at)
    if (!slash.senses.has('per') || kind !== 'word') return false
    if (senses.has('quantity')) return true
    const isPriced = this.piece(at - 2).kind === 'number' || this.hasMark(at - 2)
    return (
      slash.text === '/' &&
      slash.glued &&
      isPriced &&
      senses.size === 0 &&
      this.piece(at).factor === undefined &&
      raw.charCodeAt(0) < 0x2e80
    )
  }

  #isPossible(at: number): boolean {
    return /^(?:possible|moglich|posible|possibile|mogelijk|available|extra cost|included|offert|offerte)$/.test(
      this.piece(at).text,
    )
  }

  #merge(from: number, to: number, role: Role | 'nothing'): void {
    for (let at = from; at <= to; at++) this.roles.set(at, 'nothing')
    if (role !== 'nothing') this.roles.set(to, role)
  }

  hasMark(at: number): boolean {
    return this.#markAt(at) !== undefined
  }

  #markAt(at: number): Mark | undefined {
    const { mark, text, raw } = this.piece(at)
    if (mark === undefined || this.roles.has(at)) return undefined
    const local = LOCAL_MARKS[text]
    const isSpelled = text === 'm n' && raw === raw.toUpperCase()
    if (local !== undefined && !isSpelled && !this.#isAtHome(local)) return undefined
    if (text === 'r' && this.piece(at + 1).kind !== 'number' && !this.#isAtHome(['ZAR'])) return undefined
    return markOf(mark)
  }

  #isAtHome(codes: readonly string[]): boolean {
    return codes.some((code) => code === this.stated || this.place.currencies.has(code))
  }

  #findAmounts(): void {
    for (let at = 0; at < this.pieces.length; at++) {
      const piece = this.piece(at)
      if (piece.kind !== 'number' || this.roles.has(at)) continue
      const named = this.#nameOf(at)
      if (named > at) {
        for (let part = at; part < named; part++) if (!this.roles.has(part)) this.roles.set(part, 'code')
        at = named - 1
        continue
      }
      const amount = this.#amountAt(at)
      if (amount === undefined) {
        if (!this.roles.has(at)) this.roles.set(at, 'code')
        continue
      }
      this.amounts.push(amount)
      at = amount.end - 1
    }
  }

  /** A currency that stands apart is that of the amounts: `$450 (CAD)`, `Price in USD: 450`. */
  #adoptMark(): void {
    const apart = new Set<Mark>()
    let at = 0
    for (const amount of [...this.amounts, undefined]) {
      for (; at < (amount?.start ?? this.pieces.length); at++) {
        const mark = this.#markAt(at)
        if (mark !== undefined) apart.add(mark)
      }
      at = amount?.end ?? at
    }
    const [mark] = apart
    if (mark === undefined || apart.size > 1) return
    const isBare = this.amounts.every((amount) => amount.mark === undefined)
    for (const amount of this.amounts) {
      if (isBare || (amount.mark !== undefined && mark.members.length < amount.mark.members.length)) {
        const combined = combine(amount.mark, mark)
        if (combined === 'two') continue
        amount.mark = combined
        amount.adopted = isBare
        this.evaluate(amount)
      }
    }
  }

  /** End of a date, a time, a fraction, a telephone number or a model that begins at `at`, or `at` where there is none. */
  #nameOf(at: number): number {
    const { text, glued } = this.piece(at)
    const previous = this.piece(at - 1)
    const isMarked = this.hasMark(at - 1)
    if (glued && previous.kind === 'word' && !isMarked) {
      const known = previous.senses.size > 0 && !previous.senses.has('model') && previous.text.length > 1
      if (!known && previous.raw.charCodeAt(0) < 0x2e80 && !previous.senses.has('times')) return at + 1
    }
    if (isMarked && glued && previous.text === 'r' && text.length < 3) return at + 1
    if (/^0\d/.test(text) || text.replace(/\D/g, '').length > MAX_DIGITS) return at + 1
    const joins = (position: number, signs: string) =>
      signs.includes(this.piece(position).text) &&
      this.piece(position).glued &&
      this.piece(position + 1).kind === 'number' &&
      this.piece(position + 1).glued
    if (/^\d{1,2}\.\d{1,2}\.\d{2,4}$/.test(text) && !isMarked) return at + 1
    // What is left of `$.99`: no price is printed like that.
    if (glued && (previous.text === '.' || previous.text === ',') && previous.kind === 'sign') return at + 1
    // A rating: 4.5/5.
    if (!isMarked && /^\d(?:[.,]\d)?$/.test(text) && joins(at + 1, '/') && /^(?:5|10)$/.test(this.piece(at + 2).text))
      return at + 3
    if (/^\d+$/.test(text) && this.piece(at + 1).text !== '') {
      if (/^\d{1,2}$/.test(text) && joins(at + 1, ':') && /^\d\d$/.test(this.piece(at + 2).text)) return at + 3
      if (!isMarked && joins(at + 1, '/') && /^\d+$/.test(this.piece(at + 2).text)) {
        return joins(at + 3, '/') ? at + 5 : at + 3
      }
      if (joins(at + 1, '-') && joins(at + 3, '-')) {
        let end = at + 5
        while (joins(end, '-')) end += 2
        return end
      }
    }
    if (isMarked) return at
    const beforeHyphen = previous.text === '-' && previous.glued && glued ? this.piece(at - 2) : previous
    if (/^\d{2,4}$/.test(text) && beforeHyphen.senses.has('model') && !this.hasMark(at + 1)) return at + 1
    if (/^\d+$/.test(text) && beforeHyphen.senses.has('model') && /^\d{3,4}$/.test(text) && !this.piece(at + 1).glued)
      return at + 1
    const coded = previous.text === ':' || previous.text === '.' ? this.piece(at - 2) : previous
    if (coded.senses.has('code') && !coded.senses.has('label') && !this.hasMark(at + 1)) return at + 1
    return at
  }

  #amountAt(at: number): Amount | undefined {
    const { text } = this.piece(at)
    const amount: Amount = {
      at,
      start: at,
      end: at + 1,
      raw: text,
      mark: undefined,
      prefixed: false,
      adopted: false,
      whole: false,
      factor: undefined,
      value: Number.NaN,
      currency: null,
      doubtful: false,
      roles: new Set(),
      bracketed: false,
      isHigh: false,
    }
    const prefix = this.#prefixOf(at, amount)
    this.#endingOf(amount)
    this.#factorOf(amount, prefix)
    const suffix = this.#suffixOf(amount, prefix)
    if (!amount.whole) this.#endingOf(amount)
    const mark = combine(prefix, suffix)
    if (mark === 'two') {
      this.damaged = 'two different currencies on one number'
      return undefined
    }
    amount.mark = mark
    amount.prefixed = prefix !== undefined
    if (this.#isDamaged(amount)) return undefined
    if (mark === undefined && this.#isMeasure(amount.factor === undefined ? at : amount.end - 1)) return undefined
    if (this.piece(amount.end).text === '%') return this.#measure(at, amount.end)
    this.evaluate(amount)
    return amount
  }

  /** Up to two signs before the number that no earlier number has taken: `US $`, `EUR €`. */
  #prefixOf(at: number, amount: Amount): Mark | 'two' | undefined {
    const taken = this.amounts.at(-1)?.end ?? 0
    let mark: Mark | 'two' | undefined
    for (let position = at - 1; position >= taken && position >= at - 3; position--) {
      const { text } = this.piece(position)
      if ((text === ':' || text === '.') && position === at - 1 && this.hasMark(position - 1)) continue
      const found = this.#markAt(position)
      if (found === undefined) break
      mark = mark === 'two' ? mark : combine(found, mark)
      amount.start = position
    }
    return mark
  }

  #suffixOf(amount: Amount, prefix: Mark | 'two' | undefined): Mark | 'two' | undefined {
    let mark: Mark | 'two' | undefined
    const factorMark = amount.factor === undefined ? undefined : this.piece(amount.end - 1).mark
    if (factorMark !== undefined) mark = markOf(factorMark)
    for (let count = 0; count < 2; count++) {
      const found = this.#markAt(amount.end)
      if (found === undefined || mark === 'two') break
      const next = this.piece(amount.end + 1)
      const isNextPrefix = next.kind === 'number' && next.glued && !(this.piece(amount.end).glued && /^\d\d$/.test(next.text))
      // `799 €99` belongs to the next number; `799€99` is one price with the sign as its decimal mark.
      if (isNextPrefix && !this.piece(amount.end).glued) break
      if (prefix !== undefined && next.kind === 'number' && combine(found, prefix === 'two' ? undefined : prefix) === 'two')
        break
      if (prefix !== undefined && next.kind === 'number' && !this.piece(amount.end).glued) break
      if (count === 0 && this.#centsBehind(amount, next)) return found
      mark = combine(mark, found)
      amount.end++
    }
    const country = DOLLARS[this.piece(amount.end).raw]
    const dollars = combine(prefix, mark)
    if (country !== undefined && dollars !== undefined && dollars !== 'two' && dollars.members.includes(country)) {
      amount.end++
      return markOf(country)
    }
    return mark
  }

  /** Takes the cents of `799€99`. */
  #centsBehind(amount: Amount, next: Piece): boolean {
    const after = this.piece(amount.end + 2)
    const sign = this.piece(amount.end)
    if (!sign.glued || !next.glued || !/^\d\d$/.test(next.text) || /[.,]/.test(amount.raw) || amount.factor !== undefined)
      return false
    if (after.glued && after.kind !== 'sign') return false
    amount.end += 2
    amount.raw += `.${next.text}`
    return true
  }

  /** `,-` and its like. */
  #endingOf(amount: Amount): void {
    const sign = this.piece(amount.end)
    const dash = this.piece(amount.end + 1)
    const behind = this.piece(amount.end + 2)
    if (/^[.,:/]$/.test(sign.text) && sign.glued && (dash.text === '-' || dash.text === '=')) {
      const follows = behind.kind === 'number' && behind.glued
      if (dash.text === '-' && !follows && (dash.glued || sign.text !== ',')) {
        amount.whole = true
        amount.end += behind.text === '-' && behind.glued ? 3 : 2
      }
    }
  }

  #factorOf(amount: Amount, prefix: Mark | 'two' | undefined): void {
    const piece = this.piece(amount.end)
    const { factor, text, glued } = piece
    if (factor === undefined || this.roles.has(amount.end)) return
    const isMarked = prefix !== undefined || this.hasMark(amount.end + 1)
    const next = this.piece(amount.end + 1)
    if (text === 'e' && !((next.mark === 'HUF' || this.#isAtHome(['HUF'])) && glued)) return
    // Nobody writes 12700k for money; processors are called so.
    if ((text === 'k' || text === 'к') && /^\d{4,}$/.test(amount.raw)) return
    if (text === 'w' && !(glued && this.#isAtHome(['CNY']))) return
    if (text === 'l' && !(glued && piece.raw === 'L' && (prefix !== undefined || this.#isAtHome(['INR'])))) return
    if ((text === 'm' || text === 'mn') && !(glued && isMarked) && !this.hasMark(amount.end + 1)) return
    if ((text === 'т' || text === 'тр') && !glued && next.text === '') return
    if (text === 'bin' && next.text === '' && !this.#isAtHome(['TRY'])) return
    if (text === 'mil' && !this.#isThousand(prefix, this.#markAt(amount.end + 1))) {
      this.damaged = 'a number with "mil" behind it: thousands in Spain, millions elsewhere'
      return
    }
    if (text === 'cr' && !isMarked && !this.#isAtHome(['INR'])) return
    if (text === 'tr' && !glued && !this.#isAtHome(['VND'])) return
    if ((text === 'tis' || text === 'rb' || text === 'mii') && !isMarked && this.place.currencies.size === 0) return
    amount.factor = factor
    amount.end++
  }

  /** Whether `mil` is the Spanish or Portuguese thousand here. */
  #isThousand(...marks: (Mark | 'two' | undefined)[]): boolean {
    const mark = marks.find((found) => found !== undefined)
    if (mark === undefined || mark === 'two') return this.#isAtHome(THOUSAND_IS_MIL)
    return mark.members.some((code) => THOUSAND_IS_MIL.includes(code))
  }

  /** Letters glued to a number make it a name, or show that the text is damaged where a currency sign stands before it. */
  #isDamaged(amount: Amount): boolean {
    const next = this.piece(amount.end)
    const behind = this.piece(amount.end + 1)
    const isBare = amount.factor === undefined
    if (next.text === 'e' && isBare && !this.#isAtHome(['EUR']) && behind.kind !== 'number') {
      this.damaged = 'a number with "e" behind it: euros or, in Hungary, thousands'
    } else if (next.senses.has('times') && next.glued && amount.start < amount.at && behind.kind === 'sign') {
      this.damaged = DAMAGED
    } else if (/^[.,]$/.test(next.text) && next.glued && behind.glued && isBare && !amount.whole) {
      if (isUnknownLatin(behind) && behind.raw.length <= 3) this.damaged = DAMAGED
    } else if (amount.end === amount.at + 1 || !isBare) {
      if (!isUnknownLatin(next) || !next.glued) return this.damaged !== undefined
      if (amount.start < amount.at) this.damaged = DAMAGED
      return true
    }
    return this.damaged !== undefined
  }

  #isMeasure(at: number): boolean {
    const next = this.piece(at + 1)
    if (this.roles.get(at + 1) === 'rate') return false
    if (next.senses.has('times')) {
      this.roles.set(at, 'count')
      this.roles.set(at + 1, 'count')
      return true
    }
    const previous = this.piece(at - 1)
    if (previous.senses.has('bid') && this.amounts.at(-1)?.mark !== undefined && !this.roles.has(at - 1)) {
      this.#measure(at, at)
      this.roles.set(at - 1, 'bid_count')
      return true
    }
    const multiplied = this.amounts.at(-1)
    if (previous.senses.has('times') && multiplied?.end === at - 1) {
      this.roles.set(at, 'measure')
      // `45 € x 36 months`
      if (next.senses.has('time') || next.senses.has('instalment')) multiplied.roles.add('rate')
      // `12 499 or 1 042 x 12`: beside another amount twelve is rather a number of instalments than of things.
      else if (/^(?:[346]|9|1[0258]|24|30|36|48)$/.test(this.piece(at).text)) multiplied.roles.add('instalment')
      return true
    }
    if (next.senses.has('bid') && /^\d+$/.test(this.piece(at).text)) {
      this.#measure(at, at + 1)
      this.roles.set(at + 1, 'bid_count')
      return true
    }
    if (next.senses.has('short_time') && this.has(at + 2, 'instalment')) return this.#measure(at, at + 1) === undefined
    if (next.senses.has('instalment') && /^\d{1,2}$/.test(this.piece(at).text)) {
      this.roles.set(at, 'count')
      this.roles.set(at + 1, 'instalments')
      return true
    }
    if (next.senses.has('sold') && /^\d+$/.test(this.piece(at).text)) return this.#measure(at, at + 1) === undefined
    const timed = next.senses.has('time') || (next.senses.has('short_time') && next.glued)
    if (next.senses.has('unit') || timed) {
      this.#measure(at, at + 1)
      // `3-5 days`: the number before the dash counts days as well.
      const before = this.amounts.at(-1)
      if (before !== undefined && before.mark === undefined && before.end === at - 1 && JOINING.has(previous.text)) {
        this.amounts.pop()
        this.#measure(before.start, before.end)
      }
      // `36 Monate x 45 €`
      if (timed && this.has(at + 2, 'times')) {
        this.roles.set(at + 1, 'instalments')
        this.roles.set(at + 2, 'nothing')
      }
      return true
    }
    return false
  }

  #measure(from: number, to: number): undefined {
    for (let at = from; at <= to; at++) if (!this.roles.has(at)) this.roles.set(at, 'measure')
  }

  evaluate(amount: Amount): void {
    amount.currency = resolve(amount.mark, this.place, this.stated)
    const number = digitsOf(amount.raw, this.#supportedThousands(amount), amount.whole, amount.currency)
    if (number === undefined) return
    amount.doubtful = number.doubtful || this.#isTruncated(amount)
    const { whole, fraction } = number
    amount.value = scaled(whole, fraction, amount.factor)
    if (amount.factor !== undefined && amount.factor >= 1e3) this.#addLowerPart(amount)
  }

  /** `$1,45` may be a spoiled $1,450: where the point is the decimal mark, no price has a comma there. */
  #isTruncated({ raw, mark, currency }: Amount): boolean {
    if (mark === undefined || currency === null || !/^\d{1,2},\d{1,2}$/.test(raw)) return false
    return homeDecimal(currency) === '.' && this.place.decimal !== ','
  }

  /** `12万8千円`, `3만 5000원`, `1 lakh 25 thousand`. */
  #addLowerPart(amount: Amount): void {
    const piece = this.piece(amount.end)
    if (piece.kind !== 'number' || !/^\d+$/.test(piece.text)) return
    const lower = this.piece(amount.end + 1)
    const factor = lower.factor ?? 1
    const part = Number(piece.text) * factor
    const isMyriad = this.piece(amount.end - 1).raw.charCodeAt(0) >= 0x2e80
    const isGlued =
      piece.glued &&
      (lower.factor !== undefined ||
        (isMyriad && piece.text.length >= 3 && (this.hasMark(amount.end + 1) || lower.text === '')))
    const isSpoken = !piece.glued && lower.factor !== undefined
    const isBehindSpace = !piece.glued && isMyriad && piece.text.length >= 3 && this.hasMark(amount.end + 1)
    if (part >= (amount.factor ?? 0) || (!isGlued && !isSpoken && !isBehindSpace)) {
      if (piece.glued) this.damaged = 'a number with a number behind its multiplier'
      return
    }
    amount.value += part
    amount.end += lower.factor === undefined ? 1 : 2
    if (lower.factor !== undefined && this.piece(amount.end).kind === 'number') {
      amount.factor = lower.factor
      this.#addLowerPart(amount)
    }
    const mark = this.#markAt(amount.end)
    if (mark !== undefined) {
      const combined = combine(amount.mark, mark)
      if (combined === 'two') this.damaged = 'two different currencies on one number'
      else amount.mark = combined
      amount.currency = resolve(amount.mark, this.place, this.stated)
      amount.end++
    }
  }

  /** The signs that may stand between thousands here. */
  #supportedThousands(amount: Amount): ReadonlySet<string> {
    const supported = new Set<string>()
    const { mark, currency } = amount
    const place = this.place.decimal
    if (place !== undefined) supported.add(place === '.' ? ',' : '.')
    const code = currency ?? mark?.members[0]
    if (code === undefined) return supported
    if (NO_DECIMALS.has(code) && (currency !== null || mark?.members.every((member) => NO_DECIMALS.has(member)))) {
      supported.add(',').add('.')
    }
    const home = homeDecimal(code)
    const agreed = currency !== null || mark?.members.every((member) => homeDecimal(member) === home)
    if (!agreed || home === undefined) return supported
    supported.add(home === '.' ? ',' : '.')
    // English texts write 1,299 for euros and kronor too, and neither has a third decimal.
    if (mark !== undefined && home === ',' && place !== ',') supported.add(',')
    return supported
  }
}

/** A word of an alphabet that the word list does not have, or a single letter that it has only as a unit. */
function isUnknownLatin(piece: Piece): boolean {
  const { kind, senses, text, raw } = piece
  const isLoose = senses.size === 0 || (text.length === 1 && senses.size === 1 && senses.has('short_time'))
  return kind === 'word' && isLoose && raw.charCodeAt(0) < 0x2e80
}

import { isCurrency } from '../currency.ts'
import type { RawListing } from '../raw-listing.ts'
import type { CsvRow } from './csv.ts'

type Member = Exclude<keyof RawListing, 'extra'>

/**
 * Names of columns as `keyOf` gives them. In front of them all stands the member's own name, then its first name here, then the
 * others alike; the names of `LAST_RESORT` count only where nothing else gives the member.
 */
const NAMES: readonly [Member, string][] = [
  [
    'title',
    `title name product producttitle productname item itemtitle itemname listingtitle listingname offertitle headline
    titel bezeichnung artikel artikelname produkt produktname titre nom produit titulo nombre producto titolo prodotto`,
  ],
  [
    'price_text',
    `price amount cost askingprice currentprice itemprice listingprice offerprice unitprice sellingprice priceraw
    buynowprice saleprice preis kaufpreis prix precio prezzo prijs cena`,
  ],
  ['currency', 'currency currencycode pricecurrency currencyiso wahrung waehrung devise moneda valuta'],
  [
    'shipping_text',
    `shipping shippingcost shippingprice shippingfee shippingcosts delivery deliverycost deliveryfee postage freight
    versand versandkosten livraison fraisdeport envio spedizione`,
  ],
  ['condition_text', 'condition itemcondition productcondition conditiontext state zustand etat estado condizione'],
  [
    'quantity_text',
    `quantity qty stock availability instock available quantityavailable availablequantity stockstatus stockquantity
    stocklevel inventory inventoryquantity menge anzahl bestand verfugbarkeit verfuegbarkeit quantite cantidad`,
  ],
  ['listing_source', 'source marketplace site platform website sourcename'],
  ['listing_id', 'id itemid itemnumber listingnumber offerid adid'],
  [
    'seller',
    `seller sellername vendor vendorname store storename shop shopname merchant merchantname soldby sellerusername
    verkaufer verkaeufer handler haendler vendeur vendedor venditore`,
  ],
  [
    'region',
    `region geographicregion country location shipsfrom itemlocation itemcountry sellercountry land standort ort pays pais`,
  ],
  [
    'source_url',
    `url link href permalink itemurl itemlink itemweburl producturl productlink listingurl listinglink offerurl pageurl
    weburl`,
  ],
  [
    'seen_at',
    `seen lastseen lastseenat scrapedat scrapeddate datescraped crawledat crawleddate fetchedat collectedat retrievedat
    capturedat observedat timestamp date datum`,
  ],
]
const LAST_RESORT: Record<string, Member> = { model: 'title', regularprice: 'price_text', listprice: 'price_text' }
const TITLE_NAMES = 'title, name, product, product_title, item or model'

/** What a column name means; the member goes to the column of the lowest rank. */
interface Meaning {
  member: Member
  rank: number
  currency?: string
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map(meanings())

function* meanings(): Generator<[string, Meaning]> {
  for (const [member, names] of NAMES) {
    yield [keyOf(member), { member, rank: 0 }]
    for (const [index, key] of names.split(/\s+/).entries()) {
      if (key !== keyOf(member)) yield [key, { member, rank: index === 0 ? 1 : 3 }]
    }
  }
  for (const [key, member] of Object.entries(LAST_RESORT)) yield [key, { member, rank: 4 }]
}

/** What names are compared by: letters and digits alone, in lower case, without accents. */
function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
}

const CURRENCY_SIGN = /(?:\b[A-Za-z]{1,3} ?)?\p{Sc}/u
const TRAILING_CODE = /^(.+?)(?:in)?([a-z]{3})$/
const LEADING_CODE = /^([a-z]{3})(.+)$/

/** What a column of this name holds, or undefined where only its owner knows. */
function meaningOf(name: string): Meaning | undefined {
  const known = MEANINGS.get(keyOf(name))
  const sign = CURRENCY_SIGN.exec(name)?.[0]
  if (known !== undefined && sign === undefined) return known
  const key = keyOf(sign === undefined ? name : name.replace(sign, ' '))
  const [, front = '', trailing = ''] = TRAILING_CODE.exec(key) ?? []
  const [, leading = '', back = ''] = LEADING_CODE.exec(key) ?? []
  const candidates: [key: string, currency: string | undefined][] = [
    [key.replace(/in$/, ''), sign?.replace(' ', '')],
    [front, trailing.toUpperCase()],
    [back, leading.toUpperCase()],
  ]
  for (const [rest, currency] of candidates) {
    const meaning = MEANINGS.get(rest)
    if (meaning === undefined || currency === undefined) continue
    const isAmount = meaning.member === 'price_text' || meaning.member === 'shipping_text'
    if (isAmount && (currency === sign?.replace(' ', '') || isCurrency(currency))) {
      return { member: meaning.member, rank: Math.max(2, meaning.rank), currency }
    }
  }
  return known
}

/** Where the columns of one header, or the members of one kind of object, go. */
interface Plan {
  names: readonly string[]
  /** Member of the column at the same index; undefined for one that goes to `extra`. */
  members: (Member | undefined)[]
  /** Name in `extra` of the column at the same index. */
  extras: string[]
  /** Index of the title's column, or -1. */
  title: number
  /** What the name of the price's column says about the currency. */
  currency: string | undefined
  /** What that of the shipping's says, where it is another. */
  shipping_currency: string | undefined
}

function planOf(names: readonly string[]): Plan {
  const found = names.map(meaningOf)
  const chosen = new Map<Member, number>()
  for (const [index, meaning] of found.entries()) {
    if (meaning === undefined) continue
    const best = found[chosen.get(meaning.member) ?? -1]
    if (best === undefined || meaning.rank < best.rank) chosen.set(meaning.member, index)
  }
  const currencyOf = (member: Member) => found[chosen.get(member) ?? -1]?.currency
  return {
    names,
    members: found.map((meaning, index) => (meaning && chosen.get(meaning.member) === index ? meaning.member : undefined)),
    extras: distinct(names),
    title: chosen.get('title') ?? -1,
    currency: currencyOf('price_text'),
    shipping_currency: currencyOf('shipping_text') === currencyOf('price_text') ? undefined : currencyOf('shipping_text'),
  }
}

/** The names, a repeated one with a number behind it, and `column 7` for the seventh if it has none. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set(names)
  const used = new Set<string>()
  return names.map((name, index) => {
    let free = name.trim() === '' ? `column ${index + 1}` : name
    for (let n = 2; used.has(free) || (free !== name && taken.has(free)); n++) free = `${name} (${n})`
    used.add(free)
    return free
  })
}

/** A row as a raw listing, or in words why it is none. */
export type Mapped = RawListing | string

/**
 * How the rows below this header become raw listings; in words why not where the header has no column for the title.
 *
 * Case, accents, spaces and punctuation of the names do not matter. Of several columns for one member the one named like the
 * member is taken, else the one of the plainest name (`price` before `cost`), else the first; the others go to `extra` under
 * their printed names, like columns that mean nothing here. The name of the price column may say the currency: `Price_USD`,
 * `price (€)`. A currency column that has something to say goes before it.
 *
 * A row may have fewer cells than the header: the others are absent. One that has more, and not just empty ones, has most
 * likely shifted cells (an unquoted comma in the title) and is refused.
 */
export function csvColumns(header: CsvRow): ((row: CsvRow) => Mapped) | string {
  const plan = planOf(header.map((cell) => cell ?? ''))
  if (plan.title === -1) return `no column for the title: ${TITLE_NAMES} would do, found ${shownNames(plan.names)}`
  const width = plan.names.length
  return (row) => {
    if (row.length > width && row.some((cell, index) => index >= width && cell !== null && cell !== '')) {
      return `has ${row.length} cells, the header has ${width}`
    }
    const title = row[plan.title]
    if (title == null || title.trim() === '') return 'no title'
    const listing: RawListing = { title }
    for (let index = 0; index < row.length; index++) {
      const cell = row[index]
      if (cell != null && index < width) put(listing, plan, index, cell)
    }
    addCurrency(listing, plan)
    return listing
  }
}

const MOST_PLANS = 1000

/**
 * How objects become raw listings, by the same names as the columns of CSV. Texts stay as they are, numbers and booleans become
 * text in their shortest form, null is absent. So is an integer beyond 2^53, of which JSON.parse does not keep all digits: a
 * wrong id is worse than none. An amount may be an object of `value` or `amount` and `currency`; its currency becomes that of
 * the listing, or stays with the amount (`12.50 EUR`) where the listing has another. Other arrays and objects go to `extra` as
 * JSON text.
 */
export function jsonColumns(): (row: Readonly<Record<string, unknown>>) => Mapped {
  const plans = new Map<string, Plan>()
  let last: Plan | undefined

  function planFor(names: readonly string[]): Plan {
    if (last !== undefined && isSame(names, last.names)) return last
    const key = names.join('\u0000')
    const known = plans.get(key)
    // Names may hold the separator themselves.
    last = known !== undefined && isSame(names, known.names) ? known : planOf(names)
    if (plans.size === MOST_PLANS) plans.clear()
    plans.set(key, last)
    return last
  }

  return (row) => {
    const names = Object.keys(row)
    const plan = planFor(names)
    const title = textOf(row[names[plan.title] ?? ''])
    if (plan.title === -1 || title === undefined || title.trim() === '') return 'no title'
    const listing: RawListing = { title }
    const nested: number[] = []
    for (let index = 0; index < names.length; index++) {
      const value = row[names[index] ?? '']
      const text = typeof value === 'string' ? value : textOf(value)
      if (text !== undefined) put(listing, plan, index, text)
      else if (typeof value === 'object' && value !== null) nested.push(index)
    }
    for (const index of inOrder(nested, plan)) putNested(listing, plan, index, row[names[index] ?? ''])
    addCurrency(listing, plan)
    return listing
  }
}

function put(listing: RawListing, plan: Plan, index: number, text: string): void {
  const member = plan.members[index]
  if (member === 'shipping_text' && plan.shipping_currency !== undefined) listing[member] = `${text} ${plan.shipping_currency}`
  else if (member !== undefined) listing[member] = text
  else putExtra(listing, plan.extras[index] ?? '', text)
}

function putExtra(listing: RawListing, name: string, text: string): void {
  listing.extra ??= {}
  if (name !== '__proto__') listing.extra[name] = text
  else Object.defineProperty(listing.extra, name, { value: text, enumerable: true, configurable: true, writable: true })
}

/** The currency that the names say, where there is an amount and nothing closer to it says one. */
function addCurrency(listing: RawListing, plan: Plan): void {
  if (plan.currency === undefined || listing.currency !== undefined) return
  if (listing.price_text !== undefined) listing.currency = plan.currency
}

/** The price first, for its currency is that of the listing. */
function inOrder(indexes: number[], plan: Plan): number[] {
  const price = indexes.findIndex((index) => plan.members[index] === 'price_text')
  return price <= 0 ? indexes : [...indexes.splice(price, 1), ...indexes]
}

function putNested(listing: RawListing, plan: Plan, index: number, value: unknown): void {
  const member = plan.members[index]
  const money = member === 'price_text' || member === 'shipping_text' ? moneyOf(value) : undefined
  if (money === undefined || member === undefined) {
    putExtra(listing, plan.extras[index] ?? '', JSON.stringify(value))
    return
  }
  const { amount, currency } = money
  const isPrice = member === 'price_text'
  if (isPrice && listing.currency === undefined && currency !== undefined) listing.currency = currency
  listing[member] = currency === undefined || currency === listing.currency ? amount : `${amount} ${currency}`
}

/** An amount with its currency, of an object that says nothing else. */
function moneyOf(value: unknown): { amount: string; currency: string | undefined } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  let amount: string | undefined
  let currency: string | undefined
  for (const [name, part] of Object.entries(value)) {
    if (part === null) continue
    const text = textOf(part)
    if ((name === 'value' || name === 'amount') && amount === undefined && text !== undefined) amount = text
    else if (/^currency(?:_?code)?$/i.test(name) && currency === undefined && text !== undefined) currency = text
    else return undefined
  }
  return amount === undefined ? undefined : { amount, currency }
}

/** Text of a value that is not nested. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return `${value}`
  if (typeof value !== 'number') return undefined
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
  return exact ? `${value}` : undefined
}

function isSame(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false
  for (let index = 0; index < names.length; index++) if (names[index] !== others[index]) return false
  return true
}

const SHOWN_NAMES = 20
const SHOWN_CHARACTERS = 40

function shownNames(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map((name) => {
    return JSON.stringify(name.length > SHOWN_CHARACTERS ? `${name.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : name)
  })
  return names.length > SHOWN_NAMES ? `${shown.join(', ')} and ${names.length - SHOWN_NAMES} more` : shown.join(', ')
}

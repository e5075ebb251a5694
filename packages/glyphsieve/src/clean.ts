import { type Condition, readCondition } from './condition.ts'
import { isCurrency } from './currency.ts'
import { remembering } from './memory.ts'
import { readPrice } from './price.ts'
import type { PrintedPrice } from './printed-price.ts'
import { readQuantity } from './quantity.ts'
import type { RawListing } from './raw-listing.ts'
import type { Rejection } from './rejection.ts'
import { readSeenAt } from './seen-at.ts'
import { canonicalUrl, isHttpUrl } from './url.ts'

const MOST_SHORT = 200
const MOST_LONG = 2000
const MOST_ID = 200
const MOST_URL = 2048
const HIGHEST_PRICE = 1e9
/** Fewer than the members that an import takes of one listing, the named ones included. */
const MOST_EXTRA = 200
/** Characters of all further columns together: escaped as JSON they stay well below what an import takes of one listing. */
const MOST_EXTRA_TEXT = 50_000
const MOST_CURRENCY = 16

/** What the run knows about listings that do not say it themselves. */
export interface CleanDefaults {
  /** When the offers were observed, RFC 3339. */
  seen_at: string
  listing_source?: string | undefined
  /** ISO 4217. */
  currency?: string | undefined
}

/** A raw listing whose texts were read. Members that say nothing are absent. */
export interface CleanListing {
  /** As printed, like `price_text`, but for what is longer than a listing takes. */
  title: string
  /** Above 0, as printed: of one card, or of all that the offer sells together. */
  price: number
  /** The printed price is that of one card, however many the offer sells together: `$450 each`. */
  price_is_each: boolean
  currency: string
  price_text: string
  /** In `currency`, for the whole offer. */
  shipping?: number
  /** What the shop says, apart from what the title may say. */
  condition?: Condition
  quantity?: number
  listing_source?: string
  listing_id?: string
  seller?: string
  region?: string
  source_url?: string
  /** In UTC with milliseconds. */
  seen_at: string
  extra?: Record<string, string>
  warnings: string[]
}

/**
 * Reads what a marketplace printed, or says why the listing is no offer at one known price. Nothing is guessed: a price without
 * a currency, a range, a bid and a price on request are rejected, and what else cannot be read is left out with a warning.
 *
 * A currency is that of the price's text, else that of its column, else the default.
 */
export function clean(raw: RawListing, defaults: CleanDefaults): CleanListing | Rejection {
  const price = priceOf(raw, defaults)
  if ('stage' in price) return price
  const condition = raw.condition_text === undefined ? undefined : conditionOf(raw.condition_text)
  if (condition === 'rental') return rejected('rental', 'a rental, not an offer')

  const warnings: string[] = []
  const title = cut('title', raw.title, MOST_LONG, warnings)
  const listing_source = shortText('listing_source', raw.listing_source, warnings) ?? defaults.listing_source
  const listing_id = idOf(raw.listing_id, warnings)
  const seller = shortText('seller', raw.seller, warnings)
  const region = shortText('region', raw.region, warnings)
  const source_url = urlOf(raw.source_url, warnings)
  const quantity = raw.quantity_text === undefined ? undefined : quantityOf(raw.quantity_text)
  const shipping = shippingOf(raw.shipping_text, price.currency, warnings)
  const extra = extraOf(raw.extra, warnings)
  const listing: CleanListing = {
    title,
    price: price.amount,
    price_is_each: EACH.test(price.text) || EACH_IN_TITLE.test(title),
    currency: price.currency,
    price_text: cut('price_text', price.text, MOST_LONG, warnings),
    seen_at: seenAtOf(raw.seen_at, defaults.seen_at, warnings),
    warnings,
  }
  if (shipping !== undefined) listing.shipping = shipping
  if (condition !== undefined) listing.condition = condition
  if (quantity !== undefined) listing.quantity = quantity
  if (listing_source !== undefined) listing.listing_source = listing_source
  if (listing_id !== undefined) listing.listing_id = listing_id
  if (seller !== undefined) listing.seller = seller
  if (region !== undefined) listing.region = region
  if (source_url !== undefined) listing.source_url = source_url
  if (extra !== undefined) listing.extra = extra
  return listing
}

/** A market prints few different words, and the same prices again and again. */
const conditionOf = remembering(1000, readCondition)
const quantityOf = remembering(1000, readQuantity)

function rejected(code: string, reason: string): Rejection {
  return { stage: 'clean', code, reason }
}

/** A price for one of several: `$450 each`, `2x $450`, `300 €/Stück`. */
const EACH =
  /(?<!\p{L})(?:each|ea|apiece|per (?:card|unit|piece|gpu|pc)|pro (?:stück|stueck|stk|karte)|(?:je|à) stück|l'unité|par (?:carte|pièce|unité)|chacune?|la pièce|cada un[oa]|c\/u|por unidad|cadauno|cadauna|l'un[oa]|al pezzo|per stuk|per styck|pr\.? stk|za sztukę|za kus|за (?:шт|штуку))(?!\p{L})|\/ ?(?:pcs?|ea|each|unit|card|piece|gpu|stück|stk|st|stuk|pièce|unité|pz|szt|ks|шт)(?!\p{L})|^\s*\d{1,3} ?[x×] ?\p{Sc}|[/每](?:个|張|张|块|枚|台)/iu
/** Titles say `24GB each` as well, so that only a price makes it one. */
const EACH_IN_TITLE =
  /(?<!\p{L})(?:price (?:is |listed is |shown is )?(?:per|for one|for 1|for each|each)|(?:stück|einzel)preis|preis (?:pro|je) (?:stück|karte)|prix (?:unitaire|à l'unité|par carte)|precio (?:por unidad|unitario)|prezzo (?:unitario|cadauno))(?!\p{L})/iu

function priceOf(raw: RawListing, defaults: CleanDefaults): { text: string; amount: number; currency: string } | Rejection {
  const text = raw.price_text
  if (text === undefined || text.trim() === '') return rejected('no_price', 'no price is printed')
  const { amount, currency, kind, reason } = readPriceOf(
    text,
    raw.currency ?? '',
    defaults.currency ?? '',
    contextOf(raw, defaults),
  )
  if (kind !== 'price') return rejected(kind, reason ?? 'not a price')
  if (amount === null) return rejected('invalid', reason ?? 'no amount is printed')
  if (!(amount > 0 && amount <= HIGHEST_PRICE)) return rejected('price_out_of_range', `a price of ${amount} is not one`)
  if (currency === null) return rejected('no_currency', `${reason ?? 'the currency is not stated'}: give one with --currency`)
  return { text, amount, currency }
}

const SEPARATOR = '\u001f'

/** What a price is read from: its text, the currency column, the default currency and the context. */
const priceOfParts = remembering(10_000, (parts): PrintedPrice => {
  const [text = '', column = '', standard = '', context = ''] = parts.split(SEPARATOR)
  return readPrice(text, { context, ...currencyOption(column, standard === '' ? undefined : standard, context) })
})

function readPriceOf(...parts: [text: string, column: string, standard: string, context: string]): PrintedPrice {
  return priceOfParts(parts.map((part) => part.replaceAll(SEPARATOR, ' ')).join(SEPARATOR))
}

/** Where the offer is, in the words that tell which dollars `$` means. */
function contextOf(raw: RawListing, defaults: CleanDefaults): string {
  const host = raw.source_url === undefined ? undefined : /^\s*https?:\/\/([^/?#:\s]{1,300})/i.exec(raw.source_url)?.[1]
  return [host, raw.listing_source ?? defaults.listing_source, raw.region].filter((part) => part).join(' ')
}

/** A currency column that says something else than a code leaves the currency to the text: the default might contradict it. */
function currencyOption(column: string, standard: string | undefined, context: string): { currency?: string } {
  const printed = column.trim()
  if (printed === '') return standard === undefined ? {} : { currency: standard }
  const code = printed.toUpperCase()
  if (isCurrency(code)) return { currency: code }
  const read = printed.length > MOST_CURRENCY ? null : readPrice(`${printed} 100`, { context }).currency
  return read === null ? {} : { currency: read }
}

const FREE_SHIPPING =
  /(?<!\p{L})(?:free|included|incl|gratis|kostenlos|kostenfrei|frei|inklusive|gratuite?|offerte?|inclus|grátis|incluido|incluso|gratuit[ao]|inclusi|inbegrepen|darmowa|zdarma|бесплатно|pickup)(?!\p{L})|包邮|送料無料|무료/iu
const FREE_ABOVE = /(?<!\p{L})(?:over|above|from|ab|orders?|dès|desde|oltre|vanaf|od)(?!\p{L})/iu

function shippingOf(text: string | undefined, currency: string, warnings: string[]): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  if (FREE_SHIPPING.test(text) && !FREE_ABOVE.test(text)) return 0
  if (/^\D*0(?:[.,]0+)?\D*$/.test(text)) return 0
  const read = readPrice(text, { currency })
  if (read.kind === 'price' && read.amount !== null && read.amount >= 0 && read.currency === currency) return read.amount
  if (read.kind === 'free') return 0
  warnings.push(`shipping_text is no amount in ${currency}: shipping is not known`)
  return undefined
}

function seenAtOf(text: string | undefined, standard: string, warnings: string[]): string {
  if (text === undefined || text.trim() === '') return standard
  const seenAt = readSeenAt(text)
  if (seenAt === undefined) warnings.push('seen_at is no date that can be read: that of the input taken')
  return seenAt ?? standard
}

/** The canonical address; that of a search page as it is, which may be opened but identifies no offer. */
function urlOf(text: string | undefined, warnings: string[]): string | undefined {
  const url = text?.trim()
  if (!url) return undefined
  const canonical = canonicalUrl(url) ?? (isHttpUrl(url) ? url : undefined)
  if (canonical !== undefined && canonical.length <= MOST_URL) return canonical
  warnings.push('source_url is no http address that can be kept')
  return undefined
}

/** A cut id would be that of another offer. */
function idOf(text: string | undefined, warnings: string[]): string | undefined {
  const id = text?.trim()
  if (!id) return undefined
  if (id.length <= MOST_ID && !CONTROL.test(id)) return id
  warnings.push(`listing_id has more than ${MOST_ID} characters or control characters: left out`)
  return undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const SPACE_OR_CONTROL = /[\s\u0000-\u001f\u007f-\u009f]+/g

function shortText(name: string, text: string | undefined, warnings: string[]): string | undefined {
  if (text === undefined) return undefined
  const plain = CONTROL.test(text) ? text.replace(SPACE_OR_CONTROL, ' ').trim() : text.trim()
  return plain === '' ? undefined : cut(name, plain, MOST_SHORT, warnings)
}

function cut(name: string, text: string, length: number, warnings: string[]): string {
  if (text.length <= length) return text
  warnings.push(`${name} cut at ${length} characters`)
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, '')
}

function extraOf(extra: RawListing['extra'], warnings: string[]): Record<string, string> | undefined {
  if (extra === undefined) return undefined
  const columns = Object.entries(extra).filter(([, text]) => text.trim() !== '')
  if (columns.length > MOST_EXTRA) warnings.push(`${columns.length - MOST_EXTRA} of ${columns.length} further columns left out`)
  const kept = columns.slice(0, MOST_EXTRA).map(([name, text]) => {
    const short = name.length > MOST_SHORT ? cut('a column name', name, MOST_SHORT, warnings) : name
    return [short, text.length > MOST_LONG ? cut('a further column', text, MOST_LONG, warnings) : text]
  })
  let length = 0
  const held = kept.filter(([name = '', text = '']) => {
    length += name.length + text.length
    return length <= MOST_EXTRA_TEXT
  })
  if (held.length < kept.length) warnings.push(`${kept.length - held.length} further columns left out: too much text`)
  return held.length === 0 ? undefined : Object.fromEntries(held)
}

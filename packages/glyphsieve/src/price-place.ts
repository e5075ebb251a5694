import { isCurrency } from './currency.ts'
import { COMMON_CODES, COUNTRIES, WORDLIKE_CODES, WORLDWIDE_DOMAINS } from './price-words.ts'

/** What the surroundings of a price say about its currency and its decimal mark. */
export interface Place {
  /** A code that the context states (`column price_eur`), else what the countries that it names pay in. */
  readonly currencies: ReadonlySet<string>
  /** The decimal mark of the countries named, where they agree. */
  readonly decimal: '.' | ',' | undefined
}

const NOWHERE: Place = { currencies: new Set(), decimal: undefined }
const MAX_CONTEXT = 500
const MAX_REMEMBERED = 2000
/** Contexts repeat for thousands of prices: a shop's host, a column's name. */
const remembered = new Map<string, Place>()

type Country = (typeof COUNTRIES)[number]
const BY_CODE = new Map<string, Country>()
const BY_NAME = new Map<string, Country>()
const LONG_NAMES: [name: string, country: Country][] = []
const DECIMAL_OF = new Map<string, '.' | ','>()
for (const country of COUNTRIES) {
  const [code, currency, decimal, names] = country
  BY_CODE.set(code, country)
  if (!DECIMAL_OF.has(currency)) DECIMAL_OF.set(currency, decimal)
  for (const name of names.split(', ')) {
    if (name.includes(' ')) LONG_NAMES.push([` ${name} `, country])
    else BY_NAME.set(name, country)
  }
}
// Ireland and Malta print euros as the English do; everybody else does not.
DECIMAL_OF.set('EUR', ',')

/** The decimal mark where a currency is at home. */
export function homeDecimal(currency: string): '.' | ',' | undefined {
  return DECIMAL_OF.get(currency)
}

/** Reads the words around a price. A shop of one country names its currency; a shop of many, or of none known, names nothing. */
export function placeOf(context: string | undefined): Place {
  if (context === undefined || context === '') return NOWHERE
  const known = remembered.get(context)
  if (known !== undefined) return known
  const place = read(context.slice(0, MAX_CONTEXT))
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  if (context.length <= MAX_CONTEXT) remembered.set(context, place)
  return place
}

const STATED =
  /(?:price|preis|prix|precio|preco|prezzo|prijs|pris|cena|cost|amount|currency|column)s?[\s_:=()[\]-]*(?:in[\s_]+)?([a-z]{3})(?![a-z])|(?<![a-z])([a-z]{3})[_\s]price/gi

function read(context: string): Place {
  const named = new Set<Country>()
  const sites = new Set<Country>()
  const stated = new Set<string>()
  for (const [, behind = '', before = ''] of context.matchAll(STATED)) {
    const code = (behind || before).toUpperCase()
    if (COMMON_CODES.has(code.toLowerCase())) stated.add(code)
  }
  const lower = ` ${context.toLowerCase().replace(/[^\p{L}\p{N}.]+/gu, ' ')} `
  for (const [name, country] of LONG_NAMES) if (lower.includes(name)) named.add(country)
  for (const word of context.split(/[\s,;()"'|]+/)) {
    if (word === '') continue
    if (/^[A-Z]{3}$/.test(word) && isCurrency(word) && !WORDLIKE_CODES.has(word)) stated.add(word)
    if (/^(?:usd|eur|gbp|jpy|cny|inr|aud|chf|sek|nok|dkk|pln|czk|huf)$/.test(word)) stated.add(word.toUpperCase())
    const locale = /^[a-z]{2}[-_]([A-Z]{2})$/.exec(word)?.[1] ?? (context.length === 2 ? word.toUpperCase() : word)
    const country = BY_NAME.get(word.toLowerCase()) ?? (/^[A-Z]{2}$/.test(locale) ? BY_CODE.get(locale) : undefined)
    if (country !== undefined) (word.includes('.') ? sites : named).add(country)
    else if (word.includes('.') || word.includes('/')) for (const site of countriesOfHost(word.toLowerCase())) sites.add(site)
  }
  // What a shop prints depends on the shop, and not on where the seller lives.
  const countries = sites.size > 0 ? sites : named
  const currencies = stated.size > 0 ? stated : new Set([...countries].map(([, currency]) => currency))
  const decimals = new Set([...countries].map(([, , decimal]) => decimal))
  const [decimal] = decimals
  return { currencies, decimal: decimals.size === 1 ? decimal : undefined }
}

const ADDRESS = /^(?:https?:\/\/)?([^/?#:]+)[^/?#]*([^?#]*)/

/** The domain of a country decides; below a worldwide domain the name of the site, a country as subdomain, a locale in the path. */
function countriesOfHost(address: string): Country[] {
  const [, host = '', path = ''] = ADDRESS.exec(address) ?? []
  const labels = host.split('.').filter((label) => label !== '' && label !== 'www')
  const top = labels.at(-1) ?? ''
  const second = labels.at(-2) ?? ''
  const bySite = BY_NAME.get(`${second}.${top}`)
  if (bySite !== undefined) return [bySubdomain(labels) ?? bySite]
  if (labels.length > 1) {
    const byDomain = top === 'uk' ? BY_CODE.get('GB') : BY_CODE.get(top.toUpperCase())
    if (byDomain !== undefined && (!WORLDWIDE_DOMAINS.has(top) || /^(?:com|net|org|gov|edu)$/.test(second))) return [byDomain]
  }
  const found = labels.map((label) => BY_NAME.get(label)).find((country) => country !== undefined) ?? bySubdomain(labels)
  if (found !== undefined) return [found]
  for (const part of path.split('/')) {
    const country = BY_NAME.get(part) ?? BY_CODE.get(/^[a-z]{2}[-_]([a-z]{2})$/.exec(part)?.[1]?.toUpperCase() ?? '')
    if (country !== undefined) return [country]
  }
  return []
}

/** Not of AliExpress and its like, whose subdomains are languages. */
function bySubdomain(labels: readonly string[]): Country | undefined {
  const [first = ''] = labels
  if (labels.length < 3 || first.length !== 2 || /express|wiki|bay$/.test(labels.at(-2) ?? '')) return undefined
  return first === 'uk' ? BY_CODE.get('GB') : BY_CODE.get(first.toUpperCase())
}

/** Kana and tax words are Japanese, simplified characters Chinese: that settles `¥` where the place does not. */
export function ofLanguage(cleaned: string, place: Place): Place {
  if (!cleaned.includes('¥') || place.currencies.has('JPY') || place.currencies.has('CNY')) return place
  const japanese = /[\u3041-\u30fa]|税込|税抜|税別|送料|\+ ?税/.test(cleaned)
  const chinese = /[价议邮优惠现卖买发货询块东宝]|含税|元/.test(cleaned)
  if (japanese === chinese) return place
  return { ...place, currencies: new Set([...place.currencies, japanese ? 'JPY' : 'CNY']) }
}

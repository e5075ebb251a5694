import { growth, Random } from './random.ts'
import type { RawListing } from './raw-listing.ts'
import {
  BRANDS,
  CARDS,
  type Card,
  CONDITION_FACTOR,
  type Condition,
  english,
  familyOf,
  GOODS,
  type Good,
  german,
  LEADS,
  MARKETS,
  type Market,
  type SimulatedKind,
  UNNAMED,
  WEIGHTED_CARDS,
  WORDS,
  type Words,
} from './simulated-market.ts'
import { utcTimestamp } from './time.ts'

export interface SimulationOptions {
  /** How many listings, in all days together. */
  count: number
  /** From 0 to 2^32 - 1. The same options give the same bytes, everywhere. */
  seed: number
  /** Days on which the market is looked at, each as often as the others. */
  days: number
  /** How many sellers there are; the first of them have most of the offers. */
  sellers: number
  /** The first day, as a date or an RFC 3339 timestamp. */
  start?: string
}

/** What a perfect reader would take from the listing. What the listing leaves open is null. */
export interface SimulatedTruth {
  /** The thing on sale: the same on every day, and under the new `listing_id` of a relisting. */
  offer: string
  relisted: boolean
  /** Prints an observation that was printed already, under an address with tracking parameters. */
  duplicate: boolean
  is_gpu: boolean
  kind: SimulatedKind
  /** Name in the catalog; that of a family where the title leaves the bus open. */
  model: string | null
  /** As the title states it, also of a modified card; else the only size in which the model was sold. */
  vram_gb: number | null
  modified: boolean
  /** Cards that are sold together, for one price. */
  lot_size: number
  condition: Condition | null
  price_kind: 'price' | 'quote' | 'placeholder'
  currency: 'USD' | 'EUR'
  /** What is asked for one card, euros at `SIMULATION_EUR_IN_USD`, rounded to cents; null where no price is named. */
  unit_price_usd: number | null
  /** Far too cheap to be meant. */
  scam: boolean
}

export type SimulatedListing = RawListing & { truth: SimulatedTruth }

/** Dollars for a euro on every simulated day. */
export const SIMULATION_EUR_IN_USD = 1.16

/** How often things happen: by offer, `duplicate` by listing. Those behind `not_gpu` count what is a graphics card. */
export const SIMULATION_SHARES = {
  not_gpu: 0.18,
  no_price: 0.03,
  sold_out: 0.04,
  relisted: 0.12,
  duplicate: 0.01,
  unnamed: 0.01,
  for_parts: 0.08,
  lot: 0.05,
  modified: 0.15, // of the models that are modified at all
  scam: 0.015,
} as const

const DEFAULT_START = '2026-09-01T00:00:00.000Z'
const DAY_MS = 86_400_000
const MOST_DAYS = 36_525

/**
 * Invents listings of a second-hand market, day by day and in order of `seen_at`: several marketplaces that print in their own
 * ways, sellers with a mark-up each, offers that come, get cheaper, go, and come back under another id. Prices are log-normal
 * around a level for the model, which drifts. Everything in it is made up, the price levels too.
 *
 * An offer is a function of the seed and its number, and is worked out anew on each of its days: memory does not grow with
 * `count` or `days`.
 *
 * @throws RangeError in words, where an option is out of its range.
 */
export function* simulateListings(options: SimulationOptions): Generator<SimulatedListing, void, undefined> {
  const startMs = checkedStart(options)
  const { count, seed, days } = options
  const random = new Random(seed)
  const sellers = Array.from({ length: options.sellers }, (_, index) => newSeller(random, index))
  const drifts = new Map(CARDS.map((card, index) => [card, driftOf(random, index)]))

  let before = 0
  for (let day = 0; day < days; day++) {
    const until = share(count, day + 1, days)
    const dayMs = startMs + day * DAY_MS
    const perListing = DAY_MS / Math.max(1, until - before)
    let printed = 0
    for (let slot = 0; before + printed < until; slot++) {
      const offer = offerOn(random, day, slot, sellers, drifts)
      if (offer === undefined) continue
      const seenAt = new Date(dayMs + Math.floor(printed * perListing)).toISOString()
      yield printOffer(offer, seenAt, false)
      printed++
      random.restart(slot, streamOf('day', day))
      if (random.chance(SIMULATION_SHARES.duplicate) && before + printed < until) {
        yield printOffer(offer, seenAt, true)
        printed++
      }
    }
    before = until
  }
}

const STREAMS = ['seller', 'card', 'slot', 'stay', 'offer', 'day'] as const

/** What else than the number of a thing tells its draws apart. */
function streamOf(stream: (typeof STREAMS)[number], part: number): number {
  return part * STREAMS.length + STREAMS.indexOf(stream)
}

/** How many of `count` things come in the first `part` of `whole`, by integers that stay exact. */
function share(count: number, part: number, whole: number): number {
  const each = Math.floor(count / whole)
  return each * part + Math.floor(((count - each * whole) * part) / whole)
}

function checkedStart({ count, seed, days, sellers, start = DEFAULT_START }: SimulationOptions): number {
  const ranges = [
    ['count', count, 0, 2 ** 32 - 1],
    ['seed', seed, 0, 2 ** 32 - 1],
    ['days', days, 1, MOST_DAYS],
    ['sellers', sellers, 1, 1e6],
  ] as const
  for (const [name, value, least, most] of ranges) {
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new RangeError(`${name} is a whole number from ${least} to ${most}`)
    }
  }
  const utc = utcTimestamp(start) ?? utcTimestamp(`${start}T00:00:00Z`)
  const startMs = Date.parse(utc ?? '')
  if (utc === undefined || utcTimestamp(new Date(startMs + days * DAY_MS).toISOString()) === undefined) {
    throw new RangeError(
      'start is a date such as 2026-09-01 or an RFC 3339 timestamp, and the last day is before the year 10000',
    )
  }
  return startMs
}

interface Seller {
  name: string
  market: Market
  region: string
  /** Times the level of the market. */
  markup: number
}

/** Who sells, and for how much: the law of the prices, which no listing prints. */
export interface SimulatedSeller {
  name: string
  listing_source: string
  currency: SimulatedTruth['currency']
  /** Times the level of a card, this is the median of what the seller asks for one on the first day, but for reductions and lots. */
  markup: number
}

/** The sellers of the market that these options give. */
export function simulatedSellers({ seed, sellers }: Pick<SimulationOptions, 'seed' | 'sellers'>): SimulatedSeller[] {
  const random = new Random(seed)
  return Array.from({ length: sellers }, (_, index) => {
    const { name, market, markup } = newSeller(random, index)
    return { name, listing_source: market.name, currency: market.currency, markup }
  })
}

const SELLER_FIRST = 'volt amber north quiet copper silent lucky granite river pixel delta harbor'.split(' ')
const SELLER_LAST = 'fox depot hardware parts bench trade garage works cards market surplus lab'.split(' ')

function newSeller(random: Random, index: number): Seller {
  random.restart(index, streamOf('seller', 0))
  const market = random.pick(MARKETS)
  const glue = random.pick(['', '_', '-', '.'])
  return {
    name: `${random.pick(SELLER_FIRST)}${glue}${random.pick(SELLER_LAST)}${glue}${index + 1}`,
    market,
    region: random.pick(market.regions),
    markup: random.logNormal(0.08) * (market.sells === 'stock' ? 1.12 : 1),
  }
}

/** Growth of the level in a day: at most a few per cent in a month, mostly downwards. */
function driftOf(random: Random, index: number): number {
  random.restart(index, streamOf('card', 0))
  return random.between(-0.05, 0.03) / 30
}

/** What an offer is on one day, and how it is printed. */
interface Offer {
  seller: Seller
  listing_id: string
  title: string
  price_text: string
  shipping_text: string | undefined
  condition_text: string | undefined
  quantity_text: string | undefined
  truth: SimulatedTruth
}

const [SHORTEST_TURN, LONGEST_TURN] = [4, 24]

/**
 * What stands in a slot of the market on a day, or undefined while it is empty. Offers take turns of equal length in a slot, each
 * for a part of its turn; the slot's seller stays.
 */
function offerOn(
  random: Random,
  day: number,
  slot: number,
  sellers: readonly Seller[],
  drifts: ReadonlyMap<Card, number>,
): Offer | undefined {
  random.restart(slot, streamOf('slot', 0))
  const turnDays = SHORTEST_TURN + random.below(LONGEST_TURN - SHORTEST_TURN)
  const phase = random.below(turnDays)
  const skew = random.fraction()
  const seller = sellers[slot < sellers.length ? slot : Math.floor(skew * skew * sellers.length)]
  if (seller === undefined) return undefined

  const turn = Math.floor((day + phase) / turnDays)
  const firstDay = turn * turnDays - phase
  random.restart(slot, streamOf('stay', turn))
  if (day - firstDay >= Math.ceil(turnDays * random.between(0.5, 1))) return undefined
  // Only every other turn may bring back the offer before it, so that nobody has to look further back than one.
  const relisted = turn % 2 === 1 && random.chance(2 * SIMULATION_SHARES.relisted)
  const ageDays = day - firstDay + (relisted ? turnDays : 0)

  const origin = relisted ? turn - 1 : turn
  random.restart(slot, streamOf('offer', origin))
  const { market } = seller
  const text = WORDS[market.language]
  const noPrice = random.chance(SIMULATION_SHARES.no_price)
  const soldOut = random.chance(SIMULATION_SHARES.sold_out)
  const thing = random.chance(SIMULATION_SHARES.not_gpu) ? otherThing(random, GOODS) : cardThing(random, market)

  const scam = thing.is_gpu && thing.model !== null && thing.condition !== 'for_parts' && random.chance(SIMULATION_SHARES.scam)
  const drift = thing.card === undefined ? 0 : (drifts.get(thing.card) ?? 0)
  const asked =
    thing.usd *
    random.logNormal(0.12) *
    seller.markup *
    growth(drift * Math.max(0, day - ageDays)) *
    (scam ? random.between(0.06, 0.2) : 1)
  const stepDays = 3 + random.below(6)
  const cut = random.pick([0, 0, 0, 0.02, 0.03, 0.05])
  const reduced = asked * Math.max(0.8, 1 - cut * Math.floor(ageDays / stepDays))
  const cents = roundedCents(random, market.currency === 'EUR' ? reduced / SIMULATION_EUR_IN_USD : reduced)
  const printPrice = random.pick(market.prices)
  const quote = random.chance(0.7)
  const listed = printPrice(cents)
  // A price without cents in print is that price.
  const paid = /\d[.,]\d\d(?!\d)/.test(listed) ? cents : cents - (cents % 100)
  const paidUsd = (paid / 100) * (market.currency === 'EUR' ? SIMULATION_EUR_IN_USD : 1)

  const truth: SimulatedTruth = {
    offer: `${slot}.${origin}`,
    relisted,
    duplicate: false,
    is_gpu: thing.is_gpu,
    kind: thing.kind,
    model: thing.model,
    vram_gb: thing.vram_gb,
    modified: thing.modified,
    lot_size: thing.lot_size,
    condition: thing.condition,
    price_kind: noPrice ? (quote ? 'quote' : 'placeholder') : 'price',
    currency: market.currency,
    unit_price_usd: noPrice ? null : Math.round((paidUsd / thing.lot_size) * 100) / 100,
    scam: scam && !noPrice,
  }
  return {
    seller,
    listing_id: `${market.idPrefix}${idNumber(slot, turn)}`,
    title: thing.title,
    price_text: noPrice ? random.pick(quote ? text.quotes : text.placeholders) : listed,
    shipping_text: shippingOf(random, market),
    condition_text: thing.condition_text,
    quantity_text: quantityOf(random, market, text, soldOut),
    truth,
  }
}

/** Digits that are another number for every slot and turn. */
function idNumber(slot: number, turn: number): number {
  return 110_000_000_000 + slot * 10_000 + turn
}

function shippingOf(random: Random, market: Market): string | undefined {
  const dollars = market.currency === 'USD'
  const draw = random.fraction()
  if (draw < 0.5) return undefined
  if (draw < 0.7) return dollars ? 'Free shipping' : 'Kostenloser Versand'
  const cents = 499 + 100 * random.below(20)
  return dollars ? `+$${english(cents)} shipping` : `+ ${german(cents)} € Versand`
}

function quantityOf(random: Random, market: Market, text: Words, soldOut: boolean): string | undefined {
  if (soldOut) return random.pick(text.soldOut)
  if (market.sells === 'anything') return undefined
  if (random.chance(0.5)) return random.pick(text.stock)
  const count = 1 + random.below(9)
  return market.language === 'de' ? `${count} verfügbar` : `${count} available`
}

/** Prices as people round them: to the dollar, to five or ten, or to 99 cents; never as low as a placeholder. */
function roundedCents(random: Random, amount: number): number {
  const units = Math.max(5, Math.round(amount))
  const draw = random.fraction()
  if (draw < 0.25) return units * 100 - 1
  if (draw < 0.4) return Math.max(500, Math.round(amount * 100))
  if (draw < 0.6) return units * 100
  const step = units < 300 ? 5 : units < 3000 ? 10 : 50
  return Math.max(5, Math.round(units / step) * step) * 100
}

/** What is sold, before the market and its seller say the price. */
interface Thing {
  kind: SimulatedKind
  is_gpu: boolean
  title: string
  /** Level of the price of all of it. */
  usd: number
  card: Card | undefined
  model: string | null
  vram_gb: number | null
  modified: boolean
  lot_size: number
  condition: SimulatedTruth['condition']
  condition_text: string | undefined
}

function otherThing(random: Random, from: readonly Good[]): Thing {
  const { kind, title, usd } = random.pick(from)
  const card = random.pick(WEIGHTED_CARDS)
  const used = random.chance(0.5)
  return {
    kind,
    is_gpu: kind === 'gpu',
    title: withCase(random, title.replace('{card}', spelled(random, card))),
    usd: usd > 0 ? usd : card.usd / 10,
    card: undefined,
    model: null,
    vram_gb: null,
    modified: false,
    lot_size: 1,
    condition: used ? 'used' : null,
    condition_text: used ? 'used' : undefined,
  }
}

function cardThing(random: Random, market: Market): Thing {
  if (random.chance(SIMULATION_SHARES.unnamed)) return otherThing(random, UNNAMED)
  const text = WORDS[market.language]
  const card = random.pick(WEIGHTED_CARDS)
  const modified = card.modified_gb !== undefined && random.chance(SIMULATION_SHARES.modified)
  const vram_gb = modified && card.modified_gb !== undefined ? card.modified_gb : card.vram_gb
  const condition: Condition = random.chance(SIMULATION_SHARES.for_parts)
    ? 'for_parts'
    : random.pick(market.sells === 'stock' ? ['new', 'new', 'refurbished', 'used'] : ['used', 'used', 'used', 'used', 'new'])
  const lot_size = random.chance(SIMULATION_SHARES.lot) ? random.pick([2, 2, 3, 4, 4, 5, 8, 10]) : 1
  const printed = printedCondition(random, text, condition)
  const bus = card.bus !== undefined && random.chance(0.7) ? card.bus : ''
  // Where a family has its size in the name, a title without it is another question.
  const states = modified || card.bus !== undefined || random.chance(0.75)
  const words = { bus, memory: states ? memoryText(random, vram_gb) : '', condition: printed.title }
  const name = titleOf(random, card, words, text, lot_size > 1)
  const title = lot_size === 1 ? name : random.pick(text.lots).replace('{n}', `${lot_size}`).replace('{title}', name)
  return {
    kind: 'gpu',
    is_gpu: true,
    title: withCase(random, title),
    usd: card.usd * CONDITION_FACTOR[condition] * (modified ? 1.5 : 1) * (lot_size === 1 ? 1 : lot_size * 0.93),
    card,
    model: card.bus !== undefined && bus === '' ? familyOf(card) : card.model,
    vram_gb: states || card.onlySize ? vram_gb : null,
    modified,
    lot_size,
    condition: printed.title === '' && printed.column === undefined ? null : condition,
    condition_text: printed.column,
  }
}

/** A column may call used what the title calls broken, never the other way round. */
function printedCondition(random: Random, text: Words, condition: Condition): { title: string; column: string | undefined } {
  const draw = random.fraction()
  if (draw < 0.05 && condition === 'used') return { title: '', column: undefined }
  const title = draw < 0.45 ? random.pick(text.inTitle[condition]) : ''
  if (draw < 0.2) return { title, column: undefined }
  const column = condition === 'for_parts' && draw < 0.3 ? 'used' : condition
  return { title, column: random.pick(text.inColumn[column]) }
}

function memoryText(random: Random, vram_gb: number): string {
  return `${vram_gb}${random.pick(['GB', 'GB', ' GB', 'GB', 'gb', 'G'])}`
}

interface TitleWords {
  bus: string
  memory: string
  condition: string
}

function titleOf(random: Random, card: Card, { bus, memory, condition }: TitleWords, text: Words, isLot: boolean): string {
  const [brandName, cooler] = random.pick(BRANDS[card.line])
  const brand = random.chance(0.6) ? withTypo(random, brandName) : ''
  const lead = random.pick(LEADS[card.line])
  const model = spelled(random, card)
  const noise = noiseFor(random, card, text)
  const other = noiseFor(random, card, text)
  const extra = other === noise ? '' : other
  switch (random.below(5)) {
    case 0:
      return joined([brand, lead, model, brand === '' ? '' : cooler, memory, bus, noise, condition])
    case 1:
      return joined([lead, model, bus, memory, brand, brand === '' ? '' : cooler, condition, extra, noise])
    case 2:
      return joined([condition, noise, brand, lead, model, memory, bus, extra])
    case 3:
      // `2x 16GB ...` could as well be one card of 32 GB.
      return isLot
        ? joined([brand, lead, model, memory, bus, noise, condition])
        : joined([memory, brand, lead, model, bus, noise, condition])
    default:
      return joined([brand, lead, model, memory, bus, condition === '' ? '' : `- ${condition}`, noise])
  }
}

/** Words that say nothing about the card: `PCIe 4.0` does where the bus is a part of the model. */
function noiseFor(random: Random, card: Card, text: Words): string {
  const noise = random.pick(text.noise)
  return card.bus !== undefined && noise.includes('PCIe') ? '' : noise
}

function spelled(random: Random, card: Card): string {
  return random.pick(card.spellings)
}

function joined(parts: readonly string[]): string {
  let text = ''
  for (const part of parts) if (part !== '') text += text === '' ? part : ` ${part}`
  return text
}

/** Now and then two letters of a brand change places; never the first, never in a short word. */
function withTypo(random: Random, word: string): string {
  if (word.length < 5 || !random.chance(0.06)) return word
  const at = 1 + random.below(word.length - 2)
  return `${word.slice(0, at)}${word.charAt(at + 1)}${word.charAt(at)}${word.slice(at + 2)}`
}

function withCase(random: Random, title: string): string {
  const draw = random.fraction()
  if (draw < 0.08) return title.toLowerCase()
  // An entity in capitals is none.
  return draw < 0.16 && !title.includes('&amp;') ? title.toUpperCase() : title
}

function printOffer(offer: Offer, seen_at: string, duplicate: boolean): SimulatedListing {
  const { seller, listing_id } = offer
  const { market } = seller
  const address = `${market.offers}${listing_id}`
  return {
    title: offer.title,
    price_text: offer.price_text,
    ...(market.currencyApart && { currency: market.currency }),
    ...(offer.shipping_text !== undefined && { shipping_text: offer.shipping_text }),
    ...(offer.condition_text !== undefined && { condition_text: offer.condition_text }),
    ...(offer.quantity_text !== undefined && { quantity_text: offer.quantity_text }),
    listing_source: market.name,
    listing_id,
    seller: seller.name,
    region: seller.region,
    source_url: duplicate ? `${address}?utm_source=feed&utm_medium=cpc` : address,
    seen_at,
    truth: duplicate ? { ...offer.truth, duplicate: true } : offer.truth,
  }
}

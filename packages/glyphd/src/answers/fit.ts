import type { FitAnswer, FitChoice, FitPurchase, FitSet, NearestMiss, Obstacle } from '../contract/fit.ts'
import { type CardOnOffer, type CardSupply, cardsOnOffer, type JudgedOffer } from './cards-on-offer.ts'
import { type Bought, cheapestSet } from './cheapest-set.ts'
import type { FitRequest } from './fit-request.ts'
import { at } from './offers.ts'
import {
  type Demand,
  demandOf,
  type Gpus,
  holds,
  inSequence,
  largestShareGb,
  memorySplit,
  tensorParallel,
  usableGb,
} from './running.ts'

/** The answer as long as only the places of the listings in the store are known. */
export interface Fit extends Omit<FitAnswer, 'sets'> {
  sets: (Omit<FitSet, 'buy'> & { buy: FitChoice[] })[]
}

type Miss = Omit<NearestMiss, 'detail'>

/**
 * What to buy to run a model: for every card on offer the smallest number of them that holds it and reaches `min_tps` in one of
 * both ways, at the least total. Cheapest set first; the same total by watts, then by name.
 */
export function fit(request: FitRequest, offers: readonly JudgedOffer[]): Fit {
  const { cards, offers_considered, left_out } = cardsOnOffer(offers, request.include_all)
  const demand = demandOf(request)
  const sets: Fit['sets'] = []
  const misses: Miss[] = []
  for (const card of cards) {
    const found = setOf(card, demand, request)
    if ('obstacle' in found) misses.push(found)
    else sets.push(found)
  }
  sets.sort((a, b) => a.total_usd - b.total_usd || a.watts - b.watts || order(a.model, b.model) || a.vram_gb - b.vram_gb)
  const nearest = sets.length === 0 ? nearestOf(misses) : undefined
  return {
    workload: request.workload,
    format: request.format,
    context_tokens: request.context_tokens,
    weights_gb: demand.weights_gb,
    kv_cache_gb: demand.kv_cache_gb,
    sets: sets.slice(0, request.limit),
    set_count: sets.length,
    offers_considered,
    left_out,
    missed: Object.fromEntries(
      OBSTACLES.map((obstacle) => [obstacle, misses.filter((miss) => miss.obstacle === obstacle).length] as const).filter(
        ([, count]) => count > 0,
      ),
    ),
    ...(nearest && { nearest_miss: { ...nearest, detail: detailOf(nearest) } }),
  }
}

/** What a listing says of an offer to buy from. */
export type FitListing = Pick<FitPurchase, 'id' | 'title' | 'source_url' | 'listing_source' | 'seller' | 'condition'>

/** The positions whose listings the answer needs. */
export function fitPositions({ sets }: Fit): number[] {
  return [...new Set(sets.flatMap(({ buy }) => buy.map(({ position }) => position)))]
}

/** The answer with the listings in the place of their positions. */
export function fitAnswer(found: Fit, listings: ReadonlyMap<number, FitListing>): FitAnswer {
  const sets = found.sets.map(({ buy, ...set }) => ({
    ...set,
    buy: buy.map(({ position, ...choice }) => {
      const { id, title, source_url, listing_source, seller, condition } = at(listings, position)
      return {
        id,
        ...(title !== undefined && { title }),
        ...(source_url !== undefined && { source_url }),
        ...(listing_source !== undefined && { listing_source }),
        ...(seller !== undefined && { seller }),
        ...(condition !== undefined && { condition }),
        ...choice,
      }
    }),
  }))
  return { ...found, sets }
}

function gpusOf({ gpus, vram_gb, mem_bandwidth_gbs }: CardOnOffer, cards: number): Gpus {
  return { count: cards * gpus, vram_gb: vram_gb / gpus, bandwidth_gbs: mem_bandwidth_gbs / gpus }
}

function setOf(card: CardOnOffer, demand: Demand, request: FitRequest): Fit['sets'][number] | Miss {
  const { model, vram_gb, tdp_watts, supply } = card
  const { max_cards, min_tps = 0, max_watts = Number.POSITIVE_INFINITY, max_price = Number.POSITIVE_INFINITY } = request
  const numbers = Array.from({ length: max_cards }, (_, index) => index + 1)
  const holding = numbers.filter((cards) => holds(demand, gpusOf(card, cards)))
  const cards = holding.find((number) => fastest(demand, gpusOf(card, number)) >= min_tps)
  const miss = (obstacle: Obstacle, of: { cards: number; needed: number; available: number }) => ({
    model,
    vram_gb,
    obstacle,
    ...of,
  })
  if (cards === undefined) {
    const most = gpusOf(card, max_cards)
    if (holding.length === 0) {
      return miss('memory', { cards: max_cards, needed: largestShareGb(demand, most.count), available: usableGb(most) })
    }
    const rates = holding.map((number) => ({ number, rate: fastest(demand, gpusOf(card, number)) }))
    const best = rates.reduce((a, b) => (b.rate > a.rate ? b : a))
    return miss('speed', { cards: best.number, needed: min_tps, available: best.rate })
  }

  const watts = cards * tdp_watts
  if (watts > max_watts) return miss('watts', { cards, needed: watts, available: max_watts })
  const bought = cheapestSet(supply, cards)
  if (bought === undefined) {
    const available = supply.reduce((sum, { lots, lot_size }) => sum + lots * lot_size, 0)
    return miss('supply', { cards, needed: cards, available })
  }
  const buy = bought.map(choiceOf)
  const total_usd = usd(bought.reduce((sum, { offer, lots }) => sum + lots * offer.lot_size * offer.usd_per_card, 0))
  if (total_usd > max_price) return miss('price', { cards, needed: total_usd, available: max_price })

  const gpus = gpusOf(card, cards)
  const sequence_tps = inSequence(demand, gpus)
  const parallel = tensorParallel(demand, gpus)
  return {
    model,
    vram_gb,
    gpus_per_card: card.gpus,
    ...(card.form_factor !== null && { form_factor: card.form_factor }),
    cards,
    cards_bought: buy.reduce((sum, choice) => sum + choice.cards, 0),
    total_usd,
    watts,
    memory: memorySplit(demand, gpus),
    sequence_tps,
    ...(parallel && { tensor_parallel_tps: parallel }),
    warnings: [
      ...card.warnings,
      ...(sequence_tps.low < min_tps ? ['reaches min_tps by tensor parallel only, which is an estimate'] : []),
    ],
    buy,
  }
}

/** The low end of the faster band. */
function fastest(demand: Demand, gpus: Gpus): number {
  return Math.max(inSequence(demand, gpus).low, tensorParallel(demand, gpus)?.low ?? 0)
}

function choiceOf({ offer, lots }: Bought<CardSupply>): FitChoice {
  const { judged, price_usd, lot_size, usd_per_card, assumed } = offer
  const { position, shipping_usd } = judged.offer
  const cards = lots * lot_size
  return {
    position,
    cards,
    price_usd,
    ...(shipping_usd !== null && { shipping_usd }),
    sum_usd: usd(cards * usd_per_card),
    ...(lot_size > 1 && { lot_size }),
    ...(judged.price_to_fair !== undefined && { price_to_fair: judged.price_to_fair }),
    ...(judged.unranked.length > 0 && { marks: [...judged.unranked] }),
    ...(assumed.length > 0 && { warnings: [...assumed] }),
  }
}

/** Dollars in whole cents. */
function usd(amount: number): number {
  return Math.round(amount * 100) / 100
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What keeps a card from making a set, the nearest to success first. */
const OBSTACLES: readonly Obstacle[] = ['price', 'watts', 'supply', 'speed', 'memory']

/** Of the cards that came furthest the one that lacks least, in parts of what it would take. */
function nearestOf(misses: readonly Miss[]): Miss | undefined {
  const shortfall = ({ obstacle, needed, available }: Miss) =>
    obstacle === 'price' || obstacle === 'watts' ? needed : 1 - available / needed
  for (const obstacle of OBSTACLES) {
    const those = misses.filter((miss) => miss.obstacle === obstacle)
    const [nearest] = those.sort((a, b) => shortfall(a) - shortfall(b) || order(a.model, b.model) || a.vram_gb - b.vram_gb)
    if (nearest !== undefined) return nearest
  }
  return undefined
}

function detailOf({ model, vram_gb, cards, obstacle, needed, available }: Miss): string {
  const set = `${cards} ${model} (${number(vram_gb)} GB)`
  switch (obstacle) {
    case 'price':
      return `${set} would do for ${number(needed)} USD; max_price is ${number(available)}`
    case 'watts':
      return `${set} would do with ${number(needed)} W; max_watts is ${number(available)}`
    case 'supply':
      return `${set} would do; only ${number(available)} on offer`
    case 'speed':
      return `${set} would hold it and reach ${number(available)} tokens a second; min_tps is ${number(needed)}`
    case 'memory':
      return `${set}, the most that max_cards allows, would need ${number(needed)} GiB for each GPU and have ${number(available)}`
  }
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 })
}

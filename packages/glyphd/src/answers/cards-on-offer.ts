import { type Specs, specsOf } from 'glyphsieve/stages'
import type { Supply } from './cheapest-set.ts'
import type { MarketOffer } from './offers.ts'

/** What nobody asks for a card: sums of it would soon be no numbers any more. */
const MOST_USD = 1e12

/** An offer with what the market says of it. */
export interface JudgedOffer {
  offer: MarketOffer
  /** Why rankings leave it out; empty: they do not. */
  unranked: readonly string[]
  price_to_fair?: number | undefined
}

/** An offer that can be bought. */
export interface CardSupply extends Supply {
  judged: JudgedOffer
  price_usd: number
  /** What was assumed of this offer's card. */
  assumed: readonly string[]
}

/** What a set needs to know of a card; nothing of it is unknown. */
interface CardSpecs {
  vram_gb: number
  gpus: number
  mem_bandwidth_gbs: number
  tdp_watts: number
  form_factor: Specs['form_factor']
  /** What stands between the card and a running model. */
  warnings: string[]
}

/** A card with everything that is offered of it. */
export interface CardOnOffer extends CardSpecs {
  model: string
  /** Cheapest card first. */
  supply: CardSupply[]
}

export interface CardsOnOffer {
  cards: CardOnOffer[]
  offers_considered: number
  /** Reason -> how many offers. */
  left_out: Record<string, number>
}

/**
 * The offers by card: model and memory, and the other specs where those alone do not settle them. Every offer is in one card or
 * counted under one reason: the first of those that rankings have, else the first thing that is not known of it. What is sold out
 * is left out even of `includeAll`, and so is a card that no inference software runs on.
 */
export function cardsOnOffer(offers: readonly JudgedOffer[], includeAll: boolean): CardsOnOffer {
  const cards = new Map<string, CardOnOffer>()
  const left_out: Record<string, number> = {}
  const known = new Map<string, OfferedCard | string>()
  let offers_considered = 0
  for (const judged of offers) {
    const leaveOut = (reason: string) => {
      left_out[reason] = (left_out[reason] ?? 0) + 1
    }
    const supply = supplyOf(judged, includeAll)
    if (typeof supply === 'string') {
      leaveOut(supply)
      continue
    }
    const offered = cardOf(judged.offer, known)
    if (typeof offered === 'string') {
      leaveOut(offered)
      continue
    }
    offers_considered += 1
    const { key, specs, assumed } = offered
    const card = cards.get(key)
    if (card) card.supply.push({ ...supply, assumed })
    else cards.set(key, { model: judged.offer.model, ...specs, supply: [{ ...supply, assumed }] })
  }
  for (const { supply } of cards.values()) {
    supply.sort((a, b) => a.usd_per_card - b.usd_per_card || a.judged.offer.position - b.judged.offer.position)
  }
  return { cards: [...cards.values()], offers_considered, left_out }
}

/** What can be bought, or the reason why nothing can. */
function supplyOf(judged: JudgedOffer, includeAll: boolean): Omit<CardSupply, 'assumed'> | string {
  const { offer, unranked } = judged
  const { quantity, price_usd, shipping_usd, lot_size } = offer
  if (quantity === 0) return 'sold_out'
  const [reason] = includeAll ? unranked.filter((mark) => mark === 'sold_out') : unranked
  if (reason !== undefined) return reason
  if (price_usd === null) return 'no_price_usd'
  if (price_usd + (shipping_usd ?? 0) > MOST_USD) return 'absurd_price'
  return { judged, price_usd, usd_per_card: price_usd + (shipping_usd ?? 0), lot_size, lots: quantity ?? 1 }
}

interface OfferedCard {
  /** The same for offers of the same card. */
  key: string
  specs: CardSpecs
  assumed: readonly string[]
}

/** The card on offer, or the reason why it does not do. The same question is answered once. */
function cardOf({ model, vram_gb }: MarketOffer, known: Map<string, OfferedCard | string>): OfferedCard | string {
  const question = `${model} ${vram_gb}`
  let card = known.get(question)
  if (card === undefined) {
    card = offeredCard(model, specsOf(model, { vram_gb }))
    known.set(question, card)
  }
  return card
}

function offeredCard(model: string, specs: Specs | undefined): OfferedCard | string {
  if (specs === undefined) return 'unknown_model'
  const { vram_gb, gpus, mem_bandwidth_gbs, tdp_watts, form_factor } = specs
  if (runsNothing(specs)) return 'no_software'
  if (vram_gb === null || gpus === null || mem_bandwidth_gbs === null || tdp_watts === null) return 'unknown_specs'
  const card: CardSpecs = { vram_gb, gpus, mem_bandwidth_gbs, tdp_watts, form_factor, warnings: hurdles(specs) }
  return { key: JSON.stringify([model, card]), specs: card, assumed: specs.warnings }
}

/** The cards to which the score gives its least support: no inference software runs on them. */
function runsNothing({ vendor, compute_capability, support }: Specs): boolean {
  if (vendor === 'nvidia') return compute_capability !== null && Number(compute_capability) < 3
  return vendor === 'other' || support === 'none'
}

function hurdles({ vendor, compute_capability, support, form_factor }: Specs): string[] {
  const words: string[] = []
  if (form_factor !== null && form_factor !== 'pcie') words.push(`plugs into ${form_factor}, not into PCIe`)
  if (vendor === 'nvidia' && compute_capability !== null && Number(compute_capability) < 5) {
    words.push(`compute capability ${compute_capability}: needs old CUDA and old software`)
  }
  if (support === 'unofficial') words.push('runs with unofficial software only')
  return words
}

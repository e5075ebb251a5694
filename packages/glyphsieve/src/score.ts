import type { Specs } from './enrich.ts'
import type { ScoreWeights } from './score-weights.ts'
import { standardWeights } from './weights.ts'

/** What of the specs the score counts. */
export type ScoredSpecs = Pick<
  Specs,
  | 'vendor'
  | 'vram_gb'
  | 'gpus'
  | 'mem_bandwidth_gbs'
  | 'tdp_watts'
  | 'fp16_dense_tflops'
  | 'fp32_tflops'
  | 'form_factor'
  | 'compute_capability'
  | 'support'
>

/** What of the offer the score counts. */
export interface ScoredOffer {
  /** Price of one card. */
  price_usd?: number | null | undefined
  /** Its shipping; absent is free. */
  shipping_usd?: number | null | undefined
  /** Absent is `unknown`. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown' | null | undefined
}

/** The factors of the odds, `score / (1 - score)`: 1 is as good as the reference deal. */
export interface ScoreBreakdown {
  memory: number
  bandwidth: number
  compute: number
  support: number
  host: number
  condition: number
  cost: number
}

/** A score with its factors, or in words what it cannot be had for, or what keeps these weights from giving one. */
export type Scored = { score: number; score_breakdown: ScoreBreakdown } | { missing: string[] } | { unusable_weights: string }

/**
 * Usable inference ability for the total cost of one listing, against the reference deal: 0.5 is as good, 0.67 twice as much
 * for the money, 0.33 half. It strictly falls with the price, lies inside (0, 1), is not rounded and looks at no other listing.
 *
 * No score has a card for parts, a listing without a price in US dollars, and a card of which a spec is not known. Weights of
 * one's own can be so far out that they give no number inside (0, 1).
 */
export function scoreListing(offer: ScoredOffer, specs: ScoredSpecs, weights: ScoreWeights = standardWeights()): Scored {
  return scoreOffer(offer, abilityOf(specs, weights), weights)
}

/** The same for a card whose ability is known, which is the greater part of the work. */
export function scoreOffer(offer: ScoredOffer, ability: Ability | { missing: string[] }, weights: ScoreWeights): Scored {
  const missing = missingOf(offer)
  if ('missing' in ability) return { missing: [...missing, ...ability.missing] }
  if (missing.length > 0) return { missing }

  const condition = (offer.condition ?? 'unknown') === 'unknown' ? weights.condition_unknown : weights.condition_stated
  const cost = (offer.price_usd ?? 0) + (offer.shipping_usd ?? 0) + ability.running_cost_usd
  const score = scoreOf(worthOf(ability, condition, weights), cost)
  if (!(score > 0 && score < 1)) return { unusable_weights: unusable(score) }
  return {
    score,
    score_breakdown: { ...ability.factors, condition, cost: referenceCost(weights) / cost },
  }
}

/**
 * The price in US dollars, shipping included, at which a working card has the score 0.5. Undefined where there is none above 0,
 * because running the card costs more than it is worth, and where the card has no score at any price (`unscorable` says why).
 */
export function buyBelow(specs: ScoredSpecs, weights: ScoreWeights = standardWeights()): number | undefined {
  const ability = abilityOf(specs, weights)
  if ('missing' in ability) return undefined
  const price = worthOf(ability, weights.condition_stated, weights) - ability.running_cost_usd
  return price > 0 && price < Infinity ? price : undefined
}

/** In words, why a working card has no score at any price: what is not known of it, else what the weights give. Empty if it can. */
export function unscorable(specs: ScoredSpecs, weights: ScoreWeights = standardWeights()): string[] {
  const ability = abilityOf(specs, weights)
  if ('missing' in ability) return ability.missing
  const asGift = scoreOf(worthOf(ability, weights.condition_stated, weights), ability.running_cost_usd)
  return asGift > 0 ? [] : [unusable(asGift)]
}

function scoreOf(worth: number, cost: number): number {
  return worth / (worth + cost)
}

function unusable(score: number): string {
  return `the weights give ${score}, which is no score`
}

/** What the reference deal costs in all, which is what its card is worth: 975.8 USD in score 1. */
function referenceCost(weights: ScoreWeights): number {
  return weights.reference_price_usd + weights.running_cost_usd_per_watt * weights.reference_tdp_watts
}

function worthOf({ factors }: Ability, condition: number, weights: ScoreWeights): number {
  const { memory, bandwidth, compute, support, host } = factors
  return referenceCost(weights) * (memory * bandwidth * compute * support * host) * condition
}

/** What is worth money in a working card, and what it costs to run. */
export interface Ability {
  factors: Pick<ScoreBreakdown, 'memory' | 'bandwidth' | 'compute' | 'support' | 'host'>
  running_cost_usd: number
}

/** What a working card is worth for, by factor, or which specs are missing; the same for every offer of it. */
export function abilityOf(specs: ScoredSpecs, weights: ScoreWeights): Ability | { missing: string[] } {
  const { vram_gb, gpus, mem_bandwidth_gbs, tdp_watts } = specs
  const compute =
    specs.fp16_dense_tflops === null ? specs.fp32_tflops : Math.max(specs.fp16_dense_tflops, specs.fp32_tflops ?? 0)
  const support = supportOf(specs, weights)
  const host = hostOf(specs, weights)
  if (
    vram_gb === null ||
    gpus === null ||
    mem_bandwidth_gbs === null ||
    tdp_watts === null ||
    compute === null ||
    support === null ||
    host === null
  ) {
    const needed = {
      vram_gb,
      gpus,
      mem_bandwidth_gbs,
      tdp_watts,
      'fp16_dense_tflops or fp32_tflops': compute,
      [specs.vendor === 'nvidia' ? 'compute_capability' : 'support']: support,
      form_factor: host,
    }
    const unknown = Object.entries(needed).filter(([, value]) => value === null)
    return { missing: unknown.map(([name]) => `${name} is not known`) }
  }
  const usable = (vram: number, count: number) =>
    count * Math.max(vram / count - weights.overhead_gb_per_gpu, weights.least_usable_gb_per_gpu)
  return {
    factors: {
      memory: (usable(vram_gb, gpus) / usable(weights.reference_vram_gb, 1)) ** weights.memory_exponent,
      bandwidth: (mem_bandwidth_gbs / weights.reference_bandwidth_gbs) ** weights.bandwidth_exponent,
      compute: (compute / weights.reference_compute_tflops) ** weights.compute_exponent,
      support,
      host,
    },
    running_cost_usd: weights.running_cost_usd_per_watt * tdp_watts,
  }
}

function supportOf({ vendor, compute_capability, support }: ScoredSpecs, weights: ScoreWeights): number | null {
  if (vendor === 'other') return weights.support_other_vendor
  if (vendor !== 'nvidia') return support === null ? null : weights[`support_${support}`]
  if (compute_capability === null) return null
  const capability = Number(compute_capability)
  if (capability >= 7.5) return weights.support_compute_7_5
  if (capability >= 7) return weights.support_compute_7_0
  if (capability >= 6) return weights.support_compute_6
  if (capability >= 5) return weights.support_compute_5
  return capability >= 3 ? weights.support_compute_3 : weights.support_compute_older
}

function hostOf({ form_factor }: ScoredSpecs, weights: ScoreWeights): number | null {
  if (form_factor === null) return null
  if (form_factor === 'pcie' || form_factor === 'sxm2' || form_factor === 'oam' || form_factor === 'mxm') {
    return weights[`host_${form_factor}`]
  }
  return weights.host_sxm
}

/** Why the offer cannot have a score, whatever the card. */
function missingOf({ price_usd, shipping_usd, condition }: ScoredOffer): string[] {
  const missing: string[] = []
  if (condition === 'for_parts') missing.push('the card is sold for parts')
  if (price_usd === null || price_usd === undefined) missing.push('the price in US dollars is not known')
  else if (!(price_usd > 0 && price_usd < Infinity)) missing.push(`a price of ${price_usd} US dollars is not one`)
  const shipping = shipping_usd ?? 0
  if (!(shipping >= 0 && shipping < Infinity)) missing.push(`shipping for ${shipping} US dollars is not a cost`)
  return missing
}

import { BITS_PER_WEIGHT } from 'glyphsieve'
import type { FitParameters, WeightFormat, Workload } from '../contract/fit.ts'
import { Problem } from '../problem.ts'
import { workloadNamed } from './workloads.ts'

const DEFAULT_CONTEXT = 8192
/** Bytes of a number in the KV cache: FP16. */
export const KV_BYTES = 2
const SHAPE = ['params_b', 'layers', 'kv_heads', 'head_dim'] as const

/** What is asked: a model, how it is run, and what the set may be. */
export interface FitRequest {
  workload: Workload
  format: WeightFormat
  bits_per_weight: number
  context_tokens: number
  min_tps: number | undefined
  max_cards: number
  max_price: number | undefined
  max_watts: number | undefined
  limit: number
  /** Buy what rankings leave out, too. */
  include_all: boolean
}

/** @throws Problem if the parameters, each valid in itself, do not say one workload, or ask for more context than it has. */
export function fitRequest(parameters: FitParameters): FitRequest {
  const { format, max_cards, min_tps, max_price, max_watts, limit, include } = parameters
  const workload = workloadOf(parameters)
  const most = workload.max_context ?? Number.POSITIVE_INFINITY
  const context_tokens = parameters.context ?? Math.min(DEFAULT_CONTEXT, most)
  if (context_tokens > most) {
    throw invalid(`context must be at most ${most}, the context of ${workload.name ?? 'the workload'}`)
  }
  return {
    workload,
    format,
    bits_per_weight: BITS_PER_WEIGHT[format],
    context_tokens,
    min_tps,
    max_cards,
    max_price,
    max_watts,
    limit,
    include_all: include === 'all',
  }
}

function workloadOf(parameters: FitParameters): Workload {
  const { workload, params_b, active_params_b = params_b, layers, kv_heads, head_dim } = parameters
  const given = [...SHAPE, 'active_params_b' as const].filter((name) => parameters[name] !== undefined)
  if (workload !== undefined) {
    if (given.length > 0) throw invalid(`${given.join(', ')} cannot be combined with workload, which says it already`)
    return workloadNamed(workload)
  }
  if (given.length === 0) throw invalid(`workload is missing; or describe a model by ${SHAPE.join(', ')}`)
  if (
    params_b === undefined ||
    active_params_b === undefined ||
    layers === undefined ||
    kv_heads === undefined ||
    head_dim === undefined
  ) {
    const missing = SHAPE.filter((name) => parameters[name] === undefined)
    throw invalid(`${missing.join(', ')} missing: a model without a name needs ${SHAPE.join(', ')}`)
  }
  if (active_params_b > params_b) throw invalid('active_params_b must be at most params_b')
  return { params_b, active_params_b, layers, kv_heads, head_dim }
}

function invalid(words: string): Problem {
  return new Problem('invalid_query', `Query parameter ${words}`)
}

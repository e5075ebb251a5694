import { memoryParts, OVERHEAD_GB_PER_GPU } from 'glyphsieve/stages'
import type { EstimatedRate, GpuShare, TokenRate } from '../contract/fit.ts'
import { type FitRequest, KV_BYTES } from './fit-request.ts'

const GIB = 2 ** 30

/** Share of the memory bandwidth that decoding reaches. A judgement: no kernel reads all the time. */
const EFFICIENCY = { low: 0.6, high: 0.85 } as const

/**
 * Seconds that GPUs take to exchange what they have computed, for every doubling of their number. The size does not matter: with
 * one token on its way the wait counts, and not the bytes. A judgement: PCIe through the host for the low end, NVLink for the
 * high one.
 */
const EXCHANGE_SECONDS = { low: 50e-6, high: 10e-6 } as const
/** After attention and after the feed-forward part, every GPU needs what the others have computed. */
const EXCHANGES_PER_LAYER = 2
const TENSOR_PARALLEL_GPUS = [2, 4, 8]

/** What a running model takes. */
export interface Demand {
  weights_gb: number
  kv_cache_gb: number
  /** Of the weights, what one token reads. */
  active_weights_gb: number
  layers: number
  kv_heads: number
}

/** Equal GPUs, with the memory and bandwidth of each. */
export interface Gpus {
  count: number
  vram_gb: number
  bandwidth_gbs: number
}

export function demandOf({ workload, bits_per_weight, context_tokens }: FitRequest): Demand {
  const parts = memoryParts({ ...workload, bits: bits_per_weight, context_tokens, kv_bytes: KV_BYTES })
  return {
    ...parts,
    active_weights_gb: parts.weights_gb * (workload.active_params_b / workload.params_b),
    layers: workload.layers,
    kv_heads: workload.kv_heads,
  }
}

/** What the GPU with most layers has to hold, where whole layers are spread as evenly as they can be. */
export function largestShareGb({ weights_gb, kv_cache_gb, layers }: Demand, gpus: number): number {
  return (weights_gb + kv_cache_gb) * (Math.ceil(layers / gpus) / layers)
}

export function usableGb({ vram_gb }: Pick<Gpus, 'vram_gb'>): number {
  return vram_gb - OVERHEAD_GB_PER_GPU
}

/** Whether the model fits, every layer with its weights and its part of the KV cache whole on one GPU. */
export function holds(demand: Demand, gpus: Gpus): boolean {
  return largestShareGb(demand, gpus.count) <= usableGb(gpus)
}

/** Which GPU holds what. */
export function memorySplit({ weights_gb, kv_cache_gb, layers }: Demand, { count, vram_gb }: Gpus): GpuShare[] {
  const fewer = Math.floor(layers / count)
  const withOneMore = layers % count
  const share = (gpus: number, ofLayers: number): GpuShare => {
    const [weights, kvCache] = [(weights_gb * ofLayers) / layers, (kv_cache_gb * ofLayers) / layers]
    return {
      gpus,
      layers: ofLayers,
      weights_gb: weights,
      kv_cache_gb: kvCache,
      overhead_gb: OVERHEAD_GB_PER_GPU,
      free_gb: vram_gb - OVERHEAD_GB_PER_GPU - weights - kvCache,
    }
  }
  return [share(withOneMore, fewer + 1), share(count - withOneMore, fewer)].filter(({ gpus }) => gpus > 0)
}

/** One GPU works after another, so that the time of a token is the sum over the GPUs, whatever layers each has. */
export function inSequence({ active_weights_gb, kv_cache_gb }: Demand, { bandwidth_gbs }: Gpus): TokenRate {
  const seconds = ((active_weights_gb + kv_cache_gb) * GIB) / (bandwidth_gbs * 1e9)
  return { low: EFFICIENCY.low / seconds, high: EFFICIENCY.high / seconds }
}

/**
 * All GPUs work on every layer at once. Undefined where that is not done: other numbers of GPUs than 2, 4 and 8, key and value
 * heads that cannot be dealt out, and where the cache does not fit because GPUs without a head of their own keep a copy.
 */
export function tensorParallel(demand: Demand, gpus: Gpus): EstimatedRate | undefined {
  const { weights_gb, kv_cache_gb, active_weights_gb, layers, kv_heads } = demand
  const { count, bandwidth_gbs } = gpus
  if (!TENSOR_PARALLEL_GPUS.includes(count) || (kv_heads % count !== 0 && count % kv_heads !== 0)) return undefined
  const cache_gb = kv_cache_gb / Math.min(count, kv_heads)
  if (weights_gb / count + cache_gb > usableGb(gpus)) return undefined

  const reading = ((active_weights_gb / count + cache_gb) * GIB) / (bandwidth_gbs * 1e9)
  const exchanges = layers * EXCHANGES_PER_LAYER * Math.log2(count)
  const rate = (end: 'low' | 'high') => 1 / (reading / EFFICIENCY[end] + exchanges * EXCHANGE_SECONDS[end])
  return { low: rate('low'), high: rate('high'), estimate: true }
}

const GIB = 2 ** 30

/** GiB of each GPU that neither weights nor KV cache can have: the runtime, its buffers, the display. A judgement. */
export const OVERHEAD_GB_PER_GPU = 1.5

/** Bits that a weight takes on average in each format, scales and the tensors kept wider included. */
export const BITS_PER_WEIGHT = {
  Q4_K_M: 4.85,
  Q5_K_M: 5.7,
  Q6_K: 6.6,
  Q8_0: 8.5,
  AWQ: 4.25,
  GPTQ: 4.25,
  FP8: 8,
  FP16: 16,
} as const

/** What decides how much memory a language model takes. */
export interface ModelShape {
  /** Billions (10^9) of parameters. */
  params_b: number
  layers: number
  kv_heads: number
  head_dim: number
}

/** How a language model is run. */
export interface RunSettings {
  /** Bits per weight, such as those of `BITS_PER_WEIGHT`. */
  bits: number
  context_tokens: number
  /** Bytes of one number in the KV cache: 2 for FP16. */
  kv_bytes: number
}

/** Memory and GPUs, of one board or of several together. */
export interface GpuMemory {
  vram_gb: number
  gpus: number
}

/** The models that `quantization_capacity` counts, and how they are run. */
export const CAPACITY_MODELS = {
  '7b': { params_b: 7.25, layers: 32, kv_heads: 8, head_dim: 128 },
  '13b': { params_b: 12.2, layers: 40, kv_heads: 8, head_dim: 128 },
  '70b': { params_b: 70.6, layers: 80, kv_heads: 8, head_dim: 128 },
} as const satisfies Record<string, ModelShape>
export const CAPACITY_RUN = { bits: BITS_PER_WEIGHT.Q4_K_M, context_tokens: 8192, kv_bytes: 2 } as const satisfies RunSettings

const CAPACITY_NEEDED = {
  '7b': memoryNeeded({ ...CAPACITY_MODELS['7b'], ...CAPACITY_RUN }),
  '13b': memoryNeeded({ ...CAPACITY_MODELS['13b'], ...CAPACITY_RUN }),
  '70b': memoryNeeded({ ...CAPACITY_MODELS['70b'], ...CAPACITY_RUN }),
}

/** GiB that the weights and the KV cache of one running model take, without the overhead of the GPUs that it runs on. */
export function memoryNeeded(run: ModelShape & RunSettings): number {
  const { weights_gb, kv_cache_gb } = memoryParts(run)
  return weights_gb + kv_cache_gb
}

/** What `memoryNeeded` adds up, in GiB: the weights, and the keys and values of a full context. */
export function memoryParts(run: ModelShape & RunSettings): { weights_gb: number; kv_cache_gb: number } {
  return {
    weights_gb: (run.params_b * 1e9 * run.bits) / 8 / GIB,
    kv_cache_gb: (2 * run.layers * run.kv_heads * run.head_dim * run.context_tokens * run.kv_bytes) / GIB,
  }
}

/**
 * Whether a model fits on a board, or on several together, when it is split evenly over all their GPUs. `vram_gb` and `gpus` are
 * totals: two cards of 24 GB are `{ vram_gb: 48, gpus: 2 }`. That layers cannot be cut at will is not accounted for.
 */
export function fitsOn(run: ModelShape & RunSettings, memory: GpuMemory): boolean {
  return memoryNeeded(run) <= memory.vram_gb - memory.gpus * OVERHEAD_GB_PER_GPU
}

/**
 * How many models of each size fit on a board side by side, each with a context of its own. None is split over GPUs, so what is
 * left over on one GPU of the board does not help another.
 */
export function quantizationCapacity(board: GpuMemory): { '7b': number; '13b': number; '70b': number } {
  const usable = board.vram_gb / board.gpus - OVERHEAD_GB_PER_GPU
  const count = (needed: number) => board.gpus * Math.max(0, Math.floor(usable / needed))
  return { '7b': count(CAPACITY_NEEDED['7b']), '13b': count(CAPACITY_NEEDED['13b']), '70b': count(CAPACITY_NEEDED['70b']) }
}

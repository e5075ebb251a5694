import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BITS_PER_WEIGHT,
  CAPACITY_MODELS,
  CAPACITY_RUN,
  fitsOn,
  memoryNeeded,
  memoryParts,
  OVERHEAD_GB_PER_GPU,
  quantizationCapacity,
} from '../dist/capacity.js'

const run70b = { ...CAPACITY_MODELS['70b'], ...CAPACITY_RUN }

describe('the memory that a model needs', () => {
  test('is weights and KV cache in GiB', () => {
    const run = { layers: 32, kv_heads: 8, head_dim: 128, bits: 16, context_tokens: 8192, kv_bytes: 2 }
    // 8,192 tokens * 32 layers * 8 heads * 128 numbers, a key and a value of 2 bytes each: exactly 1 GiB.
    expect(memoryNeeded({ ...run, params_b: 0 })).toBe(1)
    expect(memoryNeeded({ ...run, params_b: 2 ** 30 / 1e9 })).toBeCloseTo(3, 12)
    expect(memoryNeeded({ ...run, params_b: 2 ** 30 / 1e9, bits: 8, kv_bytes: 1 })).toBeCloseTo(1.5, 12)
    expect(memoryNeeded(run70b)).toBeCloseTo(42.36, 2)
  })

  test('is made of parts that add up to it', () => {
    const { weights_gb, kv_cache_gb } = memoryParts(run70b)
    // 70.6e9 * 4.85 / 8 bytes; 2 * 80 * 8 * 128 * 8,192 numbers of 2 bytes.
    expect(weights_gb).toBeCloseTo(42_801_250_000 / 2 ** 30, 9)
    expect(kv_cache_gb).toBe(2.5)
    expect(weights_gb + kv_cache_gb).toBe(memoryNeeded(run70b))
  })

  test('has the bits of each format', () => {
    expect(BITS_PER_WEIGHT).toEqual({
      Q4_K_M: 4.85,
      Q5_K_M: 5.7,
      Q6_K: 6.6,
      Q8_0: 8.5,
      AWQ: 4.25,
      GPTQ: 4.25,
      FP8: 8,
      FP16: 16,
    })
  })
})

describe('a model split over GPUs', () => {
  test('70.6B at 4.85 bits with 8,192 tokens fits two cards of 24 GB and not one of 32 GB', () => {
    expect(fitsOn(run70b, { vram_gb: 48, gpus: 2 })).toBe(true)
    expect(fitsOn(run70b, { vram_gb: 32, gpus: 1 })).toBe(false)
  })

  test('pays the overhead of each GPU', () => {
    expect(fitsOn(run70b, { vram_gb: 44, gpus: 1 })).toBe(true)
    expect(fitsOn(run70b, { vram_gb: 44, gpus: 2 })).toBe(false)
  })
})

describe('quantization capacity', () => {
  const boards: [vramGb: number, gpus: number, capacity: [number, number, number]][] = [
    [8, 1, [1, 0, 0]],
    [12, 1, [2, 1, 0]],
    [16, 1, [2, 1, 0]],
    [24, 1, [4, 2, 0]],
    [32, 1, [5, 3, 0]],
    [48, 1, [9, 5, 1]],
    [80, 1, [15, 9, 1]],
    // A board with several GPUs is as many cards.
    [24, 2, [4, 2, 0]],
    [64, 4, [8, 4, 0]],
    [96, 2, [18, 10, 2]],
    [1, 1, [0, 0, 0]],
    [0.5, 2, [0, 0, 0]],
  ]
  for (const [vram_gb, gpus, [small, middle, large]] of boards) {
    test(`of ${vram_gb} GB on ${gpus} GPU is ${small}, ${middle}, ${large}`, () => {
      expect(quantizationCapacity({ vram_gb, gpus })).toEqual({ '7b': small, '13b': middle, '70b': large })
    })
  }

  test('is what fits on one GPU, times the GPUs', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 400, noNaN: true }), fc.integer({ min: 1, max: 8 }), (perGpu, gpus) => {
        const one = quantizationCapacity({ vram_gb: perGpu, gpus: 1 })
        expect(quantizationCapacity({ vram_gb: perGpu * gpus, gpus: gpus })['7b']).toBeCloseTo(one['7b'] * gpus, 12)
        expect(one['70b'] > 0).toBe(fitsOn(run70b, { vram_gb: perGpu, gpus: 1 }))
        for (const size of ['7b', '13b', '70b'] as const) {
          const needed = memoryNeeded({ ...CAPACITY_MODELS[size], ...CAPACITY_RUN })
          expect(one[size] * needed).toBeLessThanOrEqual(Math.max(0, perGpu - OVERHEAD_GB_PER_GPU) + 1e-9)
          expect((one[size] + 1) * needed).toBeGreaterThan(perGpu - OVERHEAD_GB_PER_GPU - 1e-9)
        }
      }),
    )
  })
})

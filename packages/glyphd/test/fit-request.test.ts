import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nearModels } from '../dist/answers/catalog-models.js'
import { workloads } from '../dist/answers/workloads.js'
import type { FitParameters } from '../dist/contract/fit.js'
import { nearNames } from '../dist/near.js'
import { asked } from './fit-offers.ts'

describe('the workloads', () => {
  test('are about twenty open models, each with its own name and the address of its card', () => {
    const names = workloads().map(({ name }) => name)
    expect(names.length).toBeGreaterThanOrEqual(20)
    expect(new Set(names).size).toBe(names.length)
    for (const { source } of workloads()) expect(source).toMatch(/^https:\/\/huggingface\.co\/[\w.-]+\/[\w.-]+$/)
  })

  /** Hidden size, vocabulary, width of the feed-forward part and query heads, as the configs have them. */
  const configs: [
    name: string,
    hidden: number,
    vocabulary: number,
    width: number,
    heads: number,
    experts?: [all: number, used: number],
  ][] = [
    ['llama-3.1-8b', 4096, 128_256, 14_336, 32],
    ['llama-3.3-70b', 8192, 128_256, 28_672, 64],
    ['llama-3.1-405b', 16_384, 128_256, 53_248, 128],
    ['mistral-7b-v0.3', 4096, 32_768, 14_336, 32],
    ['mistral-nemo-12b', 5120, 131_072, 14_336, 32],
    ['mistral-small-24b', 5120, 131_072, 32_768, 32],
    ['mistral-large-123b', 12_288, 32_768, 28_672, 96],
    ['mixtral-8x7b', 4096, 32_000, 14_336, 32, [8, 2]],
    ['mixtral-8x22b', 6144, 32_768, 16_384, 48, [8, 2]],
    ['qwen2.5-7b', 3584, 152_064, 18_944, 28],
    ['qwen2.5-14b', 5120, 152_064, 13_824, 40],
    ['qwen2.5-32b', 5120, 152_064, 27_648, 40],
    ['qwen2.5-72b', 8192, 152_064, 29_568, 64],
    ['qwen3-8b', 4096, 151_936, 12_288, 32],
    ['qwen3-14b', 5120, 151_936, 17_408, 40],
    ['qwen3-32b', 5120, 151_936, 25_600, 64],
    ['qwen3-30b-a3b', 2048, 151_936, 768, 32, [128, 8]],
    ['qwen3-235b-a22b', 4096, 151_936, 1536, 64, [128, 8]],
    ['phi-4', 5120, 100_352, 17_920, 40],
  ]
  test.each(configs)('has as many parameters as its layers add up to: %s', (name, hidden, vocabulary, width, heads, experts = [
    1, 1,
  ]) => {
    const workload = workloads().find((one) => one.name === name)
    const { layers = 0, kv_heads = 0, head_dim = 0, params_b = 0, active_params_b = 0 } = workload ?? {}
    const attention = 2 * hidden * heads * head_dim + 2 * hidden * kv_heads * head_dim
    const total = (used: number) => (2 * vocabulary * hidden + layers * (attention + used * 3 * hidden * width)) / 1e9
    const [all, used] = experts
    expect(Math.abs(params_b / total(all) - 1)).toBeLessThan(0.01)
    expect(Math.abs(active_params_b / total(used) - 1)).toBeLessThan(0.02)
  })

  test('of which the formulas miss something say what', () => {
    const notes = Object.fromEntries(workloads().map(({ name, note }) => [name, note]))
    expect(notes['gpt-oss-120b']).toContain('up to twice what is needed')
    expect(notes['llama-3.3-70b']).toBeUndefined()
  })

  test('are listed in docs/fit.md', () => {
    const docs = readFileSync(new URL('../../../docs/fit.md', import.meta.url), 'utf8')
    for (const { name } of workloads()) expect(docs).toContain(`\`${name}\``)
  })
})

describe('what is asked', () => {
  test('is a workload by its name, in any case, with the defaults', () => {
    expect(asked({ workload: 'Llama-3.3-70B' })).toMatchObject({
      workload: { name: 'llama-3.3-70b', layers: 80 },
      bits_per_weight: 4.85,
      context_tokens: 8192,
      include_all: false,
    })
  })

  test('is a model by its shape; all of its parameters are active unless it is said', () => {
    const shape = { params_b: 13, layers: 40, kv_heads: 40, head_dim: 128 }
    expect(asked(shape).workload).toEqual({ ...shape, active_params_b: 13 })
    expect(asked({ ...shape, active_params_b: 2 }).workload.active_params_b).toBe(2)
    expect(asked({ ...shape, context: 1_000_000 }).context_tokens).toBe(1_000_000)
  })

  const refused: [name: string, parameters: Partial<FitParameters>, words: string][] = [
    ['a name that is nearly one', { workload: 'llama-3-70b' }, 'did you mean llama-3.3-70b'],
    ['a part of names', { workload: 'mixtral' }, 'did you mean mixtral-8x7b or mixtral-8x22b?'],
    ['a name like none', { workload: 'zzz' }, 'there are llama-3.2-3b, '],
    ['nothing', {}, 'workload is missing; or describe a model by params_b, layers, kv_heads, head_dim'],
    ['a part of a shape', { params_b: 7, layers: 32 }, 'kv_heads, head_dim missing'],
    ['active parameters alone', { active_params_b: 7 }, 'params_b, layers, kv_heads, head_dim missing'],
    ['a name and a shape', { workload: 'phi-4', layers: 32 }, 'layers cannot be combined with workload'],
    [
      'more active parameters than all',
      { params_b: 7, active_params_b: 8, layers: 1, kv_heads: 1, head_dim: 1 },
      'at most params_b',
    ],
    [
      'more context than the model has',
      { workload: 'phi-4', context: 16_385 },
      'context must be at most 16384, the context of phi-4',
    ],
  ]
  test.each(refused)('cannot be %s', (_, parameters, words) => {
    expect(() => asked(parameters)).toThrow(
      expect.objectContaining({ code: 'invalid_query', message: expect.stringContaining(words) }),
    )
  })
})

describe('near names', () => {
  const names = ['RTX_4090', 'RTX_4090_D', 'RTX_4080', 'RX_580', 'A100_PCIE_80GB']
  const cases: [text: string, near: string[]][] = [
    ['rtx 4090', ['RTX_4090', 'RTX_4090_D', 'RTX_4080']],
    ['4090', ['RTX_4090', 'RTX_4090_D']],
    ['RTX_4O90', ['RTX_4090', 'RTX_4080', 'RTX_4090_D']],
    ['A100', ['A100_PCIE_80GB']],
    ['', []],
    ['___', []],
    ['mainboard', []],
  ]
  test.each(cases)('of %j are %j', (text, near) => {
    expect(nearNames(text, names)).toEqual(near)
  })

  test('do not take long for a text that does not end', () => {
    expect(nearNames('x'.repeat(1e6), names)).toEqual([])
  })

  test('of models are those of the catalog, each once', () => {
    expect(nearModels('rtx3060')[0]).toBe('RTX_3060')
    expect(new Set(nearModels('rtx3060')).size).toBe(nearModels('rtx3060').length)
  })
})

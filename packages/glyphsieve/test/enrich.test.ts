import { describe, expect, test } from 'vitest'
import { catalogEntries } from '../dist/catalog.js'
import type { CatalogEntry } from '../dist/catalog-entry.js'
import { type Stated, specsOf, specsOfVariants } from '../dist/enrich.js'
import { variants } from './variant.ts'

const GT_1030 = variants(
  { model: 'GT_1030', vram_gb: 2, gpus: 1, memory_type: 'GDDR5', mem_bandwidth_gbs: 48, tdp_watts: 30, fp32_tflops: 1.1 },
  { model: 'GT_1030', vram_gb: 2, gpus: 1, memory_type: 'DDR4', mem_bandwidth_gbs: 16.8, tdp_watts: 20, fp32_tflops: 1.1 },
  { model: 'GT_1030', vram_gb: 4, gpus: 1, memory_type: 'DDR4', mem_bandwidth_gbs: 16.8, tdp_watts: 20, fp32_tflops: 1.1 },
)
const RTX_3060 = variants(
  { model: 'RTX_3060', vram_gb: 12, memory_type: 'GDDR6', mem_bandwidth_gbs: 360, tdp_watts: 170 },
  { model: 'RTX_3060', vram_gb: 8, memory_type: 'GDDR6', mem_bandwidth_gbs: 240, tdp_watts: 170 },
)
const A100_80GB = variants(
  { model: 'A100_PCIE_80GB', vram_gb: 80, tdp_watts: 300, form_factor: 'pcie', mem_bandwidth_gbs: 1935, nvlink: 1 },
  { model: 'A100_SXM4_80GB', vram_gb: 80, tdp_watts: 400, form_factor: 'sxm4', mem_bandwidth_gbs: 2039, nvlink: 1 },
)
const PRO_6000 = variants(
  { model: 'RTX_PRO_6000_BLACKWELL', edition: 'Workstation', vram_gb: 96, tdp_watts: 600, mem_bandwidth_gbs: 1792 },
  { model: 'RTX_PRO_6000_BLACKWELL', edition: 'Max-Q', vram_gb: 96, tdp_watts: 300, mem_bandwidth_gbs: 1792 },
  { model: 'RTX_PRO_6000_BLACKWELL', edition: 'Server', vram_gb: 96, tdp_watts: 600, mem_bandwidth_gbs: 1597 },
)
const K80 = variants({ model: 'K80', vram_gb: 24, gpus: 2, mem_bandwidth_gbs: 480, tdp_watts: 300 })

interface Case {
  of: CatalogEntry[]
  stated: Stated
  has: object
  warns: string[]
}

const cases: Record<string, Case> = {
  'a model of one variant has its facts': {
    of: K80,
    stated: {},
    has: { vendor: 'nvidia', vram_gb: 24, gpus: 2, mem_bandwidth_gbs: 480, tdp_watts: 300, nvlink: null, support: null },
    warns: [],
  },
  'a stated size picks the variant': {
    of: RTX_3060,
    stated: { vram_gb: 8 },
    has: { vram_gb: 8, mem_bandwidth_gbs: 240 },
    warns: [],
  },
  'a size not stated takes the least favourable values': {
    of: RTX_3060,
    stated: { vram_gb: null },
    has: { vram_gb: 8, mem_bandwidth_gbs: 240, tdp_watts: 170 },
    warns: ['memory size not stated: least favourable of 12 GB and 8 GB taken for vram_gb, mem_bandwidth_gbs'],
  },
  'a memory type not stated takes the least favourable value of each fact': {
    of: GT_1030,
    stated: { vram_gb: 2 },
    has: { vram_gb: 2, mem_bandwidth_gbs: 16.8, tdp_watts: 30, fp32_tflops: 1.1 },
    warns: ['memory type not stated: least favourable of GDDR5 and DDR4 taken for mem_bandwidth_gbs, tdp_watts'],
  },
  'a stated memory type picks the variant': {
    of: GT_1030,
    stated: { vram_gb: 2, memory_type: 'gddr5' },
    has: { mem_bandwidth_gbs: 48, tdp_watts: 30 },
    warns: [],
  },
  'a memory type may lack its G': {
    of: GT_1030,
    stated: { memory_type: 'DDR5' },
    has: { vram_gb: 2, mem_bandwidth_gbs: 48 },
    warns: [],
  },
  'a memory type with all its letters is not taken for another': {
    of: GT_1030,
    stated: { vram_gb: 4, memory_type: 'GDDR4' },
    has: { vram_gb: 4, mem_bandwidth_gbs: 16.8 },
    warns: ['GDDR4 stated, sold with DDR4'],
  },
  'two things left open are named in one warning': {
    of: GT_1030,
    stated: {},
    has: { vram_gb: 2, mem_bandwidth_gbs: 16.8, tdp_watts: 30 },
    warns: [
      'memory size and memory type not stated: least favourable of 3 variants taken for vram_gb, mem_bandwidth_gbs, tdp_watts',
    ],
  },
  'a bus not stated takes the least favourable host': {
    of: A100_80GB,
    stated: { vram_gb: 80 },
    has: { form_factor: 'sxm4', tdp_watts: 400, mem_bandwidth_gbs: 1935, nvlink: true },
    warns: ['bus not stated: least favourable of PCIE and SXM4 taken for mem_bandwidth_gbs, tdp_watts, form_factor'],
  },
  'a stated edition picks the variant, however it is written': {
    of: PRO_6000,
    stated: { edition: 'MAX Q' },
    has: { tdp_watts: 300, mem_bandwidth_gbs: 1792 },
    warns: [],
  },
  'an edition not stated is named': {
    of: PRO_6000,
    stated: { vram_gb: 96 },
    has: { tdp_watts: 600, mem_bandwidth_gbs: 1597 },
    warns: ['edition not stated: least favourable of Workstation, Max-Q and Server taken for mem_bandwidth_gbs, tdp_watts'],
  },
  'an edition that the catalog does not know is the plain one': {
    of: variants({ model: 'GTX_1', edition: '', tdp_watts: 100 }, { model: 'GTX_1', edition: '128-bit', tdp_watts: 200 }),
    stated: { edition: 'Founders' },
    has: { tdp_watts: 100 },
    warns: [],
  },
  'the plain edition is called standard': {
    of: variants({ model: 'GTX_1', edition: '', tdp_watts: 100 }, { model: 'GTX_1', edition: '128-bit', tdp_watts: 200 }),
    stated: {},
    has: { tdp_watts: 200 },
    warns: ['edition not stated: least favourable of standard and 128-bit taken for tdp_watts'],
  },
  'a size that was never sold is a modified card': {
    of: variants({ model: 'RTX_4090', vram_gb: 24, mem_bandwidth_gbs: 1008 }),
    stated: { vram_gb: 48 },
    has: { vram_gb: 48, mem_bandwidth_gbs: 1008 },
    warns: ['modified: 48 GB stated, sold with 24 GB'],
  },
  'a modified card of a model with several sizes is the least favourable of them': {
    of: RTX_3060,
    stated: { vram_gb: 24 },
    has: { vram_gb: 24, mem_bandwidth_gbs: 240 },
    warns: [
      'modified: 24 GB stated, sold with 8 GB or 12 GB',
      'original memory size not stated: least favourable of 12 GB and 8 GB taken for mem_bandwidth_gbs',
    ],
  },
  'the size of each GPU is that of the board': {
    of: K80,
    stated: { vram_gb: 12 },
    has: { vram_gb: 24, gpus: 2 },
    warns: ['12 GB stated is the memory of each GPU: the board has 24 GB'],
  },
  'an unknown size does not contradict': {
    of: variants({ model: 'GTX_1', tdp_watts: 100 }),
    stated: { vram_gb: 4 },
    has: { vram_gb: 4, tdp_watts: 100 },
    warns: [],
  },
  'what one variant does not know the others decide': {
    of: variants({ model: 'H100_PCIE_80GB', mem_bandwidth_gbs: 2039 }, { model: 'H100_SXM5_64GB' }),
    stated: {},
    has: { mem_bandwidth_gbs: 2039 },
    warns: [
      'bus not stated: least favourable of PCIE and SXM5 taken for mem_bandwidth_gbs (of some the catalog does not know mem_bandwidth_gbs)',
    ],
  },
  'least favourable is the oldest architecture that runs the least': {
    of: variants(
      {
        model: 'M1',
        vendor: 'amd',
        edition: 'a',
        gpus: 1,
        support: 'vendor',
        architecture: 'RDNA3',
        fp16_dense_tflops: 10,
        mig_support: 0,
      },
      {
        model: 'M1',
        vendor: 'amd',
        edition: 'b',
        gpus: 2,
        support: 'none',
        architecture: 'RDNA2',
        fp16_dense_tflops: 9,
        mig_support: 2,
      },
    ),
    stated: {},
    has: { gpus: 2, support: 'none', architecture: null, fp16_dense_tflops: 9, mig_support: 0 },
    warns: ['edition not stated: least favourable of a and b taken for gpus, fp16_dense_tflops, mig_support, support'],
  },
  'compute capabilities compare as numbers': {
    of: variants(
      { model: 'M1', edition: 'a', compute_capability: '10.0' },
      { model: 'M1', edition: 'b', compute_capability: '9.0' },
    ),
    stated: {},
    has: { compute_capability: '9.0' },
    warns: ['edition not stated: least favourable of a and b taken for compute_capability'],
  },
}

describe('specs', () => {
  for (const [sentence, { of, stated, has, warns }] of Object.entries(cases)) {
    test(sentence, () => {
      const specs = specsOfVariants(of, stated)
      expect(specs).toMatchObject(has)
      expect(specs?.warnings).toEqual(warns)
    })
  }

  test('there are none of a model that the catalog does not have', () => {
    expect(specsOf('RTX_9999', {})).toBeUndefined()
    expect(specsOf('__proto__', { vram_gb: 8 })).toBeUndefined()
  })

  test('a warning of one call is not there in the next', () => {
    expect(specsOf('RTX_4090', { vram_gb: 96 })?.warnings).toHaveLength(1)
    expect(specsOf('RTX_4090', { vram_gb: 24 })?.warnings).toEqual([])
    specsOf('RTX_3060', {})?.warnings.push('of the caller')
    expect(specsOf('RTX_3060', {})?.warnings).toHaveLength(1)
  })

  test('more sizes than are remembered are answered as the first', () => {
    for (let gb = 100; gb < 10_100; gb++) expect(specsOf('RTX_3060', { vram_gb: gb })?.vram_gb).toBe(gb)
    expect(specsOf('RTX_3060', { vram_gb: 12 })).toEqual(specsOf('RTX_3060', { vram_gb: 12, edition: null }))
  })

  test('a family is the least favourable of its variants', () => {
    expect(specsOf('A100_80GB', {})).toMatchObject({ vram_gb: 80, form_factor: 'sxm4', tdp_watts: 400 })
  })

  test('every variant of the catalog is found by what tells it apart, without any assumption', () => {
    for (const entry of catalogEntries()) {
      if (entry.variants_of_family) continue
      const { model, vram_gb, memory_type, edition } = entry
      const specs = specsOf(model, { vram_gb, memory_type, edition: edition ?? '' })
      expect(specs, model).toMatchObject({
        tdp_watts: entry.tdp_watts,
        mem_bandwidth_gbs: entry.mem_bandwidth_gbs,
        warnings: [],
      })
    }
  })
})

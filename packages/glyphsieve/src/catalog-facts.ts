/** Makers of chips, in the order in which the catalog is counted. */
export const VENDORS = ['nvidia', 'amd', 'intel', 'other'] as const
export type Vendor = (typeof VENDORS)[number]

/** What a board plugs into. */
export const FORM_FACTORS = ['pcie', 'sxm2', 'sxm3', 'sxm4', 'sxm5', 'sxm6', 'oam', 'mxm'] as const

/** How the reference board is cooled. */
export const COOLINGS = ['active', 'passive', 'liquid'] as const

/** Who supports the software stack of a card. */
export const SUPPORTS = ['vendor', 'unofficial', 'none'] as const

/** Names of the facts, in the order of the columns. What each of them is stands in the schema `CatalogEntry`. */
export const FACTS = [
  'vram_gb',
  'gpus',
  'memory_type',
  'mem_bandwidth_gbs',
  'tdp_watts',
  'fp16_dense_tflops',
  'fp32_tflops',
  'fp8_dense_tflops',
  'int8_dense_tops',
  'mig_support',
  'nvlink',
  'pcie_generation',
  'form_factor',
  'slots',
  'cooling',
  'architecture',
  'release_year',
  'compute_capability',
  'gfx',
  'support',
] as const
export type Fact = (typeof FACTS)[number]

import { COOLINGS, type Fact, FORM_FACTORS, SUPPORTS, VENDORS } from './catalog-facts.ts'
import { type Static, type TSchema, Type } from './typebox.ts'

const known = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const text = (description: string) => known(Type.String({ minLength: 1, description }))
const positive = (description: string) => known(Type.Number({ exclusiveMinimum: 0, description }))
const whole = (minimum: number, maximum: number, description: string) => known(Type.Integer({ minimum, maximum, description }))

/** The compiler holds that these are the members that `FACTS` names. */
const Facts = {
  vram_gb: positive('Memory of the whole board in GiB; 0.5 is 512 MB.'),
  gpus: whole(1, 8, 'GPUs on the board.'),
  memory_type: text('Such as `GDDR6X` or `HBM2e`.'),
  mem_bandwidth_gbs: positive('Memory bandwidth of the whole board in GB/s (10^9 bytes), caches not counted.'),
  tdp_watts: whole(1, 5000, 'Default board power in watts.'),
  fp16_dense_tflops: positive(
    'FP16 of the whole board without sparsity: with FP32 accumulation where there are matrix units, else the vector rate.',
  ),
  fp32_tflops: positive('Vector FP32 of the whole board at boost clock.'),
  fp8_dense_tflops: positive('FP8 without sparsity.'),
  int8_dense_tops: positive('INT8 without sparsity.'),
  mig_support: whole(0, 7, 'Multi-instance GPU: the most instances; 0 is none.'),
  nvlink: known(Type.Boolean({ description: 'Whether the card has NVLink, by bridge or by module.' })),
  pcie_generation: whole(1, 6, 'PCIe generation of the link to the host.'),
  form_factor: known(Type.Enum([...FORM_FACTORS], { description: 'What the board plugs into.' })),
  slots: known(Type.Number({ minimum: 0.5, maximum: 5, description: 'Slots that the reference board covers.' })),
  cooling: known(Type.Enum([...COOLINGS], { description: 'How the reference board is cooled.' })),
  architecture: text('Such as `Ampere`, `RDNA3`, `Xe-HPG`.'),
  release_year: whole(1995, 2030, 'Year in which this variant was launched.'),
  compute_capability: known(
    Type.String({ pattern: '^\\d{1,2}\\.\\d$', description: 'NVIDIA only, such as `8.6`: text, since 12.0 is not 12.' }),
  ),
  gfx: known(Type.String({ pattern: '^gfx[0-9a-f]{3,4}$', description: 'AMD only, such as `gfx1100`.' })),
  support: known(
    Type.Enum([...SUPPORTS], {
      description: 'AMD and Intel only: whether an LLM inference stack runs on it, by the vendor, unofficially or not.',
    }),
  ),
} satisfies Record<Fact, TSchema>

/**
 * One variant of a model as it was sold, or, with `variants_of_family`, what the variants of a family agree on. Null is unknown
 * or not applicable, never a guess.
 */
export const CatalogEntry = Type.Object(
  {
    model: Type.String({ pattern: '^[A-Z0-9]+(_[A-Z0-9]+)*$', description: 'Canonical name, such as `RTX_4070_TI_SUPER`.' }),
    edition: text('What tells variants of one model and size apart beyond the memory type.'),
    vendor: Type.Enum([...VENDORS], { description: 'Maker of the chip.' }),
    ...Facts,
    sources: Type.Record(Type.String(), Type.String(), {
      description: 'Fact -> id of its source in `sources.json`; `memory` is a fact that was not read anywhere.',
    }),
    variants_of_family: Type.Optional(
      Type.Array(Type.String(), { description: 'The models that a family name leaves open, such as `A100_PCIE_80GB`.' }),
    ),
  },
  { additionalProperties: false, description: 'One variant of a model, with the source of each fact.' },
)
export type CatalogEntry = Static<typeof CatalogEntry>

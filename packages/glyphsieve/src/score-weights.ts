import { type Static, Type } from './typebox.ts'

const size = (description: string) => Type.Number({ exclusiveMinimum: 0, maximum: 1e9, description })
const exponent = (description: string) => Type.Number({ minimum: 0, maximum: 10, description })
const factor = (description: string) => Type.Number({ minimum: 1e-6, maximum: 1e6, description })

/** The constants of a score and the name of their version. Units and reasons are in `data/score-1.json`. */
export const ScoreWeights = Type.Object(
  {
    name: Type.String({ description: 'Version of the constants.' }),
    reference_price_usd: size('Price of the reference deal, the one with the score 0.5.'),
    reference_vram_gb: size('Memory of its card, which has one GPU.'),
    reference_bandwidth_gbs: size('Memory bandwidth of its card.'),
    reference_compute_tflops: size('Compute of its card.'),
    reference_tdp_watts: size('Board power of its card.'),
    running_cost_usd_per_watt: Type.Number({
      minimum: 0,
      maximum: 1e9,
      description: 'Cost of running a card, by its board power.',
    }),
    overhead_gb_per_gpu: Type.Number({ minimum: 0, maximum: 1e9, description: 'Memory of each GPU that no model can have.' }),
    least_usable_gb_per_gpu: size('Memory that each GPU is counted with at least.'),
    memory_exponent: exponent('How much usable memory counts.'),
    bandwidth_exponent: exponent('How much memory bandwidth counts.'),
    compute_exponent: exponent('How much compute counts.'),
    support_compute_7_5: factor('Software support of NVIDIA cards of compute capability 7.5 and above.'),
    support_compute_7_0: factor('The same for 7.0 and 7.2.'),
    support_compute_6: factor('The same for 6.x.'),
    support_compute_5: factor('The same for 5.x.'),
    support_compute_3: factor('The same for 3.x.'),
    support_compute_older: factor('The same below.'),
    support_vendor: factor("Software support of AMD and Intel cards that the maker's stack lists."),
    support_unofficial: factor('The same for cards that work without being listed.'),
    support_none: factor('The same for cards that no inference stack runs on.'),
    support_other_vendor: factor('Software support of cards of other makers.'),
    host_pcie: factor('What a PCIe card is worth for the computer that it needs.'),
    host_sxm2: factor('The same for an SXM2 module.'),
    host_sxm: factor('The same for later SXM modules.'),
    host_oam: factor('The same for an OAM module.'),
    host_mxm: factor('The same for an MXM module.'),
    condition_stated: factor('What a new, refurbished or used card is worth for its condition.'),
    condition_unknown: factor('The same where the condition is not known.'),
  },
  { additionalProperties: false, description: 'The constants of a score.' },
)
export type ScoreWeights = Static<typeof ScoreWeights>

/** A file of such constants: not all of them must be there. */
export const WeightsFile = Type.Object(
  {
    name: Type.String(),
    description: Type.Optional(Type.String()),
    constants: Type.Record(
      Type.String(),
      Type.Object(
        {
          value: Type.Number(),
          unit: Type.Optional(Type.String()),
          judgement: Type.Optional(Type.Boolean()),
          date: Type.Optional(Type.String()),
          reason: Type.Optional(Type.String()),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type WeightsFile = Static<typeof WeightsFile>

import { BITS_PER_WEIGHT, GPUListingDTO } from 'glyphsieve'
import { type Static, Type } from 'glyphsieve/typebox'

export type WeightFormat = keyof typeof BITS_PER_WEIGHT
/** (The cast: Object.keys forgets the names.) */
const WEIGHT_FORMATS = Object.keys(BITS_PER_WEIGHT) as WeightFormat[]

const MAX_CARDS = 16
const SHARED_CONTEXT = 'Tokens of context, all of them in the KV cache.'

const ParametersInBillions = (description: string) => Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description })
const Shape = {
  params_b: ParametersInBillions('Billions (10^9) of parameters.'),
  active_params_b: ParametersInBillions(
    'Billions of parameters that one token is computed with; fewer than all in a mixture of experts.',
  ),
  layers: Type.Integer({ minimum: 1, maximum: 1000, description: 'Layers.' }),
  kv_heads: Type.Integer({ minimum: 1, maximum: 1000, description: 'Key and value heads of a layer.' }),
  head_dim: Type.Integer({ minimum: 1, maximum: 10_000, description: 'Numbers in a key, or in a value, of one head.' }),
}

/** A language model to run. */
export const Workload = Type.Object(
  {
    name: Type.Optional(
      Type.String({ pattern: '^[a-z0-9]+([.-][a-z0-9]+)*$', description: 'Absent: the parameters said its shape instead.' }),
    ),
    ...Shape,
    max_context: Type.Optional(Type.Integer({ minimum: 1, description: 'Most tokens of context, where that is known.' })),
    source: Type.Optional(Type.String({ format: 'uri', description: 'Where its shape was read.' })),
    note: Type.Optional(Type.String({ description: 'What the formulas leave out, and which way that errs.' })),
  },
  { title: 'Workload', additionalProperties: false, description: 'A language model to run.' },
)
export type Workload = Static<typeof Workload>

/** Query parameters of `GET /api/fit`. */
export const FitParameters = Type.Object(
  {
    workload: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Name of an open model, such as `llama-3.3-70b`.' }),
    ),
    params_b: Type.Optional(
      ParametersInBillions('Instead of `workload`, with `layers`, `kv_heads` and `head_dim`: billions of parameters.'),
    ),
    active_params_b: Type.Optional(
      ParametersInBillions('Billions of parameters that one token is computed with. Default: all.'),
    ),
    layers: Type.Optional(Shape.layers),
    kv_heads: Type.Optional(Shape.kv_heads),
    head_dim: Type.Optional(Shape.head_dim),
    format: Type.Enum([...WEIGHT_FORMATS], { default: 'Q4_K_M', description: 'How the weights are stored.' }),
    context: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000_000,
        description: `${SHARED_CONTEXT} Default: 8192, or the most that the model has.`,
      }),
    ),
    min_tps: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: 'Tokens a second that the low end of a band must reach.' }),
    ),
    max_cards: Type.Integer({ minimum: 1, maximum: MAX_CARDS, default: 8, description: 'Most cards in a set.' }),
    max_price: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1e9, description: 'Most US dollars for a set, shipping included.' }),
    ),
    max_watts: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6, description: 'Most watts of a set.' })),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Most sets in the answer.' }),
    include: Type.Optional(
      Type.Enum(['all'], { description: '`all` also buys what rankings leave out, marked so; never what is sold out.' }),
    ),
  },
  { additionalProperties: false },
)
export type FitParameters = Static<typeof FitParameters>

const Usd = (description: string) => Type.Number({ minimum: 0, description })
const Gib = (description: string) => Type.Number({ description: `${description}, in GiB.` })
const Cards = (description: string) => Type.Integer({ minimum: 1, description })
const Rate = (description: string) => Type.Number({ exclusiveMinimum: 0, description })

/** Why an offer is bought, and how many of its cards. */
const Choice = {
  cards: Cards('Cards bought here.'),
  price_usd: Usd('One card.'),
  shipping_usd: Type.Optional(Usd('Shipping of one card, where the offer names it.')),
  sum_usd: Usd('All cards bought here, with shipping.'),
  lot_size: Type.Optional(Type.Integer({ minimum: 2, description: 'The offer sells so many cards together.' })),
  price_to_fair: Type.Optional(
    Type.Number({ description: 'Price divided by the fair median of such cards; below 1 is cheap.' }),
  ),
  marks: Type.Optional(
    Type.Array(Type.String(), { description: 'Why rankings leave the offer out, with `include=all`, such as `suspect`.' }),
  ),
  warnings: Type.Optional(Type.Array(Type.String(), { description: 'What was assumed of this card, such as its memory.' })),
}

/** An offer to buy from. */
export const FitPurchase = Type.Object(
  {
    id: Type.String({ description: 'The listing: `GET /api/listings/{id}` tells how its price came about.' }),
    title: GPUListingDTO.properties.title,
    source_url: GPUListingDTO.properties.source_url,
    listing_source: GPUListingDTO.properties.listing_source,
    seller: GPUListingDTO.properties.seller,
    condition: GPUListingDTO.properties.condition,
    ...Choice,
  },
  { title: 'FitPurchase', additionalProperties: false },
)
export type FitPurchase = Static<typeof FitPurchase>

const FitChoice = Type.Object({ position: Type.Integer(), ...Choice })
/** A purchase as long as only the place of its listing in the store is known. */
export type FitChoice = Static<typeof FitChoice>

/** GPUs that hold the same share of the model. */
export const GpuShare = Type.Object(
  {
    gpus: Type.Integer({ minimum: 1, description: 'How many GPUs hold this share.' }),
    layers: Type.Integer({ minimum: 0, description: 'Layers on each of them.' }),
    weights_gb: Gib('Weights on each'),
    kv_cache_gb: Gib('Keys and values of a full context on each'),
    overhead_gb: Gib('What the runtime takes of each'),
    free_gb: Gib('What is left of each'),
  },
  { title: 'GpuShare', additionalProperties: false },
)
export type GpuShare = Static<typeof GpuShare>

/** Tokens a second of one conversation with a full context. */
export const TokenRate = Type.Object(
  { low: Rate('With 0.6 of the memory bandwidth.'), high: Rate('With 0.85 of the memory bandwidth.') },
  { title: 'TokenRate', additionalProperties: false, description: 'Tokens a second while decoding, one conversation.' },
)
export type TokenRate = Static<typeof TokenRate>

export const EstimatedRate = Type.Object(
  { ...TokenRate.properties, estimate: Type.Literal(true, { description: 'Always true: nobody measured it.' }) },
  { title: 'EstimatedRate', additionalProperties: false, description: 'Tokens a second, with a judgement in them.' },
)
export type EstimatedRate = Static<typeof EstimatedRate>

const Members = {
  model: Type.String({ description: 'Canonical name of the card.' }),
  vram_gb: Type.Number({ exclusiveMinimum: 0, description: 'Memory of one card in GiB.' }),
  gpus_per_card: Type.Integer({ minimum: 1, description: 'GPUs on one card.' }),
  form_factor: Type.Optional(Type.String({ description: 'What the card plugs into, such as `pcie`.' })),
  cards: Cards('Equal cards that run the model.'),
  cards_bought: Cards('Cards that come with it: more than needed where a lot has more.'),
  total_usd: Usd('All purchases with shipping.'),
  watts: Type.Integer({ minimum: 0, description: 'Default power of the cards that run the model.' }),
  memory: Type.Array(GpuShare, { description: 'What is on the GPUs, layer by layer, cards in sequence.' }),
  sequence_tps: TokenRate,
  tensor_parallel_tps: Type.Optional(EstimatedRate),
  warnings: Type.Array(Type.String(), { description: 'What to know before buying.' }),
}

/** Equal cards that hold the model, and where to buy them. */
export const FitSet = Type.Object(
  {
    ...Members,
    buy: Type.Array(FitPurchase, { minItems: 1, description: 'The cheapest current offers that make up the set.' }),
  },
  { title: 'FitSet', additionalProperties: false, description: 'Equal cards that hold the model, and where to buy them.' },
)
export type FitSet = Static<typeof FitSet>

/** What keeps a card from making a set. */
export const Obstacle = Type.Enum(['memory', 'speed', 'watts', 'supply', 'price'], {
  description:
    'What keeps a card from making a set, the first that does: memory, speed, watts, supply (cards on offer), price.',
})
export type Obstacle = Static<typeof Obstacle>

/** The card that comes nearest where no set does. */
export const NearestMiss = Type.Object(
  {
    model: Members.model,
    vram_gb: Members.vram_gb,
    cards: Cards('Cards that were tried.'),
    obstacle: Obstacle,
    needed: Type.Number({ description: 'GiB, tokens a second, watts, cards or US dollars: what it would take.' }),
    available: Type.Number({ description: 'What there is, or what was allowed.' }),
    detail: Type.String({ description: 'The same in words.' }),
  },
  { title: 'NearestMiss', additionalProperties: false, description: 'The card that comes nearest, where no set does.' },
)
export type NearestMiss = Static<typeof NearestMiss>

const Answer = {
  workload: Workload,
  format: Type.Enum([...WEIGHT_FORMATS], { description: 'How the weights are stored.' }),
  context_tokens: Type.Integer({ minimum: 1, description: SHARED_CONTEXT }),
  weights_gb: Gib('Weights'),
  kv_cache_gb: Gib('Keys and values of a full context'),
  set_count: Type.Integer({ minimum: 0, description: 'Sets that there are; `limit` may leave some out.' }),
  offers_considered: Type.Integer({ minimum: 0, description: 'Offers that could be bought.' }),
  left_out: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
    description: 'Offers that were not considered, each under one reason, such as `suspect` or `no_price_usd`.',
  }),
  missed: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
    description: 'Cards on offer that make no set, by the first obstacle: `memory`, `speed`, `watts`, `supply`, `price`.',
  }),
  nearest_miss: Type.Optional(NearestMiss),
}

/** What to buy to run a model. */
export const FitAnswer = Type.Object(
  { ...Answer, sets: Type.Array(FitSet, { description: 'The cheapest set of each card, cheapest first.' }) },
  { title: 'FitAnswer', additionalProperties: false, description: 'What to buy to run a model.' },
)
export type FitAnswer = Static<typeof FitAnswer>

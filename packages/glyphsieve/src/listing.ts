import {
  type Static,
  type TNull,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  type TUnion,
  Type,
} from './typebox.ts'

const MAX_INTEGER = Number.MAX_SAFE_INTEGER
const DESCRIPTION = 'One scored observation of an offer. Members not named here are kept under `extra`.'

const shortText = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }))
const longText = (description: string) => Type.Optional(Type.String({ maxLength: 2000, description }))
const count = (minimum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum: MAX_INTEGER, description }))

/** A whole number of a nested object, such as how many models of a size fit. */
const Count = Type.Integer({ minimum: 0, maximum: MAX_INTEGER })
const fitting = (size: string) => count(0, `How many models of ${size} parameters fit.`)

/**
 * One scored observation of an offer: the shape that the pipeline emits, the import accepts and the store keeps. Members have
 * the same names on the wire, in TypeScript and as columns of `gpu_listings`.
 */
export const GPUListingDTO = Type.Object(
  {
    model: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '\\S',
      description: 'Canonical name of the GPU product, such as `H100_PCIE_80GB`. Not blank.',
    }),
    price: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e9,
      description: "One card's price in `currency`, without shipping.",
    }),
    score: Type.Number({
      minimum: 0,
      maximum: 100,
      description: 'Worth for the money. glyphsieve emits 0 to 1.',
    }),
    currency: Type.Optional(
      Type.String({ format: 'iso-4217', description: 'ISO 4217 code of `price` and `shipping`. Default `USD`.' }),
    ),
    price_usd: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: '`price` in US dollars. Default: `price` when `currency` is USD, else absent.',
      }),
    ),
    shipping: Type.Optional(Type.Number({ minimum: 0, description: 'Cost of shipping in `currency`.' })),
    lot_size: count(1, 'How many cards the offer sells together. Default 1.'),
    quantity: count(0, 'How many are on offer; 0 is sold out or unavailable.'),
    listing_source: shortText('Marketplace or shop the offer was seen on.'),
    listing_id: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "The source's own id of the offer." })),
    seller: shortText('Who sells it.'),
    region: shortText('Where it is sold.'),
    generation: shortText('Architecture or product generation.'),
    form_factor: shortText('Such as `pcie`, `sxm5`, `mxm`, `oam`.'),
    pipeline_version: shortText('Versions of the pipeline, catalog and score that made this listing.'),
    title: longText('Title exactly as printed.'),
    price_text: longText('Price exactly as printed.'),
    source_url: Type.Optional(
      Type.String({ format: 'http-url', maxLength: 2048, description: 'Address of the offer, http or https.' }),
    ),
    condition: Type.Optional(
      Type.Enum(['new', 'refurbished', 'used', 'for_parts', 'unknown'], { description: 'State of the card.' }),
    ),
    seen_at: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'When the offer was observed, RFC 3339 with offset. Default: `timestamp` of the import.',
      }),
    ),
    vram_gb: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Memory of the board in GiB.' })),
    mem_bandwidth_gbs: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'Memory bandwidth in GB/s (10^9 bytes).' }),
    ),
    tdp_watts: count(0, 'Thermal design power of the board in watts.'),
    mig_support: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 7, description: 'Multi-instance GPU: the most instances; 0 is none.' }),
    ),
    nvlink: Type.Optional(Type.Boolean({ description: 'Whether the card has NVLink.' })),
    quantization_capacity: Type.Optional(
      Type.Object(
        { '7b': fitting('7B'), '13b': fitting('13B'), '70b': fitting('70B') },
        { additionalProperties: Count, description: 'How many models of each size fit side by side.' },
      ),
    ),
    match_score: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'How sure the match of title and model is.' }),
    ),
    score_breakdown: Type.Optional(
      Type.Unsafe<Record<string, number>>(
        Type.Object({}, { additionalProperties: Type.Number(), description: 'The factors of `score` by name.' }),
      ),
    ),
    warnings: Type.Optional(
      Type.Array(Type.String(), { description: 'What a reader should know before relying on this listing.' }),
    ),
  },
  { description: DESCRIPTION },
)
export type GPUListingDTO = Static<typeof GPUListingDTO>

/** Names of the members that a listing may have, in the order of the contract. (The cast: Object.keys forgets the names.) */
export const LISTING_MEMBERS = Object.keys(GPUListingDTO.properties) as (keyof GPUListingDTO)[]

type Nullable<P extends TProperties> = {
  [K in keyof P]: P[K] extends TOptional<infer S extends TSchema> ? TOptional<TUnion<[S, TNull]>> : P[K]
}

/** `GPUListingDTO` as clients may write it: null in an optional member means that the member is absent. */
export const SubmittedListing = allowNull(GPUListingDTO)
export type SubmittedListing = Static<typeof SubmittedListing>

function allowNull<P extends TProperties>(schema: TObject<P>): TObject<Nullable<P>> {
  const properties = Object.entries<TSchema>(schema.properties).map(([name, member]) => [
    name,
    Type.IsOptional(member) ? Type.Optional(Type.Union([member, Type.Null()])) : member,
  ])
  // The compiler cannot follow Object.fromEntries; Nullable says what the line above does.
  return Type.Object(Object.fromEntries(properties), { description: DESCRIPTION }) as TObject<Nullable<P>>
}

import { GPUListingDTO } from 'glyphsieve'
import { type Static, type TProperties, Type } from 'glyphsieve/typebox'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './contract/words.ts'

const name = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }))
const amount = (description: string) => Type.Optional(Type.Number({ minimum: 0, description }))
const flag = (description: string) => Type.Enum(['true', 'false'], { default: 'false', description })

/** A point in time as a parameter: a date is its first moment in UTC. */
export const Moment = (description: string) =>
  Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 40,
      description: `${description} RFC 3339 with offset, or a date, which begins at midnight UTC.`,
      examples: ['2026-11-01T06:00:00Z', '2026-11-01'],
    }),
  )

/** The parameters of every list. */
export const PageParameters = {
  limit: Type.Integer({
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
    description: 'Most items on the page. A page of very large items ends earlier.',
  }),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 1000, description: '`next_cursor` of the page before, with the same filters.' }),
  ),
}

export const Model = name('Only this model, such as `RTX_3090`.')
export const Region = name('Only offers of this region.')

/** What of a listing can be asked for; a listing has to match every one that is given. */
export const ListingFilters = Type.Object(
  {
    model: Model,
    listing_source: name('Only offers of this source.'),
    seller: name('Only offers of this seller.'),
    region: Region,
    condition: Type.Optional(
      Type.Enum(GPUListingDTO.properties.condition.enum, { description: 'Only this condition, as it was stated.' }),
    ),
    currency: Type.Optional(
      Type.String({ pattern: '^[A-Z]{3}$', examples: ['USD'], description: 'Only prices in this currency (ISO 4217).' }),
    ),
    import_id: Type.Optional(
      Type.String({
        format: 'uuid',
        pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
        description: 'Only this import.',
      }),
    ),
    offer_key: Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description: 'Only observations of this offer.' })),
    min_price: amount('Least `price_usd`. A listing without one matches neither bound.'),
    max_price: amount('Greatest `price_usd`.'),
    min_score: amount('Least `score`.'),
    max_score: amount('Greatest `score`.'),
    min_vram_gb: amount('Least memory in GiB.'),
    max_vram_gb: amount('Greatest memory in GiB.'),
    after: Moment('Seen at this time or later.'),
    before: Moment('Seen before this time.'),
    q: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Words, separated by blanks: each occurs, in any case, somewhere in the title.',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ListingFilters = Static<typeof ListingFilters>

export const LISTING_SORTS = ['import', '-import', 'score', '-score', 'price', '-price', 'seen_at', '-seen_at'] as const
export type ListingSort = (typeof LISTING_SORTS)[number]

/** Query parameters of `GET /api/listings`. */
export const ListingsParameters = Type.Object(
  {
    ...ListingFilters.properties,
    latest: flag('Only the newest observation of each offer, as of the first page.'),
    current: flag(
      'Only the newest observations of offers that still stand, as of the first page: seen within the days that the daemon is set to, and not delisted.',
    ),
    sort: Type.Enum([...LISTING_SORTS], {
      default: 'import',
      description:
        'Order; `-` is descending. `price` is `price_usd`. Absent values come last in both directions, equal ones in the order of their import.',
    }),
    ...PageParameters,
  },
  { additionalProperties: false },
)
export type ListingsParameters = Static<typeof ListingsParameters>

/** Query parameters of `GET /api/persist/imports`. */
export const ImportsParameters = Type.Object(
  { undone: flag('Whether to list those that were undone, too.'), ...PageParameters },
  { additionalProperties: false },
)
export type ImportsParameters = Static<typeof ImportsParameters>

/** Query parameters of `GET /api/deltas`. */
export const DeltasParameters = Type.Object(
  {
    model: Model,
    region: Region,
    min_change_pct: amount('Least change in per cent of the price before, upwards or downwards.'),
    direction: Type.Optional(Type.Enum(['up', 'down'], { description: 'Only prices that rose, or only those that fell.' })),
    after: Moment('Changed at this time or later.'),
    ...PageParameters,
  },
  { additionalProperties: false },
)
export type DeltasParameters = Static<typeof DeltasParameters>

/** Which parameters of a route are numbers on the wire's side of the text. */
export function isNumeric(schema: TProperties[string]): boolean {
  return Type.IsNumber(schema) || Type.IsInteger(schema)
}

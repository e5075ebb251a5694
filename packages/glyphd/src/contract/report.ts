import { type Static, type TSchema, Type } from 'glyphsieve/typebox'
import { ImportRecord, RowErrorCode } from './imports.ts'
import { StoredListing } from './listings.ts'
import { MarketGroup } from './market.ts'
import { Timestamp } from './words.ts'

const DEFAULT_ROWS = 10
const MAX_ROWS = 100

/** Days within which a price must have moved to be in the report. */
export const MOVE_DAYS = 7

/** Query parameters of `GET /api/report`. */
export const ReportParameters = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: MAX_ROWS, default: DEFAULT_ROWS, description: 'Most rows in each section.' }),
    include: Type.Optional(Type.Enum(['all'], { description: '`all` also shows what rankings leave out, marked so.' })),
  },
  { additionalProperties: false },
)
export type ReportParameters = Static<typeof ReportParameters>

const count = (description: string) => Type.Integer({ minimum: 0, description })
const listing = StoredListing.properties

const Offer = {
  id: Type.String({ description: 'The listing: `GET /api/listings/{id}` shows it.' }),
  model: listing.model,
  vram_gb: listing.vram_gb,
  condition: listing.condition,
  price: Type.Number({ description: "One card's price in `currency`." }),
  currency: Type.String({ description: 'ISO 4217.' }),
  price_usd: listing.price_usd,
  lot_size: Type.Optional(Type.Integer({ minimum: 2, description: 'So many are sold together. Absent: one.' })),
  score: listing.score,
  price_to_fair: Type.Optional(
    Type.Number({ description: 'Price divided by the fair price of comparable offers. Absent where that is withheld.' }),
  ),
  title: listing.title,
  seller: listing.seller,
  listing_source: listing.listing_source,
  source_url: listing.source_url,
  seen_at: listing.seen_at,
  marks: Type.Optional(
    Type.Array(Type.String(), { minItems: 1, description: 'Why rankings leave the offer out, such as `suspect`.' }),
  ),
}

/** A current offer as the report shows it. */
const ReportOffer = Type.Object(Offer, {
  title: 'ReportOffer',
  additionalProperties: false,
  description: 'A current offer. Absent members: the listing does not say.',
})
export type ReportOffer = Static<typeof ReportOffer>

/** A current offer, and how its price moved. */
const ReportMove = Type.Object(
  {
    ...Offer,
    price_before: Type.Number({ description: `The price before its first change within the last ${MOVE_DAYS} days.` }),
    change_pct: Type.Number({ description: 'The difference of `price` in per cent of the price before.' }),
    seen_before: Timestamp('When the price before was observed last, UTC with milliseconds.'),
    changed_at: Timestamp('When `price` was observed first, UTC with milliseconds.'),
  },
  { title: 'ReportMove', additionalProperties: false, description: 'A current offer whose price moved.' },
)
export type ReportMove = Static<typeof ReportMove>

/** The members of a section that ranks offers. */
const ranking = <Items extends TSchema>(items: Items) => ({
  offer_count: count('How many there are; `limit` may leave some out.'),
  left_out: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
    description: 'Offers that would be here too, but for a reason, each under one, such as `suspect`.',
  }),
  items,
})

const BestValue = Type.Object(
  {
    score_version: Type.Optional(
      Type.String({ description: 'Version of these scores, as `pipeline_version` ends. Absent: the listings do not say.' }),
    ),
    ...ranking(Type.Array(ReportOffer, { description: 'By `score`, best first.' })),
  },
  {
    title: 'BestValue',
    additionalProperties: false,
    description:
      'What is worth most for its money. Scores of one version only are compared: that of most offers; others are left out as ' +
      '`other_version`.',
  },
)

const BelowFairPrice = Type.Object(
  ranking(Type.Array(ReportOffer, { description: 'By `price_to_fair`, lowest first; all are below 1.' })),
  { title: 'BelowFairPrice', additionalProperties: false, description: 'What costs less than comparable offers.' },
)

const BiggestMoves = Type.Object(
  ranking(Type.Array(ReportMove, { description: 'By `change_pct`, upwards or downwards, largest first; an offer once.' })),
  {
    title: 'BiggestMoves',
    additionalProperties: false,
    description: `Offers whose price is another one than ${MOVE_DAYS} days ago. Only suspect ones are left out.`,
  },
)

const ThinMarkets = Type.Object(
  {
    group_count: count('How many there are; `limit` may leave some out.'),
    items: Type.Array(MarketGroup, { description: 'By `offer_count`, most first.' }),
  },
  {
    title: 'ThinMarkets',
    additionalProperties: false,
    description: 'Groups on offer whose fair price is withheld: too few sellers to say.',
  },
)

const RefusedRows = Type.Object(
  {
    import_count: count('The last imports that left rows out: as many as `limit`.'),
    rejected_count: count('Rows that these left out.'),
    counted_rows: count('Of these, how many were looked at: `reasons` is about them.'),
    reasons: Type.Array(
      Type.Object(
        {
          code: RowErrorCode,
          rows: Type.Integer({ minimum: 1, description: 'Rows with such an error; a row may have several.' }),
          example: Type.String({ description: 'What was expected of one of them, and where.' }),
        },
        { title: 'RefusalReason', additionalProperties: false, description: 'Why rows were left out.' },
      ),
      { description: 'Most rows first.' },
    ),
  },
  {
    title: 'RefusedRows',
    additionalProperties: false,
    description: 'What lenient imports left out. Imports that were undone are not counted.',
  },
)
export type RefusedRows = Static<typeof RefusedRows>

const ReportVersions = Type.Object(
  {
    glyphd: Type.String({ description: 'Version of this daemon.' }),
    catalog: Type.String({ description: 'Version of the catalog that it has.' }),
    pipeline_count: count('Different `pipeline_version`s of current offers; `limit` may leave some out.'),
    pipelines: Type.Array(
      Type.Object(
        {
          pipeline_version: Type.Optional(Type.String({ description: 'Absent: the listings do not say.' })),
          offer_count: Type.Integer({ minimum: 1, description: 'Current offers that it made.' }),
        },
        { title: 'PipelineVersion', additionalProperties: false, description: 'What made listings.' },
      ),
      { description: 'Most offers first.' },
    ),
  },
  { title: 'ReportVersions', additionalProperties: false, description: 'What the report was made with.' },
)

const ReportCounts = Type.Object(
  {
    listings: count('Listings in the store, of every time.'),
    current_offers: count('Offers that still stand.'),
    ranked_offers: count('Of these, how many rankings count: not suspect, for parts, modified, sold out or uncertain.'),
    models: count('Models of current offers.'),
    sources: count('Sources of current offers, by their names.'),
  },
  { title: 'ReportCounts', additionalProperties: false, description: 'How much there is.' },
)

/** The market in one page. */
export const Report = Type.Object(
  {
    generated_at: Timestamp('The moment that it is about.'),
    counts: ReportCounts,
    best_value: BestValue,
    below_fair_price: BelowFairPrice,
    biggest_moves: BiggestMoves,
    thin_markets: ThinMarkets,
    last_imports: Type.Array(ImportRecord, { description: 'Newest first, those that were undone among them.' }),
    refused: RefusedRows,
    versions: ReportVersions,
  },
  { title: 'Report', additionalProperties: false, description: 'The market in one page.' },
)
export type Report = Static<typeof Report>

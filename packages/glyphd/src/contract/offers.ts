import { type Static, Type } from 'glyphsieve/typebox'
import { StoredListing } from './listings.ts'
import { CatalogFact, FactSource } from './market.ts'
import { TitleMatch } from './match.ts'
import { NextCursor, Timestamp } from './words.ts'

const listing = StoredListing.properties
const Id = Type.String({ description: 'The listing: `GET /api/listings/{id}` shows it.' })

/** A price that is another one than at the observation of the offer before. */
export const Delta = Type.Object(
  {
    id: Id,
    id_before: Type.String({ description: 'The listing that was the observation before.' }),
    offer_key: Type.String({ description: 'The offer.' }),
    model: listing.model,
    vram_gb: listing.vram_gb,
    condition: listing.condition,
    listing_source: listing.listing_source,
    seller: listing.seller,
    region: listing.region,
    title: listing.title,
    source_url: listing.source_url,
    currency: Type.String({ description: 'Currency of both prices, ISO 4217.' }),
    price_before: Type.Number({ description: 'The price at the observation before.' }),
    price: Type.Number({ description: 'The price now.' }),
    change_pct: Type.Number({ description: 'The difference in per cent of the price before.' }),
    seen_before: Timestamp('When the price before was observed last, UTC with milliseconds.'),
    seen_at: Timestamp('When the price was observed first, UTC with milliseconds.'),
  },
  {
    title: 'Delta',
    additionalProperties: false,
    description: 'A price change between two successive observations of an offer.',
  },
)
export type Delta = Static<typeof Delta>

/** One page of price changes. */
export const DeltaPage = Type.Object(
  { items: Type.Array(Delta, { description: 'Changes of prices, newest first.' }), next_cursor: NextCursor },
  { title: 'DeltaPage', additionalProperties: false, description: 'Price changes, the newest first.' },
)

/** A time in which successive observations of an offer agreed. */
export const ObservedPeriod = Type.Object(
  {
    id: Type.String({ description: 'The last listing of the period.' }),
    first_seen: Timestamp('The first observation of the period.'),
    last_seen: Timestamp('The last one.'),
    price: Type.Number({ description: "One card's price in `currency`." }),
    currency: Type.String({ description: 'ISO 4217.' }),
    quantity: listing.quantity,
    condition: listing.condition,
    model: listing.model,
    vram_gb: listing.vram_gb,
    seller: listing.seller,
  },
  {
    title: 'ObservedPeriod',
    additionalProperties: false,
    description: 'Successive observations that agree in price, availability, condition, model, memory and seller.',
  },
)
export type ObservedPeriod = Static<typeof ObservedPeriod>

/** Most periods that a history shows. */
export const MAX_PERIODS = 1000

/** What the observations of one offer come to. */
export const OfferRecord = Type.Object(
  {
    offer_key: Type.String({ description: 'What makes two listings the same offer over time.' }),
    first_seen: Timestamp('The first observation.'),
    last_seen: Timestamp('The last one.'),
    delisted_at: Type.Optional(
      Timestamp('When a complete import of its source no longer had it. Absent: none said so since it was seen last.'),
    ),
    is_current: Type.Boolean({ description: 'Whether it still stands: seen lately, and not delisted.' }),
    days_on_market: Type.Number({
      minimum: 0,
      description:
        'Days from the first sight until it was delisted, or until now if it still stands, or until it was seen last.',
    }),
    observation_count: Type.Integer({ minimum: 1, description: 'How many listings there are of it.' }),
    periods: Type.Array(ObservedPeriod, {
      maxItems: MAX_PERIODS,
      description: `In the order of time. Of a longer history, the last ${MAX_PERIODS}.`,
    }),
    warnings: Type.Array(Type.String(), {
      description: 'What makes the history doubtful, such as several prices at one time.',
    }),
  },
  { title: 'OfferRecord', additionalProperties: false, description: 'An offer over time.' },
)
export type OfferRecord = Static<typeof OfferRecord>

/** How an offer stands in the market now. */
export const Standing = Type.Object(
  {
    suspect: Type.Boolean({ description: 'Whether its price is far from what others ask.' }),
    modified: Type.Boolean({ description: 'The catalog knows the model, but not with this memory.' }),
    price_to_fair: Type.Optional(
      Type.Number({ description: 'Price divided by the fair price of comparable offers. Absent where that is withheld.' }),
    ),
    unranked: Type.Array(Type.String(), { description: 'Why rankings leave it out, such as `suspect`; empty: they do not.' }),
  },
  { title: 'Standing', additionalProperties: false, description: 'How an offer stands in the market now.' },
)
export type Standing = Static<typeof Standing>

/** A listing, its offer, and how it came about. */
export const ListingDetail = Type.Object(
  {
    listing: StoredListing,
    offer: Type.Optional(OfferRecord),
    standing: Type.Optional(Standing),
    match: Type.Optional(TitleMatch),
    facts: Type.Array(CatalogFact, {
      description: 'What the catalog says of the card and the score counts.',
    }),
    sources: Type.Array(FactSource, { description: 'The sources that the facts name.' }),
  },
  {
    title: 'ListingDetail',
    additionalProperties: false,
    description:
      'A listing; `offer`, its history, absent where nothing identifies the offer; `standing`, absent unless it is the newest ' +
      "observation of an offer that still stands; `match`, what today's matcher reads in the title; `facts` behind the score, whose " +
      'factors are in `score_breakdown` of the listing.',
  },
)
export type ListingDetail = Static<typeof ListingDetail>

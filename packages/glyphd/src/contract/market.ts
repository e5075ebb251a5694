import { type Static, Type } from 'glyphsieve/typebox'
import { NextCursor, Timestamp } from './words.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })
const amount = (description: string) => Type.Number({ exclusiveMinimum: 0, description })

/** Conditions between which prices differ so much that they are not compared. */
export const ConditionClass = Type.Enum(['new', 'used', 'for_parts'], {
  description: '`used` are also refurbished cards and those of which the condition is not known.',
})
export type ConditionClass = Static<typeof ConditionClass>

/** What the sellers of a group ask. */
export const FairPrice = Type.Object(
  {
    n: Type.Integer({
      minimum: 5,
      description: 'Votes: one a seller, and one a listing without seller. Suspect offers have none.',
    }),
    median: amount('The fair price: the median of the votes, in the currency of the group.'),
    p25: amount('Lower quartile of the votes (type 7, as of all quantiles).'),
    p75: amount('Upper quartile of the votes.'),
    low: amount('The lowest vote.'),
    high: amount('The highest vote.'),
  },
  { title: 'FairPrice', additionalProperties: false, description: 'What the sellers of a group ask for one card.' },
)
export type FairPrice = Static<typeof FairPrice>

/** What is said of fewer than five votes. */
export const WithheldPrice = Type.Object(
  {
    n: Type.Integer({ minimum: 0, maximum: 4, description: 'Votes that are left: too few for a fair price.' }),
    low: Type.Optional(amount('The lowest vote; absent: there is none.')),
    high: Type.Optional(amount('The highest vote; absent: there is none.')),
  },
  { title: 'WithheldPrice', additionalProperties: false, description: 'Too few votes for a fair price, and what they were.' },
)
export type WithheldPrice = Static<typeof WithheldPrice>

/** Exactly one of the two. */
const Prices = {
  fair_price: Type.Optional(FairPrice),
  withheld: Type.Optional(WithheldPrice),
}

/** What offers have in common whose prices are compared. */
const Group = {
  model: Type.String({ description: 'Canonical name.' }),
  vram_gb: Type.Optional(amount('Memory that the offers state, in GiB; absent: they state none.')),
  condition_class: ConditionClass,
  currency: Type.String({ description: 'ISO 4217 code of every price of the group but those that end in `_usd`.' }),
  modified: Type.Boolean({ description: 'The catalog knows the model, but not with this memory: a workshop put it there.' }),
}

/** How offers ended. */
export const ClearedPrices = Type.Object(
  {
    n: Type.Integer({ minimum: 1, description: 'Offers that a complete import found gone within the last 90 days.' }),
    median_last_ask: Type.Optional(amount('Median of their last prices. Absent below 5 offers.')),
    days_median: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'Median of the days between the first sight of an offer and its delisting. Absent below 5 offers.',
      }),
    ),
  },
  {
    title: 'ClearedPrices',
    additionalProperties: false,
    description: 'Last prices of offers that are gone: the best public stand-in for sale prices.',
  },
)
export type ClearedPrices = Static<typeof ClearedPrices>

/** A group of comparable offers, as the market stands now. */
export const MarketGroup = Type.Object(
  {
    ...Group,
    offer_count: count('Current offers, those that are sold out or suspect among them.'),
    sold_out_count: count('Of these, how many are sold out: they have no vote.'),
    suspect_count: count('Of these, how many ask a price that is far from what the others ask.'),
    ...Prices,
    cleared: Type.Optional(ClearedPrices),
  },
  {
    title: 'MarketGroup',
    additionalProperties: false,
    description: 'Comparable offers: `fair_price` says what they ask, or `withheld` that they are too few to say.',
  },
)
export type MarketGroup = Static<typeof MarketGroup>

/** A listing, by the name under which it is asked for. */
const ListingReference = Type.Object(
  {
    id: Type.String({ description: '`{import_id}.{import_index}` of the listing.' }),
    price_usd: amount('Price of one card in US dollars.'),
  },
  { title: 'ListingReference', additionalProperties: false, description: 'A listing, and its price.' },
)

/** Exactly one of the two, or none where a spec that the score needs is not known. */
const Worth = {
  buy_below_usd: Type.Optional(
    amount(
      'The price with shipping at which a working card has the score 0.5. Where variants differ, of the least favourable.',
    ),
  ),
  not_worth_having: Type.Optional(
    Type.Literal(true, { description: 'Running the card costs more than it is worth, even as a gift.' }),
  ),
}

/** What the catalog says of a model in a line. */
const CatalogLine = Type.Object(
  {
    vendor: Type.String({ description: 'Maker of the chip.' }),
    vram_gb: Type.Array(Type.Number(), { description: 'The sizes in which it was sold, in GiB, ascending.' }),
    mem_bandwidth_gbs: Type.Optional(Type.Number({ description: 'Memory bandwidth in GB/s. Absent where variants differ.' })),
    tdp_watts: Type.Optional(Type.Number({ description: 'Board power in watts. Absent where variants differ.' })),
    architecture: Type.Optional(Type.String({ description: 'Such as `Ampere`. Absent where variants differ.' })),
  },
  { title: 'CatalogLine', additionalProperties: false, description: 'What the variants of a model agree on.' },
)

const Summary = {
  model: Type.String({ description: 'Canonical name.' }),
  catalog: Type.Optional(CatalogLine),
  ...Worth,
  offer_count: count('Current offers.'),
  ranked_count: count('Of these, how many rankings count: not suspect, for parts, modified, sold out or uncertain.'),
  cheapest: Type.Optional(ListingReference),
  groups: Type.Array(MarketGroup, {
    description: 'The market in comparable parts: plain before modified, by memory, condition and currency.',
  }),
}

/** A model on the overview. */
export const ModelSummary = Type.Object(Summary, {
  title: 'ModelSummary',
  additionalProperties: false,
  description:
    'A model and its market. `catalog` is absent where the catalog does not know it, `cheapest` where none is ranked.',
})
export type ModelSummary = Static<typeof ModelSummary>

/** One page of the overview. */
export const ModelPage = Type.Object(
  { items: Type.Array(ModelSummary, { description: 'Models, in the order of their names.' }), next_cursor: NextCursor },
  { title: 'ModelPage', additionalProperties: false },
)

/** A fact of the catalog. */
export const CatalogFact = Type.Object(
  {
    fact: Type.String({ description: 'Name of the fact, such as `mem_bandwidth_gbs`.' }),
    value: Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
      description: 'Its value, in the unit that the name says.',
    }),
    source: Type.String({ description: '`id` of one of `sources`. `memory`: it was not read anywhere.' }),
  },
  { title: 'CatalogFact', additionalProperties: false, description: 'A fact, and where it was read.' },
)
export type CatalogFact = Static<typeof CatalogFact>

/** Where facts were read. */
export const FactSource = Type.Object(
  {
    id: Type.String({ description: 'Name of the source in the catalog.' }),
    title: Type.String({ description: 'What it is.' }),
    url: Type.Optional(Type.String({ description: 'Where it is, if it is public.' })),
  },
  { title: 'FactSource', additionalProperties: false, description: 'Where facts of the catalog were read.' },
)
export type FactSource = Static<typeof FactSource>

/** A variant of a model. */
export const ModelVariant = Type.Object(
  {
    model: Type.String({ description: 'Canonical name: that of a member, where the page is about a family.' }),
    edition: Type.Optional(Type.String({ description: 'What tells it from variants with the same memory.' })),
    ...Worth,
    facts: Type.Array(CatalogFact, { description: 'What is known of it.' }),
  },
  { title: 'ModelVariant', additionalProperties: false, description: 'One variant of a model as it was sold.' },
)
export type ModelVariant = Static<typeof ModelVariant>

/** Everything about a model. */
export const ModelDetail = Type.Object(
  {
    ...Summary,
    variants: Type.Array(ModelVariant, { description: 'Empty where the catalog does not know the model.' }),
    sources: Type.Array(FactSource, { description: 'The sources that the facts name.' }),
  },
  { title: 'ModelDetail', additionalProperties: false, description: 'A model, its facts with their sources, and its market.' },
)
export type ModelDetail = Static<typeof ModelDetail>

export const HistoryInterval = Type.Enum(['day', 'week', 'month'], {
  description: 'In UTC; a week begins on Monday (ISO 8601).',
})
export type HistoryInterval = Static<typeof HistoryInterval>

/** Most points of a history. */
export const MAX_HISTORY_POINTS = 1000

/** The market at the end of an interval. */
export const HistoryPoint = Type.Object(
  {
    start: Timestamp('When the interval begins.'),
    end: Timestamp('The instant that the prices are of: the last of the interval, or now in the one that goes on.'),
    ...Prices,
  },
  { title: 'HistoryPoint', additionalProperties: false, description: 'The prices of a group at the end of an interval.' },
)
export type HistoryPoint = Static<typeof HistoryPoint>

/** A group over time. */
export const HistoryGroup = Type.Object(
  {
    ...Group,
    points: Type.Array(HistoryPoint, {
      maxItems: MAX_HISTORY_POINTS,
      description: 'In order of time. An interval at whose end the group had no current offer has none.',
    }),
  },
  { title: 'HistoryGroup', additionalProperties: false, description: 'The prices of comparable offers over time.' },
)
export type HistoryGroup = Static<typeof HistoryGroup>

/** What a model cost, over time. */
export const ModelHistory = Type.Object(
  {
    model: Type.String({ description: 'Canonical name.' }),
    interval: HistoryInterval,
    groups: Type.Array(HistoryGroup, { description: 'Comparable parts of the market, each over time.' }),
    truncated: Type.Boolean({ description: `Whether points before the newest ${MAX_HISTORY_POINTS} are left out.` }),
  },
  { title: 'ModelHistory', additionalProperties: false, description: 'What a model cost, over time.' },
)
export type ModelHistory = Static<typeof ModelHistory>

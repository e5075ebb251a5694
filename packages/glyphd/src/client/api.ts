// Made by `npm run generate` from the OpenAPI description, the only source. Not to be edited.

type None = Record<never, never>

/** What costs less than comparable offers. */
export interface BelowFairPrice {
  /** How many there are; `limit` may leave some out. */
  offer_count: number
  /** Offers that would be here too, but for a reason, each under one, such as `suspect`. */
  left_out: Record<string, number>
  /** By `price_to_fair`, lowest first; all are below 1. */
  items: ReportOffer[]
}

/** What is worth most for its money. Scores of one version only are compared: that of most offers; others are left out as `other_version`. */
export interface BestValue {
  /** Version of these scores, as `pipeline_version` ends. Absent: the listings do not say. */
  score_version?: string
  /** How many there are; `limit` may leave some out. */
  offer_count: number
  /** Offers that would be here too, but for a reason, each under one, such as `suspect`. */
  left_out: Record<string, number>
  /** By `score`, best first. */
  items: ReportOffer[]
}

/** Offers whose price is another one than 7 days ago. Only suspect ones are left out. */
export interface BiggestMoves {
  /** How many there are; `limit` may leave some out. */
  offer_count: number
  /** Offers that would be here too, but for a reason, each under one, such as `suspect`. */
  left_out: Record<string, number>
  /** By `change_pct`, upwards or downwards, largest first; an offer once. */
  items: ReportMove[]
}

/** A fact, and where it was read. */
export interface CatalogFact {
  /** Name of the fact, such as `mem_bandwidth_gbs`. */
  fact: string
  /** Its value, in the unit that the name says. */
  value: string | number | boolean
  /** `id` of one of `sources`. `memory`: it was not read anywhere. */
  source: string
}

/** What the variants of a model agree on. */
export interface CatalogLine {
  /** Maker of the chip. */
  vendor: string
  /** The sizes in which it was sold, in GiB, ascending. */
  vram_gb: number[]
  /** Memory bandwidth in GB/s. Absent where variants differ. */
  mem_bandwidth_gbs?: number
  /** Board power in watts. Absent where variants differ. */
  tdp_watts?: number
  /** Such as `Ampere`. Absent where variants differ. */
  architecture?: string
}

/** Last prices of offers that are gone: the best public stand-in for sale prices. */
export interface ClearedPrices {
  /** Offers that a complete import found gone within the last 90 days. */
  n: number
  /** Median of their last prices. Absent below 5 offers. */
  median_last_ask?: number
  /** Median of the days between the first sight of an offer and its delisting. Absent below 5 offers. */
  days_median?: number
}

/** A price change between two successive observations of an offer. */
export interface Delta {
  /** The listing: `GET /api/listings/{id}` shows it. */
  id: string
  /** The listing that was the observation before. */
  id_before: string
  /** The offer. */
  offer_key: string
  /** Canonical name of the GPU product, such as `H100_PCIE_80GB`. Not blank. */
  model: string
  /** Memory of the board in GiB. */
  vram_gb?: number
  /** State of the card. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown'
  /** Marketplace or shop the offer was seen on. */
  listing_source?: string
  /** Who sells it. */
  seller?: string
  /** Where it is sold. */
  region?: string
  /** Title exactly as printed. */
  title?: string
  /** Address of the offer, http or https. */
  source_url?: string
  /** Currency of both prices, ISO 4217. */
  currency: string
  /** The price at the observation before. */
  price_before: number
  /** The price now. */
  price: number
  /** The difference in per cent of the price before. */
  change_pct: number
  /** When the price before was observed last, UTC with milliseconds. */
  seen_before: string
  /** When the price was observed first, UTC with milliseconds. */
  seen_at: string
}

/** Price changes, the newest first. */
export interface DeltaPage {
  /** Changes of prices, newest first. */
  items: Delta[]
  /** Give it as `cursor` for the next page; null on the last one. */
  next_cursor: string | null
}

/** What the import would do. Nothing was stored. */
export interface DryRunResult {
  /** Always true: nothing was stored. */
  dry_run: true
  /** How many listings would be stored. */
  record_count: number
  /** How many rows were not stored. */
  rejected_count: number
  /** What is wrong with which row. */
  errors: RowError[]
  /** Whether `errors` leaves some out. */
  errors_truncated: boolean
  /** `model` of the first listing of the batch. */
  first_model: string
  /** `model` of the last listing of the batch. */
  last_model: string
  /** Listings of offers that the store does not know. */
  new: number
  /** Listings of known offers whose price, currency, shipping or quantity is another one. */
  changed: number
  /** Listings of known offers in which all of these are the same. */
  unchanged: number
  /** Listings that nothing identifies: they have no history. */
  without_offer_key: number
  /** With `complete=true`: current offers of its sources that would be delisted. */
  delisted?: number
  /** The largest changes of a price, in percent. */
  biggest_moves: PriceMove[]
}

/** How safe an acknowledged import is, where the database decides that: on PostgreSQL. */
export interface Durability {
  /** The database's setting of that name, read back. With `off`, even a crash of the server loses what it acknowledged last. */
  synchronous_commit: string
  /** Standbys that are there now and that a commit waits for. Absent where the user may not see them. */
  synchronous_standbys?: number
  /** Whether an import is acknowledged only when a synchronous standby has it on disk, too. Without, a failover may lose the last ones. */
  survives_failover: boolean
}

/** Tokens a second, with a judgement in them. */
export interface EstimatedRate {
  /** With 0.6 of the memory bandwidth. */
  low: number
  /** With 0.85 of the memory bandwidth. */
  high: number
  /** Always true: nobody measured it. */
  estimate: true
}

/** Where facts of the catalog were read. */
export interface FactSource {
  /** Name of the source in the catalog. */
  id: string
  /** What it is. */
  title: string
  /** Where it is, if it is public. */
  url?: string
}

/** What the sellers of a group ask for one card. */
export interface FairPrice {
  /** Votes: one a seller, and one a listing without seller. Suspect offers have none. */
  n: number
  /** The fair price: the median of the votes, in the currency of the group. */
  median: number
  /** Lower quartile of the votes (type 7, as of all quantiles). */
  p25: number
  /** Upper quartile of the votes. */
  p75: number
  /** The lowest vote. */
  low: number
  /** The highest vote. */
  high: number
}

/** What to buy to run a model. */
export interface FitAnswer {
  workload: Workload
  /** How the weights are stored. */
  format: 'Q4_K_M' | 'Q5_K_M' | 'Q6_K' | 'Q8_0' | 'AWQ' | 'GPTQ' | 'FP8' | 'FP16'
  /** Tokens of context, all of them in the KV cache. */
  context_tokens: number
  /** Weights, in GiB. */
  weights_gb: number
  /** Keys and values of a full context, in GiB. */
  kv_cache_gb: number
  /** Sets that there are; `limit` may leave some out. */
  set_count: number
  /** Offers that could be bought. */
  offers_considered: number
  /** Offers that were not considered, each under one reason, such as `suspect` or `no_price_usd`. */
  left_out: Record<string, number>
  /** Cards on offer that make no set, by the first obstacle: `memory`, `speed`, `watts`, `supply`, `price`. */
  missed: Record<string, number>
  nearest_miss?: NearestMiss
  /** The cheapest set of each card, cheapest first. */
  sets: FitSet[]
}

export interface FitPurchase {
  /** The listing: `GET /api/listings/{id}` tells how its price came about. */
  id: string
  /** Title exactly as printed. */
  title?: string
  /** Address of the offer, http or https. */
  source_url?: string
  /** Marketplace or shop the offer was seen on. */
  listing_source?: string
  /** Who sells it. */
  seller?: string
  /** State of the card. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown'
  /** Cards bought here. */
  cards: number
  /** One card. */
  price_usd: number
  /** Shipping of one card, where the offer names it. */
  shipping_usd?: number
  /** All cards bought here, with shipping. */
  sum_usd: number
  /** The offer sells so many cards together. */
  lot_size?: number
  /** Price divided by the fair median of such cards; below 1 is cheap. */
  price_to_fair?: number
  /** Why rankings leave the offer out, with `include=all`, such as `suspect`. */
  marks?: string[]
  /** What was assumed of this card, such as its memory. */
  warnings?: string[]
}

/** Equal cards that hold the model, and where to buy them. */
export interface FitSet {
  /** Canonical name of the card. */
  model: string
  /** Memory of one card in GiB. */
  vram_gb: number
  /** GPUs on one card. */
  gpus_per_card: number
  /** What the card plugs into, such as `pcie`. */
  form_factor?: string
  /** Equal cards that run the model. */
  cards: number
  /** Cards that come with it: more than needed where a lot has more. */
  cards_bought: number
  /** All purchases with shipping. */
  total_usd: number
  /** Default power of the cards that run the model. */
  watts: number
  /** What is on the GPUs, layer by layer, cards in sequence. */
  memory: GpuShare[]
  sequence_tps: TokenRate
  tensor_parallel_tps?: EstimatedRate
  /** What to know before buying. */
  warnings: string[]
  /** The cheapest current offers that make up the set. */
  buy: FitPurchase[]
}

/** One scored observation of an offer. Members not named here are kept under `extra`. */
export interface GPUListingDTO {
  /** Canonical name of the GPU product, such as `H100_PCIE_80GB`. Not blank. */
  model: string
  /** One card's price in `currency`, without shipping. */
  price: number
  /** Worth for the money. glyphsieve emits 0 to 1. */
  score: number
  /** ISO 4217 code of `price` and `shipping`. Default `USD`. */
  currency?: string | null
  /** `price` in US dollars. Default: `price` when `currency` is USD, else absent. */
  price_usd?: number | null
  /** Cost of shipping in `currency`. */
  shipping?: number | null
  /** How many cards the offer sells together. Default 1. */
  lot_size?: number | null
  /** How many are on offer; 0 is sold out or unavailable. */
  quantity?: number | null
  /** Marketplace or shop the offer was seen on. */
  listing_source?: string | null
  /** The source's own id of the offer. */
  listing_id?: string | null
  /** Who sells it. */
  seller?: string | null
  /** Where it is sold. */
  region?: string | null
  /** Architecture or product generation. */
  generation?: string | null
  /** Such as `pcie`, `sxm5`, `mxm`, `oam`. */
  form_factor?: string | null
  /** Versions of the pipeline, catalog and score that made this listing. */
  pipeline_version?: string | null
  /** Title exactly as printed. */
  title?: string | null
  /** Price exactly as printed. */
  price_text?: string | null
  /** Address of the offer, http or https. */
  source_url?: string | null
  /** State of the card. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown' | null
  /** When the offer was observed, RFC 3339 with offset. Default: `timestamp` of the import. */
  seen_at?: string | null
  /** Memory of the board in GiB. */
  vram_gb?: number | null
  /** Memory bandwidth in GB/s (10^9 bytes). */
  mem_bandwidth_gbs?: number | null
  /** Thermal design power of the board in watts. */
  tdp_watts?: number | null
  /** Multi-instance GPU: the most instances; 0 is none. */
  mig_support?: number | null
  /** Whether the card has NVLink. */
  nvlink?: boolean | null
  /** How many models of each size fit side by side. */
  quantization_capacity?: {
    /** How many models of 7B parameters fit. */
    '7b'?: number
    /** How many models of 13B parameters fit. */
    '13b'?: number
    /** How many models of 70B parameters fit. */
    '70b'?: number
    [other: string]: unknown
  } | null
  /** How sure the match of title and model is. */
  match_score?: number | null
  /** The factors of `score` by name. */
  score_breakdown?: Record<string, number> | null
  /** What a reader should know before relying on this listing. */
  warnings?: string[] | null
}

export interface GpuShare {
  /** How many GPUs hold this share. */
  gpus: number
  /** Layers on each of them. */
  layers: number
  /** Weights on each, in GiB. */
  weights_gb: number
  /** Keys and values of a full context on each, in GiB. */
  kv_cache_gb: number
  /** What the runtime takes of each, in GiB. */
  overhead_gb: number
  /** What is left of each, in GiB. */
  free_gb: number
}

export interface Health {
  /** Always `ok`: a daemon that is not well answers with a problem. */
  status: 'ok'
  /** Version of glyphd. */
  version: string
  /** The database behind the store. */
  engine: string
  /** The last migration applied to the store. */
  schema_version: number
  durability?: Durability
  /** Seconds since the daemon started. */
  uptime_seconds: number
}

/** The prices of comparable offers over time. */
export interface HistoryGroup {
  /** Canonical name. */
  model: string
  /** Memory that the offers state, in GiB; absent: they state none. */
  vram_gb?: number
  /** `used` are also refurbished cards and those of which the condition is not known. */
  condition_class: 'new' | 'used' | 'for_parts'
  /** ISO 4217 code of every price of the group but those that end in `_usd`. */
  currency: string
  /** The catalog knows the model, but not with this memory: a workshop put it there. */
  modified: boolean
  /** In order of time. An interval at whose end the group had no current offer has none. */
  points: HistoryPoint[]
}

/** The prices of a group at the end of an interval. */
export interface HistoryPoint {
  /** When the interval begins. */
  start: string
  /** The instant that the prices are of: the last of the interval, or now in the one that goes on. */
  end: string
  fair_price?: FairPrice
  withheld?: WithheldPrice
}

export interface ImportPage {
  /** Imports, newest first. */
  items: ImportRecord[]
  /** Give it as `cursor` for the next page; null on the last one. */
  next_cursor: string | null
}

/** An import. */
export interface ImportRecord {
  /** The import. UUID version 7; later imports of a daemon have greater ones. */
  import_id: string
  /** How many listings were stored. */
  record_count: number
  /** `model` of the first listing of the batch. */
  first_model: string
  /** `model` of the last listing of the batch. */
  last_model: string
  /** When the body had been received, RFC 3339 in UTC with milliseconds. */
  timestamp: string
  /** How many rows were not stored. */
  rejected_count: number
  /** When it was undone; absent: its listings are there. */
  undone_at?: string
}

/** A stored import. */
export interface ImportResultDTO {
  /** The import. UUID version 7; later imports of a daemon have greater ones. */
  import_id: string
  /** How many listings were stored. */
  record_count: number
  /** `model` of the first listing of the batch. */
  first_model: string
  /** `model` of the last listing of the batch. */
  last_model: string
  /** When the body had been received, RFC 3339 in UTC with milliseconds. */
  timestamp: string
}

/** A stored import, and the rows that it left out. */
export interface LenientImportResult {
  /** The import. UUID version 7; later imports of a daemon have greater ones. */
  import_id: string
  /** How many listings were stored. */
  record_count: number
  /** `model` of the first listing of the batch. */
  first_model: string
  /** `model` of the last listing of the batch. */
  last_model: string
  /** When the body had been received, RFC 3339 in UTC with milliseconds. */
  timestamp: string
  /** How many rows were not stored. */
  rejected_count: number
  /** What is wrong with which row. */
  errors: RowError[]
  /** Whether `errors` leaves some out. */
  errors_truncated: boolean
}

export interface Limits {
  /** Most bytes of a request body, also after decompression. */
  max_body_bytes: number
  /** Most listings in one import. */
  max_rows: number
  /** Most bytes of one listing in the body. */
  max_row_bytes: number
  /** Most members of one listing. */
  max_members: number
  /** Most titles in one request to match them. */
  max_titles: number
  /** Most levels of nesting in a member's value; [[1]] has two. */
  max_depth: number
  /** Seconds without a byte of a body before it is given up. */
  receive_timeout_seconds: number
  /** Most bytes of all bodies held in memory, and of one an eighth of that; the others are in files beside the store. */
  max_memory_bytes: number
  /** Most imports that wait to be stored. */
  max_queue_imports: number
  /** Most bytes of the imports that wait to be stored; one alone may have more. */
  max_queue_bytes: number
  /** Seconds that an import waits for its turn before it is refused. */
  max_wait_seconds: number
  /** Most imports that are stored by one transaction. */
  max_group_imports: number
}

/** A listing; `offer`, its history, absent where nothing identifies the offer; `standing`, absent unless it is the newest observation of an offer that still stands; `match`, what today's matcher reads in the title; `facts` behind the score, whose factors are in `score_breakdown` of the listing. */
export interface ListingDetail {
  listing: StoredListing
  offer?: OfferRecord
  standing?: Standing
  match?: TitleMatch
  /** What the catalog says of the card and the score counts. */
  facts: CatalogFact[]
  /** The sources that the facts name. */
  sources: FactSource[]
}

export interface ListingPage {
  /** Listings, in the order that was asked for. */
  items: StoredListing[]
  /** Give it as `cursor` for the next page; null on the last one. */
  next_cursor: string | null
}

/** A listing, and its price. */
export interface ListingReference {
  /** `{import_id}.{import_index}` of the listing. */
  id: string
  /** Price of one card in US dollars. */
  price_usd: number
}

/** Comparable offers: `fair_price` says what they ask, or `withheld` that they are too few to say. */
export interface MarketGroup {
  /** Canonical name. */
  model: string
  /** Memory that the offers state, in GiB; absent: they state none. */
  vram_gb?: number
  /** `used` are also refurbished cards and those of which the condition is not known. */
  condition_class: 'new' | 'used' | 'for_parts'
  /** ISO 4217 code of every price of the group but those that end in `_usd`. */
  currency: string
  /** The catalog knows the model, but not with this memory: a workshop put it there. */
  modified: boolean
  /** Current offers, those that are sold out or suspect among them. */
  offer_count: number
  /** Of these, how many are sold out: they have no vote. */
  sold_out_count: number
  /** Of these, how many ask a price that is far from what the others ask. */
  suspect_count: number
  fair_price?: FairPrice
  withheld?: WithheldPrice
  cleared?: ClearedPrices
}

/** A piece of the title on which the match rests. */
export interface MatchEvidence {
  /** The piece, as it stands in the title. */
  text: string
  /** Where it begins in the title, in UTF-16 code units. */
  start: number
  /** Where it ends; the unit at this place is not part of it. */
  end: number
  /** What it says. */
  means: string
}

export interface MatchedTitles {
  /** A match a title, in the order of the titles. */
  items: TitleMatch[]
}

/** A model, its facts with their sources, and its market. */
export interface ModelDetail {
  /** Canonical name. */
  model: string
  catalog?: CatalogLine
  /** The price with shipping at which a working card has the score 0.5. Where variants differ, of the least favourable. */
  buy_below_usd?: number
  /** Running the card costs more than it is worth, even as a gift. */
  not_worth_having?: true
  /** Current offers. */
  offer_count: number
  /** Of these, how many rankings count: not suspect, for parts, modified, sold out or uncertain. */
  ranked_count: number
  cheapest?: ListingReference
  /** The market in comparable parts: plain before modified, by memory, condition and currency. */
  groups: MarketGroup[]
  /** Empty where the catalog does not know the model. */
  variants: ModelVariant[]
  /** The sources that the facts name. */
  sources: FactSource[]
}

/** What a model cost, over time. */
export interface ModelHistory {
  /** Canonical name. */
  model: string
  /** In UTC; a week begins on Monday (ISO 8601). */
  interval: 'day' | 'week' | 'month'
  /** Comparable parts of the market, each over time. */
  groups: HistoryGroup[]
  /** Whether points before the newest 1000 are left out. */
  truncated: boolean
}

export interface ModelPage {
  /** Models, in the order of their names. */
  items: ModelSummary[]
  /** Give it as `cursor` for the next page; null on the last one. */
  next_cursor: string | null
}

/** A model and its market. `catalog` is absent where the catalog does not know it, `cheapest` where none is ranked. */
export interface ModelSummary {
  /** Canonical name. */
  model: string
  catalog?: CatalogLine
  /** The price with shipping at which a working card has the score 0.5. Where variants differ, of the least favourable. */
  buy_below_usd?: number
  /** Running the card costs more than it is worth, even as a gift. */
  not_worth_having?: true
  /** Current offers. */
  offer_count: number
  /** Of these, how many rankings count: not suspect, for parts, modified, sold out or uncertain. */
  ranked_count: number
  cheapest?: ListingReference
  /** The market in comparable parts: plain before modified, by memory, condition and currency. */
  groups: MarketGroup[]
}

/** One variant of a model as it was sold. */
export interface ModelVariant {
  /** Canonical name: that of a member, where the page is about a family. */
  model: string
  /** What tells it from variants with the same memory. */
  edition?: string
  /** The price with shipping at which a working card has the score 0.5. Where variants differ, of the least favourable. */
  buy_below_usd?: number
  /** Running the card costs more than it is worth, even as a gift. */
  not_worth_having?: true
  /** What is known of it. */
  facts: CatalogFact[]
}

/** The card that comes nearest, where no set does. */
export interface NearestMiss {
  /** Canonical name of the card. */
  model: string
  /** Memory of one card in GiB. */
  vram_gb: number
  /** Cards that were tried. */
  cards: number
  /** What keeps a card from making a set, the first that does: memory, speed, watts, supply (cards on offer), price. */
  obstacle: 'memory' | 'speed' | 'watts' | 'supply' | 'price'
  /** GiB, tokens a second, watts, cards or US dollars: what it would take. */
  needed: number
  /** What there is, or what was allowed. */
  available: number
  /** The same in words. */
  detail: string
}

/** Successive observations that agree in price, availability, condition, model, memory and seller. */
export interface ObservedPeriod {
  /** The last listing of the period. */
  id: string
  /** The first observation of the period. */
  first_seen: string
  /** The last one. */
  last_seen: string
  /** One card's price in `currency`. */
  price: number
  /** ISO 4217. */
  currency: string
  /** How many are on offer; 0 is sold out or unavailable. */
  quantity?: number
  /** State of the card. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown'
  /** Canonical name of the GPU product, such as `H100_PCIE_80GB`. Not blank. */
  model: string
  /** Memory of the board in GiB. */
  vram_gb?: number
  /** Who sells it. */
  seller?: string
}

/** An offer over time. */
export interface OfferRecord {
  /** What makes two listings the same offer over time. */
  offer_key: string
  /** The first observation. */
  first_seen: string
  /** The last one. */
  last_seen: string
  /** When a complete import of its source no longer had it. Absent: none said so since it was seen last. */
  delisted_at?: string
  /** Whether it still stands: seen lately, and not delisted. */
  is_current: boolean
  /** Days from the first sight until it was delisted, or until now if it still stands, or until it was seen last. */
  days_on_market: number
  /** How many listings there are of it. */
  observation_count: number
  /** In the order of time. Of a longer history, the last 1000. */
  periods: ObservedPeriod[]
  /** What makes the history doubtful, such as several prices at one time. */
  warnings: string[]
}

/** What made listings. */
export interface PipelineVersion {
  /** Absent: the listings do not say. */
  pipeline_version?: string
  /** Current offers that it made. */
  offer_count: number
}

export interface PriceMove {
  /** Position of the row in the body, from 0. */
  row: number
  /** What the offer sells. */
  model: string
  /** The offer. */
  offer_key: string
  /** ISO 4217 code of both prices. */
  currency: string
  /** The last price stored for this offer. */
  price_before: number
  /** The price in the body. */
  price: number
  /** The difference in percent of the price before. */
  change_pct: number
}

/** Problem details (RFC 9457). */
export interface Problem {
  /** URI reference of the kind of problem. */
  type: string
  /** The kind of problem in words. */
  title: string
  /** HTTP status. */
  status: number
  /** What happened this time, and what to do. */
  detail: string
  /** Path of the request. */
  instance: string
  /** Stable code of the kind of problem. */
  code: 'malformed_request' | 'invalid_query' | 'invalid_header' | 'invalid_cursor' | 'cursor_mismatch' | 'cross_site' | 'not_found' | 'method_not_allowed' | 'not_acceptable' | 'request_timeout' | 'idempotency_key_in_use' | 'suspicious_snapshot' | 'import_running' | 'body_too_large' | 'too_many_rows' | 'uri_too_long' | 'unsupported_media_type' | 'unsupported_encoding' | 'misdirected_request' | 'invalid_json' | 'not_an_array' | 'no_listings' | 'no_source' | 'invalid_listings' | 'invalid_csv' | 'invalid_titles' | 'unreadable_input' | 'nothing_accepted' | 'idempotency_key_reused' | 'headers_too_large' | 'internal' | 'shutting_down' | 'queue_full' | 'waited_too_long' | 'question_too_long' | 'store_busy' | 'store_unavailable' | 'outcome_unknown' | 'sieve_unavailable' | 'disk_full'
  /** Names this request in the log. */
  request_id: string
  /** The limit that was passed. */
  limit?: number
  /** What is wrong with which row. */
  errors?: RowError[]
  /** How many errors there are in all. */
  error_count?: number
  /** Whether `errors` leaves some out. */
  errors_truncated?: boolean
  /** The import of which nobody knows whether it was stored. */
  import_id?: string
  /** How many rows the body has. */
  read?: number
  /** How many became a listing of the import. */
  accepted?: number
  /** How many say the same as an accepted one, which stands for them. */
  merged?: number
  /** How many were rejected. */
  rejected_count?: number
  /** Why, by stage and code. */
  rejection_counts?: RejectionCount[]
  /** The first of the rejected rows. */
  rejections?: Rejection[]
  /** Whether `rejections` leaves some out. */
  rejections_truncated?: boolean
}

/** What the import would do, and what became of the rows of its body. Nothing was stored. */
export interface RawDryRunResult {
  /** Always true: nothing was stored. */
  dry_run: true
  /** How many listings would be stored. */
  record_count: number
  /** `model` of the first listing of the batch. */
  first_model: string
  /** `model` of the last listing of the batch. */
  last_model: string
  /** Listings of offers that the store does not know. */
  new: number
  /** Listings of known offers whose price, currency, shipping or quantity is another one. */
  changed: number
  /** Listings of known offers in which all of these are the same. */
  unchanged: number
  /** Listings that nothing identifies: they have no history. */
  without_offer_key: number
  /** The largest changes of a price, in percent. */
  biggest_moves: PriceMove[]
  /** How many rows the body has. */
  read: number
  /** How many became a listing of the import. */
  accepted: number
  /** How many say the same as an accepted one, which stands for them. */
  merged: number
  /** How many were rejected. */
  rejected_count: number
  /** Why, by stage and code. */
  rejection_counts: RejectionCount[]
  /** The first of the rejected rows. */
  rejections: Rejection[]
  /** Whether `rejections` leaves some out. */
  rejections_truncated: boolean
}

/** A stored import, and what became of the rows of its body. */
export interface RawImportResult {
  /** The import. UUID version 7; later imports of a daemon have greater ones. */
  import_id: string
  /** How many listings were stored. */
  record_count: number
  /** `model` of the first listing of the batch. */
  first_model: string
  /** `model` of the last listing of the batch. */
  last_model: string
  /** When the body had been received, RFC 3339 in UTC with milliseconds. */
  timestamp: string
  /** How many rows the body has. */
  read: number
  /** How many became a listing of the import. */
  accepted: number
  /** How many say the same as an accepted one, which stands for them. */
  merged: number
  /** How many were rejected. */
  rejected_count: number
  /** Why, by stage and code. */
  rejection_counts: RejectionCount[]
  /** The first of the rejected rows. */
  rejections: Rejection[]
  /** Whether `rejections` leaves some out. */
  rejections_truncated: boolean
}

/** Why rows were left out. */
export interface RefusalReason {
  /** Stable code of what is wrong. */
  code: 'required' | 'type' | 'range' | 'length' | 'blank' | 'format' | 'enum' | 'not_finite' | 'nul_character' | 'lone_surrogate' | 'too_deep' | 'too_many_members' | 'row_too_large' | 'invalid_json' | 'invalid_csv'
  /** Rows with such an error; a row may have several. */
  rows: number
  /** What was expected of one of them, and where. */
  example: string
}

/** What lenient imports left out. Imports that were undone are not counted. */
export interface RefusedRows {
  /** The last imports that left rows out: as many as `limit`. */
  import_count: number
  /** Rows that these left out. */
  rejected_count: number
  /** Of these, how many were looked at: `reasons` is about them. */
  counted_rows: number
  /** Most rows first. */
  reasons: RefusalReason[]
}

export interface RejectedRow {
  /** Position of the row in the body, from 0. */
  row: number
  /** Physical line, from 1, in a format of lines. */
  line?: number
  /** What is wrong with it, at most 10 things. */
  errors: RowError[]
  /** The row as it was read. Mend it and send it again. */
  listing?: unknown
  /** The row as it was sent, where it could not be read. */
  text?: string
}

/** Why a row is not stored. */
export interface Rejection {
  /** Position of the row in the body, from 0. */
  row: number
  /** Physical line, from 1, in a format of lines. */
  line?: number
  /** The stage that rejected it. */
  stage: 'read' | 'clean' | 'match' | 'score'
  /** Short and stable, to count by, such as `accessory`. */
  code: string
  /** The same for a person. */
  reason: string
  /** Its title, cut at 100 characters, if it could be read. */
  title?: string
}

export interface RejectionCount {
  /** The stage that rejected it. */
  stage: 'read' | 'clean' | 'match' | 'score'
  /** Short and stable, to count by, such as `accessory`. */
  code: string
  /** How many rows it is. */
  count: number
  /** The reason of the first of them. */
  reason: string
}

/** The market in one page. */
export interface Report {
  /** The moment that it is about. */
  generated_at: string
  counts: ReportCounts
  best_value: BestValue
  below_fair_price: BelowFairPrice
  biggest_moves: BiggestMoves
  thin_markets: ThinMarkets
  /** Newest first, those that were undone among them. */
  last_imports: ImportRecord[]
  refused: RefusedRows
  versions: ReportVersions
}

/** How much there is. */
export interface ReportCounts {
  /** Listings in the store, of every time. */
  listings: number
  /** Offers that still stand. */
  current_offers: number
  /** Of these, how many rankings count: not suspect, for parts, modified, sold out or uncertain. */
  ranked_offers: number
  /** Models of current offers. */
  models: number
  /** Sources of current offers, by their names. */
  sources: number
}

/** A current offer whose price moved. */
export interface ReportMove {
  /** The listing: `GET /api/listings/{id}` shows it. */
  id: string
  /** Canonical name of the GPU product, such as `H100_PCIE_80GB`. Not blank. */
  model: string
  /** Memory of the board in GiB. */
  vram_gb?: number
  /** State of the card. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown'
  /** One card's price in `currency`. */
  price: number
  /** ISO 4217. */
  currency: string
  /** `price` in US dollars. Default: `price` when `currency` is USD, else absent. */
  price_usd?: number
  /** So many are sold together. Absent: one. */
  lot_size?: number
  /** Worth for the money. glyphsieve emits 0 to 1. */
  score: number
  /** Price divided by the fair price of comparable offers. Absent where that is withheld. */
  price_to_fair?: number
  /** Title exactly as printed. */
  title?: string
  /** Who sells it. */
  seller?: string
  /** Marketplace or shop the offer was seen on. */
  listing_source?: string
  /** Address of the offer, http or https. */
  source_url?: string
  /** When the offer was observed, UTC with milliseconds. */
  seen_at: string
  /** Why rankings leave the offer out, such as `suspect`. */
  marks?: string[]
  /** The price before its first change within the last 7 days. */
  price_before: number
  /** The difference of `price` in per cent of the price before. */
  change_pct: number
  /** When the price before was observed last, UTC with milliseconds. */
  seen_before: string
  /** When `price` was observed first, UTC with milliseconds. */
  changed_at: string
}

/** A current offer. Absent members: the listing does not say. */
export interface ReportOffer {
  /** The listing: `GET /api/listings/{id}` shows it. */
  id: string
  /** Canonical name of the GPU product, such as `H100_PCIE_80GB`. Not blank. */
  model: string
  /** Memory of the board in GiB. */
  vram_gb?: number
  /** State of the card. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown'
  /** One card's price in `currency`. */
  price: number
  /** ISO 4217. */
  currency: string
  /** `price` in US dollars. Default: `price` when `currency` is USD, else absent. */
  price_usd?: number
  /** So many are sold together. Absent: one. */
  lot_size?: number
  /** Worth for the money. glyphsieve emits 0 to 1. */
  score: number
  /** Price divided by the fair price of comparable offers. Absent where that is withheld. */
  price_to_fair?: number
  /** Title exactly as printed. */
  title?: string
  /** Who sells it. */
  seller?: string
  /** Marketplace or shop the offer was seen on. */
  listing_source?: string
  /** Address of the offer, http or https. */
  source_url?: string
  /** When the offer was observed, UTC with milliseconds. */
  seen_at: string
  /** Why rankings leave the offer out, such as `suspect`. */
  marks?: string[]
}

/** What the report was made with. */
export interface ReportVersions {
  /** Version of this daemon. */
  glyphd: string
  /** Version of the catalog that it has. */
  catalog: string
  /** Different `pipeline_version`s of current offers; `limit` may leave some out. */
  pipeline_count: number
  /** Most offers first. */
  pipelines: PipelineVersion[]
}

export interface RowError {
  /** Position of the row in the body, from 0. */
  row: number
  /** Physical line, from 1, in a format of lines. */
  line?: number
  /** JSON Pointer into the body, such as `/3/price`. */
  pointer: string
  /** Stable code of what is wrong. */
  code: 'required' | 'type' | 'range' | 'length' | 'blank' | 'format' | 'enum' | 'not_finite' | 'nul_character' | 'lone_surrogate' | 'too_deep' | 'too_many_members' | 'row_too_large' | 'invalid_json' | 'invalid_csv'
  /** What was expected. */
  message: string
  /** What was found, cut at 100 characters; a container as JSON text. */
  value?: string | number | boolean | null
}

/** How an offer stands in the market now. */
export interface Standing {
  /** Whether its price is far from what others ask. */
  suspect: boolean
  /** The catalog knows the model, but not with this memory. */
  modified: boolean
  /** Price divided by the fair price of comparable offers. Absent where that is withheld. */
  price_to_fair?: number
  /** Why rankings leave it out, such as `suspect`; empty: they do not. */
  unranked: string[]
}

/** A listing as the store gives it back. Absent members are left out. */
export interface StoredListing {
  /** `{import_id}.{import_index}`, the same on every engine. */
  id: string
  /** The import that brought it. */
  import_id: string
  /** Position in the request, from 0. */
  import_index: number
  /** Canonical name of the GPU product, such as `H100_PCIE_80GB`. Not blank. */
  model: string
  /** One card's price in `currency`, without shipping. */
  price: number
  /** Worth for the money. glyphsieve emits 0 to 1. */
  score: number
  /** ISO 4217 code of `price` and `shipping`. Default `USD`. */
  currency?: string
  /** `price` in US dollars. Default: `price` when `currency` is USD, else absent. */
  price_usd?: number
  /** Cost of shipping in `currency`. */
  shipping?: number
  /** How many cards the offer sells together. Default 1. */
  lot_size?: number
  /** How many are on offer; 0 is sold out or unavailable. */
  quantity?: number
  /** Marketplace or shop the offer was seen on. */
  listing_source?: string
  /** The source's own id of the offer. */
  listing_id?: string
  /** Who sells it. */
  seller?: string
  /** Where it is sold. */
  region?: string
  /** Architecture or product generation. */
  generation?: string
  /** Such as `pcie`, `sxm5`, `mxm`, `oam`. */
  form_factor?: string
  /** Versions of the pipeline, catalog and score that made this listing. */
  pipeline_version?: string
  /** Title exactly as printed. */
  title?: string
  /** Price exactly as printed. */
  price_text?: string
  /** Address of the offer, http or https. */
  source_url?: string
  /** State of the card. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown'
  /** When the offer was observed, UTC with milliseconds. */
  seen_at: string
  /** Memory of the board in GiB. */
  vram_gb?: number
  /** Memory bandwidth in GB/s (10^9 bytes). */
  mem_bandwidth_gbs?: number
  /** Thermal design power of the board in watts. */
  tdp_watts?: number
  /** Multi-instance GPU: the most instances; 0 is none. */
  mig_support?: number
  /** Whether the card has NVLink. */
  nvlink?: boolean
  /** How many models of each size fit side by side. */
  quantization_capacity?: {
    /** How many models of 7B parameters fit. */
    '7b'?: number
    /** How many models of 13B parameters fit. */
    '13b'?: number
    /** How many models of 70B parameters fit. */
    '70b'?: number
    [other: string]: unknown
  }
  /** How sure the match of title and model is. */
  match_score?: number
  /** The factors of `score` by name. */
  score_breakdown?: Record<string, number>
  /** What a reader should know before relying on this listing. */
  warnings?: string[]
  /** What makes two listings the same offer over time. Absent: the listing has no history. */
  offer_key?: string
  /** The members that the contract does not name. */
  extra?: Record<string, unknown>
}

/** Groups on offer whose fair price is withheld: too few sellers to say. */
export interface ThinMarkets {
  /** How many there are; `limit` may leave some out. */
  group_count: number
  /** By `offer_count`, most first. */
  items: MarketGroup[]
}

/** What a title sells. Absent members are left out. */
export interface TitleMatch {
  /** The title as it was sent. */
  title: string
  /** Whether it sells a graphics card or accelerator. */
  is_gpu: boolean
  /** What kind of thing it sells. */
  kind: 'gpu' | 'accessory' | 'parts' | 'box' | 'licence' | 'service' | 'wanted' | 'merchandise' | 'component' | 'video' | 'system' | 'lookalike' | 'other'
  /** Maker of the chip. */
  vendor?: 'nvidia' | 'amd' | 'intel' | 'other'
  /** Canonical name. Absent: it is no such card, or which one is in doubt. */
  model?: string
  /** GiB a card: as stated, or the only size with which the model was sold. */
  vram_gb?: number
  /** How many it sells together. */
  lot_size: number
  /** Condition that the title states. */
  condition?: 'new' | 'refurbished' | 'used' | 'for_parts'
  /** How likely the answer is right. */
  confidence: number
  /** What the decision rests on. */
  evidence: MatchEvidence[]
  /** Why there is no model, or why this is no such card. */
  reason?: string
  /** What is odd about it. */
  warnings?: string[]
}

/** Tokens a second while decoding, one conversation. */
export interface TokenRate {
  /** With 0.6 of the memory bandwidth. */
  low: number
  /** With 0.85 of the memory bandwidth. */
  high: number
}

/** An import whose listings are gone. */
export interface UndoneImport {
  /** The import. UUID version 7; later imports of a daemon have greater ones. */
  import_id: string
  /** How many listings it had. */
  record_count: number
  /** When it was undone first, UTC with milliseconds. */
  undone_at: string
}

/** Too few votes for a fair price, and what they were. */
export interface WithheldPrice {
  /** Votes that are left: too few for a fair price. */
  n: number
  /** The lowest vote; absent: there is none. */
  low?: number
  /** The highest vote; absent: there is none. */
  high?: number
}

/** A language model to run. */
export interface Workload {
  /** Absent: the parameters said its shape instead. */
  name?: string
  /** Billions (10^9) of parameters. */
  params_b: number
  /** Billions of parameters that one token is computed with; fewer than all in a mixture of experts. */
  active_params_b: number
  /** Layers. */
  layers: number
  /** Key and value heads of a layer. */
  kv_heads: number
  /** Numbers in a key, or in a value, of one head. */
  head_dim: number
  /** Most tokens of context, where that is known. */
  max_context?: number
  /** Where its shape was read. */
  source?: string
  /** What the formulas leave out, and which way that errs. */
  note?: string
}

/** What every route takes and answers, by method and path. */
export interface Operations {
  /** Prices that are others than at the observation of the same offer before, in the same currency, newest first, a page at a time. Where one time shows several prices for one offer key, those are several offers, and nobody knows which is which: there is no change into or out of it. */
  'GET /api/deltas': {
    path: None
    query: {
      /** Only this model, such as `RTX_3090`. */
      model?: string
      /** Only offers of this region. */
      region?: string
      /** Least change in per cent of the price before, upwards or downwards. */
      min_change_pct?: number
      /** Only prices that rose, or only those that fell. */
      direction?: 'up' | 'down'
      /** Changed at this time or later. RFC 3339 with offset, or a date, which begins at midnight UTC. */
      after?: string
      /** Most items on the page. A page of very large items ends earlier. */
      limit?: number
      /** `next_cursor` of the page before, with the same filters. */
      cursor?: string
    }
    header: None
    body: None
    answer: {
      'application/json': DeltaPage
    }
  }
  /** For every card on offer the smallest number of them that holds a language model, its keys and values and the overhead, how fast it decodes, and the cheapest current offers that make up the set; cheapest set first. */
  'GET /api/fit': {
    path: None
    query: {
      /** Name of an open model, such as `llama-3.3-70b`. */
      workload?: string
      /** Instead of `workload`, with `layers`, `kv_heads` and `head_dim`: billions of parameters. */
      params_b?: number
      /** Billions of parameters that one token is computed with. Default: all. */
      active_params_b?: number
      /** Layers. */
      layers?: number
      /** Key and value heads of a layer. */
      kv_heads?: number
      /** Numbers in a key, or in a value, of one head. */
      head_dim?: number
      /** How the weights are stored. */
      format?: 'Q4_K_M' | 'Q5_K_M' | 'Q6_K' | 'Q8_0' | 'AWQ' | 'GPTQ' | 'FP8' | 'FP16'
      /** Tokens of context, all of them in the KV cache. Default: 8192, or the most that the model has. */
      context?: number
      /** Tokens a second that the low end of a band must reach. */
      min_tps?: number
      /** Most cards in a set. */
      max_cards?: number
      /** Most US dollars for a set, shipping included. */
      max_price?: number
      /** Most watts of a set. */
      max_watts?: number
      /** Most sets in the answer. */
      limit?: number
      /** `all` also buys what rankings leave out, marked so; never what is sold out. */
      include?: 'all'
    }
    header: None
    body: None
    answer: {
      'application/json': FitAnswer
    }
  }
  /** Asks the store. Also tells which versions of the program and of the schema are running. */
  'GET /api/health': {
    path: None
    query: None
    header: None
    body: None
    answer: {
      'application/json': Health
    }
  }
  /** The limits of this daemon. What passes one of them is refused with a status that says so. */
  'GET /api/limits': {
    path: None
    query: None
    header: None
    body: None
    answer: {
      'application/json': Limits
    }
  }
  /** Listings that match every filter, a page at a time, or with `Accept: application/x-ndjson` or `text/csv` all of them, or at most `limit`, in a form that imports again as it is. */
  'GET /api/listings': {
    path: None
    query: {
      /** Only this model, such as `RTX_3090`. */
      model?: string
      /** Only offers of this source. */
      listing_source?: string
      /** Only offers of this seller. */
      seller?: string
      /** Only offers of this region. */
      region?: string
      /** Only this condition, as it was stated. */
      condition?: 'new' | 'refurbished' | 'used' | 'for_parts' | 'unknown'
      /** Only prices in this currency (ISO 4217). */
      currency?: string
      /** Only this import. */
      import_id?: string
      /** Only observations of this offer. */
      offer_key?: string
      /** Least `price_usd`. A listing without one matches neither bound. */
      min_price?: number
      /** Greatest `price_usd`. */
      max_price?: number
      /** Least `score`. */
      min_score?: number
      /** Greatest `score`. */
      max_score?: number
      /** Least memory in GiB. */
      min_vram_gb?: number
      /** Greatest memory in GiB. */
      max_vram_gb?: number
      /** Seen at this time or later. RFC 3339 with offset, or a date, which begins at midnight UTC. */
      after?: string
      /** Seen before this time. RFC 3339 with offset, or a date, which begins at midnight UTC. */
      before?: string
      /** Words, separated by blanks: each occurs, in any case, somewhere in the title. */
      q?: string
      /** Only the newest observation of each offer, as of the first page. */
      latest?: 'true' | 'false'
      /** Only the newest observations of offers that still stand, as of the first page: seen within the days that the daemon is set to, and not delisted. */
      current?: 'true' | 'false'
      /** Order; `-` is descending. `price` is `price_usd`. Absent values come last in both directions, equal ones in the order of their import. */
      sort?: 'import' | '-import' | 'score' | '-score' | 'price' | '-price' | 'seen_at' | '-seen_at'
      /** Most items on the page. A page of very large items ends earlier. */
      limit?: number
      /** `next_cursor` of the page before, with the same filters. */
      cursor?: string
    }
    header: None
    body: None
    answer: {
      'application/json': ListingPage
      'application/x-ndjson': StoredListing
      'text/csv': string
    }
  }
  /** One listing, what became of its offer over time, how it stands in the market, what its title is read as, and the facts behind its score. */
  'GET /api/listings/{id}': {
    path: {
      /** `{import_id}.{import_index}`. */
      id: string
    }
    query: None
    header: None
    body: None
    answer: {
      'application/json': ListingDetail
    }
  }
  /** Which graphics card or accelerator each title sells, with the places in the title that say so, or why none. The same as `glyphsieve match`. The body is an array of texts and may be compressed with gzip. */
  'POST /api/match': {
    path: None
    query: None
    header: None
    body: {
      'application/json': string[]
    }
    answer: {
      'application/json': MatchedTitles
    }
  }
  /** Every model that was ever offered here, by name: what the catalog says in a line, the price below which a card is worth its money, and what comparable offers ask now. */
  'GET /api/models': {
    path: None
    query: {
      /** `all` also lists the models of the catalog that were never offered here. */
      include?: 'all'
      /** Most items on the page. A page of very large items ends earlier. */
      limit?: number
      /** `next_cursor` of the page before, with the same filters. */
      cursor?: string
    }
    header: None
    body: None
    answer: {
      'application/json': ModelPage
    }
  }
  /** Every variant with every fact and its source, what it is worth, and what comparable offers ask now. */
  'GET /api/models/{model}': {
    path: {
      /** Canonical name, such as `RTX_3090`. */
      model: string
    }
    query: None
    header: None
    body: None
    answer: {
      'application/json': ModelDetail
    }
  }
  /** What comparable offers asked at the end of each interval, computed as for today; the last one ends now. */
  'GET /api/models/{model}/history': {
    path: {
      /** Canonical name, such as `RTX_3090`. */
      model: string
    }
    query: {
      /** How far apart the points are, in UTC. */
      interval?: 'day' | 'week' | 'month'
      /** Only points that end at this time or later. RFC 3339 with offset, or a date, which begins at midnight UTC. */
      after?: string
      /** Only points that end before this time. RFC 3339 with offset, or a date, which begins at midnight UTC. */
      before?: string
    }
    header: None
    body: None
    answer: {
      'application/json': ModelHistory
    }
  }
  /** Imports, newest first, a page at a time. */
  'GET /api/persist/imports': {
    path: None
    query: {
      /** Whether to list those that were undone, too. */
      undone?: 'true' | 'false'
      /** Most items on the page. A page of very large items ends earlier. */
      limit?: number
      /** `next_cursor` of the page before, with the same filters. */
      cursor?: string
    }
    header: None
    body: None
    answer: {
      'application/json': ImportPage
    }
  }
  /** Takes all listings of the import away, its rejected rows and its Idempotency-Key too, or none of them. The import itself is still known. Again, it answers the same. */
  'DELETE /api/persist/imports/{import_id}': {
    path: {
      /** The import. */
      import_id: string
    }
    query: None
    header: None
    body: None
    answer: {
      'application/json': UndoneImport
    }
  }
  /** One import, also if it was undone. */
  'GET /api/persist/imports/{import_id}': {
    path: {
      /** The import. */
      import_id: string
    }
    query: None
    header: None
    body: None
    answer: {
      'application/json': ImportRecord
    }
  }
  /** One `RejectedRow` as JSON a line: what is wrong, and the row as it was read, to be mended and sent again. Nothing if every row was stored, or the import was undone; cut off, if it is undone meanwhile. */
  'GET /api/persist/imports/{import_id}/errors': {
    path: {
      /** The import. */
      import_id: string
    }
    query: None
    header: None
    body: None
    answer: {
      'application/x-ndjson': RejectedRow
    }
  }
  /** Stores all listings of the body as one import, or none of them; with `Prefer: handling=lenient` all valid ones. The answer leaves when they are on disk. As NDJSON, one listing a line; as CSV, one a row. `id`, `import_id`, `import_index` and `offer_key` are ignored; members that the contract does not name are kept under `extra`; null means absent. The body may be compressed with gzip. */
  'POST /api/persist/listings': {
    path: None
    query: {
      /** Only say what the import would do, against what is stored. */
      dry_run?: 'true' | 'false'
      /** Whether the body holds everything that its `listing_source`s offer at its `seen_at`: their other offers are delisted then. Not together with `Prefer: handling=lenient`, since a rejected row would pass for a gone offer. */
      complete?: 'true' | 'false'
      /** Whether a complete import is stored that delists more than half of what a source offers; otherwise that is a 409. */
      force?: 'true' | 'false'
    }
    header: {
      /** `handling=lenient` stores the valid listings and answers what is wrong with the others; `handling=strict`, the default, stores all or none (RFC 7240). */
      prefer?: string
      /** A name for this import that is used for no other. The same request with the same key is stored once and gets the same answer again, with `Idempotent-Replayed: true`. */
      'idempotency-key'?: string
    }
    body: {
      'application/json': GPUListingDTO[]
      'application/x-ndjson': string
      'text/csv': string
    }
    answer: {
      'application/json': ImportResultDTO | LenientImportResult | DryRunResult
    }
  }
  /** Takes offers as marketplaces print them through glyphsieve, as `glyphsieve run` does, and stores those that it accepts as one import. The answer accounts for every row: `read` is the sum of `accepted`, `merged` and `rejected_count`. The body is CSV, NDJSON, a JSON array, a Shopify export or an eBay scrape, told by its content, and may be compressed with gzip. Prices in other currencies than US dollars need the daemon’s `--rates`. */
  'POST /api/persist/raw-listings': {
    path: None
    query: {
      /** Marketplace or shop of listings that name none. */
      source?: string
      /** Currency (ISO 4217) of prices that name none. */
      currency?: string
      /** When the offers were seen that do not say so, RFC 3339 with offset. Default: when the body had been received. */
      seen_at?: string
      /** Format of the body. Default: told by its content. */
      format?: 'csv' | 'ndjson' | 'json' | 'shopify' | 'ebay'
      /** Only say what the import would do, against what is stored. */
      dry_run?: 'true' | 'false'
    }
    header: {
      /** A name for this import that is used for no other. The same request with the same key is stored once and gets the same answer again, with `Idempotent-Replayed: true`. */
      'idempotency-key'?: string
    }
    body: {
      'application/json': unknown
      'application/x-ndjson': string
      'text/csv': string
    }
    answer: {
      'application/json': RawImportResult | RawDryRunResult
    }
  }
  /** The best value, what is below the fair price, the biggest moves, markets too thin for a fair price, the last imports and what they left out, and the versions behind it all, as of now; with `Accept: text/markdown` as a page to read. */
  'GET /api/report': {
    path: None
    query: {
      /** Most rows in each section. */
      limit?: number
      /** `all` also shows what rankings leave out, marked so. */
      include?: 'all'
    }
    header: None
    body: None
    answer: {
      'application/json': Report
      'text/markdown': string
    }
  }
}

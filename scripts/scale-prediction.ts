/** What a store in PostgreSQL comes to as it grows: sums of what was measured, and of what is assumed where nothing was. */

/** Measured, in seconds of a core and in bytes. */
export interface GrowthCosts {
  /** Of a row that is imported: the database, which takes longer than the daemon beside it. */
  stored_row: number
  /** Of a listing of a known offer that is taken over. */
  followed_row: number
  /** A page of 100 listings that an index leads to. */
  page: number
  /** An offer among those of a model of which the cheapest are asked for. */
  offer_of_model: number
  /** An offer in the market of all models, which is made anew when something was stored. */
  offer_of_market: number
  /** A listing among all, when no index leads to the answer. */
  listing_looked_at: number
  listing_bytes: number
  /** Of the part of that which lies in no order of time: the two hash indexes. */
  scattered_bytes: number
  /** With its periods, changes and indexes. */
  offer_bytes: number
}

/** Assumed: what nobody can know before. */
export interface Market {
  months: number
  /** How often an offer is seen. */
  observations: number
  models: number
  /** Seconds until a page comes from the disk that is not in memory. */
  disk_read: number
  /** Seconds to look into one more partition. */
  probe: number
}

const DAYS_A_MONTH = 30.4
const BODY_ROWS = 10_000
/** Pages of an index and of a table that a row touches at places of its own. */
const SCATTERED_PAGES = 2
const OFFER_PAGES = 3

export interface Prediction {
  listings_a_day: number
  disk_bytes: number
  /** What imports and offers touch all the time, where each offer that still stands is seen daily: with less memory they wait for the disk. */
  working_bytes: number
  import_seconds: number
  /** The same where none of it is in memory. */
  import_from_disk_seconds: number
  follow_seconds: number
  follow_from_disk_seconds: number
  /** Of a day, the share for which the one follower works. */
  follower_busy: number
  page_seconds: number
  /** A page in an order that is not that of the partitions, or one offer's history. */
  every_partition_seconds: number
  offers_of_model_seconds: number
  market_seconds: number
  scan_seconds: number
}

export function predict(listings: number, costs: GrowthCosts, market: Market): Prediction {
  const { months, observations, models, disk_read, probe } = market
  const offers = listings / observations
  const listings_a_day = listings / (months * DAYS_A_MONTH)
  const import_seconds = BODY_ROWS * costs.stored_row
  const follow_seconds = BODY_ROWS * costs.followed_row
  return {
    listings_a_day,
    disk_bytes: listings * costs.listing_bytes + offers * costs.offer_bytes,
    working_bytes: (listings / months) * costs.scattered_bytes + listings_a_day * costs.offer_bytes,
    import_seconds,
    import_from_disk_seconds: import_seconds + BODY_ROWS * SCATTERED_PAGES * disk_read,
    follow_seconds,
    follow_from_disk_seconds: follow_seconds + BODY_ROWS * OFFER_PAGES * disk_read,
    follower_busy: (listings_a_day * costs.followed_row) / 86_400,
    page_seconds: costs.page,
    every_partition_seconds: costs.page + months * probe,
    offers_of_model_seconds: costs.page + (offers / models) * costs.offer_of_model,
    market_seconds: costs.page + offers * costs.offer_of_market,
    scan_seconds: costs.page + listings * costs.listing_looked_at,
  }
}

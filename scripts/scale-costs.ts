/**
 * The costs from which docs/scale.md predicts, and where each is from. Microseconds of a core are rounded medians of `bench/postgres.ts` and
 * `bench/daemons.ts`, bytes and questions those of `bench/growth.ts`, on the machine of that document.
 */
import type { Costs } from './scale-model.ts'
import type { GrowthCosts, Market } from './scale-prediction.ts'

const MICROSECOND = 1e-6
const MILLISECOND = 1e-3

export const COSTS: Costs = {
  request: 600 * MICROSECOND,
  row: 9 * MICROSECOND,
  transaction: 1000 * MICROSECOND,
  stored_row: 20 * MICROSECOND,
  followed_row: 21 * MICROSECOND,
  flush: 1 * MILLISECOND,
}

/** The same where the table is small, and every offer new, as in `bench/daemons.ts`. */
export const COSTS_AT_FIRST: Costs = { ...COSTS, stored_row: 10 * MICROSECOND, followed_row: 38 * MICROSECOND }

export const GROWTH: GrowthCosts = {
  stored_row: COSTS.stored_row,
  followed_row: COSTS.followed_row,
  page: 2.5 * MILLISECOND,
  offer_of_model: 1.5 * MICROSECOND,
  offer_of_market: 11 * MICROSECOND,
  listing_looked_at: 0.2 * MICROSECOND,
  listing_bytes: 670,
  scattered_bytes: 77,
  offer_bytes: 1600,
}

/** Assumed, not measured. */
export const MARKET: Market = {
  months: 36,
  observations: 30,
  models: 1000,
  disk_read: 100 * MICROSECOND,
  probe: 20 * MICROSECOND,
}

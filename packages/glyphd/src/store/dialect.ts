import type { Asking, Values } from './asking.ts'
import type { ListingsQuestion } from './engine.ts'

/** Where listings `g` are found: parts of a statement. */
export interface ListingSource {
  /** Goes before the statement. */
  with: string
  /** Goes behind `from`, its conditions included. */
  from: string
  /** What gives the position of each. */
  position: string
}

/** How the listings are found whose titles have all words of a question: parts of a statement, and their values. */
export interface TitleSearch {
  /** Whether they are collected title by title. Else each listing is looked at, in the order of the question. */
  isCollected: boolean
  /** Goes before the statement: a table `found` of their places. */
  found: string
  /** Condition on a listing of `gpu_listings`. */
  ofListing: string
  /** Condition on a row `l` that has the place of a listing, which reads the listing itself only where it has to. */
  ofPlace: string
  values: Values
}

/**
 * What differs between the engines in how they are asked; everything else of a question is said in SQL that all of them understand. The
 * values of facts have names: @import_id and @import_index say where a listing stands, and each fact says which others it needs.
 */
export interface Dialect {
  /** The columns of `gpu_listings`, and of `offers` for its newest observation, that say where a listing stands in import order. */
  place: readonly string[]
  /**
   * Finds the place of a listing as these columns, and its position; no row where its import is not in the store. A value with the name of
   * such a column behind `behind_` is that of the last row of the page before.
   */
  placeOf: string
  /** The column of `imports` that has the order of import, and the name of what the place of its first listing says of that. */
  importOrder: { column: string; behind: string }
  /** A part of a union of which the first @limit rows in an order are wanted. */
  partOf: (select: string, order: string) => string
  /** Joins places with the listings that lie there, places first. */
  leadsTo: string
  /** Places that a value has as JSON: an array of arrays of the values of `place`. */
  placesIn: (value: string) => string
  /** Condition on a listing: it belongs to the import @import_id. */
  ofImport: string
  /** Condition on a row that has the place of a listing: that is an observation of the offer @offer_key. */
  ofOffer: string
  /** Condition on a row of `rejected_rows`: the import @import_id left it out. */
  leftOutOf: string
  /**
   * Conditions that end a question whose time is over, for a statement that looks at many rows. They go before all others: they would not be
   * asked for a row that another one has left out.
   */
  inTime: (position: string) => string[]
  /** The listing at @import_id, @import_index. */
  listingOf: ListingSource
  /** Listings at the positions that @positions has as a JSON array. */
  listingsAt: ListingSource
  /** All observations of the offer @offer_key, of which @newest_position was stored last. */
  observations: ListingSource
  /** Joins a row `c` of `price_changes` with its listing `g`; `before` is the place of the listing with the price before, as two columns. */
  changeOf: { join: string; import_id_before: string; import_index_before: string }
  /**
   * Observations that were stored up to @head, of the offers that were observed behind it: the offer, the position, seen_at, price and currency
   * of each, and its place. All that are of the newest time of their offer are among them.
   */
  superseded: string
  /** Source and `seen_at` of the complete imports that were stored up to @head: all, or of each source the newest. */
  snapshots: string
  /**
   * How far offers have come, in one row: the position up to which they tell what the listings do, a value that is another one when something
   * was stored since, whether something is stored of which they do not tell (0 or 1), and whether they tell of a part of an import (0 or 1).
   */
  observed: string
  searchTitles: (question: ListingsQuestion & { q: string }) => Asking<TitleSearch>
}

/** The columns of a place, for a statement. */
export function placeColumns({ place }: Dialect, alias = ''): string {
  return place.map((column) => `${alias}${column}`).join(', ')
}

/** Condition: a listing stands behind that where the page before ended ('>'), or before it ('<'). */
export function standsBehind(dialect: Dialect, comparison: '<' | '>', alias = ''): string {
  return `(${placeColumns(dialect, alias)}) ${comparison} (${placeColumns(dialect, '@behind_')})`
}

/** The order of import, for a statement. */
export function inImportOrder({ place }: Dialect, direction: '' | ' desc' = '', alias = ''): string {
  return place.map((column) => `${alias}${column}${direction}`).join(', ')
}

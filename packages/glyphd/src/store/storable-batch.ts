import type { RejectedRow } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import { type Rejections, readListings } from '../ingest/read-listings.ts'
import type { RowsRequest } from './import-request.ts'
import { type PackedRows, packRows } from './packed-rows.ts'
import { toRow } from './to-row.ts'

/** A part of a body in the form in which the store keeps it. */
export interface StorableBatch {
  /** Undefined if no listing of this part is stored. */
  listings: { rows: PackedRows; first_model: string; last_model: string; last_index: number } | undefined
  /** Rows that are left out: position in the body, and JSON of a `RejectedRow`. */
  rejected: [row: number, rejection: string][]
}

/** The batches of a body, and in the end what was left out of it. */
export type StorableBatches = Generator<StorableBatch, Rejections>

/**
 * Reads and checks a body, and derives what the store keeps of it.
 *
 * @throws Problem with everything that is wrong with the body, as `readListings` does.
 */
export function* storableBatches(request: RowsRequest, limits: Limits): StorableBatches {
  const { body, handling, import_id, timestamp } = request
  const batches = readListings(body, handling, limits)
  let step = batches.next()
  for (; step.done !== true; step = batches.next()) {
    const { listings, rows: indexes } = step.value
    const rows = packRows(
      listings.map((listing, at) => toRow(listing, { import_id, timestamp, import_index: indexes[at] as number })),
    )
    const rejected = step.value.rejected.map((row): [number, string] => [row.row, rejectionJson(row)])
    const [first] = listings
    const last = listings.at(-1)
    if (first === undefined || last === undefined) yield { listings: undefined, rejected }
    else {
      const last_index = indexes.at(-1) as number // as many as there are listings
      yield { listings: { rows, first_model: first.model, last_model: last.model, last_index }, rejected }
    }
  }
  return step.value
}

/** JSON of a rejected row, without the row itself where that is nested too deeply to be written. */
export function rejectionJson({ listing, ...reasons }: RejectedRow): string {
  try {
    return JSON.stringify({ ...reasons, listing }, (_name, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    )
  } catch (error) {
    if (error instanceof RangeError) return JSON.stringify(reasons)
    throw error
  }
}

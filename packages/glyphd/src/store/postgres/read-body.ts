import type { Limits } from '../../contract/operations.ts'
import { type Rejections, readListings } from '../../ingest/read-listings.ts'
import type { RowsRequest } from '../import-request.ts'
import { rejectionJson } from '../storable-batch.ts'
import { toRow } from '../to-row.ts'
import { copyLine } from './copy-text.ts'

/** A part of a body as the database takes it. */
export interface CopyBatch {
  /** Lines of COPY text. */
  lines: string
  rejected: RejectedText[]
}

/** A row that is left out: its position in the body, and JSON of a `RejectedRow`. */
export type RejectedText = [row: number, rejection: string]

/** What the listings of a body come to. */
export interface BodySummary {
  record_count: number
  first_model: string
  last_model: string
  /** Position in the body of the last listing. */
  last_index: number
  rejections: Rejections
}

/** The parts of a body, and in the end what they come to. */
export type CopyBatches = Generator<CopyBatch, BodySummary>

/**
 * Reads and checks a body, and derives what the store keeps of it.
 *
 * @throws Problem with everything that is wrong with the body, as `readListings` does.
 */
export function* copyBatches({ body, handling, import_id, timestamp }: RowsRequest, limits: Limits): CopyBatches {
  const summary = { record_count: 0, first_model: '', last_model: '', last_index: 0 }
  const batches = readListings(body, handling, limits)
  let step = batches.next()
  for (; step.done !== true; step = batches.next()) {
    const { listings, rows } = step.value
    let lines = ''
    for (const [at, listing] of listings.entries()) {
      const import_index = rows[at] ?? 0 // there is one for every listing
      lines += copyLine(toRow(listing, { import_id, timestamp, import_index }))
      summary.last_index = import_index
    }
    if (summary.record_count === 0) summary.first_model = listings[0]?.model ?? ''
    summary.last_model = listings.at(-1)?.model ?? summary.last_model
    summary.record_count += listings.length
    yield { lines, rejected: step.value.rejected.map((row) => [row.row, rejectionJson(row)]) }
  }
  return { ...summary, rejections: step.value }
}

/** Reads a body to its end, and gives its batches again. */
export function wholeBody(request: RowsRequest, limits: Limits): () => CopyBatches {
  const batches: CopyBatch[] = []
  const reading = copyBatches(request, limits)
  let step = reading.next()
  for (; step.done !== true; step = reading.next()) batches.push(step.value)
  const summary = step.value
  return function* again() {
    yield* batches
    return summary
  }
}

import {
  jsonArrayReader,
  MalformedJson,
  NotAnArray,
  ndjsonReader,
  type ReadLimits,
  type RowReader,
  type SubmittedListing,
  textPosition,
} from 'glyphsieve'
import type { Limits, RowError } from '../contract.ts'
import { Problem } from '../problem.ts'
import type { ListingsMediaType, ReceivedBody } from './received-body.ts'
import { explain, isAcceptable } from './validate.ts'

const LISTED_ERRORS = 100

/** How each media type that an import takes is read. */
const READERS: Record<ListingsMediaType, (limits: ReadLimits) => RowReader> = {
  'application/json': jsonArrayReader,
  'application/x-ndjson': ndjsonReader,
}

/** A run of neighbouring listings of a body, at least one. */
export interface ListingBatch {
  /** Position of `listings[0]` in the body, from 0. */
  first_row: number
  listings: SubmittedListing[]
}

/**
 * Reads and checks the listings of a body, a few hundred at a time. Yields valid listings up to the first invalid one, then reads
 * on only to name and count what else is wrong: whoever stores the batches stores nothing for good before the end.
 *
 * @throws Problem with everything that is wrong, at the end or where the body cannot be read on.
 */
export function* readListings(body: ReceivedBody, limits: Limits): Generator<ListingBatch, void> {
  const errors: RowError[] = []
  let errorCount = 0
  let rowCount = 0
  for (const batch of rowBatches(body, limits)) {
    rowCount += batch.rows.length
    if (rowCount > limits.max_rows) throw tooManyRows(limits)
    const listings: SubmittedListing[] = []
    for (const [index, row] of batch.rows.entries()) {
      if (isAcceptable(row, limits, batch.may_hold_bad_text)) {
        listings.push(row)
        continue
      }
      const { count, findings } = explain(row, limits, LISTED_ERRORS - errors.length)
      // Never a silent loss: a row that one validator refuses and the other does not is a bug.
      if (count === 0) throw new Error('a row was refused without a reason')
      errorCount += count
      const place = { row: batch.first_row + index, ...(batch.lines && { line: batch.lines[index] as number }) }
      for (const finding of findings) errors.push({ ...place, ...finding, pointer: `/${place.row}${finding.pointer}` })
    }
    if (errorCount === 0 && listings.length > 0) yield { first_row: batch.first_row, listings }
  }
  if (errorCount > 0) throw invalidListings(errors, errorCount)
  if (rowCount === 0) throw new Problem('no_listings', 'Empty listings array provided')
}

function* rowBatches(body: ReceivedBody, limits: Limits) {
  const reader = READERS[body.media_type](limits)
  try {
    for (const chunk of body.chunks) yield* reader.push(new Uint8Array(chunk))
    yield* reader.end()
  } catch (error) {
    if (error instanceof NotAnArray) throw new Problem('not_an_array', 'Expected a JSON array of listings, found another value')
    if (!(error instanceof MalformedJson)) throw error
    const { line, column } = textPosition(
      body.chunks.map((chunk) => new Uint8Array(chunk)),
      error.offset,
    )
    throw new Problem('invalid_json', `The body is not valid JSON: line ${line}, column ${column}: ${error.reason}`)
  }
}

function tooManyRows({ max_rows }: Limits): Problem {
  return new Problem('too_many_rows', `An import has at most ${max_rows} listings: send the rest in another one`, {
    members: { limit: max_rows },
  })
}

function invalidListings(errors: RowError[], errorCount: number): Problem {
  const [first] = errors
  const what = errorCount === 1 ? 'One error' : `${errorCount} errors`
  return new Problem('invalid_listings', `${what}, nothing was stored; the first: ${first?.pointer} ${first?.message}`, {
    members: { errors, error_count: errorCount, errors_truncated: errors.length < errorCount },
  })
}

import {
  jsonArrayReader,
  MalformedJson,
  NotAnArray,
  ndjsonReader,
  type RowBatch,
  type RowReader,
  type SubmittedListing,
  textPosition,
  UnreadableRow,
} from 'glyphsieve'
import type { RejectedRow, RowError } from '../contract/imports.ts'
import { type Limits, MAX_LISTED_ERRORS } from '../contract/operations.ts'
import { CsvHeaderError } from '../csv/header.ts'
import { csvListingsReader } from '../csv/listings-reader.ts'
import { Problem } from '../problem.ts'
import { type ListingsMediaType, piecesOf, type ReceivedBody } from './received-body.ts'
import { explain, isAcceptable } from './validate.ts'

/** How each media type that an import takes is read. */
const READERS: Record<ListingsMediaType, (limits: Limits) => RowReader> = {
  'application/json': jsonArrayReader,
  'application/x-ndjson': ndjsonReader,
  'text/csv': csvListingsReader,
}

/** How many errors are stored with a row that is left out: a hundred of them would be many times as large as a small row. */
const MAX_ROW_ERRORS = 10

/** What becomes of a body with a bad row: strict, nothing is stored; lenient, the bad rows are left out. */
export type Handling = 'strict' | 'lenient'

/** The part of a body that was read at one go. Both lists may be empty. */
export interface ListingBatch {
  listings: SubmittedListing[]
  /** Position in the body, from 0, of each listing. */
  rows: number[]
  /** Rows that are left out; none if the handling is strict. */
  rejected: RejectedRow[]
}

/** What was wrong with a body whose valid listings are stored. */
export interface Rejections {
  rejected_count: number
  errors: RowError[]
  errors_truncated: boolean
}

/**
 * Reads and checks the listings of a body, a few hundred at a time, and returns in the end what was left out. If the handling is
 * strict, yields valid listings up to the first invalid one, then reads on only to name and count what else is wrong: whoever
 * stores the batches stores nothing for good before the end.
 *
 * @throws Problem with everything that is wrong, at the end or where the body cannot be read on; if the handling is lenient, only
 * where no listing is valid.
 */
export function* readListings(body: ReceivedBody, handling: Handling, limits: Limits): Generator<ListingBatch, Rejections> {
  const errors: RowError[] = []
  let errorCount = 0
  let rejectedCount = 0
  let rowCount = 0
  for (const batch of rowBatches(body, limits)) {
    rowCount += batch.rows.length
    if (rowCount > limits.max_rows) throw tooManyRows(limits)
    const listings: SubmittedListing[] = []
    const rows: number[] = []
    const rejected: RejectedRow[] = []
    for (const [index, row] of batch.rows.entries()) {
      if (isAcceptable(row, limits, batch.may_hold_bad_text)) {
        listings.push(row)
        rows.push(batch.first_row + index)
        continue
      }
      const lenient = handling === 'lenient'
      const wanted = lenient ? MAX_LISTED_ERRORS : MAX_LISTED_ERRORS - errors.length
      const { count, found } = errorsOf(row, batch, index, wanted, limits)
      errorCount += count
      rejectedCount++
      errors.push(...found.slice(0, MAX_LISTED_ERRORS - errors.length))
      if (lenient) rejected.push(rejection(row, found.slice(0, MAX_ROW_ERRORS), batch.first_row + index, batch.lines?.[index]))
    }
    if (handling === 'lenient' || errorCount === 0) yield { listings, rows, rejected }
  }
  if (errorCount > 0 && (handling === 'strict' || rejectedCount === rowCount)) throw invalidListings(errors, errorCount)
  if (rowCount === 0) throw new Problem('no_listings', 'Empty listings array provided')
  return { rejected_count: rejectedCount, errors, errors_truncated: errors.length < errorCount }
}

/** Everything that is wrong with a row: how much in all, and the first so many in words. */
function errorsOf(
  row: unknown,
  { first_row, lines }: RowBatch,
  index: number,
  wanted: number,
  limits: Limits,
): { count: number; found: RowError[] } {
  const { count, findings } = explain(row, limits, wanted)
  // Never a silent loss: a row that one validator refuses and the other does not is a bug.
  if (count === 0) throw new Error('a row was refused without a reason')
  const place = { row: first_row + index, ...(lines && { line: lines[index] as number }) }
  return { count, found: findings.map((finding) => ({ ...place, ...finding, pointer: `/${place.row}${finding.pointer}` })) }
}

/** A row that is left out, in a form in which it can be mended and sent again. */
function rejection(found: unknown, errors: RowError[], row: number, line: number | undefined): RejectedRow {
  const rejected: RejectedRow = { row, ...(line !== undefined && { line }), errors }
  if (!(found instanceof UnreadableRow)) rejected.listing = found
  else if (found.text !== undefined) rejected.text = found.text
  return rejected
}

function* rowBatches(body: ReceivedBody, limits: Limits): Generator<RowBatch, void> {
  const reader = READERS[body.media_type](limits)
  try {
    for (const piece of piecesOf(body)) yield* reader.push(piece)
    yield* reader.end()
  } catch (error) {
    if (error instanceof NotAnArray) throw new Problem('not_an_array', 'Expected a JSON array of listings, found another value')
    if (error instanceof CsvHeaderError) throw new Problem('invalid_csv', error.message)
    if (!(error instanceof MalformedJson)) throw error
    const { line, column } = textPosition(piecesOf(body), error.offset)
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

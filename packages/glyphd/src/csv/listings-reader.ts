import {
  type CsvBatch,
  type CsvRow,
  csvReader,
  mayHoldBadText,
  type ReadLimits,
  type RowBatch,
  type RowReader,
  UnreadableRow,
} from 'glyphsieve'
import type { Limits } from '../contract/operations.ts'
import { Problem } from '../problem.ts'
import { CAPACITY, CELL_KINDS } from './columns.ts'
import { type Column, namelessCell, readHeader } from './header.ts'

/** Bytes at a time whose cells are gone before the garbage collector has to move them: that makes a third of the speed. */
const WINDOW_BYTES = 64 * 1024

const APOSTROPHE = 0x27
const [PLUS, MINUS, DOT, ZERO, NINE] = [0x2b, 0x2d, 0x2e, 0x30, 0x39]
const EXPONENT = 0x65
const GUARDED = /^'+[=+\-@\t\r]/

/** The members of a listing by name, as untrusted as JSON.parse would give them. */
type Members = Record<string, unknown>

/**
 * Reads CSV of scored listings: a header row, then a listing a row, counted from 0 behind the header. A body without a line has
 * no rows.
 *
 * A cell that is not what its member takes stays a text, for the validator to refuse with its value. The empty cell is absent,
 * `""` the empty text. One `'` is taken off where it keeps a spreadsheet from running the text as a formula. A row of more or
 * fewer cells than the header, one that gives `quantization_capacity` twice, and one whose `extra` is not JSON (any text would
 * pass there) are `UnreadableRow`s.
 *
 * @throws CsvHeaderError from both methods, where the header says nothing that rows could be read by; Problem where the names of
 * columns that no member has, which go along with every row, come to more than a body may have.
 */
export function csvListingsReader(limits: ReadLimits & Pick<Limits, 'max_body_bytes'>): RowReader {
  const reader = csvReader(limits)
  let columns: readonly Column[] | undefined
  /** Columns whose names go along with every row. */
  let strangers: { index: number; name: string }[] = []
  let nameCharacters = 0

  function push(bytes: Uint8Array): RowBatch[] {
    const found: RowBatch[] = []
    for (let from = 0; from < bytes.length; from += WINDOW_BYTES) {
      for (const batch of reader.push(bytes.subarray(from, from + WINDOW_BYTES))) add(listingsOf(batch), found)
    }
    return found
  }

  function end(): RowBatch[] {
    const found: RowBatch[] = []
    for (const batch of reader.end()) add(listingsOf(batch), found)
    return found
  }

  function listingsOf({ first_row, rows, lines, texts, may_hold_bad_text }: CsvBatch): RowBatch {
    const batch: RowBatch & { lines: number[] } = {
      first_row: Math.max(0, first_row - 1),
      rows: [],
      lines: [],
      may_hold_bad_text,
    }
    for (const [index, row] of rows.entries()) {
      const line = lines[index] ?? 0
      if (columns === undefined) {
        columns = readHeader(row, line)
        strangers = columns.flatMap(({ kind, name }, index) =>
          kind === 'text' && !(name in CELL_KINDS) ? [{ index, name }] : [],
        )
        continue
      }
      batch.rows.push(row instanceof UnreadableRow ? row : listingOf(row, columns, { line, text: texts[index], batch }))
      batch.lines.push(line)
      if (row instanceof UnreadableRow) continue
      for (const { index, name } of strangers) if (row[index] != null) nameCharacters += name.length
    }
    if (nameCharacters > limits.max_body_bytes) throw tooManyNames(limits)
    return batch
  }

  return { push, end }
}

function tooManyNames({ max_body_bytes }: Pick<Limits, 'max_body_bytes'>): Problem {
  return new Problem(
    'body_too_large',
    `The names of columns that no member has go along with every row: they come to more than ${max_body_bytes} bytes`,
    { members: { limit: max_body_bytes } },
  )
}

function add(batch: RowBatch, batches: RowBatch[]): void {
  if (batch.rows.length > 0) batches.push(batch)
}

/** Where a row stands. */
interface Place {
  line: number
  text: string | undefined
  batch: RowBatch
}

function listingOf(row: CsvRow, columns: readonly Column[], place: Place): Members | UnreadableRow {
  if (row.length !== columns.length) return invalid(`expected ${columns.length} cells, found ${row.length}`, place)
  const listing: Members = {}
  let capacity: Members | undefined
  for (let index = 0; index < row.length; index++) {
    const cell = row[index]
    const column = columns[index]
    if (cell == null || column === undefined) continue
    const { kind, name } = column
    if (kind === 'text') put(listing, name, cell.charCodeAt(0) === APOSTROPHE ? unguarded(cell) : cell)
    else if (kind === 'number') listing[name] = isJsonNumber(cell) ? Number(cell) : cell
    else if (kind === 'capacity') {
      capacity ??= {}
      put(capacity, name, isJsonNumber(cell) ? Number(cell) : cell)
    } else if (kind === 'boolean') listing[name] = booleanOf(cell)
    else if (kind !== 'nameless') {
      const value = jsonOf(cell)
      if (kind === 'extra' && value === undefined) return invalid('column extra: expected JSON', place)
      listing[name] = value === undefined ? cell : value
      // The bytes of the row show a U+0000 that stands there as it is, and not one that JSON writes as an escape.
      if (mayHoldBadText(cell)) place.batch.may_hold_bad_text = true
    } else if (cell !== '') throw namelessCell(index, place.line)
  }
  if (capacity !== undefined) {
    if (Object.hasOwn(listing, CAPACITY)) return invalid(`expected ${CAPACITY} or ${CAPACITY}.7b and so on, found both`, place)
    listing[CAPACITY] = capacity
  }
  return listing
}

function put(members: Members, name: string, value: unknown): void {
  if (name !== '__proto__') members[name] = value
  else Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true })
}

function invalid(message: string, { text }: Place): UnreadableRow {
  return new UnreadableRow('invalid_csv', message, text)
}

function unguarded(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell
}

function booleanOf(cell: string): boolean | string {
  if (cell === 'true' || cell === '1') return true
  return cell === 'false' || cell === '0' ? false : cell
}

/** The JSON value of a cell, or undefined if it is none. */
function jsonOf(cell: string): unknown {
  try {
    return JSON.parse(cell)
  } catch {
    return undefined // V8's message quotes the input
  }
}

/** Whether the text is a number as JSON writes it: `Number` takes ` 1 `, `0x10`, `.5` and `` too. */
function isJsonNumber(text: string): boolean {
  const first = text.charCodeAt(0) === MINUS ? 1 : 0
  let at = digitsFrom(text, first)
  if (at === first || (at > first + 1 && text.charCodeAt(first) === ZERO)) return false
  if (text.charCodeAt(at) === DOT) {
    const fraction = at + 1
    at = digitsFrom(text, fraction)
    if (at === fraction) return false
  }
  if ((text.charCodeAt(at) | 0x20) === EXPONENT) {
    const sign = text.charCodeAt(at + 1)
    const exponent = at + (sign === PLUS || sign === MINUS ? 2 : 1)
    at = digitsFrom(text, exponent)
    if (at === exponent) return false
  }
  return at === text.length
}

/** Index behind the decimal digits that begin at `from`. */
function digitsFrom(text: string, from: number): number {
  let at = from
  for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) at++
  return at
}

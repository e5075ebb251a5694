import { bomLength, PendingBytes } from './bytes.ts'
import { type ReadLimits, type RowBatch, type RowReader, UnreadableRow } from './rows.ts'

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const QUOTE = 0x22
const COMMA = 0x2c
const SEMICOLON = 0x3b
const TAB = 0x09

/** Bytes at a time that stay in the processor's cache; hundreds of rows. */
const WINDOW_BYTES = 64 * 1024

/** The cells of a row: null for an empty one without quotes, `''` for one that is written `""`. */
export type CsvRow = (string | null)[]

type CsvBatch = RowBatch<CsvRow | UnreadableRow> & { lines: number[] }

/** Where in a row the next byte stands. */
type Place = 'cell begins' | 'in cell' | 'in quotes' | 'behind quote'

/**
 * Reads CSV (RFC 4180, in UTF-8), the header like any other row: rows end with LF or CRLF, a lone CR is a character, lines of
 * nothing or spaces are skipped, and spaces are kept. Cells are separated by commas; by semicolons or tabs, whichever are more,
 * where the first row has those and no comma outside quotes. A quote within a cell that does not begin with one is a character.
 *
 * A row that is not valid UTF-8, or that goes on between a closing quote and the delimiter, is an `UnreadableRow` by itself. A
 * quote that is never closed takes the rest of the body with it, as one `UnreadableRow` that names its line: what lies behind
 * it may be text as well as rows. Nothing is ever thrown.
 */
export function csvReader(limits: ReadLimits): RowReader<CsvRow | UnreadableRow> {
  const pending = new PendingBytes()
  let rowCount = 0
  let begun = false
  let delimiter: number | undefined
  /** Line of the first pending byte, which begins a row unless its beginning was dropped. */
  let rowLine = 1
  /** The row at hand is too large: its bytes are dropped, and searched for the row's end only. */
  let dropping = false
  // How far the row at hand was searched for its end: that many pending bytes, up to this place and line.
  let searched = 0
  let place: Place = 'cell begins'
  let line = 1
  let quoteLine = 1

  function push(chunk: Uint8Array): CsvBatch[] {
    const batches: CsvBatch[] = []
    for (let from = 0; from < chunk.length; from += WINDOW_BYTES) {
      pending.append(chunk.subarray(from, from + WINDOW_BYTES))
      if (!begin(false)) continue
      const batch = newBatch()
      readRows(batch)
      if (batch.rows.length > 0) batches.push(batch)
    }
    return batches
  }

  function end(): CsvBatch[] {
    begin(true)
    const batch = newBatch()
    readRows(batch)
    // A first row without a line end may have been searched for commas only.
    if (delimiter === undefined && !dropping && chooseDelimiter(pending.end)) readRows(batch)
    if (pending.length > 0 || dropping) takeRow(pending.end, batch)
    return batch.rows.length > 0 ? [batch] : []
  }

  function begin(final: boolean): boolean {
    if (begun) return true
    const bom = bomLength(pending.bytes.subarray(pending.start, pending.end))
    if (bom === undefined && !final) return false
    pending.start += bom ?? 0
    begun = true
    return true
  }

  function newBatch(): CsvBatch {
    return { first_row: rowCount, rows: [], lines: [], may_hold_bad_text: false }
  }

  /** Reads the complete rows at hand. What is left begins, or goes on with, a row. */
  function readRows(batch: CsvBatch): void {
    while (pending.length > 0) {
      if (readPlainLines(batch)) continue
      const rowEnd = findRowEnd()
      if (rowEnd === -1) break
      if (delimiter === undefined && !dropping && chooseDelimiter(rowEnd)) continue
      takeRow(rowEnd, batch)
    }
    // One byte more may be the CR of a line end.
    if (dropping || pending.length > limits.max_row_bytes + 1) drop()
  }

  /** Reads the lines in front of the first quote at one go; false if there are none, or they are not valid UTF-8. */
  function readPlainLines(batch: CsvBatch): boolean {
    if (delimiter === undefined || dropping || searched > 0) return false
    const quote = pending.bytes.subarray(0, pending.end).indexOf(QUOTE, pending.start)
    const to = pending.bytes.lastIndexOf(LINE_FEED, (quote === -1 ? pending.end : quote) - 1)
    if (to < pending.start) return false
    const text = pending.text(pending.start, to)
    if (text === undefined) return false
    if (text.includes('\u0000')) batch.may_hold_bad_text = true
    const separator = String.fromCharCode(delimiter)
    for (let from = 0; from <= text.length; rowLine++) {
      const lineFeed = text.indexOf('\n', from)
      const lineEnd = lineFeed === -1 ? text.length : lineFeed
      const row = text.slice(from, text.charCodeAt(lineEnd - 1) === CARRIAGE_RETURN ? lineEnd - 1 : lineEnd)
      if (isTooLarge(row)) addRow(tooLarge(), batch)
      else if (!isBlank(row)) addRow(plainCells(row, separator), batch)
      from = lineEnd + 1
    }
    nextRow(to, rowLine)
    return true
  }

  /** Index of the line feed that ends the row at hand, or -1 if it is not among the pending bytes. */
  function findRowEnd(): number {
    const { bytes, end: to } = pending
    const separator = delimiter ?? COMMA
    let now = place
    for (let at = pending.start + searched; at < to; at++) {
      const byte = bytes[at]
      if (now === 'in quotes') {
        if (byte === QUOTE) now = 'behind quote'
        else if (byte === LINE_FEED) line++
      } else if (byte === LINE_FEED) {
        place = now
        return at
      } else if (byte === separator) now = 'cell begins'
      else if (byte === QUOTE && now !== 'in cell') {
        if (now === 'cell begins') quoteLine = line
        now = 'in quotes'
      } else now = 'in cell'
    }
    place = now
    searched = to - pending.start
    return -1
  }

  /** Chooses the delimiter by the first row, which ends at `to`; true if the row is to be searched for its end once more. */
  function chooseDelimiter(to: number): boolean {
    // Larger, the row might as well have been dropped in part: the choice must not hang on how the bytes were cut.
    const known = to - pending.start <= limits.max_row_bytes + 1
    const row = known ? pending.bytes.toString('latin1', pending.start, to) : ','
    if (isBlank(row.replace(/\r$/, ''))) return false
    delimiter = delimiterOf(row)
    if (delimiter === COMMA) return false // it was searched with commas
    searched = 0
    place = 'cell begins'
    line = rowLine
    return true
  }

  /** Takes the row at hand, which ends at the line feed, or the end of the body, at `to`. */
  function takeRow(to: number, batch: CsvBatch): void {
    const rowEnd = to > pending.start && pending.bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to
    const row = readRow(rowEnd, batch)
    if (row !== undefined) addRow(row, batch)
    nextRow(to, line + 1)
  }

  /** The row at hand, or undefined for a blank line. */
  function readRow(rowEnd: number, batch: CsvBatch): CsvRow | UnreadableRow | undefined {
    if (place === 'in quotes') return invalid(`a quote that opens on line ${quoteLine} is not closed`)
    if (dropping || rowEnd - pending.start > limits.max_row_bytes) return tooLarge()
    const text = pending.text(pending.start, rowEnd)
    if (text === undefined) return invalid('not valid UTF-8')
    if (isBlank(text)) return undefined
    if (text.includes('\u0000')) batch.may_hold_bad_text = true
    const separator = String.fromCharCode(delimiter ?? COMMA)
    return text.includes('"') ? quotedCells(text, separator) : plainCells(text, separator)
  }

  function addRow(row: CsvRow | UnreadableRow, batch: CsvBatch): void {
    batch.rows.push(row)
    batch.lines.push(rowLine)
    rowCount++
  }

  function nextRow(lineEnd: number, nextLine: number): void {
    pending.start = Math.min(lineEnd + 1, pending.end)
    dropping = false
    searched = 0
    place = 'cell begins'
    rowLine = nextLine
    line = nextLine
  }

  /** Lets go of the pending bytes, which were searched. */
  function drop(): void {
    dropping = true
    delimiter ??= COMMA
    pending.start = pending.end
    searched = 0
  }

  function tooLarge(): UnreadableRow {
    return new UnreadableRow('row_too_large', `a row has at most ${limits.max_row_bytes} bytes`)
  }

  function isTooLarge(row: string): boolean {
    return row.length * 3 > limits.max_row_bytes && Buffer.byteLength(row) > limits.max_row_bytes
  }

  return { push, end }
}

/** The delimiter of a file whose first row this is. */
function delimiterOf(row: string): number {
  const bare = row.replace(/(^|[,;\t])"[^"]*(?:""[^"]*)*"?/g, '$1')
  if (bare.includes(',')) return COMMA
  const semicolons = bare.split(';').length
  const tabs = bare.split('\t').length
  if (semicolons === 1 && tabs === 1) return COMMA
  return tabs > semicolons ? TAB : SEMICOLON
}

function isBlank(row: string): boolean {
  return row === '' || (row.startsWith(' ') && /^ *$/.test(row))
}

/** Cells of a row without quotes. Not `split`: that leaves the empty cells to a second pass. */
function plainCells(row: string, separator: string): CsvRow {
  const cells: CsvRow = []
  let from = 0
  for (let to = row.indexOf(separator); to !== -1; to = row.indexOf(separator, from)) {
    cells.push(to === from ? null : row.slice(from, to))
    from = to + 1
  }
  cells.push(from === row.length ? null : row.slice(from))
  return cells
}

/** Cells of a row in which no quote is left open. */
function quotedCells(row: string, separator: string): CsvRow | UnreadableRow {
  const cells: CsvRow = []
  for (let from = 0; ; ) {
    let to: number
    if (row.charCodeAt(from) === QUOTE) {
      const closing = closingQuote(row, from + 1)
      const cell = row.slice(from + 1, closing)
      cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell)
      to = closing + 1
      if (to < row.length && row[to] !== separator) return invalid(`cell ${cells.length}: text behind the closing quote`)
    } else {
      const next = row.indexOf(separator, from)
      to = next === -1 ? row.length : next
      cells.push(to === from ? null : row.slice(from, to))
    }
    if (to >= row.length) return cells
    from = to + 1
  }
}

/** Index of the quote that closes the cell whose text begins at `from`. */
function closingQuote(row: string, from: number): number {
  let at = row.indexOf('"', from)
  while (at !== -1 && row.charCodeAt(at + 1) === QUOTE) at = row.indexOf('"', at + 2)
  return at === -1 ? row.length : at
}

function invalid(message: string): UnreadableRow {
  return new UnreadableRow('invalid_csv', message)
}

import { bomLength, PendingBytes } from './bytes.ts'
import { type ReadLimits, type RowBatch, UnreadableRow } from './rows.ts'

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

export interface CsvBatch extends RowBatch<CsvRow | UnreadableRow> {
  lines: number[]
  /** Each row as it was read, without its line end; undefined where it is too large or not valid UTF-8. */
  texts: (string | undefined)[]
}

/** A `RowReader` that also gives the text of every row. */
export interface CsvReader {
  push(bytes: Uint8Array): CsvBatch[]
  end(): CsvBatch[]
}

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
export function csvReader(limits: ReadLimits): CsvReader {
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
    return { first_row: rowCount, rows: [], lines: [], texts: [], may_hold_bad_text: false }
  }

  /** Reads the complete rows at hand. What is left begins, or goes on with, a row. */
  function readRows(batch: CsvBatch): void {
    while (pending.length > 0) {
      if (readLines(batch)) continue
      const rowEnd = findRowEnd()
      if (rowEnd === -1) break
      if (delimiter === undefined && !dropping && chooseDelimiter(rowEnd)) continue
      takeRow(rowEnd, batch)
    }
    // One byte more may be the CR of a line end.
    if (dropping || pending.length > limits.max_row_bytes + 1) drop()
  }

  /** Reads the rows that are complete in the lines at hand at one go; false if there are none, or they are not valid UTF-8. */
  function readLines(batch: CsvBatch): boolean {
    if (delimiter === undefined || dropping || searched > 0) return false
    const to = pending.bytes.lastIndexOf(LINE_FEED, pending.end - 1) + 1
    const text = to > pending.start ? pending.text(pending.start, to) : undefined
    if (text === undefined) return false
    if (text.includes('\u0000')) batch.may_hold_bad_text = true
    let from = 0
    while (from < text.length) {
      const row = cutRow(text, from, delimiter)
      if (row === undefined) break
      addRow(row, text.slice(from, row.end), batch)
      from = row.lineEnd + 1
      rowLine += row.lineFeeds + 1
    }
    const isAscii = text.length === to - pending.start
    nextRow(pending.start + (isAscii ? from : Buffer.byteLength(text.slice(0, from))), rowLine)
    return from > 0
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
    const isHeld = !dropping && rowEnd - pending.start <= limits.max_row_bytes
    const text = isHeld ? pending.text(pending.start, rowEnd) : undefined
    if (place === 'in quotes') add(invalid(`a quote that opens on line ${quoteLine} is not closed`, text), text, batch)
    else if (!isHeld) add(tooLarge(), undefined, batch)
    else if (text === undefined) add(invalid('not valid UTF-8', undefined), undefined, batch)
    else {
      if (text.includes('\u0000')) batch.may_hold_bad_text = true
      // With a line end of its own: a CR before it belongs to the last cell.
      const row = cutRow(`${text}\r\n`, 0, delimiter ?? COMMA)
      if (row !== undefined) addRow(row, text, batch)
    }
    nextRow(Math.min(to + 1, pending.end), line + 1)
  }

  function addRow({ cells, badCell }: CutRow, text: string, batch: CsvBatch): void {
    if (isTooLarge(text)) add(tooLarge(), undefined, batch)
    else if (badCell > 0) add(invalid(`cell ${badCell}: text behind the closing quote`, text), text, batch)
    else if (cells.length > 1 || !isBlank(text)) add(cells, text, batch)
  }

  function add(row: CsvRow | UnreadableRow, text: string | undefined, batch: CsvBatch): void {
    batch.rows.push(row)
    batch.lines.push(rowLine)
    batch.texts.push(text)
    rowCount++
  }

  function nextRow(start: number, nextLine: number): void {
    pending.start = start
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

/** A row as it was found in a text. */
interface CutRow {
  cells: CsvRow
  /** The first cell, from 1, that goes on behind its closing quote; 0 if none does. */
  badCell: number
  /** Index behind the last cell, and of the line feed behind that. */
  end: number
  lineEnd: number
  /** Line feeds within the row's quotes. */
  lineFeeds: number
}

/**
 * Cuts the row that begins at `from`, out of lines that each have their line feed; undefined if its last quote is not closed in
 * them. One walk over the characters: to search each cell for the next delimiter takes twice as long.
 */
function cutRow(lines: string, from: number, separator: number): CutRow | undefined {
  const cells: CsvRow = []
  let badCell = 0
  let lineFeeds = 0
  for (let at = from; ; at++) {
    const begin = at
    let code = lines.charCodeAt(at)
    const isQuoted = code === QUOTE
    if (isQuoted) {
      let hasQuotes = false
      for (code = lines.charCodeAt(++at); code !== QUOTE || lines.charCodeAt(at + 1) === QUOTE; code = lines.charCodeAt(++at)) {
        if (code === LINE_FEED) lineFeeds++
        else if (code === QUOTE) {
          hasQuotes = true
          at++
        } else if (at >= lines.length) return undefined
      }
      const cell = lines.slice(begin + 1, at)
      cells.push(hasQuotes ? cell.replaceAll('""', '"') : cell)
      code = lines.charCodeAt(++at)
    }
    const behind = at
    while (code !== separator && code !== LINE_FEED) code = lines.charCodeAt(++at)
    const end = code === LINE_FEED && at > behind && lines.charCodeAt(at - 1) === CARRIAGE_RETURN ? at - 1 : at
    if (!isQuoted) cells.push(end === begin ? null : lines.slice(begin, end))
    else if (end > behind) badCell ||= cells.length
    if (code === LINE_FEED) return { cells, badCell, end, lineEnd: at, lineFeeds }
  }
}

function invalid(message: string, text: string | undefined): UnreadableRow {
  return new UnreadableRow('invalid_csv', message, text)
}

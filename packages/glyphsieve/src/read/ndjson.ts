import { bomLength, decodeUtf8, PendingBytes, textPosition } from './bytes.ts'
import { isJsonSpace, JsonScanner, ScanError } from './json-scanner.ts'
import { mayHoldBadText, type ReadLimits, type RowBatch, type RowReader, UnreadableRow } from './rows.ts'

const LINE_FEED = 0x0a

/**
 * Reads newline-delimited JSON: one row a line, lines ended by LF or CRLF, blank lines skipped. A line that is not one
 * well-formed JSON text is an `UnreadableRow`; the next line is read as if nothing had happened, so nothing is ever thrown.
 */
export function ndjsonReader(limits: ReadLimits): RowReader {
  const pending = new PendingBytes()
  let rowCount = 0
  let line = 1
  /** The line at hand is too large: its bytes are dropped up to the next line feed. */
  let dropping = false
  let begun = false

  function push(chunk: Uint8Array): RowBatch[] {
    const chunkStart = pending.offset(pending.end)
    pending.append(chunk)
    if (!begin(false)) return []
    const lastLineFeed = pending.bytes.lastIndexOf(LINE_FEED, pending.end - 1)
    const searchedFrom = Math.max(pending.start, chunkStart - pending.offset(0))
    const batches = lastLineFeed >= searchedFrom ? [readLines(lastLineFeed)] : []
    if (pending.length > limits.max_row_bytes) {
      dropping = true
      pending.start = pending.end
    }
    return batches
  }

  function end(): RowBatch[] {
    begin(true)
    return pending.length > 0 || dropping ? [readLines(pending.end)] : []
  }

  function begin(final: boolean): boolean {
    if (begun) return true
    const bom = bomLength(pending.bytes.subarray(pending.start, pending.end))
    if (bom === undefined && !final) return false
    pending.start += bom ?? 0
    begun = true
    return true
  }

  /** Reads the lines up to the line feed, or the end of the body, at `to`. */
  function readLines(to: number): RowBatch {
    const batch: RowBatch & { lines: number[] } = { first_row: rowCount, rows: [], lines: [], may_hold_bad_text: false }
    const text = pending.text(pending.start, to)
    if (text === undefined) readBytes(to, batch)
    else {
      batch.may_hold_bad_text = mayHoldBadText(text)
      for (let from = 0; from <= text.length; ) {
        const lineFeed = text.indexOf('\n', from)
        const lineEnd = lineFeed === -1 ? text.length : lineFeed
        readLine(text.slice(from, text[lineEnd - 1] === '\r' ? lineEnd - 1 : lineEnd), batch)
        from = lineEnd + 1
      }
    }
    pending.start = Math.min(to + 1, pending.end)
    rowCount += batch.rows.length
    return batch
  }

  /** The same for lines of which at least one is not valid UTF-8. */
  function readBytes(to: number, batch: RowBatch & { lines: number[] }): void {
    batch.may_hold_bad_text = true
    for (let from = pending.start; from <= to; ) {
      const lineFeed = pending.bytes.indexOf(LINE_FEED, from)
      const lineEnd = lineFeed === -1 || lineFeed > to ? to : lineFeed
      const bytes = pending.bytes.subarray(from, lineEnd)
      readLine(decodeUtf8(bytes) ?? bytes, batch)
      from = lineEnd + 1
    }
  }

  function readLine(text: string | Buffer, batch: RowBatch & { lines: number[] }): void {
    if (dropping || !isBlank(text)) {
      batch.rows.push(readRow(text))
      batch.lines.push(line)
    }
    dropping = false
    line++
  }

  function readRow(text: string | Buffer): unknown {
    if (dropping || isTooLarge(text)) {
      return new UnreadableRow('row_too_large', `a row has at most ${limits.max_row_bytes} bytes`)
    }
    if (typeof text === 'string') {
      try {
        return JSON.parse(text)
      } catch {
        // V8's message quotes the input; the scanner says what is wrong and where.
      }
    }
    return new UnreadableRow('invalid_json', whyMalformed(Buffer.from(text)), typeof text === 'string' ? text : undefined)
  }

  function isTooLarge(text: string | Buffer): boolean {
    return text.length * 3 > limits.max_row_bytes && Buffer.byteLength(text) > limits.max_row_bytes
  }

  return { push, end }
}

function isBlank(text: string | Buffer): boolean {
  return typeof text === 'string' && (text.charCodeAt(0) || 0) <= 0x20 && /^[ \t\r]*$/.test(text)
}

/** What is wrong with a line that is not one JSON text, and in which column. */
function whyMalformed(line: Buffer): string {
  const at = (position: number, reason: string) => `column ${textPosition([line], position).column}: ${reason}`
  const scanner = new JsonScanner()
  try {
    const valueEnd = scanner.scan(line, 0, line.length)
    if (valueEnd === -1) return at(line.length, 'the line ends inside a value')
    const behind = line.subarray(valueEnd).findIndex((byte) => !isJsonSpace(byte))
    return at(valueEnd + behind, 'expected nothing behind the value')
  } catch (error) {
    if (error instanceof ScanError) return at(error.position, error.reason)
    throw error
  }
}

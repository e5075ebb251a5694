import { bomLength, PendingBytes } from './bytes.ts'
import { isJsonSpace, JsonScanner, ScanError } from './json-scanner.ts'
import {
  MalformedJson,
  mayHoldBadText,
  NotAnArray,
  type ReadLimits,
  type RowBatch,
  type RowReader,
  UnreadableRow,
} from './rows.ts'

const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c

/** Bytes that are worth a cut: few enough to stay in the processor's cache, enough for hundreds of rows. */
const LARGEST_WINDOW_BYTES = 64 * 1024

/**
 * Reads the rows of a JSON array.
 *
 * The fast way guesses: it cuts at the last `},{` at hand and lets `JSON.parse` confirm. What lies before a cut is a whole
 * number of rows exactly if it parses as the inside of an array: a cut in a text would leave the text open, a cut in a nested
 * array would leave that open. Where the guess fails the exact way takes over and reads byte by byte: it finds the boundaries
 * for certain, or the first wrong byte.
 */
export function jsonArrayReader(limits: ReadLimits): RowReader {
  const pending = new PendingBytes()
  const scanner = new JsonScanner()
  const windowBytes = Math.min(LARGEST_WINDOW_BYTES, Math.ceil(limits.max_row_bytes / 2))
  let expects: 'array' | 'row or end' | 'row' | 'separator' | 'nothing' = 'array'
  let rowCount = 0
  /** The bytes of the body before this offset are known to hold no cut. */
  let searchedTo = 0
  /** Bytes of an oversized row that the scanner has seen and that are no longer held. */
  let dropped = 0
  /** The body is another value than an array; it is read on to tell whether it is well-formed. */
  let other = false

  function push(chunk: Uint8Array): RowBatch[] {
    const batches: RowBatch[] = []
    for (let from = 0; from < chunk.length; from += windowBytes) {
      pending.append(chunk.subarray(from, from + windowBytes))
      if (expects === 'array') openArray(false)
      if (pending.length < windowBytes || expects === 'array') continue
      if (other) {
        scanOther()
        continue
      }
      const batch = readFast() ?? (isWaiting() ? undefined : readExactly(batches))
      if (batch !== undefined && batch.rows.length > 0) batches.push(batch)
    }
    return batches
  }

  function end(): RowBatch[] {
    if (expects === 'array') openArray(true)
    if (expects === 'array') fail(pending.end, 'expected a value, and the body ends')
    if (other) endOther()
    const batch = readRest() ?? readExactly([])
    if (expects !== 'nothing') fail(pending.end, 'the body ends inside the array', [batch])
    return batch.rows.length > 0 ? [batch] : []
  }

  /** Reads up to the first `[`, if the bytes at hand tell what the body is. */
  function openArray(final: boolean): void {
    if (pending.offset(pending.start) === 0) {
      const bom = bomLength(pending.bytes.subarray(pending.start, pending.end))
      if (bom === undefined && !final) return
      pending.start += bom ?? 0
    }
    skipSpace()
    if (pending.length === 0) return
    other = pending.bytes[pending.start] !== OPEN_ARRAY
    if (!other) pending.start++
    expects = 'row or end'
  }

  /** More bytes may still bring a cut, and the row at hand is not too large yet. */
  function isWaiting(): boolean {
    return searchedTo === pending.offset(pending.end) && pending.length <= limits.max_row_bytes && dropped === 0
  }

  function readFast(): RowBatch | undefined {
    if ((expects !== 'row' && expects !== 'row or end') || dropped > 0) return undefined
    const comma = lastCut()
    if (comma === -1) {
      searchedTo = pending.offset(pending.end)
      return undefined
    }
    if (comma - pending.start > limits.max_row_bytes) return undefined
    const batch = parseInside(comma, comma + 1)
    if (batch !== undefined) {
      pending.start = comma + 1
      expects = 'row'
    }
    return batch
  }

  /** Index of the last comma between `}` and `{` in the bytes that were not searched before, or -1. */
  function lastCut(): number {
    const { bytes } = pending
    const from = Math.max(pending.start, searchedTo - pending.offset(0))
    for (let brace = bytes.lastIndexOf(OPEN_OBJECT, pending.end - 1); brace > from; ) {
      const comma = solidBefore(brace)
      if (bytes[comma] === COMMA && bytes[solidBefore(comma)] === CLOSE_OBJECT) return comma
      brace = bytes.lastIndexOf(OPEN_OBJECT, brace - 1)
    }
    return -1
  }

  /** Index of the last byte before `index` that is no space; at least that of the byte before the pending ones. */
  function solidBefore(index: number): number {
    let at = index - 1
    while (at >= pending.start && isJsonSpace(pending.bytes[at])) at--
    return at
  }

  /** All that is left, the closing bracket included, at one go; undefined if it is not well-formed or may be oversized. */
  function readRest(): RowBatch | undefined {
    if ((expects !== 'row' && expects !== 'row or end') || dropped > 0) return undefined
    if (pending.length > limits.max_row_bytes) return undefined
    const batch = parseInside(pending.end, pending.end)
    if (batch === undefined || (batch.rows.length === 0 && expects === 'row')) return undefined
    pending.start = pending.end
    expects = 'nothing'
    return batch
  }

  /**
   * Parses the pending bytes before `to` as the inside of an array, or returns undefined if they are not. The used-up byte in
   * front and the byte at `to`, if the text is to include it, lend their places to the brackets, which saves a copy.
   */
  function parseInside(to: number, textEnd: number): RowBatch | undefined {
    const { bytes, start } = pending
    const lent = bytes[to]
    bytes[start - 1] = OPEN_ARRAY
    if (textEnd > to) bytes[to] = CLOSE_ARRAY
    const text = pending.text(start - 1, textEnd)
    if (textEnd > to && lent !== undefined) bytes[to] = lent
    if (text === undefined) return undefined
    let rows: unknown[]
    try {
      rows = JSON.parse(text)
    } catch {
      return undefined // the exact way finds out why
    }
    return batchOf(rows, mayHoldBadText(text))
  }

  function batchOf(rows: unknown[], may_hold_bad_text: boolean): RowBatch {
    const batch = { first_row: rowCount, rows, lines: undefined, may_hold_bad_text }
    rowCount += rows.length
    return batch
  }

  /**
   * Reads the complete rows at hand, boundary by boundary, and keeps an incomplete one for the next bytes. The error at a wrong
   * byte takes them along, behind the batches that were `read` before and not returned.
   */
  function readExactly(read: RowBatch[]): RowBatch {
    const batch = batchOf([], false)
    try {
      while (pending.length > 0) {
        if (dropped === 0) skipSpace()
        if (pending.length === 0) break
        if (dropped === 0 && takePunctuation()) continue
        const rowEnd = scanRow()
        if (rowEnd === -1) break
        batch.rows.push(takeRow(rowEnd, batch))
        expects = 'separator'
      }
    } catch (error) {
      if (error instanceof MalformedJson) error.batches.push(...read, batch)
      throw error
    }
    rowCount += batch.rows.length
    return batch
  }

  /** Takes a comma or the closing bracket if it comes next, and refuses anything else where one of them must. */
  function takePunctuation(): boolean {
    const byte = pending.bytes[pending.start]
    if (expects === 'nothing') fail(pending.start, 'expected nothing behind the array')
    if (expects === 'separator' && byte !== COMMA && byte !== CLOSE_ARRAY) fail(pending.start, 'expected "," or "]"')
    if (expects === 'row' || (expects === 'row or end' && byte !== CLOSE_ARRAY)) return false
    expects = byte === COMMA ? 'row' : 'nothing'
    pending.start++
    return true
  }

  function takeRow(rowEnd: number, batch: RowBatch): unknown {
    const size = dropped + rowEnd - pending.start
    const text = size > limits.max_row_bytes ? undefined : pending.text(pending.start, rowEnd)
    pending.start = rowEnd
    dropped = 0
    if (text === undefined) return new UnreadableRow('row_too_large', `a row has at most ${limits.max_row_bytes} bytes`)
    if (mayHoldBadText(text)) batch.may_hold_bad_text = true
    return JSON.parse(text)
  }

  /** Index behind the row that begins, or goes on, with the pending bytes; -1 if it does not end in them. */
  function scanRow(): number {
    if (dropped === 0) scanner.reset()
    const rowEnd = scan()
    if (rowEnd === -1 && dropped + pending.length > limits.max_row_bytes) drop()
    return rowEnd
  }

  function scan(): number {
    try {
      return scanner.scan(pending.bytes, pending.start, pending.end)
    } catch (error) {
      if (error instanceof ScanError) fail(error.position, error.reason)
      throw error
    }
  }

  /** Lets go of the pending bytes: the scanner has seen them, and nothing else needs them. */
  function drop(): void {
    dropped += pending.length
    pending.start = pending.end
  }

  function scanOther(): void {
    if (expects !== 'nothing') {
      const valueEnd = scan()
      if (valueEnd === -1) {
        drop()
        return
      }
      pending.start = valueEnd
      expects = 'nothing'
    }
    skipSpace()
    if (pending.length > 0) fail(pending.start, 'expected nothing behind the value')
  }

  function endOther(): never {
    scanOther()
    if (expects !== 'nothing' && !scanner.endsHere()) fail(pending.end, 'the body ends inside a value')
    throw new NotAnArray()
  }

  function skipSpace(): void {
    while (pending.start < pending.end && isJsonSpace(pending.bytes[pending.start])) pending.start++
  }

  function fail(index: number, reason: string, batches: RowBatch[] = []): never {
    throw new MalformedJson(pending.offset(index), reason, batches)
  }

  return { push, end }
}

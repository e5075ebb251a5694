import { PendingBytes } from './bytes.ts'
import { isJsonSpace, JsonScanner, ScanError } from './json-scanner.ts'
import { MalformedJson, mayHoldBadText, type ReadLimits, type RowBatch, type RowReader, UnreadableRow } from './rows.ts'

const LINE_FEED = 0x0a

/**
 * Reads JSON values that stand one behind another, each over any number of lines, as `jq` prints them: one row a value. Reads
 * byte by byte, so for one value a line `ndjsonReader` is the faster one, and the one that goes on behind a broken line.
 */
export function jsonValuesReader(limits: ReadLimits): RowReader {
  const pending = new PendingBytes()
  const scanner = new JsonScanner()
  let rowCount = 0
  let line = 1
  /** How far the value at hand was scanned: pending bytes, behind those of it that were dropped. */
  let scanned = 0
  let dropped = 0
  let droppedLines = 0

  function push(chunk: Uint8Array): RowBatch[] {
    pending.append(chunk)
    return readValues(false)
  }

  function end(): RowBatch[] {
    return readValues(true)
  }

  function readValues(final: boolean): RowBatch[] {
    const batch: RowBatch & { lines: number[] } = { first_row: rowCount, rows: [], lines: [], may_hold_bad_text: false }
    for (;;) {
      if (scanned + dropped === 0) skipSpace()
      if (pending.length + dropped === 0) break
      const valueEnd = scan(batch, final)
      if (valueEnd === -1) break
      takeValue(valueEnd, batch)
    }
    return batch.rows.length > 0 ? [batch] : []
  }

  /** Index behind the value at hand, or -1 if it does not end in the pending bytes. */
  function scan(batch: RowBatch, final: boolean): number {
    if (scanned + dropped === 0) scanner.reset()
    try {
      const valueEnd = scanner.scan(pending.bytes, pending.start + scanned, pending.end)
      if (valueEnd !== -1) return valueEnd
    } catch (error) {
      if (error instanceof ScanError) throw new MalformedJson(pending.offset(error.position), error.reason, [batch])
      throw error
    }
    if (final && scanner.endsHere()) return pending.end
    if (final) throw new MalformedJson(pending.offset(pending.end), 'the body ends inside a value', [batch])
    scanned = pending.length
    if (dropped + scanned > limits.max_row_bytes) drop(pending.end)
    return -1
  }

  function takeValue(valueEnd: number, batch: RowBatch & { lines: number[] }): void {
    const text = dropped + valueEnd - pending.start > limits.max_row_bytes ? undefined : pending.text(pending.start, valueEnd)
    batch.lines.push(line)
    if (text === undefined) {
      batch.rows.push(new UnreadableRow('row_too_large', `a row has at most ${limits.max_row_bytes} bytes`))
    } else {
      if (mayHoldBadText(text)) batch.may_hold_bad_text = true
      batch.rows.push(JSON.parse(text))
    }
    drop(valueEnd)
    line += droppedLines
    dropped = 0
    droppedLines = 0
    rowCount++
  }

  function drop(to: number): void {
    for (let at = pending.start; at < to; at++) if (pending.bytes[at] === LINE_FEED) droppedLines++
    dropped += to - pending.start
    pending.start = to
    scanned = 0
  }

  function skipSpace(): void {
    while (pending.length > 0 && isJsonSpace(pending.bytes[pending.start])) {
      if (pending.bytes[pending.start] === LINE_FEED) line++
      pending.start++
    }
  }

  return { push, end }
}

import { isAscii, isUtf8 } from 'node:buffer'

const FIRST_CAPACITY = 64 * 1024
const BOM = [0xef, 0xbb, 0xbf] as const

/**
 * The bytes of a body that were received and not yet used up, in one piece. `bytes` from `start` to `end` are theirs; the byte
 * before `start` is a used-up one and may be overwritten.
 */
export class PendingBytes {
  bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY)
  start = 1
  end = 1
  /** Bytes of the body before index 0 of `bytes`; negative while fewer have been used up than lie before `start`. */
  #before = -1

  get length(): number {
    return this.end - this.start
  }

  append(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.bytes.length) this.#makeRoom(chunk.length)
    this.bytes.set(chunk, this.end)
    this.end += chunk.length
  }

  /** Where the byte at this index of `bytes` is in the body. */
  offset(index: number): number {
    return this.#before + index
  }

  /** Text of the bytes from `from` to `to`, or undefined if they are not valid UTF-8. */
  text(from: number, to: number): string | undefined {
    return decodeUtf8(this.bytes.subarray(from, to))
  }

  #makeRoom(extra: number): void {
    const kept = this.length
    const needed = 1 + kept + extra
    const target = needed > this.bytes.length ? Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length)) : this.bytes
    this.bytes.copy(target, 1, this.start, this.end)
    this.#before += this.start - 1
    this.bytes = target
    this.start = 1
    this.end = 1 + kept
  }
}

/** Text of UTF-8 bytes, or undefined if they are not valid UTF-8: nothing is ever replaced by U+FFFD. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/**
 * How many bytes of a byte order mark the body begins with: 3 or 0, or undefined while the bytes at hand could still become one.
 */
export function bomLength(bytes: Uint8Array): 0 | 3 | undefined {
  for (const [index, expected] of BOM.entries()) {
    const byte = bytes[index]
    if (byte === undefined) return undefined
    if (byte !== expected) return 0
  }
  return 3
}

/** Line and column, both from 1, of a byte of a body. Columns count characters. */
export interface TextPosition {
  line: number
  column: number
}

/** Finds the line and column of the byte at `offset`, or of the end if the body is shorter. A byte order mark takes no column. */
export function textPosition(chunks: Iterable<Uint8Array>, offset: number): TextPosition {
  let line = 1
  let column = 1
  let at = 0
  let bomBytes = 0
  for (const chunk of chunks) {
    for (const byte of chunk.subarray(0, offset - at)) {
      if (byte === 0x0a) {
        line++
        column = 1
      } else if ((byte & 0xc0) !== 0x80) column++
      if (bomBytes === at && byte === BOM[at] && ++bomBytes === BOM.length) column = 1
      at++
    }
    if (at === offset) break
  }
  return { line, column }
}

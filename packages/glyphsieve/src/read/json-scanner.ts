/** Bytes that no JSON text goes on with. Quotes nothing of them. */
export class ScanError extends Error {
  override readonly name = 'ScanError'
  /** Index of the first wrong byte in the bytes that were being scanned. */
  readonly position: number
  readonly reason: string

  constructor(position: number, reason: string) {
    super(`${reason} at ${position}`)
    this.position = position
    this.reason = reason
  }
}

const VALUE = 0
const FIRST_ITEM = 1
const FIRST_NAME = 2
const NAME = 3
const COLON = 4
const AFTER_VALUE = 5
const STRING = 6
const ESCAPE = 7
const HEX = 8
const CONTINUATION = 9
const MINUS = 10
const ZERO = 11
const INTEGER = 12
const POINT = 13
const FRACTION = 14
const EXPONENT = 15
const EXPONENT_SIGN = 16
const EXPONENT_DIGITS = 17
const LITERAL = 18

/** What is right in a state, for the message of an error there. */
const EXPECTED: Record<number, string> = {
  [VALUE]: 'expected a value',
  [FIRST_ITEM]: 'expected a value or "]"',
  [FIRST_NAME]: 'expected a member name in double quotes or "}"',
  [NAME]: 'expected a member name in double quotes',
  [COLON]: 'expected ":"',
  [STRING]: 'a control character in a text must be escaped',
  [ESCAPE]: 'expected one of the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u',
  [HEX]: 'expected four hexadecimal digits after \\u',
  [CONTINUATION]: 'not valid UTF-8',
  [MINUS]: 'expected a digit',
  [POINT]: 'expected a digit',
  [EXPONENT]: 'expected a digit or a sign',
  [EXPONENT_SIGN]: 'expected a digit',
  [LITERAL]: 'expected true, false or null',
}

const LITERALS = new Map([
  [0x74, Buffer.from('true')],
  [0x66, Buffer.from('false')],
  [0x6e, Buffer.from('null')],
])

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c

/** Space, tab, line feed or carriage return: what JSON allows between tokens. */
export function isJsonSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

/**
 * Reads one JSON value (RFC 8259, in UTF-8) byte by byte, without building it, over any number of calls: a text, an escape or
 * a character may be cut anywhere. Accepts exactly what `JSON.parse` accepts and says where the first wrong byte is.
 * Nesting costs a byte of heap a level and no call stack.
 */
export class JsonScanner {
  #state = VALUE
  /** The byte that ends each open container, CLOSE_ARRAY or CLOSE_OBJECT, outermost first. */
  #closers = new Uint8Array(64)
  #depth = 0
  #inName = false
  #hexLeft = 0
  #continuationsLeft = 0
  #lowest = 0x80
  #highest = 0xbf
  #literal = Buffer.alloc(0)
  #literalAt = 0

  /** Forgets everything and waits for a new value. */
  reset(): void {
    this.#state = VALUE
    this.#depth = 0
  }

  /**
   * Reads on from `from`. Returns the index behind the value's last byte, or -1 when all bytes up to `to` belong to a value
   * that is not complete. A number is complete only at the byte behind it, which is not taken.
   *
   * @throws ScanError at the first byte that cannot stand there.
   */
  scan(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = bytes[at] as number // in bounds
      switch (this.#state) {
        case STRING:
          at = endOfPlainText(bytes, at, to)
          if (at === to) return -1
          if (this.#inText(bytes[at] as number, at)) return at + 1
          break
        case ESCAPE:
          if (byte === 0x75) {
            this.#state = HEX
            this.#hexLeft = 4
          } else if ('"\\/bfnrt'.includes(String.fromCharCode(byte))) this.#state = STRING
          else this.#fail(at)
          break
        case HEX:
          if (!isHex(byte)) this.#fail(at)
          if (--this.#hexLeft === 0) this.#state = STRING
          break
        case CONTINUATION:
          if (byte < this.#lowest || byte > this.#highest) this.#fail(at)
          this.#lowest = 0x80
          this.#highest = 0xbf
          if (--this.#continuationsLeft === 0) this.#state = STRING
          break
        case LITERAL:
          if (byte !== this.#literal[this.#literalAt]) this.#fail(at)
          if (++this.#literalAt === this.#literal.length && this.#valueEnds()) return at + 1
          break
        default:
          if (this.#inNumber(byte, at)) {
            if (this.#valueEnds()) return at
            at-- // the byte behind a number is read again as what follows a value
          } else if (this.#state <= AFTER_VALUE && !isJsonSpace(byte) && this.#betweenTokens(byte, at)) return at + 1
      }
    }
    return -1
  }

  /** Whether what was read so far is complete if nothing follows: true only for a number that is not nested. */
  endsHere(): boolean {
    return this.#depth === 0 && isWholeNumber(this.#state)
  }

  #fail(at: number): never {
    const closer = this.#closers[this.#depth - 1] === CLOSE_ARRAY ? ']' : '}'
    throw new ScanError(at, EXPECTED[this.#state] ?? `expected "," or "${closer}"`)
  }

  /** A value ends: true when it was the outermost. */
  #valueEnds(): boolean {
    this.#state = AFTER_VALUE
    return this.#depth === 0
  }

  /** Takes a byte of a text that is not plain; true when the outermost value ends with it. */
  #inText(byte: number, at: number): boolean {
    if (byte === QUOTE) {
      if (!this.#inName) return this.#valueEnds()
      this.#state = COLON
    } else if (byte === BACKSLASH) this.#state = ESCAPE
    else if (byte < 0x20) this.#fail(at)
    else this.#leadByte(byte, at)
    return false
  }

  /** First byte of a character beyond ASCII: Unicode 16, table 3-7. */
  #leadByte(byte: number, at: number): void {
    this.#state = CONTINUATION
    if (byte < 0xc2 || byte > 0xf4) this.#fail(at)
    this.#continuationsLeft = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    this.#lowest = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80
    this.#highest = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf
  }

  /** Moves on in a number; true when the byte lies behind a complete one. */
  #inNumber(byte: number, at: number): boolean {
    const state = this.#state
    if (state < MINUS || state > EXPONENT_DIGITS) return false
    const digit = byte >= 0x30 && byte <= 0x39
    if (digit && state === MINUS) this.#state = byte === 0x30 ? ZERO : INTEGER
    else if (digit && state === POINT) this.#state = FRACTION
    else if (digit && (state === EXPONENT || state === EXPONENT_SIGN)) this.#state = EXPONENT_DIGITS
    else if (digit && state !== ZERO) return false
    else if (byte === 0x2e && (state === ZERO || state === INTEGER)) this.#state = POINT
    else if ((byte | 0x20) === 0x65 && (state === ZERO || state === INTEGER || state === FRACTION)) this.#state = EXPONENT
    else if ((byte === 0x2b || byte === 0x2d) && state === EXPONENT) this.#state = EXPONENT_SIGN
    else if (isWholeNumber(state)) return true
    else this.#fail(at)
    return false
  }

  /** Takes a byte that is no space where a token begins; true when the outermost value ends with it. */
  #betweenTokens(byte: number, at: number): boolean {
    const state = this.#state
    if (state === COLON) {
      if (byte !== 0x3a) this.#fail(at)
      this.#state = VALUE
    } else if (state === AFTER_VALUE) {
      if (byte === this.#closers[this.#depth - 1]) return this.#close()
      if (byte !== COMMA) this.#fail(at)
      this.#state = this.#closers[this.#depth - 1] === CLOSE_ARRAY ? VALUE : NAME
    } else if (state === FIRST_NAME || state === NAME) {
      if (byte === CLOSE_OBJECT && state === FIRST_NAME) return this.#close()
      if (byte !== QUOTE) this.#fail(at)
      this.#state = STRING
      this.#inName = true
    } else if (byte === CLOSE_ARRAY && state === FIRST_ITEM) return this.#close()
    else this.#valueBegins(byte, at)
    return false
  }

  #valueBegins(byte: number, at: number): void {
    const literal = LITERALS.get(byte)
    if (byte === QUOTE) {
      this.#state = STRING
      this.#inName = false
    } else if (byte === OPEN_OBJECT) {
      this.#open(CLOSE_OBJECT)
      this.#state = FIRST_NAME
    } else if (byte === OPEN_ARRAY) {
      this.#open(CLOSE_ARRAY)
      this.#state = FIRST_ITEM
    } else if (byte === 0x2d) this.#state = MINUS
    else if (byte === 0x30) this.#state = ZERO
    else if (byte >= 0x31 && byte <= 0x39) this.#state = INTEGER
    else if (literal !== undefined) {
      this.#state = LITERAL
      this.#literal = literal
      this.#literalAt = 1
    } else this.#fail(at)
  }

  #open(closer: number): void {
    if (this.#depth === this.#closers.length) {
      const longer = new Uint8Array(2 * this.#depth)
      longer.set(this.#closers)
      this.#closers = longer
    }
    this.#closers[this.#depth++] = closer
  }

  #close(): boolean {
    this.#depth--
    return this.#valueEnds()
  }
}

/** Index of the first byte from `at` that ends or interrupts a run of printable ASCII in a text. */
function endOfPlainText(bytes: Uint8Array, at: number, to: number): number {
  let end = at
  while (end < to) {
    const byte = bytes[end] as number
    if (byte === QUOTE || byte === BACKSLASH || byte < 0x20 || byte >= 0x80) break
    end++
  }
  return end
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}

function isWholeNumber(state: number): boolean {
  return state === ZERO || state === INTEGER || state === FRACTION || state === EXPONENT_DIGITS
}

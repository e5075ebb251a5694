/** What a reader refuses to hold or parse. */
export interface ReadLimits {
  /** Bytes of one row, from 1. A larger one is an `UnreadableRow` and is not held in memory. */
  max_row_bytes: number
}

/** A run of neighbouring rows of a body, in its order. */
export interface RowBatch<Row = unknown> {
  /** Position of `rows[0]` among all rows of the body, from 0. */
  first_row: number
  /** The parsed rows, as untrusted as JSON.parse gives them; one that could not be parsed is an `UnreadableRow`. */
  rows: Row[]
  /** Physical line of each row, from 1, in a format of lines. */
  lines: number[] | undefined
  /**
   * False only where no text of these rows, names included, holds U+0000 or a lone surrogate. In JSON both can only be
   * written as an escape, in CSV the first stands there as it is: the bytes tell without a look at every text.
   */
  may_hold_bad_text: boolean
}

/** A row that cannot be parsed, in a body that can be read on behind it. */
export class UnreadableRow {
  readonly code: 'invalid_csv' | 'invalid_json' | 'row_too_large'
  readonly message: string
  /** The row as it was read, without its line end; undefined where it is too large or not valid UTF-8. */
  readonly text: string | undefined

  constructor(code: 'invalid_csv' | 'invalid_json' | 'row_too_large', message: string, text?: string | undefined) {
    this.code = code
    this.message = message
    this.text = text
  }
}

/**
 * Turns the bytes of a body into rows, however they are cut into chunks. Holds the bytes of unfinished rows only.
 * Both methods throw `MalformedJson` where the body cannot be read on.
 */
export interface RowReader<Row = unknown> {
  /** Takes the next bytes, which may be reused afterwards, and returns the rows that they complete. */
  push(bytes: Uint8Array): RowBatch<Row>[]
  /** Says that no more bytes come, and returns the rows that were waiting for that. */
  end(): RowBatch<Row>[]
}

/** A body that is not one well-formed JSON text. Quotes nothing of it. */
export class MalformedJson extends Error {
  override readonly name = 'MalformedJson'
  /** Where the first wrong byte is, from the start of the body. */
  readonly offset: number
  /** What would have been right there, or what is wrong: `expected "," or "]"`. */
  readonly reason: string
  /** Rows in front of the wrong byte that the reader has not returned; batches may be empty. */
  readonly batches: RowBatch[]

  constructor(offset: number, reason: string, batches: RowBatch[] = []) {
    super(`${reason} at byte ${offset}`)
    this.offset = offset
    this.reason = reason
    this.batches = batches
  }
}

/** A well-formed JSON text that is not an array. */
export class NotAnArray extends Error {
  override readonly name = 'NotAnArray'
}

/** Whether JSON text writes a character by an escape that may be U+0000 or half of a surrogate pair. */
export function mayHoldBadText(json: string): boolean {
  return json.includes('\\u') && /\\u(?:0000|[dD][89a-fA-F])/.test(json)
}

import { isAscii } from 'node:buffer'
import type { RawListing } from '../raw-listing.ts'
import { bomLength, PendingBytes, type TextPosition, textPosition } from './bytes.ts'
import { csvColumns, jsonColumns, type Mapped } from './columns.ts'
import { type CsvRow, csvReader } from './csv.ts'
import { jsonArrayReader } from './json-array.ts'
import { isJsonSpace, ScanError } from './json-scanner.ts'
import { jsonValuesReader } from './json-values.ts'
import { ndjsonReader } from './ndjson.ts'
import { MalformedJson, NotAnArray, type ReadLimits, type RowBatch, type RowReader, UnreadableRow } from './rows.ts'
import { isObject, isProduct, ProductsFinder, productListings, productsReader } from './shopify.ts'

/** `ebay` is what scrapers of eBay make, a JSON array of `title`, `link`, `price`, `image`: it is read like `json`. */
export const INPUT_FORMATS = ['csv', 'ndjson', 'json', 'shopify', 'ebay'] as const
export type InputFormat = (typeof INPUT_FORMATS)[number]

/** A row that is no raw listing, and in words why. Quotes nothing of it. */
export interface UnreadableItem {
  row: number
  line?: number
  reason: string
}

/** A row of an input, counted from 0: without the header of CSV, and by variants in a Shopify export; `line` from 1 in CSV and NDJSON. */
export type RawItem = { row: number; line?: number; listing: RawListing } | UnreadableItem

/** An input that cannot be read on, or from its beginning. */
export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput'
}

export interface ReadOptions {
  /** Told by the content if not given. */
  format?: InputFormat
  /** Bytes of one row, default 1 MiB; a larger one is an `UnreadableItem` and is not held in memory. */
  max_row_bytes?: number
  /** Hears of every chunk that is read. */
  onBytes?: (bytes: number) => void
}

const DEFAULT_MAX_ROW_BYTES = 1024 * 1024
const WINDOW_BYTES = 64 * 1024
const [OPEN_ARRAY, OPEN_OBJECT, LINE_FEED] = [0x5b, 0x7b, 0x0a]

/**
 * Reads raw listings out of the bytes of a file, some hundreds at a time, and holds no more of it than a row and a few windows.
 * Every row comes exactly once and in order, as a listing or as an `UnreadableItem`: no object, no title, U+0000 or half of a
 * surrogate pair in a text, more cells than the header, or what its format cannot read. Texts of any length are taken.
 *
 * Without a format, an input that begins with `[` is a JSON array; one that begins with `{` is a Shopify export if that object
 * has an array `products` (within the first `max_row_bytes`), NDJSON if it has one line, else one JSON object behind another;
 * anything else is CSV. Products with variants are told from listings in any JSON. What is sold on eBay by its address, and names no
 * source, gets the source `ebay`. An empty input has no rows.
 *
 * @throws UnreadableInput in words, where JSON cannot be read on, behind all rows in front of that place; and for a CSV header
 * that cannot be read or names no title.
 */
export async function* readRawListings(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<RawItem[], void, undefined> {
  const reader = rawListingReader(options)
  for await (const chunk of chunks) {
    options.onBytes?.(chunk.length)
    for (let from = 0; from < chunk.length; from += WINDOW_BYTES) yield* reader.push(chunk.subarray(from, from + WINDOW_BYTES))
  }
  yield* reader.end()
}

type Items = Generator<RawItem[], void, undefined>
type Source = { push(bytes: Uint8Array): Items; end(): Items }

/** Finds out what the input is, and holds its beginning until then. */
function rawListingReader(options: ReadOptions): Source {
  const limits = { max_row_bytes: options.max_row_bytes ?? DEFAULT_MAX_ROW_BYTES }
  const guess = new FormatGuess(limits)
  const head = new PendingBytes()
  let bomSkipped = false
  let guessedTo = 0
  let source: Source | undefined

  function* push(bytes: Uint8Array): Items {
    if (source !== undefined) {
      yield* source.push(bytes)
      return
    }
    head.append(bytes)
    const bom = bomSkipped ? 0 : bomLength(head.bytes.subarray(head.start, head.end))
    if (bom === undefined) return
    bomSkipped = true
    head.start += bom
    const guessed = guess.push(head.bytes, head.start + guessedTo, head.end)
    guessedTo = head.length
    if (guessed !== undefined) yield* begin(guessed)
  }

  function* end(): Items {
    // One or two bytes that might have become a byte order mark are no JSON.
    const guessed = source !== undefined ? undefined : !bomSkipped && head.length > 0 ? 'csv' : guess.end()
    if (guessed !== undefined) yield* begin(guessed)
    if (source !== undefined) yield* source.end()
  }

  function* begin(guessed: Guess): Items {
    source = sourceOf(guessed, limits, options.format)
    const bytes = head.bytes.subarray(head.start, head.end)
    for (let from = 0; from < bytes.length; from += WINDOW_BYTES) yield* source.push(bytes.subarray(from, from + WINDOW_BYTES))
  }

  return { push, end }
}

/** What the content looks like; `values` is JSON of which a value has several lines. */
type Guess = 'csv' | 'ndjson' | 'json' | 'shopify' | 'values'

class FormatGuess {
  #limits: ReadLimits
  #finder = new ProductsFinder()
  #inObject = false
  #size = 0
  #severalLines = false

  constructor(limits: ReadLimits) {
    this.#limits = limits
  }

  /** Takes the bytes from `start` to `end`, in front of which stand those of earlier calls. */
  push(bytes: Uint8Array, start: number, end: number): Guess | undefined {
    let from = start
    if (!this.#inObject) {
      while (from < end && isJsonSpace(bytes[from])) from++
      if (from === end) return undefined
      if (bytes[from] === OPEN_ARRAY) return 'json'
      if (bytes[from] !== OPEN_OBJECT) return 'csv'
      this.#inObject = true
    }
    try {
      const { kind, at } = this.#finder.next(bytes, from, end)
      if (kind === 'products') return 'shopify'
      this.#see(bytes.subarray(from, at))
      return kind === 'end' || this.#size > this.#limits.max_row_bytes ? this.#without() : undefined
    } catch (error) {
      if (!(error instanceof ScanError)) throw error
      const { position } = error
      // The next object where this one should go on: a broken line of NDJSON, and not the only one.
      if (bytes[position] === OPEN_OBJECT && bytes[position - 1] === LINE_FEED) return 'ndjson'
      this.#see(bytes.subarray(from, position))
      return this.#without()
    }
  }

  /** The guess for a body that ends here; undefined for an empty one. */
  end(): Guess | undefined {
    return this.#inObject ? this.#without() : undefined
  }

  #see(bytes: Uint8Array): void {
    this.#size += bytes.length
    if (bytes.includes(LINE_FEED)) this.#severalLines = true
  }

  #without(): Guess {
    return this.#severalLines ? 'values' : 'ndjson'
  }
}

/** Which rows are products: none, those that look like one, or all. */
type Products = 'none' | 'some' | 'all'

function sourceOf(guess: Guess, limits: ReadLimits, format: InputFormat | undefined): Source {
  switch (format ?? guess) {
    case 'csv':
      return csvSource(limits)
    case 'ndjson':
      return jsonSource(ndjsonReader(limits), limits, format === undefined ? 'some' : 'none')
    case 'values':
      return jsonSource(jsonValuesReader(limits), limits, 'some')
    case 'shopify':
      return jsonSource(guess === 'json' ? jsonArrayReader(limits) : productsReader(limits), limits, 'all')
    default:
      return jsonSource(jsonArrayReader(limits), limits, format === undefined ? 'some' : 'none')
  }
}

function csvSource(limits: ReadLimits): Source {
  const reader = csvReader(limits)
  let columns: ((row: CsvRow) => Mapped) | undefined

  function* read(batches: RowBatch<CsvRow | UnreadableRow>[]): Items {
    for (const batch of batches) {
      const items: RawItem[] = []
      for (const [index, row] of batch.rows.entries()) {
        const line = batch.lines?.[index]
        if (columns === undefined) columns = headerOf(row, line)
        else {
          const mapped = row instanceof UnreadableRow ? row.message : columns(row)
          items.push(itemOf(batch.first_row + index - 1, line, mapped, batch.may_hold_bad_text))
        }
      }
      if (items.length > 0) yield items
    }
  }

  return { push: (bytes) => read(reader.push(bytes)), end: () => read(reader.end()) }
}

function headerOf(row: CsvRow | UnreadableRow, line: number | undefined): (row: CsvRow) => Mapped {
  const bad =
    row instanceof UnreadableRow ? row.message : row.map((cell) => badText(cell ?? '')).find((what) => what !== undefined)
  if (bad !== undefined) throw new UnreadableInput(`line ${line}, the header: ${bad}`)
  if (!(row instanceof UnreadableRow) && row.some((cell) => /\r(?!\n)/.test(cell ?? ''))) {
    throw new UnreadableInput(`line ${line}, the header: the lines end with CR alone; write them with LF or CRLF`)
  }
  const columns = row instanceof UnreadableRow ? row.message : csvColumns(row)
  if (typeof columns === 'string') throw new UnreadableInput(`line ${line}, the header: ${columns}`)
  return columns
}

function jsonSource(reader: RowReader, limits: ReadLimits, products: Products): Source {
  const columns = jsonColumns()
  const places = new Places(limits)
  let rowCount = 0

  function* push(bytes: Uint8Array): Items {
    places.append(bytes)
    yield* read(() => reader.push(bytes))
  }

  function* read(batchesOf: () => RowBatch[]): Items {
    try {
      yield* itemsOf(batchesOf())
    } catch (error) {
      if (error instanceof NotAnArray) throw new UnreadableInput('expected a JSON array, found another value')
      if (!(error instanceof MalformedJson)) throw error
      yield* itemsOf(error.batches)
      const { line, column } = places.at(error.offset)
      throw new UnreadableInput(`line ${line}, column ${column}: ${error.reason}`)
    }
  }

  function* itemsOf(batches: RowBatch[]): Items {
    for (const batch of batches) {
      const items: RawItem[] = []
      for (const [index, row] of batch.rows.entries()) {
        for (const mapped of listingsOf(row, batch.first_row + index)) {
          items.push(itemOf(rowCount++, batch.lines?.[index], mapped, batch.may_hold_bad_text))
        }
      }
      if (items.length > 0) yield items
    }
  }

  function listingsOf(row: unknown, position: number): Mapped[] {
    if (row instanceof UnreadableRow) return [products === 'all' ? `product ${position}: ${row.message}` : row.message]
    if (products === 'all' || (products === 'some' && isProduct(row))) {
      return productListings(row).map((mapped) => (typeof mapped === 'string' ? `product ${position}: ${mapped}` : mapped))
    }
    return [isObject(row) ? columns(row) : 'not an object']
  }

  return { push, end: () => read(() => reader.end()) }
}

function itemOf(row: number, line: number | undefined, mapped: Mapped, mayHoldBadText: boolean): RawItem {
  const checked = typeof mapped === 'string' || !mayHoldBadText ? mapped : (badListing(mapped) ?? mapped)
  if (typeof checked === 'string') return line === undefined ? { row, reason: checked } : { row, line, reason: checked }
  addSource(checked)
  return line === undefined ? { row, listing: checked } : { row, line, listing: checked }
}

const EBAY_ADDRESS = /^https?:\/\/(?:[a-z0-9-]+\.)*ebay(?:\.[a-z]{2,3}){1,2}(?::\d*)?(?:[/?#]|$)/i

/** What eBay's address says about the source of a listing that names none. */
function addSource(listing: RawListing): void {
  if (listing.listing_source !== undefined || listing.source_url === undefined) return
  if (EBAY_ADDRESS.test(listing.source_url)) listing.listing_source = 'ebay'
}

/** What is wrong with a text or name of a listing, in words. */
function badListing({ extra = {}, ...members }: RawListing): string | undefined {
  for (const text of [...Object.values(members), ...Object.keys(extra), ...Object.values(extra)]) {
    const bad = badText(text)
    if (bad !== undefined) return bad
  }
  return undefined
}

function badText(text: string): string | undefined {
  if (text.includes('\u0000')) return 'holds U+0000'
  return text.isWellFormed() ? undefined : 'holds half of a surrogate pair'
}

/** Knows line and column of the last bytes of an input, as far back as a reader may find the first wrong one. */
class Places {
  #before: TextPosition = { line: 1, column: 1 }
  #offset = 0
  #blocks: Uint8Array[] = []
  #open: Uint8Array = new Uint8Array(0)
  #used = 0
  #mostBlocks: number

  constructor({ max_row_bytes }: ReadLimits) {
    this.#mostBlocks = 4 + Math.ceil(max_row_bytes / WINDOW_BYTES)
  }

  append(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      if (this.#used === this.#open.length) this.#openBlock()
      const part = bytes.subarray(from, from + this.#open.length - this.#used)
      this.#open.set(part, this.#used)
      this.#used += part.length
      from += part.length
    }
  }

  at(offset: number): TextPosition {
    const last = [...this.#blocks.slice(0, -1), this.#open.subarray(0, this.#used)]
    return this.#behind(textPosition(last, offset - this.#offset))
  }

  #openBlock(): void {
    const oldest = this.#blocks.length > this.#mostBlocks ? this.#blocks.shift() : undefined
    if (oldest !== undefined) {
      this.#before = this.#behind(endOf(oldest))
      this.#offset += oldest.length
    }
    this.#open = oldest ?? new Uint8Array(WINDOW_BYTES)
    this.#blocks.push(this.#open)
    this.#used = 0
  }

  #behind({ line, column }: TextPosition): TextPosition {
    return { line: this.#before.line + line - 1, column: line === 1 ? this.#before.column + column - 1 : column }
  }
}

/** The position behind the bytes; `textPosition` finds any, and takes longer. */
function endOf(bytes: Uint8Array): TextPosition {
  let line = 1
  let lineStart = 0
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, lineStart)) {
    line++
    lineStart = at + 1
  }
  const rest = bytes.subarray(lineStart)
  const characters = isAscii(rest) ? rest.length : rest.reduce((count, byte) => count + ((byte & 0xc0) === 0x80 ? 0 : 1), 0)
  return { line, column: characters + 1 }
}

import type { RawListing } from '../raw-listing.ts'
import { isHttpUrl } from '../url.ts'
import { type Mapped, textOf } from './columns.ts'
import { jsonArrayReader } from './json-array.ts'
import { isJsonSpace, JsonScanner, ScanError } from './json-scanner.ts'
import { MalformedJson, type ReadLimits, type RowBatch, type RowReader } from './rows.ts'

const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_ARRAY = 0x5b
const QUOTE = 0x22
const COLON = 0x3a
const COMMA = 0x2c
const WANTED = '"products"'

type Expected = 'object' | 'name or end' | 'name' | 'colon' | 'value' | 'separator' | 'nothing'

/** Where `ProductsFinder` stops: at the `[` of the array, behind the object, or for want of bytes. */
type Stop = { kind: 'products' | 'end' | 'more'; at: number }

/** Walks the members of one JSON object, byte by byte, up to an array `products`, and on behind it. */
export class ProductsFinder {
  expects: Expected = 'object'
  #scanner = new JsonScanner()
  #inside: 'name' | 'value' | undefined
  /** What was read of the member's name, no more than can tell. */
  #name = ''

  /**
   * Reads on from `from` to the first stop. At `products` the caller reads the array, calls `behindValue` and goes on; behind
   * the object only spaces are right.
   *
   * @throws ScanError at the first byte that cannot stand there.
   */
  next(bytes: Uint8Array, from: number, to: number): Stop {
    for (let at = from; at < to; ) {
      if (this.#inside !== undefined) {
        const end = this.#scanner.scan(bytes, at, to)
        if (this.#inside === 'name') this.#keepName(bytes, at, end === -1 ? to : end)
        if (end === -1) break
        this.expects = this.#inside === 'name' ? 'colon' : 'separator'
        this.#inside = undefined
        at = end
        continue
      }
      const byte = bytes[at]
      if (isJsonSpace(byte)) at++
      else if (this.expects === 'value' && byte === OPEN_ARRAY && this.#name === WANTED) return { kind: 'products', at }
      else if (this.#begins(byte, at)) at++
      if (this.expects === 'nothing') return { kind: 'end', at }
    }
    return { kind: 'more', at: to }
  }

  /** The value that stood at the last stop was read. */
  behindValue(): void {
    this.expects = 'separator'
  }

  /** Takes punctuation and returns true, or begins a name or value and leaves its first byte to the scanner. */
  #begins(byte: number | undefined, at: number): boolean {
    if (this.expects === 'object' && byte === OPEN_OBJECT) this.expects = 'name or end'
    else if (this.expects === 'colon' && byte === COLON) this.expects = 'value'
    else if (this.expects === 'separator' && byte === COMMA) this.expects = 'name'
    else if ((this.expects === 'separator' || this.expects === 'name or end') && byte === CLOSE_OBJECT) this.expects = 'nothing'
    else if (this.expects === 'value' || ((this.expects === 'name' || this.expects === 'name or end') && byte === QUOTE)) {
      this.#inside = this.expects === 'value' ? 'value' : 'name'
      if (this.#inside === 'name') this.#name = ''
      this.#scanner.reset()
      return false
    } else throw new ScanError(at, REASONS[this.expects])
    return true
  }

  #keepName(bytes: Uint8Array, from: number, to: number): void {
    for (let at = from; at < to && this.#name.length <= WANTED.length; at++) this.#name += String.fromCharCode(bytes[at] ?? 0)
  }
}

const REASONS: Record<Expected, string> = {
  object: 'expected an object',
  'name or end': 'expected a member name in double quotes or "}"',
  name: 'expected a member name in double quotes',
  colon: 'expected ":"',
  value: 'expected a value',
  separator: 'expected "," or "}"',
  nothing: 'expected nothing behind the value',
}

/**
 * Reads the products of `{"products": [...]}`, the form in which Shopify exports them, as rows. Other members of the object are
 * passed over, wherever they stand, and must only be well-formed; a later array `products` is refused. An object without that
 * array is malformed. A byte order mark is for the caller to skip.
 */
export function productsReader(limits: ReadLimits): RowReader {
  const products = jsonArrayReader(limits)
  const members = new ProductsFinder()
  const array = new JsonScanner()
  let inArray = false
  let found = false
  /** Bytes of the body before the chunk at hand. */
  let before = 0

  function push(chunk: Uint8Array): RowBatch[] {
    const batches: RowBatch[] = []
    for (let at = 0; at < chunk.length; ) at = inArray ? readArray(chunk, at, batches) : readMembers(chunk, at, batches)
    before += chunk.length
    return batches
  }

  function end(): RowBatch[] {
    if (inArray) throw new MalformedJson(before, 'the body ends inside the array', unfinished())
    if (members.expects !== 'nothing') throw new MalformedJson(before, 'the body ends inside a value')
    if (!found) throw new MalformedJson(before, 'expected an array "products"')
    return []
  }

  function readMembers(chunk: Uint8Array, from: number, batches: RowBatch[]): number {
    const { kind, at } = guarded(() => members.next(chunk, from, chunk.length), batches)
    if (kind === 'products') {
      if (found) throw new MalformedJson(before + at, 'expected one array "products"', batches)
      inArray = true
      found = true
    }
    return at
  }

  function readArray(chunk: Uint8Array, from: number, batches: RowBatch[]): number {
    const arrayEnd = guarded(
      () => array.scan(chunk, from, chunk.length),
      batches,
      (wrong) => [...products.push(chunk.subarray(from, wrong)), ...unfinished()],
    )
    batches.push(...products.push(chunk.subarray(from, arrayEnd === -1 ? chunk.length : arrayEnd)))
    if (arrayEnd === -1) return chunk.length
    batches.push(...products.end())
    inArray = false
    members.behindValue()
    return arrayEnd
  }

  /** The products that are complete in an array that is not. */
  function unfinished(): RowBatch[] {
    try {
      return products.end()
    } catch (error) {
      if (error instanceof MalformedJson) return error.batches
      throw error
    }
  }

  /** What is wrong with a chunk, as an error that knows the body and takes along what was read of it. */
  function guarded<Result>(scan: () => Result, batches: RowBatch[], last: (wrong: number) => RowBatch[] = () => []): Result {
    try {
      return scan()
    } catch (error) {
      if (!(error instanceof ScanError)) throw error
      const { position, reason } = error
      throw new MalformedJson(before + position, reason, [...batches, ...last(position)])
    }
  }

  return { push, end }
}

/** Whether the row is a product with variants, and not a listing. */
export function isProduct(row: unknown): boolean {
  return isObject(row) && Array.isArray(row['variants']) && isObject(row['variants'][0])
}

/**
 * The raw listings of a Shopify product, one for each variant: its id, its price, and whether it is available; `sku`,
 * `compare_at_price`, and the product's `handle`, `vendor` (the brand, not who sells) and `product_type` go to `extra`. All else
 * is dropped: descriptions, images, options, tags, weights, times of editing. The address is that of the product where the
 * export has one (`online_store_url` or `url`); a handle alone names no host.
 */
export function productListings(product: unknown): Mapped[] {
  if (!isObject(product)) return ['not an object']
  const variants = product['variants']
  if (!Array.isArray(variants) || variants.length === 0) return ['no variants']
  const title = textOf(product['title'])
  if (title === undefined || title.trim() === '') return variants.map(() => 'no title')
  return variants.map((variant: unknown) => (isObject(variant) ? variantListing(product, title, variant) : 'not an object'))
}

type Members = Readonly<Record<string, unknown>>

function variantListing(product: Members, title: string, variant: Members): RawListing {
  const variantTitle = textOf(variant['title']) ?? ''
  const named = variantTitle.trim() !== '' && variantTitle !== 'Default Title'
  const listing: RawListing = { title: named ? `${title} - ${variantTitle}` : title }
  const price = textOf(variant['price'])
  const available = variant['available']
  const id = textOf(variant['id'])
  const url = [product['online_store_url'], product['url']].find((value) => typeof value === 'string' && isHttpUrl(value))
  if (price !== undefined) listing.price_text = price
  if (typeof available === 'boolean') listing.quantity_text = available ? 'Available' : 'Unavailable'
  if (id !== undefined) listing.listing_id = id
  if (typeof url === 'string') listing.source_url = url
  const extra = {
    ...texts(product, ['handle', 'vendor', 'product_type']),
    ...texts(variant, ['sku', 'compare_at_price']),
  }
  if (Object.keys(extra).length > 0) listing.extra = extra
  return listing
}

function texts(members: Members, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {}
  for (const name of names) {
    const text = textOf(members[name])
    if (text !== undefined) found[name] = text
  }
  return found
}

/** Whether the value is an object with members: no array, not null. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

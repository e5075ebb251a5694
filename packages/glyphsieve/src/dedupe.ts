import { hash } from 'node:crypto'
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { offerKey } from './offer-key.ts'
import type { ScoredListing } from './pipeline.ts'

const SEPARATOR = '\u001f'
const LINE_FEED = 0x0a
const READ_BYTES = 256 * 1024

/**
 * What makes two listings the same observation: the offer, when it was seen, and its price. An offer without an offer key is
 * known by its source and id there, seller, model and title, whatever the title's case and punctuation.
 */
export function observationKey(listing: ScoredListing): string {
  const { model, listing_source = '', listing_id = '', seller = '', title = '', lot_size = 1 } = listing
  const { currency = '', price, seen_at = '' } = listing
  const offer = offerKey(listing) ?? [listing_source, listing_id, seller, plainTitle(title)].join(SEPARATOR)
  return [offer, model, lot_size, currency, price, seen_at].join(SEPARATOR)
}

function plainTitle(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Bytes of a digest of what is the same in repeats, and of one of the whole listing. */
const KEY_BYTES = 16
const CONTENT_BYTES = 8
const ORDINAL_BYTES = 4
const RECORD_BYTES = KEY_BYTES + CONTENT_BYTES + ORDINAL_BYTES
const HELD_RECORDS = 32 * 1024
const PARTS = 64
const MOST_LISTINGS = 2 ** 32 - 1

/**
 * Takes scored listings in any number and gives back one of each observation, in the order in which they came. Which of several
 * repeats survives does not depend on their order; it says in `extra.merged_count` how many it stands for.
 *
 * The listings lie as NDJSON in a folder of their own below the system's temporary folder, which nobody else may read and which
 * `dispose` removes. In memory are 4 bytes a listing, and a megabyte or two.
 */
export class ListingSpool {
  /** Listings that were added. */
  count = 0
  /** Listings that another one stands for. Known once the survivors were read. */
  merged = 0
  readonly folder = mkdtempSync(path.join(tmpdir(), 'glyphsieve-'))
  readonly #path = path.join(this.folder, 'listings.ndjson')
  /** What `dispose` has to close. */
  readonly #open = new Set<number>()
  readonly #file = this.#create(this.#path)
  #records = Buffer.alloc(HELD_RECORDS * RECORD_BYTES)
  #held = 0
  #parts: number[] = []

  add(listings: readonly ScoredListing[]): void {
    if (listings.length === 0) return
    const lines = listings.map((listing) => JSON.stringify(listing))
    writeFileSync(this.#file, `${lines.join('\n')}\n`)
    for (const [index, listing] of listings.entries()) this.#remember(observationKey(listing), lines[index] ?? '')
  }

  #remember(key: string, line: string): void {
    if (this.count === MOST_LISTINGS) throw new RangeError(`more than ${MOST_LISTINGS} listings at once`)
    if (this.#held === HELD_RECORDS) this.#flush()
    const at = this.#held++ * RECORD_BYTES
    this.#records.write(sha256(key), at, KEY_BYTES, 'latin1')
    writeDigest(line, this.#records, at + KEY_BYTES)
    this.#records.writeUInt32LE(this.count++, at + KEY_BYTES + CONTENT_BYTES)
  }

  /** Moves the records at hand to files, of which one always has all records of a key. */
  #flush(): void {
    if (this.#parts.length === 0) {
      this.#parts = Array.from({ length: PARTS }, (_, part) => this.#create(this.#partPath(part)))
    }
    const ends = new Uint32Array(PARTS)
    for (let index = 0; index < this.#held; index++) this.#addTo(ends, index, 1)
    for (let part = 1; part < PARTS; part++) ends[part] = (ends[part] ?? 0) + (ends[part - 1] ?? 0)
    const begins = ends.slice()
    const sorted = Buffer.allocUnsafe(this.#held * RECORD_BYTES)
    for (let index = this.#held - 1; index >= 0; index--) {
      const place = this.#addTo(begins, index, -1)
      this.#records.copy(sorted, place * RECORD_BYTES, index * RECORD_BYTES, (index + 1) * RECORD_BYTES)
    }
    for (const [part, file] of this.#parts.entries()) {
      writeFileSync(file, sorted.subarray((begins[part] ?? 0) * RECORD_BYTES, (ends[part] ?? 0) * RECORD_BYTES))
    }
    this.#held = 0
  }

  #partPath(part: number): string {
    return path.join(this.folder, `keys-${part}`)
  }

  /** Adds to the number of the part to which a record at hand belongs, and returns the sum. */
  #addTo(numbers: Uint32Array, index: number, amount: number): number {
    const part = (this.#records[index * RECORD_BYTES] ?? 0) % PARTS
    const sum = (numbers[part] ?? 0) + amount
    numbers[part] = sum
    return sum
  }

  /** NDJSON of the survivors, some hundred KB at a time. To be read once, when all listings were added. */
  async *survivors(): AsyncGenerator<Buffer, void, undefined> {
    const standsFor = this.#countRepeats()
    let ordinal = 0
    for await (const bytes of wholeLines(this.#path)) {
      if (this.merged === 0) {
        yield bytes
        continue
      }
      const kept: Buffer[] = []
      for (let from = 0; from < bytes.length; ordinal++) {
        const to = bytes.indexOf(LINE_FEED, from) + 1
        const repeats = standsFor[ordinal] ?? 1
        if (repeats === 1) kept.push(bytes.subarray(from, to))
        else if (repeats > 1) kept.push(mergedLine(bytes.toString('utf8', from, to), repeats))
        from = to
      }
      if (kept.length > 0) yield Buffer.concat(kept)
    }
  }

  /** How many each listing stands for, by its ordinal: 0 for one that another stands for. */
  #countRepeats(): Uint32Array {
    const standsFor = new Uint32Array(this.count)
    if (this.#parts.length === 0) {
      countPart(this.#records.subarray(0, this.#held * RECORD_BYTES), standsFor)
    } else {
      this.#flush()
      for (const [part, file] of this.#parts.entries()) {
        this.#close(file)
        countPart(readFileSync(this.#partPath(part)), standsFor)
      }
      this.#parts = []
    }
    for (const count of standsFor) if (count === 0) this.merged++
    return standsFor
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true })
    for (const file of this.#open) this.#close(file)
  }

  #create(file: string): number {
    const descriptor = openSync(file, 'wx', 0o600)
    this.#open.add(descriptor)
    return descriptor
  }

  #close(descriptor: number): void {
    if (this.#open.delete(descriptor)) closeSync(descriptor)
  }
}

/** The survivor of a key is the listing with the least digest. Those of one digest are the same text: the first one then. */
function countPart(records: Buffer, standsFor: Uint32Array): void {
  const survivors = new Map<string, { at: number; count: number }>()
  for (let at = 0; at < records.length; at += RECORD_BYTES) {
    const key = records.toString('latin1', at, at + KEY_BYTES)
    const survivor = survivors.get(key)
    if (survivor === undefined) {
      survivors.set(key, { at, count: 1 })
      continue
    }
    survivor.count++
    const to = CONTENT_BYTES + KEY_BYTES
    if (records.compare(records, survivor.at + KEY_BYTES, survivor.at + to, at + KEY_BYTES, at + to) < 0) survivor.at = at
  }
  for (const { at, count } of survivors.values()) standsFor[records.readUInt32LE(at + KEY_BYTES + CONTENT_BYTES)] = count
}

/**
 * A digest as a text of one byte a character, which costs half of a Buffer. Not a hash that is faster: whoever writes titles must
 * not be able to let another's offer pass for a repeat.
 */
function sha256(text: string): string {
  return hash('sha256', text, 'binary')
}

/** Two rounds of FNV-1a (Fowler, Noll, Vo) with other bases: it only has to choose among repeats, whatever their order. */
function writeDigest(text: string, into: Buffer, at: number): void {
  let first = 0x811c9dc5
  let second = 0x01000193
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    first = Math.imul(first ^ code, 0x01000193)
    second = Math.imul(second ^ code, 0x85ebca6b)
  }
  into.writeUInt32LE(first >>> 0, at)
  into.writeUInt32LE(second >>> 0, at + 4)
}

function mergedLine(line: string, merged_count: number): Buffer {
  const listing: ScoredListing = JSON.parse(line)
  return Buffer.from(`${JSON.stringify({ ...listing, extra: { ...listing.extra, merged_count } })}\n`)
}

/** The bytes of a file of lines, cut between lines. */
async function* wholeLines(file: string): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: READ_BYTES })) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = bytes.lastIndexOf(LINE_FEED) + 1
    if (end > 0) yield bytes.subarray(0, end)
    rest = bytes.subarray(end)
  }
}

/** One listing of each observation, as `ListingSpool` chooses them, once all were given. */
export async function* dedupe(
  batches: AsyncIterable<readonly ScoredListing[]>,
): AsyncGenerator<ScoredListing[], void, undefined> {
  const spool = new ListingSpool()
  try {
    for await (const listings of batches) spool.add(listings)
    for await (const lines of spool.survivors()) {
      yield lines
        .toString()
        .trimEnd()
        .split('\n')
        .map((line): ScoredListing => JSON.parse(line))
    }
  } finally {
    spool.dispose()
  }
}

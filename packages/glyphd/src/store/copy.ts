import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { CopySource, CopyTarget, ImportReading, ImportRow, RejectedText, Written } from './copy-store.ts'
import type { Row } from './to-row.ts'

/** What was read of a store. */
export interface Tally {
  imports: number
  undone: number
  listings: number
  rejected_rows: number
  keys: number
  /** The sum of the SHA-256 of all imports: their order does not matter. */
  checksum: bigint
}

export interface CopyResult {
  copied: { imports: number; listings: number }
  /** Of the imports of the source, as it has them and as the target has them. They are equal if there is no difference. */
  source: Tally
  target: Tally
  /** How many imports are not the same in both. */
  differences: number
  /** Imports of the target that the source does not have. */
  others: number
}

/** Who is told how the copy goes on, and may end it. */
interface CopyWatch {
  signal: AbortSignal
  onListings(count: number): void
  /** An import is not the same in both stores, and why. The others are copied all the same. */
  onDifference(words: string): void
}

const CHECKSUM_LIMIT = 2n ** 256n

/**
 * Copies every import that the target does not have, in their order, one transaction each, and reads back what it has: broken off anywhere,
 * the next copy goes on. Imports that come meanwhile are copied if they come before the end.
 */
export async function copyStore(source: CopySource, target: CopyTarget, watch: CopyWatch): Promise<CopyResult> {
  const result: CopyResult = {
    copied: { imports: 0, listings: 0 },
    source: emptyTally(),
    target: emptyTally(),
    differences: 0,
    others: 0,
  }
  const leftOut = new Set<string>()

  async function copyImport(import_id: string): Promise<void> {
    const read = await source.read(import_id, async (reading) => {
      const seen = new SeenImport(reading, watch)
      const written = await target.write(seen)
      if (written !== 'stored') await seen.readAll()
      return { seen, written }
    })
    if (read === undefined) throw new Error(`${import_id} has gone from ${source.name}`)
    const { seen, written } = read
    add(result.source, seen)
    if (written === 'stored') {
      result.copied.imports++
      result.copied.listings += seen.listings_read
    }
    const there = await target.read(import_id, async (reading) => {
      const again = new SeenImport(reading, { ...watch, onListings() {} })
      await again.readAll()
      return again
    })
    if (there === undefined) leftOut.add(import_id)
    else add(result.target, there)
    const difference = differenceOf({ seen, there, written }, source.name, target.name)
    if (difference === undefined) return
    result.differences++
    watch.onDifference(`import ${import_id} ${difference}`)
  }

  for await (const ids of pagesOf(source)) {
    for (const import_id of ids) await copyImport(import_id)
  }
  // Ids are drawn before bodies are read: what was under way may have come since in front of imports that came before it.
  for await (const ids of pagesOf(source)) {
    for (const import_id of await target.missing(ids)) if (!leftOut.has(import_id)) await copyImport(import_id)
  }
  result.others = (await target.size()).imports - result.target.imports
  return result
}

async function* pagesOf(source: CopySource): AsyncGenerator<string[], void, undefined> {
  for (let ids = await source.idsBehind(undefined); ids.length > 0; ids = await source.idsBehind(ids.at(-1))) yield ids
}

/** An import of which all that is read is counted and goes into a checksum. */
class SeenImport implements ImportReading {
  readonly row: ImportRow
  listings_read = 0
  rejected_read = 0
  readonly #reading: ImportReading
  readonly #watch: CopyWatch
  #hash = createHash('sha256')
  #checksum: string | undefined

  constructor(reading: ImportReading, watch: CopyWatch) {
    this.row = reading.row
    this.#reading = reading
    this.#watch = watch
  }

  async *listings(): AsyncGenerator<Row[], void, undefined> {
    const { import_id, undone_at, ...row } = this.row
    this.listings_read = 0
    this.#hash = createHash('sha256')
    // When it was undone is its own affair of each store.
    this.#add([[import_id, undone_at !== null, Object.entries(row).sort()]])
    for await (const rows of this.#reading.listings()) {
      await this.#pause()
      this.#add(rows)
      this.listings_read += rows.length
      this.#watch.onListings(rows.length)
      yield rows
    }
  }

  async *rejected(): AsyncGenerator<RejectedText[], void, undefined> {
    this.rejected_read = 0
    for await (const rows of this.#reading.rejected()) {
      await this.#pause()
      this.#add(rows)
      this.rejected_read += rows.length
      yield rows
    }
  }

  async readAll(): Promise<void> {
    for await (const _ of this.listings());
    for await (const _ of this.rejected());
    await this.#pause()
  }

  /** SHA-256 of all that the import is, in hexadecimal, once it was read to its end. */
  get checksum(): string {
    this.#checksum ??= this.#hash.digest('hex')
    return this.#checksum
  }

  #add(rows: readonly unknown[][]): void {
    this.#hash.update(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }

  /** Lets the signals of the process in: SQLite would keep it busy. */
  async #pause(): Promise<void> {
    await setImmediate()
    this.#watch.signal.throwIfAborted()
  }
}

function emptyTally(): Tally {
  return { imports: 0, undone: 0, listings: 0, rejected_rows: 0, keys: 0, checksum: 0n }
}

function add(tally: Tally, { row, listings_read, rejected_read, checksum }: SeenImport): void {
  tally.imports++
  tally.undone += Number(row.undone_at !== null)
  tally.listings += listings_read
  tally.rejected_rows += rejected_read
  tally.keys += Number(row.key !== null)
  tally.checksum = (tally.checksum + BigInt(`0x${checksum}`)) % CHECKSUM_LIMIT
}

/** Why an import is not the same in both stores, and what to do; undefined if it is. */
function differenceOf(
  { seen, there, written }: { seen: SeenImport; there: SeenImport | undefined; written: Written },
  from: string,
  to: string,
): string | undefined {
  if (typeof written === 'object') {
    return `was not copied: in ${to}, its Idempotency-Key stands for the import ${written.key_of}. Undo one of the two where it is (glyphd undo)`
  }
  if (there === undefined) return `cannot be read back from ${to}. Copy again`
  const [here_undone, there_undone] = [seen.row.undone_at, there.row.undone_at]
  const isAsWritten = written === 'is_there' || here_undone === there_undone
  if (seen.checksum === there.checksum && isAsWritten) return undefined
  if (here_undone !== null && there_undone === null) {
    return `was undone in ${from} at ${here_undone}, and stands in ${to}. It was left as it is: undo it in ${to}, too, if that is meant (glyphd undo)`
  }
  if (here_undone === null && there_undone !== null) {
    return `was undone in ${to} at ${there_undone}, and stands in ${from}. It was left as it is: undo it in ${from}, too, if that is meant (glyphd undo)`
  }
  return (
    `is not the same in ${to} as in ${from}: something else than glyphd changed one of them. It was left as it is: ` +
    `find out which one is right. In a new store, a copy is as in ${from}`
  )
}

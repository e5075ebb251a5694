import type { ImportResultDTO, Limits } from '../contract.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'
import type { Answer, Question, StorageEngine, StoreState } from './engine.ts'
import { type ImportIdGenerator, importIds } from './import-id.ts'
import type { ReaderRequest, ReaderValue } from './sqlite-reader.ts'
import type { WriterRequest, WriterValue } from './sqlite-writer.ts'
import { Thread } from './thread.ts'

const READERS = 2
const ID_DRAWS = 6 // one, and at most five more when it is taken

/** How a SQLite store is opened. */
export interface SQLiteSettings {
  /** Made if missing, its folder too. */
  path: string
  limits: Limits
  /** Draws import ids. Default: UUIDs of version 7, each greater than all in the store. */
  newImportId?: ImportIdGenerator
}

/** A store in one SQLite file: one thread that writes, one transaction an import, and two threads that read. */
export class SQLiteStorageEngine implements StorageEngine {
  readonly #writer: Thread<WriterRequest, WriterValue>
  readonly #readers: Thread<ReaderRequest, ReaderValue>[]
  readonly #newImportId: ImportIdGenerator
  #closed: Promise<void> | undefined

  private constructor(
    writer: Thread<WriterRequest, WriterValue>,
    readers: Thread<ReaderRequest, ReaderValue>[],
    newImportId: ImportIdGenerator,
  ) {
    this.#writer = writer
    this.#readers = readers
    this.#newImportId = newImportId
  }

  /** @throws Problem if the path cannot be opened, or is not a store that this version can write. */
  static async open({ path, limits, newImportId }: SQLiteSettings): Promise<SQLiteStorageEngine> {
    // Entries of threads are the compiled files: a thread cannot start from TypeScript on every supported Node.
    const writer = new Thread<WriterRequest, WriterValue>(new URL('./sqlite-writer.js', import.meta.url), { path, limits })
    const readers = Array.from(
      { length: READERS },
      () => new Thread<ReaderRequest, ReaderValue>(new URL('./sqlite-reader.js', import.meta.url), { path }),
    )
    try {
      const opened = await expectKind(writer.call({ kind: 'open' }), 'opened')
      await Promise.all(readers.map((reader) => reader.call({ kind: 'check' })))
      return new SQLiteStorageEngine(writer, readers, newImportId ?? importIds(opened.last_import_id))
    } catch (error) {
      await Promise.all([writer, ...readers].map((thread) => thread.stop()))
      throw error
    }
  }

  async import(received: ReceivedBody): Promise<ImportResultDTO> {
    this.#refuseIfClosed()
    const timestamp = new Date().toISOString()
    let body = received
    for (let draw = 0; draw < ID_DRAWS; draw++) {
      const value = await this.#writer.call({ kind: 'import', body, import_id: this.#newImportId(), timestamp }, body.chunks)
      if (value.kind === 'imported') return value.result
      if (value.kind === 'taken') body = value.body
      this.#refuseIfClosed()
    }
    throw new Error(`${ID_DRAWS} import ids drawn in a row were all taken`)
  }

  async ask(question: Question): Promise<Answer> {
    this.#refuseIfClosed()
    return (await expectKind(this.#reader.call({ kind: 'ask', question }), 'answer')).answer
  }

  async check(): Promise<StoreState> {
    this.#refuseIfClosed()
    const { schema_version } = await expectKind(this.#reader.call({ kind: 'check' }), 'checked')
    return { engine: 'sqlite', schema_version }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    try {
      // Calls are answered in order: when these are, every import and question before them was.
      await Promise.all(this.#readers.map((reader) => reader.call({ kind: 'close' })))
      await this.#writer.call({ kind: 'close' }) // the last connection to go takes the log into the database file
    } finally {
      await Promise.all([this.#writer, ...this.#readers].map((thread) => thread.stop()))
    }
  }

  #refuseIfClosed(): void {
    if (this.#closed === undefined) return
    throw new Problem('shutting_down', 'The store is closed', { headers: { 'retry-after': '5' } })
  }

  /** The reader with the fewest questions waiting. */
  get #reader(): Thread<ReaderRequest, ReaderValue> {
    return this.#readers.reduce((least, reader) => (reader.load < least.load ? reader : least))
  }
}

/** The value of a call that can only be answered in one way. */
async function expectKind<V extends { kind: string }, K extends V['kind']>(
  call: Promise<V>,
  kind: K,
): Promise<Extract<V, { kind: K }>> {
  const value = await call
  if (value.kind !== kind) throw new Error(`the thread answered ${value.kind} and not ${kind}`)
  return value as Extract<V, { kind: K }> // what the line above checked, which the compiler does not follow
}

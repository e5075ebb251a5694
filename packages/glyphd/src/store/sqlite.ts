import type { DryRunResult, ImportRecord, UndoneImport } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import { DEFAULT_CURRENT_DAYS } from '../contract/words.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'
import type {
  Answer,
  DryRunOptions,
  Imported,
  ImportOptions,
  PageQuestion,
  Question,
  StorageEngine,
  StoreState,
} from './engine.ts'
import { type ImportIdGenerator, importIds } from './import-id.ts'
import type { ImportOutcome, ImportRequest } from './import-request.ts'
import { Intake, type WriteJob, type WriteValue } from './intake.ts'
import { isIndexed } from './listing-questions.ts'
import { isMarketQuestion } from './market-questions.ts'
import { failure, type Outcome } from './outcome.ts'
import type { DryRunRequest, DryRunValue } from './sqlite-dry-run.ts'
import type { MarketRequest, MarketValue } from './sqlite-market.ts'
import type { ReaderRequest, ReaderValue } from './sqlite-reader.ts'
import type { WriterRequest, WriterValue } from './sqlite-writer.ts'
import { READER_LIMITS, storeEnded, Thread, valueOfKind } from './thread.ts'

const WAITING_DRY_RUNS = 8
/** Questions that may wait for one thread: more would wait longer than anybody does. */
const WAITING_QUESTIONS = 200

/** How a SQLite store is opened. */
export interface SQLiteSettings {
  /** Made if missing, its folder too. */
  path: string
  limits: Limits
  /** Days after which an offer that was not seen again counts as gone. */
  current_days?: number
  /** Draws import ids. Default: UUIDs of version 7, each greater than all in the store. */
  newImportId?: ImportIdGenerator
}

/**
 * A store in one SQLite file: one thread that writes, two that read, of which one is spared long questions and the other starts when it
 * is needed, one for what the market comes to, and one for dry runs. Imports that come while the writer is busy share the next transaction.
 */
export class SQLiteStorageEngine implements StorageEngine {
  readonly #writer: Thread<WriterRequest, WriterValue>
  readonly #reader: Thread<ReaderRequest, ReaderValue>
  readonly #longReader: Thread<ReaderRequest, ReaderValue>
  readonly #intake: Intake
  readonly #dryRunner: Thread<DryRunRequest, DryRunValue>
  readonly #market: Thread<MarketRequest, MarketValue>
  #closed: Promise<void> | undefined

  private constructor(
    settings: SQLiteSettings,
    writer: Thread<WriterRequest, WriterValue>,
    [reader, longReader]: readonly [Thread<ReaderRequest, ReaderValue>, Thread<ReaderRequest, ReaderValue>],
    newImportId: ImportIdGenerator,
  ) {
    this.#writer = writer
    this.#reader = reader
    this.#longReader = longReader
    const { path, limits, current_days = DEFAULT_CURRENT_DAYS } = settings
    this.#market = new Thread(new URL('./sqlite-market.js', import.meta.url), { path, current_days }, storeEnded, READER_LIMITS)
    this.#dryRunner = new Thread(new URL('./sqlite-dry-run.js', import.meta.url), { path, limits, current_days })
    this.#intake = new Intake({ limits, newImportId, write: (group) => this.#write(group) })
  }

  /** @throws Problem if the path cannot be opened, or is not a store that this version can write. */
  static async open(settings: SQLiteSettings): Promise<SQLiteStorageEngine> {
    const { path, limits, newImportId, current_days = DEFAULT_CURRENT_DAYS } = settings
    // Entries of threads are the compiled files: a thread cannot start from TypeScript on every supported Node.
    const writer = new Thread<WriterRequest, WriterValue>(new URL('./sqlite-writer.js', import.meta.url), {
      path,
      limits,
      current_days,
    })
    const readerThread = () =>
      new Thread<ReaderRequest, ReaderValue>(
        new URL('./sqlite-reader.js', import.meta.url),
        { path, current_days },
        storeEnded,
        READER_LIMITS,
      )
    const readers = [readerThread(), readerThread()] as const
    try {
      const opened = await valueOfKind(writer.call({ kind: 'open' }), 'opened')
      await readers[0].call({ kind: 'check' })
      return new SQLiteStorageEngine(settings, writer, readers, newImportId ?? importIds(opened.last_import_id))
    } catch (error) {
      await Promise.all([writer, ...readers].map((thread) => thread.stop()))
      throw error
    }
  }

  import(body: ReceivedBody, options: ImportOptions): Promise<Imported> {
    return this.#intake.import(body, options)
  }

  undo(import_id: string): Promise<UndoneImport> {
    return this.#intake.undo(import_id)
  }

  async dryRun(body: ReceivedBody, options: DryRunOptions): Promise<DryRunResult> {
    this.#intake.refuseIfClosed()
    if (this.#dryRunner.load > WAITING_DRY_RUNS) {
      throw new Problem('queue_full', 'Too many dry runs wait: send it again', { headers: { 'retry-after': '5' } })
    }
    const answered = this.#dryRunner.call({ kind: 'dry_run', body, ...options }, body.chunks)
    return (await valueOfKind(answered, 'dry_run')).result
  }

  async ask(question: Question): Promise<Answer> {
    this.#intake.refuseIfClosed()
    for (let isAskedAgain = false; ; isAskedAgain = true) {
      const value = await this.#askOnce(question, isAskedAgain)
      if (value.kind === 'answer') return value.answer
      if (value.kind !== 'behind') throw new Error(`a reader answered ${value.kind}`)
      await this.#observe()
    }
  }

  #askOnce(question: Question, isAskedAgain: boolean): Promise<ReaderValue | MarketValue> {
    if (isMarketQuestion(question)) {
      refuseIfBusy(this.#market)
      return this.#market.call({ kind: 'ask', question, isAskedAgain })
    }
    const reader = this.#readerFor(question)
    refuseIfBusy(reader)
    return reader.call({ kind: 'ask', question, isAskedAgain })
  }

  /** Has the writer bring offers up to date with all that was stored until now, before what queues for it. */
  async #observe(): Promise<void> {
    this.#intake.refuseIfClosed()
    try {
      await valueOfKind(this.#writer.call({ kind: 'observe' }), 'observed')
    } catch (error) {
      throw questionProblem(error)
    }
  }

  async check(): Promise<StoreState> {
    this.#intake.refuseIfClosed()
    const { schema_version } = await valueOfKind(this.#shortReader.call({ kind: 'check' }), 'checked')
    return { engine: 'sqlite', schema_version }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const readers = [this.#reader, this.#longReader].filter(({ isRunning }) => isRunning)
    try {
      await this.#intake.close()
      // Calls are answered in order: when these are, every question before them was.
      await Promise.all(readers.map((reader) => reader.call({ kind: 'close' })))
      if (this.#dryRunner.isRunning) await this.#dryRunner.call({ kind: 'close' })
      if (this.#market.isRunning) await this.#market.call({ kind: 'close' })
      await this.#writer.call({ kind: 'close' }) // the last connection to go takes the log into the database file
    } finally {
      await Promise.all([this.#writer, ...readers, this.#dryRunner, this.#market].map((thread) => thread.stop()))
    }
  }

  /** What the writer makes of the jobs that share a turn: imports, or one undo. */
  async #write(group: WriteJob[]): Promise<Outcome<WriteValue>[]> {
    const requests = group.flatMap((job) => (job.kind === 'import' ? [job.request] : []))
    const [first] = group
    if (first?.kind === 'undo') {
      const undone_at = new Date().toISOString()
      return [
        { value: await valueOfKind(this.#writer.call({ kind: 'undo', import_id: first.import_id, undone_at }), 'undone') },
      ]
    }
    const chunks = requests.flatMap(({ body }) => body.chunks)
    try {
      return (await valueOfKind(this.#writer.call({ kind: 'import', group: requests }, chunks), 'imported')).outcomes
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'store_unavailable') throw error
      return Promise.all(requests.map((request) => this.#afterDeath(request)))
    }
  }

  /**
   * What became of an import whose writer died before it answered: stored whole or not at all, and the store knows which. One with
   * a key is to be sent again, whatever became of it: its first answer is stored with it, and no other may be given.
   */
  async #afterDeath({ import_id, handling, idempotency }: ImportRequest): Promise<Outcome<ImportOutcome>> {
    const headers = { 'retry-after': '1' }
    if (idempotency !== undefined) {
      const detail = 'The store stopped before it answered. Send it again with the same key: it is stored once'
      return failure(new Problem('store_unavailable', detail, { headers }))
    }
    const { items } = await this.ask({ about: 'imports', import_id, limit: 1 })
    const [record]: ImportRecord[] = JSON.parse(items)
    if (record === undefined) {
      const detail = 'The store stopped before it had stored this. Nothing was stored; send it again'
      return failure(new Problem('store_unavailable', detail, { headers }))
    }
    const { rejected_count, undone_at: _, ...stored } = record
    const rejections = { rejected_count, errors: [], errors_truncated: rejected_count > 0 }
    const result = handling === 'lenient' ? { ...stored, ...rejections } : stored
    return { value: { kind: 'imported', result, replayed: false } }
  }

  /** Long questions have a reader of their own: what is answered at once waits for none of them, and helps out there if there is none. */
  #readerFor(question: PageQuestion): Thread<ReaderRequest, ReaderValue> {
    const isLong = question.about === 'deltas' || (question.about === 'listings' && !isIndexed(question))
    return isLong ? this.#longReader : this.#shortReader
  }

  get #shortReader(): Thread<ReaderRequest, ReaderValue> {
    return this.#reader.load > 0 && this.#longReader.load === 0 ? this.#longReader : this.#reader
  }
}

function refuseIfBusy({ load }: { load: number }): void {
  if (load < WAITING_QUESTIONS) return
  throw new Problem('queue_full', 'Too many questions wait: ask again', { headers: { 'retry-after': '5' } })
}

/** What it means for a question that offers cannot be brought up to date: words for imports would not do. */
function questionProblem(error: unknown): unknown {
  if (!(error instanceof Problem) || (error.code !== 'disk_full' && error.code !== 'store_busy')) return error
  const reason = error.code === 'disk_full' ? 'The disk is full' : 'Another program holds the store'
  return new Problem('store_unavailable', `${reason}: what was stored last cannot be taken into account. Ask again later`, {
    headers: { 'retry-after': '5' },
  })
}

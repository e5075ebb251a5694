import type { DryRunResult, UndoneImport } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import { DEFAULT_CURRENT_DAYS } from '../contract/words.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'
import type { Answer, DryRunOptions, Imported, ImportOptions, Question, StorageEngine, StoreState } from './engine.ts'
import { type ImportIdGenerator, importIds } from './import-id.ts'
import { Intake, type WriteJob, type WriteValue } from './intake.ts'
import { isMarketQuestion } from './market-questions.ts'
import type { Outcome } from './outcome.ts'
import { serversOf } from './postgres/connection-string.ts'
import type { DryRunRequest, DryRunValue } from './postgres/dry-run-thread.ts'
import type { FollowerRequest, FollowerValue } from './postgres/follower-thread.ts'
import type { ImporterRequest, ImporterValue } from './postgres/import-thread.ts'
import type { QuestionRequest, QuestionValue } from './postgres/question-thread.ts'
import { type EndingSince, notEnding, PATIENCE, type Patience, type ThreadData } from './postgres/thread-data.ts'
import { READER_LIMITS, storeEnded, Thread, valueOfKind } from './thread.ts'

/** How many imports are stored at once, where nothing else is said. */
const DEFAULT_IMPORT_CONNECTIONS = 2
const WAITING_DRY_RUNS = 8
/** Questions that may wait for one thread: more would wait longer than anybody does. */
const WAITING_QUESTIONS = 200

/** How a PostgreSQL store is opened. */
export interface PostgresSettings {
  /** Connection URI with one or several hosts. */
  url: string
  limits: Limits
  /** Days after which an offer that was not seen again counts as gone. */
  current_days?: number
  /** How many imports are stored at once, each by a thread and a connection of its own. With one, they are stored in the order of their ids. */
  import_connections?: number
  /** Draws import ids. Default: UUIDs of version 7, each greater than all in the store when it was opened. */
  newImportId?: ImportIdGenerator
  /** Aborted when the daemon is to end: what is under way waits for the database no longer than a few seconds then. */
  ending?: AbortSignal
  patience?: Patience
}

/**
 * A store in a PostgreSQL database, which several daemons may share: threads that copy imports in, one that has offers follow, one for
 * pages of listings and one for what the market comes to, and one for dry runs.
 */
export class PostgresStorageEngine implements StorageEngine {
  readonly #importers: readonly Thread<ImporterRequest, ImporterValue>[]
  readonly #follower: Thread<FollowerRequest, FollowerValue>
  readonly #pages: Thread<QuestionRequest, QuestionValue>
  readonly #market: Thread<QuestionRequest, QuestionValue>
  readonly #dryRunner: Thread<DryRunRequest, DryRunValue>
  readonly #intake: Intake
  readonly #endingSince: EndingSince
  #closed: Promise<void> | undefined

  private constructor(
    data: ThreadData,
    follower: Thread<FollowerRequest, FollowerValue>,
    { limits, newImportId, writers }: { limits: Limits; newImportId: ImportIdGenerator; writers: number },
  ) {
    this.#follower = follower
    this.#endingSince = data.endingSince
    this.#importers = Array.from(
      { length: writers },
      () => new Thread<ImporterRequest, ImporterValue>(entry('import-thread'), data, storeEnded),
    )
    this.#pages = new Thread(entry('question-thread'), data, storeEnded, READER_LIMITS)
    this.#market = new Thread(entry('question-thread'), data, storeEnded, READER_LIMITS)
    this.#dryRunner = new Thread(entry('dry-run-thread'), data)
    this.#intake = new Intake({ limits, newImportId, write: (group) => this.#write(group), writers })
  }

  /** @throws Problem if the database cannot be reached, or its tables are not a store that this version can write. */
  static async open(settings: PostgresSettings): Promise<PostgresStorageEngine> {
    const { url, limits, newImportId, current_days = DEFAULT_CURRENT_DAYS } = settings
    const { import_connections: writers = DEFAULT_IMPORT_CONNECTIONS } = settings
    serversOf(url) // refused here, where nothing has been started
    const endingSince = notEnding()
    settings.ending?.addEventListener('abort', () => begin(endingSince))
    const data = { url, limits, current_days, patience: settings.patience ?? PATIENCE, endingSince }
    const follower = new Thread<FollowerRequest, FollowerValue>(entry('follower-thread'), data)
    try {
      const { last_import_id } = await valueOfKind(follower.call({ kind: 'open' }), 'opened')
      return new PostgresStorageEngine(data, follower, {
        limits,
        newImportId: newImportId ?? importIds(last_import_id),
        writers,
      })
    } catch (error) {
      await follower.stop()
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
    const thread = isMarketQuestion(question) ? this.#market : this.#pages
    for (let isAskedAgain = false; ; isAskedAgain = true) {
      if (thread.load >= WAITING_QUESTIONS) {
        throw new Problem('queue_full', 'Too many questions wait: ask again', { headers: { 'retry-after': '5' } })
      }
      const value = await thread.call({ kind: 'ask', question, isAskedAgain })
      if (value.kind === 'answer') return value.answer
      if (value.kind !== 'behind') throw new Error(`a thread answered ${value.kind}`)
      await valueOfKind(this.#follower.call({ kind: 'observe' }), 'observed')
    }
  }

  async check(): Promise<StoreState> {
    this.#intake.refuseIfClosed()
    const { schema_version, durability } = await valueOfKind(this.#pages.call({ kind: 'check' }), 'checked')
    return { engine: 'postgres', schema_version, durability }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    const threads = [...this.#importers, this.#pages, this.#market, this.#dryRunner, this.#follower]
    begin(this.#endingSince)
    try {
      await this.#intake.close()
      const running = threads.filter(({ isRunning }) => isRunning)
      await Promise.all(running.map((thread) => thread.call({ kind: 'close' })))
    } finally {
      await Promise.all(threads.map((thread) => thread.stop()))
    }
  }

  /** What an import thread that is free makes of the jobs that share a turn. */
  async #write(group: WriteJob[]): Promise<Outcome<WriteValue>[]> {
    const importer = this.#importers.find(({ load }) => load === 0)
    if (importer === undefined) throw new Error('more groups are under way than there are threads')
    const [first] = group
    if (first?.kind === 'undo') {
      const undone_at = new Date().toISOString()
      const undone = importer.call({ kind: 'undo', import_id: first.import_id, undone_at })
      return [{ value: await valueOfKind(undone, 'undone') }]
    }
    const requests = group.flatMap((job) => (job.kind === 'import' ? [job.request] : []))
    const chunks = requests.flatMap(({ body }) => body.chunks)
    const { outcomes } = await valueOfKind(importer.call({ kind: 'import', group: requests }, chunks), 'imported')
    this.#follow()
    return outcomes
  }

  /** Has offers follow what was stored, while nobody waits for it. What fails now is done when somebody asks. */
  #follow(): void {
    if (this.#follower.load === 0) this.#follower.call({ kind: 'observe' }).catch(() => {})
  }
}

/** Says to all threads that the daemon is ending; the first time counts. */
function begin(endingSince: EndingSince): void {
  endingSince.fill(Math.min(endingSince[0] ?? 0, Date.now()))
}

function entry(name: string): URL {
  return new URL(`./postgres/${name}.js`, import.meta.url)
}

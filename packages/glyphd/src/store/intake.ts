import type { UndoneImport } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'
import type { Imported, ImportOptions } from './engine.ts'
import type { ImportIdGenerator } from './import-id.ts'
import type { ImportOutcome, ImportRequest } from './import-request.ts'
import type { Outcome } from './outcome.ts'
import { WriteQueue } from './write-queue.ts'

const ID_DRAWS = 6 // one, and at most five more when it is taken

/** What waits for a writer. */
export type WriteJob = { kind: 'import'; request: ImportRequest } | { kind: 'undo'; import_id: string }
export type WriteValue = ImportOutcome | { kind: 'undone'; undone: UndoneImport }

interface IntakeSettings {
  limits: Limits
  newImportId: ImportIdGenerator
  /** Does the work of a group, imports or one undo, and says what became of each. */
  write: (group: WriteJob[]) => Promise<Outcome<WriteValue>[]>
  /** How many groups may be under way at once. Default: 1. */
  writers?: number
}

/**
 * Where imports and undos of a daemon come in: draws their ids, keeps two with one key apart, and queues them for the writers.
 */
export class Intake {
  readonly #newImportId: ImportIdGenerator
  readonly #queue: WriteQueue<WriteJob, WriteValue>
  readonly #runningImports = new Set<string>()
  readonly #runningKeys = new Set<string>()
  #isClosed = false

  constructor({ limits, newImportId, write, writers }: IntakeSettings) {
    this.#newImportId = newImportId
    const mayShare = (job: WriteJob) => job.kind === 'import' && job.request.complete === undefined
    this.#queue = new WriteQueue(limits, write, mayShare, writers)
  }

  /** As `StorageEngine.import`. */
  async import(body: ReceivedBody, options: ImportOptions): Promise<Imported> {
    const key = options.idempotency?.key
    if (key === undefined) return this.#import(body, options)
    if (this.#runningKeys.has(key)) throw keyInUse()
    this.#runningKeys.add(key)
    try {
      return await this.#import(body, options)
    } finally {
      this.#runningKeys.delete(key)
    }
  }

  async #import(received: ReceivedBody, options: ImportOptions): Promise<Imported> {
    const timestamp = new Date().toISOString()
    let body = received
    for (let draw = 0; draw < ID_DRAWS; draw++) {
      this.refuseIfClosed()
      const import_id = this.#newImportId()
      if (this.#runningImports.has(import_id)) continue // as good as taken
      this.#runningImports.add(import_id)
      try {
        const request = { ...options, body, import_id, timestamp }
        const value = await this.#queue.add({ kind: 'import', request }, body.bytes)
        if (value.kind === 'imported') return { result: value.result, replayed: value.replayed }
        if (value.kind === 'taken') body = value.body
      } finally {
        this.#runningImports.delete(import_id)
      }
    }
    throw new Error(`${ID_DRAWS} import ids drawn in a row were all taken`)
  }

  /** As `StorageEngine.undo`. */
  async undo(import_id: string): Promise<UndoneImport> {
    this.refuseIfClosed()
    if (this.#runningImports.has(import_id)) {
      throw new Problem('import_running', 'This import is still under way: undo it when it is stored', {
        headers: { 'retry-after': '1' },
      })
    }
    const value = await this.#queue.add({ kind: 'undo', import_id }, 0)
    if (value.kind !== 'undone') throw new Error(`a writer answered ${value.kind} and not undone`)
    return value.undone
  }

  /** @throws Problem if no more is taken in. */
  refuseIfClosed(): void {
    if (this.#isClosed) throw new Problem('shutting_down', 'The store is closed', { headers: { 'retry-after': '5' } })
  }

  /** Takes nothing more in, and waits until nothing is left to do. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#queue.idle()
  }
}

/** An import with the same key is being stored, by this daemon or by another one. */
export function keyInUse(): Problem {
  return new Problem(
    'idempotency_key_in_use',
    'An import with this Idempotency-Key is under way: send it again for its answer',
    { headers: { 'retry-after': '1' } },
  )
}

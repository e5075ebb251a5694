import type { Database } from 'better-sqlite3'
import type { ImportResultDTO, LenientImportResult, UndoneImport } from '../contract/imports.ts'
import type { Rejections } from '../ingest/read-listings.ts'
import { Problem } from '../problem.ts'
import type { BodyReader } from './body-reader.ts'
import { catchUp } from './catch-up.ts'
import type { Imported } from './engine.ts'
import { type ImportOutcome, type ImportRequest, unknownImport } from './import-request.ts'
import { listingInserter } from './insert-listings.ts'
import { type Outcome, outcomeOf, valueIn } from './outcome.ts'
import { storeProblem } from './sqlite-connection.ts'
import type { StorableBatch, StorableBatches } from './storable-batch.ts'
import { offerWriter } from './write-offers.ts'

/** Positions of which offers may not tell yet, some seconds of work: beyond that, imports bring offers nearer by twice their own rows. */
const MOST_BEHIND = 1_000_000
/** Positions that one transaction takes over while nobody waits, about 20 ms of work, and while a question does. */
const IDLE_STEP = 4_000
const STEP = 50_000
/** A body that will keep the writer for seconds, for which questions about offers must not have to wait. */
const LONG_BODY_BYTES = 64 * 1024 * 1024

/** An import that was read and may be stored. */
interface ReadImport {
  request: ImportRequest
  batches: () => StorableBatches
}

export interface ImportWriter {
  /** Stores each import, or says why not; those of a group by one transaction. */
  importGroup(group: readonly ImportRequest[]): Outcome<ImportOutcome>[]
  /** Takes the listings of an import away. @throws Problem if there is no such import. */
  undo(import_id: string, undone_at: string): UndoneImport
  /** Brings offers up to date with what is stored. */
  observe(): void
  /** Does a short part of that, and says whether there is more to do. */
  observeSome(): boolean
  /** The greatest import id of the store. */
  lastImportId(): string | undefined
}

/**
 * What writes imports through the only connection that may.
 *
 * @param most_behind Positions of which offers may not tell yet when an import is answered.
 */
export function importWriter(db: Database, bodies: BodyReader, current_days: number, most_behind = MOST_BEHIND): ImportWriter {
  const insertListings = listingInserter(db)
  const offers = offerWriter(db, current_days)
  const following = catchUp(db, offers)
  const isTaken = db.prepare<[string], 1>('select 1 from imports where import_id = ?').pluck()
  const lastPosition = db
    .prepare<[], number | null>('select last_position from imports order by first_position desc limit 1')
    .pluck()
  const insertImport = db.prepare(
    `insert into imports
       (first_position, last_position, import_id, record_count, rejected_count, first_model, last_model, timestamp)
     values
       (@first_position, @last_position, @import_id, @record_count, @rejected_count, @first_model, @last_model, @timestamp)`,
  )
  const insertRejected = db.prepare('insert into rejected_rows (first_position, row, rejection) values (?, ?, ?)')
  const findKey = db.prepare<[string], { fingerprint: string; answer: string }>(
    'select fingerprint, answer from idempotency_keys where key = ?',
  )
  const insertKey = db.prepare('insert into idempotency_keys (key, first_position, fingerprint, answer) values (?, ?, ?, ?)')
  const deleteListings = db.prepare('delete from gpu_listings where position between @first and @last')
  const findImport = db.prepare<
    [string],
    { first_position: number; last_position: number; record_count: number; undone_at: string | null }
  >('select first_position, last_position, record_count, undone_at from imports where import_id = ?')

  /** Stores the import in the transaction at hand. */
  function store({ import_id, timestamp, handling, idempotency, complete }: ImportRequest, batches: StorableBatches): Imported {
    const answer = idempotency && firstAnswer(idempotency)
    if (answer !== undefined) return { result: answer, replayed: true }

    // What a complete import leaves out is known of offers that are up to date, and it is one step.
    if (complete !== undefined) following.step(Number.POSITIVE_INFINITY)
    const first_position = (lastPosition.get() ?? 0) + 1
    let last_position = first_position
    let record_count = 0
    let first_model = ''
    let last_model = ''
    let step = batches.next()
    for (; step.done !== true; step = batches.next()) {
      const { listings, rejected } = step.value
      for (const [row, rejection] of rejected) insertRejected.run(first_position, row, rejection)
      if (listings === undefined) continue
      insertListings(listings.rows, first_position)
      if (record_count === 0) first_model = listings.first_model
      last_model = listings.last_model
      last_position = first_position + listings.last_index
      record_count += listings.rows.count
    }
    const { rejected_count, ...rejections } = step.value
    const stored = { import_id, record_count, first_model, last_model, timestamp }
    insertImport.run({ ...stored, first_position, last_position, rejected_count })
    if (complete !== undefined) {
      offers.observe({ first: first_position, last: last_position }, record_count, complete)
      following.setObserved(last_position)
    } else if (following.behind() > most_behind) {
      following.step(2 * (last_position - first_position + 1))
    }
    const result = handling === 'lenient' ? { ...stored, rejected_count, ...rejections } : stored
    if (idempotency !== undefined) {
      const { key, fingerprint, beside } = idempotency
      insertKey.run(key, first_position, fingerprint, JSON.stringify({ ...result, ...beside }))
    }
    return { result, replayed: false }
  }

  /** What the key was answered the first time. @throws Problem if that was another request. */
  function firstAnswer({
    key,
    fingerprint,
  }: {
    key: string
    fingerprint: string
  }): ImportResultDTO | LenientImportResult | undefined {
    const known = findKey.get(key)
    if (known === undefined) return undefined
    if (known.fingerprint === fingerprint) return JSON.parse(known.answer)
    throw new Problem(
      'idempotency_key_reused',
      'This Idempotency-Key stands for an import of other bytes, or with other options. Nothing was stored: give each import its own key',
    )
  }

  /**
   * What an import comes to without a look at its body: a key stands for the first answer whatever the limits are now, and for no
   * other body, valid or not. Another process may still be faster, so that `store` asks again under the write lock.
   */
  function alreadyDone({ import_id, body, idempotency }: ImportRequest): ImportOutcome | undefined {
    if (isTaken.get(import_id) !== undefined) return { kind: 'taken', body }
    const answer = idempotency && firstAnswer(idempotency)
    return answer && imported({ result: answer, replayed: true })
  }

  function begin(): void {
    db.exec('begin immediate')
  }

  /** Ends the transaction at hand: stores what `work` did, or none of it. */
  function finish<T>(work: () => T): T {
    try {
      const value = work()
      db.exec('commit')
      return value
    } finally {
      // Still open only where something was thrown; SQLite has ended it itself after some errors.
      if (db.inTransaction) db.exec('rollback')
    }
  }

  /** Does the work of one member of a transaction, or takes back what it did and no other. */
  function within<T>(work: () => T): T {
    db.exec('savepoint member')
    try {
      return work()
    } catch (error) {
      if (!db.inTransaction) throw new TransactionLost(error)
      db.exec('rollback to member')
      throw error
    } finally {
      if (db.inTransaction) db.exec('release member')
    }
  }

  /** Takes over so many positions in a transaction, and says whether there are more. What there is to do is asked without one. */
  function observeUpTo(positions: number): boolean {
    if (following.behind() <= 0) return false
    begin()
    return finish(() => following.step(positions))
  }

  function observe(): void {
    while (observeUpTo(STEP));
  }

  /** Stores one import by a transaction that begins with its first valid listings: an invalid small body never sees it. */
  function importAlone(request: ImportRequest): ImportOutcome {
    const known = alreadyDone(request)
    if (known !== undefined) return known
    if (request.body.bytes > LONG_BODY_BYTES) observe()
    try {
      const batches = bodies.read(request)
      const first = batches.next()
      begin()
      return imported(finish(() => store(request, beginningWith(first, batches))))
    } finally {
      bodies.abandon()
    }
  }

  function importTogether(group: readonly ImportRequest[]): Outcome<ImportOutcome>[] {
    const read = readWhole(group)
    const storeAll = (storeOne: (read: ReadImport) => Imported) =>
      read.map((outcome): Outcome<ImportOutcome> => {
        if (!('value' in outcome)) return outcome
        const { value } = outcome
        return 'kind' in value ? { value } : outcomeOf(() => imported(storeOne(value)), memberProblem)
      })

    begin()
    try {
      return finish(() => storeAll(({ request, batches }) => within(() => store(request, batches()))))
    } catch {
      // The transaction itself failed, and who is to blame is not known: each is tried alone once.
      return storeAll(({ request, batches }) => {
        begin()
        return finish(() => store(request, batches()))
      })
    }
  }

  /** Reads the bodies of a group: one is read while the one before is taken. */
  function readWhole(group: readonly ImportRequest[]): Outcome<ReadImport | ImportOutcome>[] {
    try {
      return group
        .map((request) => outcomeOf(() => alreadyDone(request) ?? { request, reading: bodies.read(request) }, storeProblem))
        .map((outcome) =>
          outcomeOf(() => {
            const begun = valueIn(outcome)
            return 'kind' in begun ? begun : { request: begun.request, batches: wholeBody(begun.reading) }
          }, storeProblem),
        )
    } finally {
      bodies.abandon()
    }
  }

  return {
    importGroup(group) {
      const [only] = group
      if (only === undefined || group.length > 1) return importTogether(group)
      return [outcomeOf(() => importAlone(only), storeProblem)]
    },

    undo(import_id, undone_at) {
      begin()
      return finish(() => {
        const found = findImport.get(import_id)
        if (found === undefined) throw unknownImport()
        const { first_position, last_position, record_count } = found
        if (found.undone_at !== null) return { import_id, record_count, undone_at: found.undone_at }
        const range = { first: first_position, last: last_position }
        // Of what they do not tell yet, offers need not forget anything.
        if (following.position() < first_position) deleteListings.run(range)
        else {
          following.step(last_position - following.position())
          offers.forget(range)
        }
        db.prepare('delete from rejected_rows where first_position = ?').run(first_position)
        db.prepare('delete from idempotency_keys where first_position = ?').run(first_position)
        db.prepare('update imports set undone_at = ? where first_position = ?').run(undone_at, first_position)
        return { import_id, record_count, undone_at }
      })
    },

    observe,
    observeSome: () => observeUpTo(IDLE_STEP),

    lastImportId() {
      return db.prepare<[], string | null>('select max(import_id) from imports').pluck().get() ?? undefined
    },
  }
}

/** SQLite ended the whole transaction because of one member. */
class TransactionLost extends Error {
  override readonly name = 'TransactionLost'
  constructor(cause: unknown) {
    super('the database ended the transaction', { cause })
  }
}

/** What a failure means for the client of one member. @throws TransactionLost, which all members have to know. */
function memberProblem(thrown: unknown): unknown {
  if (thrown instanceof TransactionLost) throw thrown
  return storeProblem(thrown)
}

function imported(done: Imported): ImportOutcome {
  return { kind: 'imported', ...done }
}

function* beginningWith(first: IteratorResult<StorableBatch, Rejections>, rest: StorableBatches): StorableBatches {
  if (first.done === true) return first.value
  yield first.value
  return yield* rest
}

/** Reads a body to its end, and gives its batches as often as asked. */
function wholeBody(reading: StorableBatches): () => StorableBatches {
  const batches: StorableBatch[] = []
  let step = reading.next()
  for (; step.done !== true; step = reading.next()) batches.push(step.value)
  const rejections = step.value
  return function* again() {
    yield* batches
    return rejections
  }
}

import { workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import type { UndoneImport } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import { BodyReader } from './body-reader.ts'
import { IdleWork } from './idle-work.ts'
import type { ImportOutcome, ImportRequest } from './import-request.ts'
import { migrate } from './migrate.ts'
import type { Outcome } from './outcome.ts'
import { describingFailure, openWriter } from './sqlite-connection.ts'
import { answerCalls } from './thread-port.ts'
import { titleIndexer } from './title-index.ts'
import { type ImportWriter, importWriter } from './write-imports.ts'

/** What the writer thread is asked to do. */
export type WriterRequest =
  | { kind: 'open' }
  | { kind: 'import'; group: ImportRequest[] }
  | { kind: 'undo'; import_id: string; undone_at: string }
  | { kind: 'observe' }
  | { kind: 'close' }

export type WriterValue =
  | { kind: 'opened'; last_import_id: string | undefined }
  | { kind: 'imported'; outcomes: Outcome<ImportOutcome>[] }
  | { kind: 'undone'; undone: UndoneImport }
  | { kind: 'observed' }
  | { kind: 'closed' }

const { path, limits, current_days } = workerData as { path: string; limits: Limits; current_days: number } // given by sqlite.ts
/** Pieces of idle work after which the log is taken into the database file, so that it does not grow with the index. */
const CHECKPOINT_PIECES = 20

interface Opened {
  db: Database
  writer: ImportWriter
  /** Takes some listings into the index of titles, and says whether there were any. */
  indexTitles: () => boolean
}

let opened: Opened | undefined
let pieces = 0
const idleWork = new IdleWork(workOn)

function open(): Opened {
  return describingFailure(path, () => {
    const db = openWriter(path)
    migrate(db)
    const writer = importWriter(db, new BodyReader(limits), current_days)
    return { db, writer, indexTitles: titleIndexer(db) }
  })
}

/**
 * Brings offers and the index of titles up to date, and then takes the log into the database file. Readers go on meanwhile. Where it fails, all
 * stays as it is until the next idle time, and the next import says what is wrong with the disk.
 */
function workOn(): boolean {
  try {
    const isMore = opened !== undefined && (opened.writer.observeSome() || opened.indexTitles())
    pieces++
    if (!isMore || pieces % CHECKPOINT_PIECES === 0) opened?.db.pragma('wal_checkpoint(passive)')
    return isMore
  } catch {
    return false
  }
}

function answer(request: WriterRequest): WriterValue {
  idleWork.pause()
  try {
    return answerTo(request)
  } finally {
    // When the answer is there: a time that began before a long import would be over before the next request is looked at.
    if (request.kind !== 'close') idleWork.resume()
  }
}

function answerTo(request: WriterRequest): WriterValue {
  if (request.kind === 'close') {
    opened?.db.close()
    return { kind: 'closed' }
  }
  opened ??= open()
  const { writer } = opened
  switch (request.kind) {
    case 'open':
      return { kind: 'opened', last_import_id: describingFailure(path, () => writer.lastImportId()) }
    case 'import':
      return { kind: 'imported', outcomes: writer.importGroup(request.group) }
    case 'observe':
      writer.observe()
      return { kind: 'observed' }
    case 'undo':
      return { kind: 'undone', undone: writer.undo(request.import_id, request.undone_at) }
  }
}

/** The memory of bodies that come back. */
function returned(value: WriterValue): ArrayBuffer[] {
  if (value.kind !== 'imported') return []
  return value.outcomes.flatMap((outcome) =>
    'value' in outcome && outcome.value.kind === 'taken' ? outcome.value.body.chunks : [],
  )
}

answerCalls<WriterRequest, WriterValue>(answer, returned)

import { workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import type { UndoneImport } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import { BodyReader } from './body-reader.ts'
import { migrate } from './migrate.ts'
import type { Outcome } from './outcome.ts'
import { describingFailure, openWriter } from './sqlite-connection.ts'
import { answerCalls } from './thread-port.ts'
import { type ImportOutcome, type ImportRequest, type ImportWriter, importWriter } from './write-imports.ts'

/** What the writer thread is asked to do. */
export type WriterRequest =
  | { kind: 'open' }
  | { kind: 'import'; group: ImportRequest[] }
  | { kind: 'undo'; import_id: string; undone_at: string }
  | { kind: 'close' }

export type WriterValue =
  | { kind: 'opened'; last_import_id: string | undefined }
  | { kind: 'imported'; outcomes: Outcome<ImportOutcome>[] }
  | { kind: 'undone'; undone: UndoneImport }
  | { kind: 'closed' }

const { path, limits } = workerData as { path: string; limits: Limits } // given by sqlite.ts
/** How long nobody has to ask for anything before the log is taken into the database file. */
const IDLE_MS = 200

let opened: { db: Database; writer: ImportWriter } | undefined
let idle: NodeJS.Timeout | undefined

function open(): { db: Database; writer: ImportWriter } {
  return describingFailure(path, () => {
    const db = openWriter(path)
    migrate(db)
    return { db, writer: importWriter(db, new BodyReader(limits)) }
  })
}

/** Readers go on meanwhile. Where it fails the log stays, and the next import says what is wrong with the disk. */
function checkpoint(): void {
  try {
    opened?.db.pragma('wal_checkpoint(passive)')
  } catch {}
}

function answer(request: WriterRequest): WriterValue {
  clearTimeout(idle)
  if (request.kind === 'close') {
    opened?.db.close()
    return { kind: 'closed' }
  }
  idle = setTimeout(checkpoint, IDLE_MS)
  opened ??= open()
  const { writer } = opened
  switch (request.kind) {
    case 'open':
      return { kind: 'opened', last_import_id: describingFailure(path, () => writer.lastImportId()) }
    case 'import':
      return { kind: 'imported', outcomes: writer.importGroup(request.group) }
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

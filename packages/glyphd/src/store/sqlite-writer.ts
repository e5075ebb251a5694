import { workerData } from 'node:worker_threads'
import type { Database, Statement } from 'better-sqlite3'
import type { ImportResultDTO, Limits } from '../contract.ts'
import { readListings } from '../ingest/read-listings.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { listingInserter } from './insert-listings.ts'
import { migrate } from './migrate.ts'
import { openWriter } from './sqlite-connection.ts'
import { answerCalls } from './thread-port.ts'
import { toRow } from './to-row.ts'

/** What the writer thread is asked to do. */
export type WriterRequest =
  | { kind: 'open' }
  | { kind: 'import'; body: ReceivedBody; import_id: string; timestamp: string }
  | { kind: 'close' }

export type WriterValue =
  | { kind: 'opened'; last_import_id: string | undefined }
  | { kind: 'imported'; result: ImportResultDTO }
  /** The import id is taken: nothing was done, and the body comes back. */
  | { kind: 'taken'; body: ReceivedBody }
  | { kind: 'closed' }

interface Writer {
  db: Database
  insertListings: ReturnType<typeof listingInserter>
  insertImport: Statement
  isTaken: Statement<[string], 1>
  lastPosition: Statement<[], number | null>
}

const { path, limits } = workerData as { path: string; limits: Limits } // given by sqlite.ts
let writer: Writer | undefined

function open(): Writer {
  const db = openWriter(path)
  migrate(db)
  return {
    db,
    insertListings: listingInserter(db),
    insertImport: db.prepare(
      `insert into imports (first_position, last_position, import_id, record_count, first_model, last_model, timestamp)
       values (@first_position, @last_position, @import_id, @record_count, @first_model, @last_model, @timestamp)`,
    ),
    isTaken: db.prepare<[string], 1>('select 1 from imports where import_id = ?').pluck(),
    lastPosition: db
      .prepare<[], number | null>('select last_position from imports order by first_position desc limit 1')
      .pluck(),
  }
}

/** Stores one body in one transaction, which begins with its first valid listings: an invalid small body never sees it. */
function importBody(
  { db, insertListings, insertImport, lastPosition }: Writer,
  { body, import_id, timestamp }: { body: ReceivedBody; import_id: string; timestamp: string },
): ImportResultDTO {
  let first_position = 0
  let record_count = 0
  let first_model = ''
  let last_model = ''
  try {
    for (const { first_row, listings } of readListings(body, limits)) {
      if (!db.inTransaction) {
        db.exec('begin immediate')
        first_position = (lastPosition.get() ?? 0) + 1
        first_model = listings[0]?.model ?? ''
      }
      insertListings(
        listings.map((listing, index) => {
          const import_index = first_row + index
          return toRow(listing, { position: first_position + import_index, import_id, import_index, timestamp })
        }),
      )
      record_count += listings.length
      last_model = listings.at(-1)?.model ?? last_model
    }
    const result = { import_id, record_count, first_model, last_model, timestamp }
    insertImport.run({ ...result, first_position, last_position: first_position + record_count - 1 })
    db.exec('commit')
    return result
  } finally {
    // Still open only where something was thrown; SQLite has ended it itself after some errors.
    if (db.inTransaction) db.exec('rollback')
  }
}

function answer(request: WriterRequest): WriterValue {
  if (request.kind === 'close') {
    writer?.db.close()
    return { kind: 'closed' }
  }
  writer ??= open()
  if (request.kind === 'open') {
    const last = writer.db.prepare<[], string>('select max(import_id) from imports').pluck().get()
    return { kind: 'opened', last_import_id: last ?? undefined }
  }
  if (writer.isTaken.get(request.import_id) !== undefined) return { kind: 'taken', body: request.body }
  return { kind: 'imported', result: importBody(writer, request) }
}

answerCalls<WriterRequest, WriterValue>(answer, (value) => (value.kind === 'taken' ? value.body.chunks : []))

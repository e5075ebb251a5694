import { workerData } from 'node:worker_threads'
import type { Database, Statement } from 'better-sqlite3'
import type { ImportResultDTO } from '../contract.ts'
import { Problem } from '../problem.ts'
import type { Answer, ListingPlace, Question } from './engine.ts'
import { fromRow, type StoredRow } from './from-row.ts'
import { importsQuery, listingsQuery, POSITION_OF, type Query } from './questions.ts'
import { openReader } from './sqlite-connection.ts'
import { answerCalls } from './thread-port.ts'

/** What a reader thread is asked to do. */
export type ReaderRequest = { kind: 'ask'; question: Question } | { kind: 'check' } | { kind: 'close' }

export type ReaderValue = { kind: 'answer'; answer: Answer } | { kind: 'checked'; schema_version: number } | { kind: 'closed' }

/** A page ends early when its text is this long, so that large listings cannot make an answer of any size. */
const PAGE_CHARACTERS = 8 * 1024 * 1024

const { path } = workerData as { path: string } // given by sqlite.ts
let db: Database | undefined
/** Statements by their text: there are only as many as there are combinations of filters. */
const statements = new Map<string, Statement>()

function prepared(open: Database, sql: string): Statement {
  const statement = statements.get(sql) ?? open.prepare(sql)
  statements.set(sql, statement)
  return statement
}

function ask(open: Database, question: Question): Answer {
  if (question.about === 'listings') {
    const position = question.after === undefined ? 0 : positionOf(open, question.after)
    return page(open, listingsQuery(question, position), question.limit, (row) => {
      const listing = fromRow(row as StoredRow)
      return { json: JSON.stringify(listing), place: listing }
    })
  }
  const position = question.after === undefined ? 0 : positionOf(open, { import_id: question.after, import_index: 0 })
  return page(open, importsQuery(question, position), question.limit, (row) => ({
    json: JSON.stringify(row),
    place: { import_id: (row as ImportResultDTO).import_id, import_index: 0 },
  }))
}

function positionOf(open: Database, place: ListingPlace): number {
  const position = prepared(open, POSITION_OF).pluck().get(place) as number | undefined
  if (position === undefined) throw new Problem('invalid_cursor', 'The cursor points to an import that is not in this store')
  return position
}

/** Runs a query for one row more than the limit, which says whether another page exists. */
function page(
  open: Database,
  { sql, values }: Query,
  limit: number,
  itemOf: (row: unknown) => { json: string; place: ListingPlace },
): Answer {
  const items: string[] = []
  let characters = 0
  let last: ListingPlace | undefined
  let more = false
  for (const row of prepared(open, sql).iterate(values)) {
    more = items.length === limit || characters > PAGE_CHARACTERS
    if (more) break
    const { json, place } = itemOf(row)
    items.push(json)
    characters += json.length
    last = { import_id: place.import_id, import_index: place.import_index }
  }
  const text = new TextEncoder().encode(`[${items.join(',')}]`)
  return { items: text, next: more ? last : undefined }
}

function answer(request: ReaderRequest): ReaderValue {
  if (request.kind === 'close') {
    db?.close()
    return { kind: 'closed' }
  }
  db ??= openReader(path)
  if (request.kind === 'check') {
    return { kind: 'checked', schema_version: db.pragma('user_version', { simple: true }) as number }
  }
  return { kind: 'answer', answer: ask(db, request.question) }
}

answerCalls<ReaderRequest, ReaderValue>(answer, (value) => (value.kind === 'answer' ? [value.answer.items.buffer] : []))

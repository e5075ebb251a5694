import { workerData } from 'node:worker_threads'
import type { Database, Statement } from 'better-sqlite3'
import type { ImportRecord } from '../contract/imports.ts'
import { Problem } from '../problem.ts'
import type { Answer, ListingPlace, Question } from './engine.ts'
import { fromRow, type StoredRow } from './from-row.ts'
import { importsQuery, listingsQuery, POSITION_OF, type Query, rejectedRowsQuery } from './questions.ts'
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
  switch (question.about) {
    case 'listings': {
      const position = question.after === undefined ? 0 : positionOf(open, question.after)
      return page(open, listingsQuery(question, position), question.limit, (row) => {
        const listing = fromRow(row as StoredRow)
        return { json: JSON.stringify(listing), place: listing }
      })
    }
    case 'imports': {
      const { after } = question
      const position = after === undefined ? undefined : positionOf(open, { import_id: after, import_index: 0 })
      return page(open, importsQuery(question, position), question.limit, (row) => {
        const { undone_at, ...record } = row as ImportRecord & { undone_at: string | null }
        const json = JSON.stringify(undone_at === null ? record : { ...record, undone_at })
        return { json, place: { import_id: record.import_id, import_index: 0 } }
      })
    }
    case 'rejected_rows':
      return page(
        open,
        rejectedRowsQuery(question),
        question.limit,
        (found) => {
          const { row, rejection } = found as { row: number; rejection: string }
          return { json: rejection, place: { import_id: question.import_id, import_index: row } }
        },
        lines,
      )
  }
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
  textOf: (items: readonly string[]) => string = jsonArray,
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
  return { items: new TextEncoder().encode(textOf(items)), count: items.length, next: more ? last : undefined }
}

function jsonArray(items: readonly string[]): string {
  return `[${items.join(',')}]`
}

function lines(items: readonly string[]): string {
  return items.map((item) => `${item}\n`).join('')
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

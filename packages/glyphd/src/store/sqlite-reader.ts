import { workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import type { Answer, PageQuestion } from './engine.ts'
import { OffersBehind } from './observed.ts'
import { pageAnswers } from './page-answers.ts'
import { type Ask, sqliteAsking } from './sqlite-asking.ts'
import { openReader } from './sqlite-connection.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { answerCalls } from './thread-port.ts'

/** What a reader thread is asked to do. */
export type ReaderRequest =
  | { kind: 'ask'; question: PageQuestion; isAskedAgain: boolean }
  | { kind: 'check' }
  | { kind: 'close' }

export type ReaderValue =
  | { kind: 'answer'; answer: Answer }
  /** Offers do not tell yet what is stored. */
  | { kind: 'behind' }
  | { kind: 'checked'; schema_version: number }
  | { kind: 'closed' }

const { path, current_days } = workerData as { path: string; current_days: number } // given by sqlite.ts
const answerTo = pageAnswers(sqliteDialect, current_days)
let opened: { db: Database; ask: Ask } | undefined

function open(): { db: Database; ask: Ask } {
  const db = openReader(path)
  return { db, ask: sqliteAsking(db) }
}

function answer(request: ReaderRequest): ReaderValue {
  if (request.kind === 'close') {
    opened?.db.close()
    return { kind: 'closed' }
  }
  opened ??= open()
  if (request.kind === 'check') {
    return { kind: 'checked', schema_version: Number(opened.db.pragma('user_version', { simple: true })) }
  }
  try {
    return { kind: 'answer', answer: opened.ask(answerTo(request.question, request.isAskedAgain)) }
  } catch (error) {
    if (error instanceof OffersBehind) return { kind: 'behind' }
    throw error
  }
}

answerCalls<ReaderRequest, ReaderValue>(answer)

import { workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import type { Answer, PageQuestion } from './engine.ts'
import { pageAnswers } from './page-answers.ts'
import { openReader } from './sqlite-connection.ts'
import { answerCalls } from './thread-port.ts'

/** What a reader thread is asked to do. */
export type ReaderRequest = { kind: 'ask'; question: PageQuestion } | { kind: 'check' } | { kind: 'close' }

export type ReaderValue = { kind: 'answer'; answer: Answer } | { kind: 'checked'; schema_version: number } | { kind: 'closed' }

const { path, current_days } = workerData as { path: string; current_days: number } // given by sqlite.ts
let opened: { db: Database; ask: (question: PageQuestion) => Answer } | undefined

function open(): { db: Database; ask: (question: PageQuestion) => Answer } {
  const db = openReader(path)
  return { db, ask: pageAnswers(db, current_days) }
}

function answer(request: ReaderRequest): ReaderValue {
  if (request.kind === 'close') {
    opened?.db.close()
    return { kind: 'closed' }
  }
  opened ??= open()
  if (request.kind === 'check') {
    return { kind: 'checked', schema_version: opened.db.pragma('user_version', { simple: true }) as number }
  }
  return { kind: 'answer', answer: opened.ask(request.question) }
}

answerCalls<ReaderRequest, ReaderValue>(answer)

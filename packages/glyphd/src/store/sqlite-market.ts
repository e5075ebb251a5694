import { workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import type { Answer, MarketQuestion } from './engine.ts'
import { marketAnswers } from './market-answers.ts'
import { OffersBehind } from './observed.ts'
import { type Ask, sqliteAsking } from './sqlite-asking.ts'
import { openReader } from './sqlite-connection.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { answerCalls } from './thread-port.ts'

/** What the market thread is asked to do. */
export type MarketRequest = { kind: 'ask'; question: MarketQuestion; isAskedAgain: boolean } | { kind: 'close' }

export type MarketValue = { kind: 'answer'; answer: Answer } | { kind: 'behind' } | { kind: 'closed' }

const { path, current_days } = workerData as { path: string; current_days: number } // given by sqlite.ts
const answerTo = marketAnswers(sqliteDialect, current_days)
let opened: { db: Database; ask: Ask } | undefined

function open(): { db: Database; ask: Ask } {
  const db = openReader(path)
  return { db, ask: sqliteAsking(db) }
}

function answer(request: MarketRequest): MarketValue {
  if (request.kind === 'close') {
    opened?.db.close()
    return { kind: 'closed' }
  }
  opened ??= open()
  try {
    return { kind: 'answer', answer: opened.ask(answerTo(request.question, request.isAskedAgain)) }
  } catch (error) {
    if (error instanceof OffersBehind) return { kind: 'behind' }
    throw error
  }
}

answerCalls<MarketRequest, MarketValue>(answer)

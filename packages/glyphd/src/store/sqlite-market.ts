import { workerData } from 'node:worker_threads'
import type { Database } from 'better-sqlite3'
import { NO_LISTING } from '../query.ts'
import type { Answer, MarketQuestion } from './engine.ts'
import { type Found, marketAnswers } from './market-answers.ts'
import { OffersBehind } from './observed.ts'
import { openReader } from './sqlite-connection.ts'
import { answerCalls } from './thread-port.ts'

/** What the market thread is asked to do. */
export type MarketRequest = { kind: 'ask'; question: MarketQuestion; isAskedAgain: boolean } | { kind: 'close' }

export type MarketValue = { kind: 'answer'; answer: Answer } | { kind: 'behind' } | { kind: 'closed' }

const { path, current_days } = workerData as { path: string; current_days: number } // given by sqlite.ts
let opened: { db: Database; ask: ReturnType<typeof marketAnswers> } | undefined

function open(): { db: Database; ask: ReturnType<typeof marketAnswers> } {
  const db = openReader(path)
  return { db, ask: marketAnswers(db, current_days) }
}

function written(found: Found): Answer {
  if (found === undefined) return { items: 'null', count: 0, next: undefined }
  if ('item' in found) return { items: JSON.stringify(found.item), count: 1, next: undefined }
  const { items, next } = found
  return {
    items: JSON.stringify(items),
    count: items.length,
    next: next === undefined ? undefined : { ...NO_LISTING, key: next },
  }
}

function answer(request: MarketRequest): MarketValue {
  if (request.kind === 'close') {
    opened?.db.close()
    return { kind: 'closed' }
  }
  opened ??= open()
  try {
    return { kind: 'answer', answer: written(opened.ask(request.question, request.isAskedAgain)) }
  } catch (error) {
    if (error instanceof OffersBehind) return { kind: 'behind' }
    throw error
  }
}

answerCalls<MarketRequest, MarketValue>(answer)

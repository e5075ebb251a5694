import { workerData } from 'node:worker_threads'
import type { Durability } from '../../contract/operations.ts'
import type { Asking } from '../asking.ts'
import type { Answer, Question } from '../engine.ts'
import type { marketAnswers } from '../market-answers.ts'
import { isMarketQuestion } from '../market-questions.ts'
import { OffersBehind } from '../observed.ts'
import { pageAnswers } from '../page-answers.ts'
import { postgresAsking } from './asking.ts'
import { answerCalls } from './calls.ts'
import { Connection } from './connection.ts'
import { ConnectionPool } from './connection-pool.ts'
import { postgresDialect } from './dialect.ts'
import { healthOf } from './health.ts'
import type { ThreadData } from './thread-data.ts'

/** What a thread that answers questions is asked to do. */
export type QuestionRequest = { kind: 'ask'; question: Question; isAskedAgain: boolean } | { kind: 'check' } | { kind: 'close' }

export type QuestionValue =
  | { kind: 'answer'; answer: Answer }
  /** Offers do not tell yet what is stored. */
  | { kind: 'behind' }
  | { kind: 'checked'; schema_version: number; durability: Durability }
  | { kind: 'closed' }

/** Questions that the database works on at once for one thread. */
const CONNECTIONS = 4
/** How long a statement of a question may take. */
const STATEMENT_MS = 10_000
/** What a step of a plan may keep in memory: the places of a million listings. */
const WORK_MEM = '64MB'
/** As `silence_ms` of `Patience`: whoever asks whether the database is away wants to know soon. */
const HEALTH_SILENCE_MS = 2_000

const { url, current_days, patience, endingSince } = workerData as ThreadData // given by postgres.ts
const settings = { jit: 'off', statement_timeout: `${STATEMENT_MS}`, work_mem: WORK_MEM }
const connections = new ConnectionPool(
  CONNECTIONS,
  () => new Connection(url, 'glyphd questions', { settings, ...patience, endingSince }),
)
/** Its own: whoever asks how the daemon is does not wait for questions. */
const health = new ConnectionPool(
  1,
  () =>
    new Connection(url, 'glyphd health', {
      settings,
      silence_ms: Math.min(patience.silence_ms, HEALTH_SILENCE_MS),
      endingSince,
    }),
)
const ask = postgresAsking(STATEMENT_MS)
const pages = pageAnswers(postgresDialect, current_days)
let market: Promise<ReturnType<typeof marketAnswers>> | undefined

/** What answers questions about the market brings the catalog along: it is loaded where there are any. */
async function marketOf(): Promise<ReturnType<typeof marketAnswers>> {
  const { marketAnswers } = await import('../market-answers.ts')
  return marketAnswers(postgresDialect, current_days)
}

async function askingOf(question: Question, isAskedAgain: boolean): Promise<Asking<Answer>> {
  if (!isMarketQuestion(question)) return pages(question, isAskedAgain)
  market ??= marketOf()
  return (await market)(question, isAskedAgain)
}

answerCalls<QuestionRequest, QuestionValue>(async (request) => {
  switch (request.kind) {
    case 'ask': {
      const { question, isAskedAgain } = request
      try {
        const asking = await askingOf(question, isAskedAgain)
        return { kind: 'answer', answer: await connections.use((client) => ask(client, asking)) }
      } catch (error) {
        if (error instanceof OffersBehind) return { kind: 'behind' }
        throw error
      }
    }
    case 'check':
      return { kind: 'checked', ...(await health.use(healthOf)) }
    case 'close':
      await Promise.all([connections.close(), health.close()])
      return { kind: 'closed' }
  }
}, 'Ask again')

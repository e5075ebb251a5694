import { workerData } from 'node:worker_threads'
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
import { schemaVersion } from './migrate.ts'
import type { ThreadData } from './thread-data.ts'

/** What a thread that answers questions is asked to do. */
export type QuestionRequest = { kind: 'ask'; question: Question; isAskedAgain: boolean } | { kind: 'check' } | { kind: 'close' }

export type QuestionValue =
  | { kind: 'answer'; answer: Answer }
  /** Offers do not tell yet what is stored. */
  | { kind: 'behind' }
  | { kind: 'checked'; schema_version: number }
  | { kind: 'closed' }

/** Questions that the database works on at once for one thread. */
const CONNECTIONS = 4
/** How long a statement of a question may take. */
const STATEMENT_MS = 10_000

const { url, current_days } = workerData as ThreadData // given by postgres.ts
const connections = new ConnectionPool(
  CONNECTIONS,
  () => new Connection(url, 'glyphd questions', { jit: 'off', statement_timeout: `${STATEMENT_MS}` }),
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
      return { kind: 'checked', schema_version: await connections.use(schemaVersion) }
    case 'close':
      await connections.close()
      return { kind: 'closed' }
  }
}, 'Ask again')

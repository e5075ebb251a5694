import { parentPort } from 'node:worker_threads'
import { failure, type Outcome } from '../outcome.ts'
import { postgresProblem } from './problems.ts'

/**
 * Inside a thread of a PostgreSQL store: answers calls with what `answer` resolves or rejects with, several at a time. `advice` is what a
 * client is told to do where the database failed.
 */
export function answerCalls<Input, Value>(answer: (request: Input) => Promise<Value>, advice: string): void {
  parentPort?.on('message', async ({ call, request }: { call: number; request: Input }) => {
    const outcome: Outcome<Value> = await answer(request).then(
      (value) => ({ value }),
      (error: unknown) => failure(postgresProblem(error, advice)),
    )
    parentPort?.postMessage({ call, outcome })
  })
}

import { parentPort, type Transferable } from 'node:worker_threads'
import { fileProblem } from '../ingest/spool.ts'
import { failure, type Outcome } from '../store/outcome.ts'

/**
 * Inside a thread that runs glyphsieve: answers every call with what `answer` resolves to or throws, one after the other.
 * `transfer` names the memory that goes along.
 */
export function answerInTurn<Input, Value>(
  answer: (request: Input) => Promise<Value>,
  transfer: (value: Value) => Transferable[],
): void {
  let turn = Promise.resolve()
  parentPort?.on('message', ({ call, request }: { call: number; request: Input }) => {
    turn = turn.then(async () => {
      const outcome = await answer(request).then(
        (value): Outcome<Value> => ({ value }),
        (thrown: unknown) => failure(fileProblem(thrown)),
      )
      parentPort?.postMessage({ call, outcome }, 'value' in outcome ? transfer(outcome.value) : [])
    })
  })
}

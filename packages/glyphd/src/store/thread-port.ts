import { parentPort, type Transferable } from 'node:worker_threads'
import { outcomeOf } from './outcome.ts'
import { storeProblem } from './sqlite-connection.ts'

/** Inside a thread of a store: answers every call with what `answer` returns or throws. `transfer` names the memory that goes along. */
export function answerCalls<Input, Value>(
  answer: (request: Input) => Value,
  transfer: (value: Value) => Transferable[] = () => [],
): void {
  parentPort?.on('message', ({ call, request }: { call: number; request: Input }) => {
    const outcome = outcomeOf(() => answer(request), storeProblem)
    parentPort?.postMessage({ call, outcome }, 'value' in outcome ? transfer(outcome.value) : [])
  })
}

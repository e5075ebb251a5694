import { parentPort, type Transferable } from 'node:worker_threads'
import { Problem } from '../problem.ts'
import { storeProblem } from './sqlite-connection.ts'
import type { Reply } from './thread.ts'

/** Inside a thread of a store: answers every call with what `answer` returns or throws. `transfer` names the memory that goes along. */
export function answerCalls<Input, Value>(answer: (request: Input) => Value, transfer: (value: Value) => Transferable[]): void {
  parentPort?.on('message', ({ call, request }: { call: number; request: Input }) => {
    const reply = replyTo(call, () => answer(request))
    parentPort?.postMessage(reply, 'value' in reply ? transfer(reply.value) : [])
  })
}

function replyTo<Value>(call: number, answer: () => Value): Reply<Value> {
  try {
    return { call, value: answer() }
  } catch (thrown) {
    const error = storeProblem(thrown)
    if (!(error instanceof Problem)) return { call, error: plain(error) }
    const { code, message, members, headers } = error
    return { call, problem: { code, detail: message, members, headers } }
  }
}

/** An error that keeps its words and its stack between threads; one of a class of its own would lose both. */
function plain(error: unknown): Error {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const copy = new Error(`${name}: ${message}`)
  if (stack !== undefined) copy.stack = stack
  return copy
}

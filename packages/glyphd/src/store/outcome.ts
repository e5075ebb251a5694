import type { ProblemCode } from '../contract/problems.ts'
import { Problem, type ProblemMembers } from '../problem.ts'

/** What became of a piece of work, as it crosses between threads: errors of our own classes would lose what they are. */
export type Outcome<T> =
  | { value: T }
  | { problem: { code: ProblemCode; detail: string; members: ProblemMembers; headers: Record<string, string> } }
  | { error: Error }

/** Does some work. What it throws is what `explain` makes of it. */
export function outcomeOf<T>(work: () => T, explain: (thrown: unknown) => unknown): Outcome<T> {
  try {
    return { value: work() }
  } catch (thrown) {
    return failure(explain(thrown))
  }
}

/** The outcome of work that threw this. */
export function failure(error: unknown): Outcome<never> {
  if (!(error instanceof Problem)) return { error: plain(error) }
  const { code, message, members, headers } = error
  return { problem: { code, detail: message, members, headers } }
}

/** The value of an outcome. @throws what the work threw. */
export function valueIn<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  if ('error' in outcome) throw outcome.error
  const { code, detail, members, headers } = outcome.problem
  throw new Problem(code, detail, { members, headers })
}

/** An error that keeps its words and its stack between threads; one of a class of its own would lose both. */
function plain(error: unknown): Error {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const copy = new Error(`${name}: ${message}`)
  if (stack !== undefined) copy.stack = stack
  return copy
}

import type { Database } from 'better-sqlite3'
import { Problem } from '../problem.ts'

/** How long a question may take that has to look at many listings. */
const QUESTION_MS = 10_000

/** The refusal of a question that took so many milliseconds. */
export function questionTooLong(milliseconds = QUESTION_MS): Problem {
  return new Problem(
    'question_too_long',
    `This takes longer than ${milliseconds / 1000} s: narrow it, most of all with model=, or sort it otherwise`,
    { headers: { 'retry-after': '5' } },
  )
}

/**
 * Gives a connection the function `in_time()`, which ends a statement that asks it when the time of its question is over. SQLite has no
 * other way to stop one in the middle from the thread that runs it.
 *
 * @returns what begins the time of a question.
 */
export function deadlineOf(db: Database, milliseconds = QUESTION_MS): () => void {
  let deadline = Infinity
  db.function('in_time', { deterministic: false }, () => {
    if (performance.now() < deadline) return 1
    throw questionTooLong(milliseconds)
  })
  return () => {
    deadline = performance.now() + milliseconds
  }
}

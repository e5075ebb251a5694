import type { Database } from 'better-sqlite3'
import type { Asking, Query, Rows } from './asking.ts'
import { deadlineOf } from './deadline.ts'
import { statementsOf } from './statements.ts'
import { folded } from './title-words.ts'

/** Runs what is asked to its end, and gives the answer. */
export type Ask = <T>(asking: Asking<T>) => T

/** Gives a connection the functions `fold` and `in_time`, and answers from it: each question within one transaction and its time. */
export function sqliteAsking(db: Database): Ask {
  const prepared = statementsOf(db)
  const beginTime = deadlineOf(db)
  db.function('fold', { deterministic: true }, (text) => (typeof text === 'string' ? folded(text) : null))

  function rowsOf({ sql, values, take }: Query): Rows {
    const { statement, columns } = prepared(sql)
    if (take === undefined) return { columns, rows: statement.all(values) }
    for (const row of statement.iterate(values)) if (!take(row)) break
    return { columns, rows: [] }
  }

  function finish<T>(asking: Asking<T>): T {
    beginTime()
    let step = asking.next()
    while (step.done !== true) step = asking.next(rowsOf(step.value))
    return step.value
  }

  // All that one answer reads is of one moment: an import must not come between two of its statements.
  return (asking) => db.transaction(() => finish(asking))()
}

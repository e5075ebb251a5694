import type { Database, Statement } from 'better-sqlite3'
import type { StoredValue } from './from-row.ts'

/** More texts than the combinations of filters that are asked for. */
const MAX_STATEMENTS = 500

/** A statement that gives rows as the values of its columns: objects take twice as long. */
export interface Prepared {
  statement: Statement<unknown[], StoredValue[]>
  columns: readonly string[]
}

/** Prepares every text once. */
export function statementsOf(db: Database): (sql: string) => Prepared {
  const known = new Map<string, Prepared>()
  return (sql) => {
    const found = known.get(sql)
    if (found !== undefined) return found
    if (known.size >= MAX_STATEMENTS) known.clear()
    const statement = db.prepare<unknown[], StoredValue[]>(sql).raw()
    const prepared = { statement, columns: statement.columns().map(({ name }) => name) }
    known.set(sql, prepared)
    return prepared
  }
}

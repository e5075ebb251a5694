import type { Database, Statement } from 'better-sqlite3'

/** More texts than the combinations of filters that are asked for. */
const MAX_STATEMENTS = 500

/** Prepares every text once. */
export function statementsOf(db: Database): (sql: string) => Statement {
  const known = new Map<string, Statement>()
  return (sql) => {
    const found = known.get(sql)
    if (found !== undefined) return found
    if (known.size >= MAX_STATEMENTS) known.clear()
    const statement = db.prepare(sql)
    known.set(sql, statement)
    return statement
  }
}

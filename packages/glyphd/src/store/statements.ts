import type { Database, Statement } from 'better-sqlite3'

/** More texts than the combinations of filters that are asked for. */
const MAX_STATEMENTS = 500

/** Prepares a text, whose columns are those of `Row`. */
export type Prepare = <Row = unknown>(sql: string) => Statement<unknown[], Row>

/** Prepares every text once. */
export function statementsOf(db: Database): Prepare {
  const known = new Map<string, Statement>()
  return <Row>(sql: string) => {
    const found = known.get(sql)
    if (found !== undefined) return found as Statement<unknown[], Row> // what the text names, as below
    if (known.size >= MAX_STATEMENTS) known.clear()
    const statement = db.prepare<unknown[], Row>(sql)
    known.set(sql, statement)
    return statement
  }
}

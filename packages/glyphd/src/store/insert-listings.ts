import type { Database, Statement } from 'better-sqlite3'
import type { PackedRows } from './packed-rows.ts'
import { rowCursor } from './row-cursor.ts'
import type { Row } from './to-row.ts'

/** More combinations of columns than any feed has; beyond it, the statements are prepared anew. */
const MAX_STATEMENTS = 100

/**
 * Inserts rows of one import, one statement execution a row, each at `first_position` plus its import index. To bind the columns
 * that no row fills would cost as much a column as to bind the others, and values bound as arguments are a tenth faster than the
 * same in an array (`bench/levers.ts` shows both).
 */
export function listingInserter(db: Database): (rows: PackedRows, first_position: number) => void {
  const statements = new Map<string, Statement<Row>>()

  function statementFor(columns: readonly string[]): Statement<Row> {
    const names = ['position', ...columns].join(', ')
    const known = statements.get(names)
    if (known !== undefined) return known
    if (statements.size >= MAX_STATEMENTS) statements.clear()
    const values = Array.from({ length: columns.length + 1 }, () => '?').join(', ')
    const statement = db.prepare<Row>(`insert into gpu_listings (${names}) values (${values})`)
    statements.set(names, statement)
    return statement
  }

  return (rows, first_position) => {
    const { count, columns, next } = rowCursor(rows)
    const statement = statementFor(columns)
    const importIndex = columns.indexOf('import_index') + 1
    const values: Row = new Array(columns.length + 1).fill(null)
    for (let row = 0; row < count; row++) {
      next(values)
      values[0] = first_position + Number(values[importIndex])
      statement.run(...values)
    }
  }
}

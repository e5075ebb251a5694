import type { Database, Statement } from 'better-sqlite3'
import { COLUMNS, type Row } from './to-row.ts'

/** More combinations of columns than any feed has; beyond it, the statements are prepared anew. */
const MAX_STATEMENTS = 100

interface Insert {
  columns: number[]
  statement: Statement<[Row]>
}

/**
 * Inserts rows, one statement execution a row. The statement names only the columns that some row of the batch fills: a listing
 * has about half of them, and binding the others would cost as much a column (`npm run bench` shows both).
 */
export function listingInserter(db: Database): (rows: readonly Row[]) => void {
  const inserts = new Map<string, Insert>()

  function insertFor(rows: readonly Row[]): Insert {
    const columns = COLUMNS.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== null))
    const names = columns.map((column) => COLUMNS[column]).join(', ')
    const known = inserts.get(names)
    if (known !== undefined) return known
    if (inserts.size >= MAX_STATEMENTS) inserts.clear()
    const statement = db.prepare<[Row]>(`insert into gpu_listings (${names}) values (${columns.map(() => '?').join(', ')})`)
    const insert = { columns, statement }
    inserts.set(names, insert)
    return insert
  }

  return (rows) => {
    const { columns, statement } = insertFor(rows)
    const values: Row = new Array(columns.length).fill(null)
    for (const row of rows) {
      // Both indexes are in bounds: columns are those of a row.
      for (let index = 0; index < columns.length; index++) values[index] = row[columns[index] as number] as Row[number]
      statement.run(values)
    }
  }
}

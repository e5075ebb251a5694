import type { StoredValue } from './from-row.ts'

export type Values = Record<string, StoredValue>

/** A row as the values of its columns. */
export type Row = readonly StoredValue[]

/** A statement that reads. */
export interface Query {
  /** SQL in which `@name` stands for a value. */
  sql: string
  /** By name; the text need not name all of them. */
  values: Values
  /**
   * Is given the rows one by one, in the place of whoever asked, until it returns false: for rows of which nobody knows how large or how
   * many they are.
   */
  take?: (row: Row) => boolean
  /** Which way is the best depends on the values: one that is good on average may take a thousand times as long. */
  dependsOnValues?: boolean
  /** Nothing is asked behind it: alone, it needs no transaction to see one moment. */
  isLast?: boolean
}

export interface Rows {
  /** Their names. */
  columns: readonly string[]
  rows: readonly Row[]
}

/**
 * What leads to an answer, as steps that are the same on every engine: yields a query, is given its rows, and goes on. The driver of an
 * engine runs it to its end and sees to it that all of its queries see one moment; a query that fails ends it.
 */
export type Asking<T> = Generator<Query, T, Rows>

/** All rows. `Named` is what the text names. */
export function* rowsOf<Named extends Row>(sql: string, values: Values = {}): Asking<readonly Named[]> {
  const { rows } = yield { sql, values }
  return rows as readonly Named[]
}

/** All rows by their columns, which are those of `Named`: slower where they are thousands. */
export function* objectsOf<Named extends object>({ sql, values }: Query): Asking<Named[]> {
  const { columns, rows } = yield { sql, values }
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))) as Named[]
}

/** The first value of the first row, if there is one. */
export function* firstValue<Named extends StoredValue>(sql: string, values: Values = {}): Asking<Named | undefined> {
  const [row] = yield* rowsOf<readonly [Named]>(sql, values)
  return row?.[0]
}

/** Goes through the rows until `take` returns false. */
export function* takeFrom<Named extends Row>(query: Query, take: (row: Named) => boolean): Asking<void> {
  yield { ...query, take: take as (row: Row) => boolean } // what the text names
}

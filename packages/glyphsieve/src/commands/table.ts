import { columnsOf, visible } from '../terminal.ts'

/** One line of a table, by the names of the columns. */
export type Row = Readonly<Record<string, unknown>>

/** A header and a line for each row; numbers stand to the right, and `-` is unknown. */
export function tableOf(rows: readonly Row[], columns: readonly string[]): string[] {
  const cells = rows.map((row) => columns.map((column) => cellOf(row[column])))
  const widths = columns.map((column, index) =>
    cells.reduce((widest, row) => Math.max(widest, columnsOf(row[index] ?? '')), column.length),
  )
  const numeric = columns.map((column) => rows.some((row) => typeof row[column] === 'number'))
  const padded = (cell: string, index: number) => {
    const space = ' '.repeat((widths[index] ?? 0) - columnsOf(cell))
    return numeric[index] ? `${space}${cell}` : `${cell}${space}`
  }
  return [columns, ...cells].map((row) => row.map(padded).join('  ').trimEnd())
}

function cellOf(value: unknown): string {
  return value === null || value === undefined ? '-' : visible(`${value}`)
}

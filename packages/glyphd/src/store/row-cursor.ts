import type { PackedRows } from './packed-rows.ts'
import type { Row } from './to-row.ts'

/** Packed rows, one after the other. */
export interface RowCursor {
  count: number
  /** Names of the columns that some row fills. */
  columns: readonly string[]
  /** Writes the values of the next row into `values`, from index 1 on and in the order of `columns`. */
  next: (values: Row) => void
}

export function rowCursor({ count, number_columns, numbers, text_columns, lengths, text }: PackedRows): RowCursor {
  let number = 0
  let length = 0
  let at = 0
  const firstText = number_columns.length + 1
  const lastText = firstText + text_columns.length
  const next = (values: Row) => {
    for (let index = 1; index < firstText; index++) {
      const value = numbers[number++] ?? Number.NaN
      values[index] = Number.isNaN(value) ? null : value
    }
    for (let index = firstText; index < lastText; index++) {
      const characters = lengths[length++] ?? -1
      values[index] = characters === -1 ? null : text.slice(at, at + characters)
      if (characters > 0) at += characters
    }
  }
  return { count, columns: [...number_columns, ...text_columns], next }
}

import { COLUMNS, type Row } from './to-row.ts'

/**
 * Rows as two lists of numbers and one text, which cross between threads for the price of a copy. To post the rows themselves
 * would take longer than to parse them.
 */
export interface PackedRows {
  count: number
  /** Columns of numbers that some row fills, and their values row by row; NaN is null. */
  number_columns: string[]
  numbers: Float64Array<ArrayBuffer>
  /** Columns of text that some row fills, and the length of every text row by row; -1 is null. */
  text_columns: string[]
  lengths: Int32Array<ArrayBuffer>
  /** All texts, one behind the other. */
  text: string
}

/** Packs rows of which every column holds numbers only, or texts only, apart from nulls: `toRow` makes no others. */
export function packRows(rows: readonly Row[]): PackedRows {
  const ofNumbers: number[] = []
  const ofText: number[] = []
  for (let column = 0; column < COLUMNS.length; column++) {
    const filled = rows.find((row) => row[column] !== null)
    if (filled !== undefined) (typeof filled[column] === 'number' ? ofNumbers : ofText).push(column)
  }
  const numbers = new Float64Array(rows.length * ofNumbers.length)
  const lengths = new Int32Array(rows.length * ofText.length)
  let text = ''
  let number = 0
  let length = 0
  for (const row of rows) {
    for (const column of ofNumbers) {
      const value = row[column]
      numbers[number++] = typeof value === 'number' ? value : Number.NaN
    }
    for (const column of ofText) {
      const value = row[column]
      lengths[length++] = typeof value === 'string' ? value.length : -1
      if (typeof value === 'string') text += value
    }
  }
  const names = (columns: number[]) => columns.map((column) => COLUMNS[column] ?? '')
  return { count: rows.length, number_columns: names(ofNumbers), numbers, text_columns: names(ofText), lengths, text }
}

import type { StoredListing } from '../contract/listings.ts'
import { CAPACITY, CAPACITY_SIZES, CELL_KINDS } from './columns.ts'

const LINE_END = '\r\n'
const NEEDS_QUOTES = /[",\r\n]/
const LIKE_A_FORMULA = /^'*[=+\-@\t\r]/

const MEMBERS = Object.entries(CELL_KINDS)

/** The header of an export: every column there is, in the order of `csvLine`. */
export function csvHeader(): string {
  const capacities = CAPACITY_SIZES.map((size) => `${CAPACITY}.${size}`)
  return MEMBERS.flatMap(([name]) => (name === CAPACITY ? [...capacities, name] : [name])).join(',') + LINE_END
}

/**
 * A listing as a line of RFC 4180 that imports again as the same listing. Absent members are empty cells, the empty text is
 * `""`. A text that a spreadsheet could run as a formula gets one more `'` in front, which the import takes off.
 */
export function csvLine(stored: StoredListing): string {
  const members: Record<string, unknown> = stored
  let line = ''
  for (const [name, kind] of MEMBERS) {
    const value = members[name]
    if (line !== '') line += ','
    if (name === CAPACITY) line += capacityCells(stored.quantization_capacity)
    else if (value === undefined) continue
    else if (typeof value === 'string') line += textCell(value)
    else line += kind === 'json' ? quoted(JSON.stringify(value)) : String(value)
  }
  return line + LINE_END
}

/**
 * Cells of the sizes that have a column, and of the JSON that stands instead of them where they would not give back the same
 * member: for other sizes, for no size at all, and for another order, which the store keeps.
 */
function capacityCells(capacity: StoredListing['quantization_capacity']): string {
  const empty = ','.repeat(CAPACITY_SIZES.length)
  if (capacity === undefined) return empty
  const sizes = Object.keys(capacity)
  const fitting = CAPACITY_SIZES.filter((size) => Object.hasOwn(capacity, size))
  const isHeld = sizes.length > 0 && sizes.length === fitting.length && sizes.every((size, index) => size === fitting[index])
  if (!isHeld) return empty + quoted(JSON.stringify(capacity))
  return `${CAPACITY_SIZES.map((size) => capacity[size] ?? '').join(',')},`
}

function textCell(text: string): string {
  if (text === '') return '""'
  return quoted(LIKE_A_FORMULA.test(text) ? `'${text}` : text)
}

function quoted(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

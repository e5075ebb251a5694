import { COLUMNS, type Row } from '../to-row.ts'

/** Columns of `gpu_listings` in the order of `copyLine`. */
export const COPY_COLUMNS = [...COLUMNS, 'title_folded'] as const

const TITLE = COLUMNS.indexOf('title')
const NVLINK = COLUMNS.indexOf('nvlink')
const ESCAPED = /[\\\t\n\r]/
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

/** A row as a line of PostgreSQL's COPY text format: values between tabs, `\N` for null. */
export function copyLine(row: Row): string {
  let line = ''
  for (let column = 0; column < row.length; column++) {
    const value = row[column]
    if (value === null || value === undefined) line += '\\N\t'
    else if (typeof value === 'string') line += `${copyText(value)}\t`
    else if (column === NVLINK) line += value === 1 ? 't\t' : 'f\t'
    else line += `${value}\t`
  }
  const title = row[TITLE]
  const folded = typeof title === 'string' ? foldedTitle(title) : null
  return `${line}${folded === null ? '\\N' : copyText(folded)}\n`
}

/** A text as a value of COPY. */
export function copyText(text: string): string {
  return ESCAPED.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text
}

/** A title in lower case as JavaScript has it, or null where that changes its ASCII letters only: the database can do that. */
export function foldedTitle(title: string): string | null {
  // Nothing but ASCII: there is nothing else to change.
  if (/^[\0-\x7f]*$/.test(title)) return null
  const folded = title.toLowerCase()
  return folded === title.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) ? null : folded
}

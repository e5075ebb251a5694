import { jsonArrayReader, MalformedJson, NotAnArray, type RowBatch, textPosition, UnreadableRow } from 'glyphsieve'
import { matchTitle } from 'glyphsieve/stages'
import { titleMatch } from '../answers/title-match.ts'
import type { RowError } from '../contract/imports.ts'
import { MAX_TITLE_CHARACTERS } from '../contract/match.ts'
import { type Limits, MAX_LISTED_ERRORS } from '../contract/operations.ts'
import { piecesOf, type ReceivedBody } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'
import { shown } from '../shown.ts'

/**
 * What the titles of a body, a JSON array of texts, sell: JSON text of the answer.
 *
 * @throws Problem with everything that is wrong, if the body is anything else.
 */
export function matchTitles(body: ReceivedBody, limits: Limits): string {
  const items: string[] = []
  const errors: RowError[] = []
  let errorCount = 0
  let titleCount = 0
  for (const { rows, first_row } of titleBatches(body, limits)) {
    titleCount += rows.length
    if (titleCount > limits.max_titles) throw tooManyTitles(limits)
    for (const [index, row] of rows.entries()) {
      const error = errorOf(row, first_row + index)
      if (error !== undefined && errorCount++ < MAX_LISTED_ERRORS) errors.push(error)
      if (errorCount === 0 && typeof row === 'string') items.push(JSON.stringify(titleMatch(row, matchTitle(row))))
    }
  }
  if (errorCount > 0) throw invalidTitles(errors, errorCount)
  if (titleCount === 0) throw new Problem('invalid_titles', `Empty array provided: send 1 to ${limits.max_titles} titles`)
  return `{"items":[${items.join(',')}]}`
}

function* titleBatches(body: ReceivedBody, limits: Limits): Generator<RowBatch, void> {
  const reader = jsonArrayReader(limits)
  try {
    for (const piece of piecesOf(body)) yield* reader.push(piece)
    yield* reader.end()
  } catch (error) {
    if (error instanceof NotAnArray) throw new Problem('not_an_array', 'Expected a JSON array of titles, found another value')
    if (!(error instanceof MalformedJson)) throw error
    const { line, column } = textPosition(piecesOf(body), error.offset)
    throw new Problem('invalid_json', `The body is not valid JSON: line ${line}, column ${column}: ${error.reason}`)
  }
}

function errorOf(row: unknown, index: number): RowError | undefined {
  const place = { row: index, pointer: `/${index}` }
  if (row instanceof UnreadableRow) return { ...place, code: row.code, message: row.message }
  const value = shown(row)
  if (typeof row !== 'string') return { ...place, code: 'type', message: 'expected a text', value }
  if (row.length > MAX_TITLE_CHARACTERS) {
    return { ...place, code: 'length', message: `expected at most ${MAX_TITLE_CHARACTERS} characters`, value }
  }
  if (row.includes('\0')) return { ...place, code: 'nul_character', message: 'a text must not hold U+0000', value }
  if (!row.isWellFormed()) {
    return { ...place, code: 'lone_surrogate', message: 'a text must not hold half of a surrogate pair', value }
  }
  return undefined
}

function tooManyTitles({ max_titles }: Limits): Problem {
  return new Problem('too_many_rows', `A request has at most ${max_titles} titles: send the rest in another one`, {
    members: { limit: max_titles },
  })
}

function invalidTitles(errors: RowError[], errorCount: number): Problem {
  const [first] = errors
  const what = errorCount === 1 ? 'One error' : `${errorCount} errors`
  return new Problem('invalid_titles', `${what}; the first: ${first?.pointer} ${first?.message}`, {
    members: { errors, error_count: errorCount, errors_truncated: errors.length < errorCount },
  })
}

import type { FastifyRequest } from 'fastify'
import { utcTimestamp } from 'glyphsieve'
import { Type } from 'glyphsieve/typebox'
import { Problem } from '../problem.ts'
import { parametersOf } from './problem.ts'

const WHOLE = /^\d+$/
const DECIMAL = /^\d+(?:\.\d+)?$/

/**
 * Takes the texts of numeric parameters for numbers. Not the validator's coercion, which takes 0x10, 1e2 and blanks for numbers too.
 * What is no number stays text, and the validator says so.
 */
export async function readNumbers(request: FastifyRequest): Promise<void> {
  const query: unknown = request.query
  if (typeof query !== 'object' || query === null) return
  for (const [name, schema] of Object.entries(parametersOf(request))) {
    const given: unknown = Reflect.get(query, name)
    const grammar = Type.IsInteger(schema) ? WHOLE : Type.IsNumber(schema) ? DECIMAL : undefined
    if (typeof given === 'string' && grammar?.test(given)) Reflect.set(query, name, Number(given))
  }
}

/**
 * A point in time in UTC with milliseconds. A `+` that came as it is stands for a blank in a query, so that is read as a `+`.
 *
 * @throws Problem if the parameter is neither a timestamp nor a date.
 */
export function momentOf(name: string, text: string): string {
  const utc = /^\d{4}-\d\d-\d\d$/.test(text)
    ? utcTimestamp(`${text}T00:00:00Z`)
    : utcTimestamp(text.replace(/ (?=\d\d:\d\d$)/, '+'))
  if (utc !== undefined) return utc
  throw new Problem(
    'invalid_query',
    `Query parameter ${name} must be RFC 3339 with offset, or a date, such as 2026-11-01T06:00:00Z`,
  )
}

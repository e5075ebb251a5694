const SHOWN_CHARACTERS = 100

/** A value as an error shows it. Stops as soon as it has enough, however large or deep the value is. */
export function shown(value: unknown): string | number | boolean | null {
  if (typeof value === 'string') return cut(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'boolean' || value === null) return value
  return cut(jsonPrefix(value, SHOWN_CHARACTERS + 1))
}

/** Text of at most so many UTF-16 code units, with a … where something was cut off. */
export function cut(text: string, length = SHOWN_CHARACTERS): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** The first characters of a value's JSON text; more than `length` of them only where the last token is longer. */
function jsonPrefix(value: unknown, length: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, length))
  if (typeof value !== 'object' || value === null) return String(value)
  const array = Array.isArray(value)
  let text = array ? '[' : '{'
  for (const [name, inner] of Object.entries(value)) {
    if (text.length >= length) return text
    if (text.length > 1) text += ','
    if (!array) text += `${JSON.stringify(name.slice(0, length))}:`
    text += jsonPrefix(inner, length - text.length)
  }
  return text + (array ? ']' : '}')
}

/** The keywords of a JSON Schema that `expectation` has words for. */
interface Keywords {
  type?: string
  enum?: readonly unknown[]
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  maxLength?: number
  format?: string
  pattern?: string
  examples?: readonly unknown[]
}

/** What the schema of a setting or a parameter takes, in words. */
export function expectation(schema: object): string {
  const { type, enum: values, minimum = 0, exclusiveMinimum, maximum, maxLength, format, pattern, examples }: Keywords = schema
  const upTo = maximum === undefined ? '' : ` to ${maximum}`
  if (values !== undefined) return `must be one of ${values.join(', ')}`
  if (type === 'boolean') return 'must be true or false'
  if (type === 'number' && exclusiveMinimum !== undefined)
    return `must be a number above ${exclusiveMinimum}${upTo && `, up${upTo}`}`
  if (type === 'number') return `must be a number from ${minimum}${upTo}`
  if (type === 'integer') return `must be a whole number from ${minimum} to ${maximum ?? Number.MAX_SAFE_INTEGER}`
  if (type === 'array') return 'must be names, separated by commas'
  if (format === 'uuid') return 'must be a UUID, once'
  if (pattern !== undefined && examples !== undefined) return `must be written as ${examples.join(' or ')}, once`
  return maxLength === undefined ? 'must not be empty' : `must have 1 to ${maxLength} characters, once`
}

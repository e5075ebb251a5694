import { Ajv, type ErrorObject } from 'ajv'
import { FORMATS, GPUListingDTO, LISTING_MEMBERS, SubmittedListing, UnreadableRow } from 'glyphsieve'
import { Compile } from 'typebox/compile'
import { Format } from 'typebox/format'
import type { Limits } from '../contract.ts'
import type { RowError, RowErrorCode } from '../problem.ts'

/** What is wrong within one row: the pointer begins at the row. */
export type Finding = Pick<RowError, 'pointer' | 'code' | 'message' | 'value'>

type RowLimits = Pick<Limits, 'max_members' | 'max_depth'>

const SHOWN_CHARACTERS = 100
const MEMBERS: ReadonlySet<string> = new Set(LISTING_MEMBERS)

const EXPECTED_FORMAT: Record<keyof typeof FORMATS, string> = {
  'date-time': 'expected an RFC 3339 timestamp with an offset, such as 2026-11-01T10:00:00Z',
  'http-url': 'expected an http or https address',
  'iso-4217': 'expected an ISO 4217 currency code, such as USD',
}

// Two validators of one schema: TypeBox's compiled check is the faster one and says only yes or no; Ajv names everything that
// is wrong with the rows that failed. A property test holds them against each other.
for (const [name, check] of Object.entries(FORMATS)) Format.Set(name, check)
const isSubmittedListing = Compile(SubmittedListing)
const explainListing = new Ajv({ allErrors: true, formats: FORMATS, strict: true, verbose: true }).compile(GPUListingDTO)

/** Whether a row is a listing that may be stored as it stands. */
export function isAcceptable(row: unknown, limits: RowLimits, mayHoldBadText: boolean): row is SubmittedListing {
  return isSubmittedListing.Check(row) && hasSoundMembers(row, limits, mayHoldBadText)
}

/** Everything that is wrong with a row that is not acceptable, at most one finding a pointer. */
export function explain(row: unknown, limits: RowLimits): Finding[] {
  if (row instanceof UnreadableRow) return [{ pointer: '', code: row.code, message: row.message }]
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return [{ pointer: '', code: 'type', message: `expected an object, found ${kind(row)}`, value: shown(row) }]
  }
  const findings = new Map<string, Finding>()
  const add = (finding: Finding) => {
    if (!findings.has(finding.pointer)) findings.set(finding.pointer, finding)
  }
  const members = Object.entries(row)
  if (members.length > limits.max_members) {
    add({ pointer: '', code: 'too_many_members', message: `a listing has at most ${limits.max_members} members` })
  }
  for (const [name, value] of members) findUnsound(name, value, depthOf(name, limits), add)
  explainListing(Object.fromEntries(members.filter(([, value]) => value !== null)))
  for (const error of explainListing.errors ?? []) add(findingOf(error))
  return [...findings.values()]
}

/**
 * The rules that hold for every member, named by the contract or not. Members that it names were checked by the schema; they
 * are looked at again only where the bytes say that a text may be bad.
 */
function hasSoundMembers(row: object, limits: RowLimits, mayHoldBadText: boolean): boolean {
  let count = 0
  for (const name in row) {
    count++
    if (MEMBERS.has(name) && !mayHoldBadText) continue
    const value: unknown = row[name as keyof typeof row]
    if (!isSound(value, depthOf(name, limits), mayHoldBadText) || (mayHoldBadText && !isSoundText(name))) return false
  }
  return count <= limits.max_members
}

/** Levels that a member's value may have. `extra` itself is not counted: its members are members of the listing. */
function depthOf(name: string, { max_depth }: RowLimits): number {
  return name === 'extra' ? max_depth + 1 : max_depth
}

function isSound(value: unknown, depthLeft: number, mayHoldBadText: boolean): boolean {
  if (typeof value === 'string') return !mayHoldBadText || isSoundText(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depthLeft === 0) return false
  for (const [name, inner] of Object.entries(value)) {
    if (!isSound(inner, depthLeft - 1, mayHoldBadText) || (mayHoldBadText && !isSoundText(name))) return false
  }
  return true
}

function isSoundText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Finds what `isSound` refuses, and never goes deeper than it. */
function findUnsound(name: string, value: unknown, depthLeft: number, add: (finding: Finding) => void, parent = ''): void {
  const pointer = `${parent}/${pointerToken(name)}`
  if (!isSoundText(name)) add(badText(pointer, name, 'a member name'))
  if (typeof value === 'string' && !isSoundText(value)) add(badText(pointer, value, 'a text'))
  else if (typeof value === 'number' && !Number.isFinite(value)) add(notFinite(pointer, value))
  else if (typeof value === 'object' && value !== null) {
    if (depthLeft === 0) add({ pointer, code: 'too_deep', message: 'nested too deeply', value: shown(value) })
    else for (const [key, inner] of Object.entries(value)) findUnsound(key, inner, depthLeft - 1, add, pointer)
  }
}

function badText(pointer: string, text: string, what: string): Finding {
  const value = shown(text)
  return text.includes('\0')
    ? { pointer, code: 'nul_character', message: `${what} must not hold U+0000`, value }
    : { pointer, code: 'lone_surrogate', message: `${what} must not hold half of a surrogate pair`, value }
}

function notFinite(pointer: string, value: number): Finding {
  return { pointer, code: 'not_finite', message: 'expected a number that a double can hold', value: shown(value) }
}

function findingOf({ keyword, instancePath, params, data }: ErrorObject): Finding {
  if (keyword === 'required') {
    return { pointer: `${instancePath}/${params['missingProperty']}`, code: 'required', message: 'is required' }
  }
  const finding = (code: RowErrorCode, message: string): Finding => ({
    pointer: instancePath,
    code,
    message,
    value: shown(data),
  })
  switch (keyword) {
    case 'type':
      if (typeof data === 'number' && !Number.isFinite(data)) return notFinite(instancePath, data)
      return finding('type', `expected ${withArticle(params['type'])}, found ${kind(data)}`)
    case 'minimum':
      return finding('range', `expected at least ${params['limit']}`)
    case 'maximum':
      return finding('range', `expected at most ${params['limit']}`)
    case 'exclusiveMinimum':
      return finding('range', `expected more than ${params['limit']}`)
    case 'minLength':
      return finding('length', `expected at least ${params['limit']} character`)
    case 'maxLength':
      return finding('length', `expected at most ${params['limit']} characters`)
    case 'pattern':
      return finding('blank', 'expected more than blanks')
    case 'format':
      return finding('format', EXPECTED_FORMAT[params['format'] as keyof typeof FORMATS])
    case 'enum':
      return finding('enum', `expected one of ${params['allowedValues'].join(', ')}`)
    default:
      throw new Error(`no words for the schema keyword ${keyword}`)
  }
}

function withArticle(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`
}

function kind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction'
  return withArticle(typeof value)
}

/** A name as a token of a JSON Pointer (RFC 6901), cut where it is longer than anything a person would look for. */
function pointerToken(name: string): string {
  return cut(name).replaceAll('~', '~0').replaceAll('/', '~1')
}

/** A value as an error shows it. Stops as soon as it has enough, however large or deep the value is. */
export function shown(value: unknown): string | number | boolean | null {
  if (typeof value === 'string') return cut(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'boolean' || value === null) return value
  return cut(jsonPrefix(value, SHOWN_CHARACTERS + 1))
}

function cut(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`
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

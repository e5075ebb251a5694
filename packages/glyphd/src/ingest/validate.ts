import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { FORMATS, GPUListingDTO, LISTING_MEMBERS, SubmittedListing, UnreadableRow } from 'glyphsieve'
import { Compile, Format, type TSchema, Type } from 'glyphsieve/typebox'
import type { RowError, RowErrorCode } from '../contract/imports.ts'
import { STORE_MEMBERS } from '../contract/listings.ts'
import type { Limits } from '../contract/operations.ts'
import { cut, shown } from '../shown.ts'

/** What is wrong within one row: the pointer begins at the row. */
export type Finding = Pick<RowError, 'pointer' | 'code' | 'message' | 'value'>

/** Everything that is wrong with a row: how much in all, and the first so many in words. */
export interface Explanation {
  count: number
  findings: Finding[]
}

type RowLimits = Pick<Limits, 'max_members' | 'max_depth'>

const POINTER_CHARACTERS = 300
const MEMBERS: ReadonlySet<string> = new Set(LISTING_MEMBERS)
const IGNORED: ReadonlySet<string> = new Set(STORE_MEMBERS)

const EXPECTED_FORMAT: Record<string, string> = {
  'date-time': 'expected an RFC 3339 timestamp with an offset, such as 2026-11-01T10:00:00Z',
  'http-url': 'expected an http or https address',
  'iso-4217': 'expected an ISO 4217 currency code, such as USD',
} satisfies Record<keyof typeof FORMATS, string>

// Two validators of one schema: TypeBox's compiled check is the faster one and says only yes or no; Ajv says what is wrong with
// a member that fails. A property test holds them against each other.
for (const [name, check] of Object.entries(FORMATS)) Format.Set(name, check)
const isSubmittedListing = Compile(SubmittedListing)
// Our own schemas are not checked against that of schemas: to load it takes longer than all of them.
const ajv = new Ajv({ formats: FORMATS, strict: true, verbose: true, meta: false, validateSchema: false })

/** Explains the value of a member: by itself, and what it contains one by one, however much that is. */
interface MemberExplainer {
  outer: ValidateFunction
  inner: { accepts: (content: unknown) => boolean; explain: ValidateFunction } | undefined
}

const SCHEMAS = new Map<string, TSchema>(Object.entries(GPUListingDTO.properties))
/** Made when the member is wrong for the first time: most threads never see one. */
const explainers = new Map<string, MemberExplainer>()

/** The explainer of a member that the contract names. */
function explainerOf(name: string): MemberExplainer | undefined {
  const known = explainers.get(name)
  const schema = SCHEMAS.get(name)
  if (known !== undefined || schema === undefined) return known
  const explainer = makeExplainer(schema)
  explainers.set(name, explainer)
  return explainer
}

function makeExplainer(schema: TSchema): MemberExplainer {
  const content = Type.IsArray(schema)
    ? schema.items
    : 'additionalProperties' in schema
      ? schema.additionalProperties
      : undefined
  if (typeof content !== 'object' || content === null) return { outer: ajv.compile(schema), inner: undefined }
  const check = Compile(content)
  return {
    outer: ajv.compile({ type: Type.IsArray(schema) ? 'array' : 'object' }),
    inner: { accepts: (value) => check.Check(value), explain: ajv.compile(content) },
  }
}

/** Whether a row is a listing that may be stored as it stands. */
export function isAcceptable(row: unknown, limits: RowLimits, mayHoldBadText: boolean): row is SubmittedListing {
  return isSubmittedListing.Check(row) && hasSoundMembers(row, limits, mayHoldBadText)
}

/** Explains why a row is not acceptable, one finding a value, the first `wanted` of them in words. */
export function explain(row: unknown, limits: RowLimits, wanted: number): Explanation {
  const explanation: Explanation = { count: 0, findings: [] }
  const add: Add = (finding) => {
    if (explanation.count++ < wanted) explanation.findings.push(finding())
  }
  if (row instanceof UnreadableRow) add(() => ({ pointer: '', code: row.code, message: row.message }))
  else if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    add(() => ({ pointer: '', code: 'type', message: `expected an object, found ${kind(row)}`, value: shown(row) }))
  } else explainListing(row, limits, explanation, add)
  return explanation
}

/** Takes a finding, and puts it into words only if it is wanted. */
type Add = (finding: () => Finding) => void

function explainListing(row: object, limits: RowLimits, explanation: Explanation, add: Add): void {
  const members = new Map<string, unknown>(Object.entries(row))
  if (memberCount(row) > limits.max_members) {
    add(() => ({ pointer: '', code: 'too_many_members', message: `a listing has at most ${limits.max_members} members` }))
  }
  for (const [name, value] of members) {
    const before = explanation.count
    findUnsound(name, value, depthOf(name, value, limits), add)
    if (explanation.count === before && value !== null) explainMember(name, value, add)
  }
  for (const name of GPUListingDTO.required) {
    if ((members.get(name) ?? null) === null) add(() => ({ pointer: `/${name}`, code: 'required', message: 'is required' }))
  }
}

function explainMember(name: string, value: unknown, add: Add): void {
  const explainer = explainerOf(name)
  if (explainer === undefined) return
  const { outer, inner } = explainer
  if (!outer(value)) add(() => findingOf(pointerTo('', name), outer.errors?.[0]))
  else if (inner !== undefined && typeof value === 'object' && value !== null) {
    forEachContent(value, (key, content) => {
      if (inner.accepts(content)) return
      add(() => {
        inner.explain(content)
        return findingOf(pointerTo(pointerTo('', name), key), inner.explain.errors?.[0])
      })
    })
  }
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
    if (!isSound(value, depthOf(name, value, limits), mayHoldBadText) || (mayHoldBadText && !isSoundText(name))) return false
    if (name === 'extra' && isObject(value)) count += Object.keys(value).length
  }
  return count <= limits.max_members || memberCount(row) <= limits.max_members
}

/** How many members a listing has once `extra` is merged into it; those that are ignored do not count. */
function memberCount(row: object): number {
  let count = 0
  for (const [name, value] of Object.entries(row)) {
    if (name === 'extra' && isObject(value)) count += Object.keys(value).length
    else if (!IGNORED.has(name)) count++
  }
  return count
}

/** Levels that a member's value may have. An object `extra` is not counted: what it holds are members of the listing. */
function depthOf(name: string, value: unknown, { max_depth }: RowLimits): number {
  return name === 'extra' && isObject(value) ? max_depth + 1 : max_depth
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSound(value: unknown, depthLeft: number, mayHoldBadText: boolean): boolean {
  if (typeof value === 'string') return !mayHoldBadText || isSoundText(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depthLeft === 0) return false
  if (Array.isArray(value)) return value.every((inner) => isSound(inner, depthLeft - 1, mayHoldBadText))
  for (const [name, inner] of Object.entries(value)) {
    if (!isSound(inner, depthLeft - 1, mayHoldBadText) || (mayHoldBadText && !isSoundText(name))) return false
  }
  return true
}

function isSoundText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

/** Finds what `isSound` refuses, and never goes deeper than it. */
function findUnsound(name: string | number, value: unknown, depthLeft: number, add: Add, parent = ''): void {
  const pointer = () => pointerTo(parent, name)
  if (typeof name === 'string' && !isSoundText(name)) add(() => badText(pointer(), name, 'a member name'))
  else if (isSound(value, depthLeft, true)) return
  else if (typeof value === 'string') add(() => badText(pointer(), value, 'a text'))
  else if (typeof value === 'number') add(() => notFinite(pointer(), value))
  else if (depthLeft === 0)
    add(() => ({ pointer: pointer(), code: 'too_deep', message: 'nested too deeply', value: shown(value) }))
  else if (typeof value === 'object' && value !== null) {
    const here = pointer()
    forEachContent(value, (key, content) => findUnsound(key, content, depthLeft - 1, add, here))
  }
}

/** Visits the contents of an array or object, of an array by index: millions of names would be made for nothing. */
function forEachContent(container: object, visit: (key: string | number, content: unknown) => void): void {
  if (Array.isArray(container)) for (let index = 0; index < container.length; index++) visit(index, container[index])
  else for (const [key, content] of Object.entries(container)) visit(key, content)
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

function findingOf(pointer: string, error: ErrorObject | undefined): Finding {
  if (error === undefined) throw new Error('a value that was refused without an error')
  const { keyword, params, data } = error
  const finding = (code: RowErrorCode, message: string): Finding => ({ pointer, code, message, value: shown(data) })
  switch (keyword) {
    case 'type':
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
      return finding('format', EXPECTED_FORMAT[params['format']] ?? 'expected another format')
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

/** JSON Pointer (RFC 6901) to a member. A name beyond what a person would look for is cut, and ends in …; so is the whole. */
function pointerTo(parent: string, name: string | number): string {
  return cut(`${parent}/${cut(`${name}`).replaceAll('~', '~0').replaceAll('/', '~1')}`, POINTER_CHARACTERS)
}

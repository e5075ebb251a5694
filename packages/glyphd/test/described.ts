import { readFile } from 'node:fs/promises'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { FORMATS } from 'glyphsieve'
import type { Description } from '../../../scripts/api-types.ts'
import { createServer, type StorageEngine } from '../dist/index.js'
import type { Reply } from './daemon.ts'

const PROBLEM = 'application/problem+json'
const NDJSON = 'application/x-ndjson'
/** What the server gives besides its API. */
const UNDESCRIBED = /^\/(?:docs(?:\/.*)?|openapi\.json)$/
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

const never = async (): Promise<never> => {
  throw new Error('a description asks no store')
}
const nothing: StorageEngine = { import: never, dryRun: never, undo: never, ask: never, check: never, close: never }

/** The OpenAPI description of the server that is tested, whatever its store. */
export async function describedApi(): Promise<Description> {
  const app = await createServer({ store: nothing })
  const description: Description = (await app.inject('/openapi.json')).json()
  await app.close()
  return description
}

/** The checks of one description, each made when it is needed first. */
class Checks {
  readonly description: Description
  readonly #ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    allErrors: true,
    // What comes out is narrower than what goes in: times are in UTC with milliseconds.
    formats: { ...FORMATS, 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, uuid: UUID, uri: URL.canParse },
  })
  readonly #paths: [path: string, pattern: RegExp][]
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(description: Description) {
    this.description = description
    this.#ajv.addVocabulary(Object.keys(description)) // the parts of the description that are no schema
    this.#ajv.addSchema(description, 'openapi')
    const fewestParameters = (path: string) => path.split('{').length
    this.#paths = Object.keys(description.paths)
      .sort((one, other) => fewestParameters(one) - fewestParameters(other))
      .map((path) => [path, new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)])
  }

  /** The path as the description has it, such as `/api/persist/imports/{import_id}`. */
  templateOf(path: string): string | undefined {
    return this.#paths.find(([, pattern]) => pattern.test(path))?.[0]
  }

  /** The check of a place in the description, by the names that lead there. */
  at(...names: string[]): ValidateFunction {
    const pointer = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
    const check = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `openapi#${pointer}` })
    this.#compiled.set(pointer, check)
    return check
  }
}

let checks: Promise<Checks> | undefined
async function knownChecks(): Promise<Checks> {
  // The committed one, which another test holds against the server's: to make a server for it takes longer than many a test.
  checks ??= readFile(new URL('../openapi.json', import.meta.url), 'utf8').then((json) => new Checks(JSON.parse(json)))
  return checks
}

/** The check of what lies at a place of the description, such as the schema of a body, by the names that lead there. */
export async function describedAt(...names: string[]): Promise<ValidateFunction> {
  return (await knownChecks()).at(...names)
}

/**
 * Expects that the OpenAPI description says of this answer: its status, its media type, and the shape of what it holds. Where no
 * operation is described, only problems are expected.
 *
 * @throws Error that names what the description does not say.
 */
export async function expectDescribed(reply: Reply, method: string, url: string): Promise<void> {
  const path = url.replace(/^https?:\/\/[^/]*/, '').split('?', 1)[0] ?? ''
  if (UNDESCRIBED.test(path)) return
  const known = await knownChecks()
  const template = known.templateOf(path)
  const verb = method.toLowerCase()
  const operation = template === undefined ? undefined : known.description.paths[template]?.[verb === 'head' ? 'get' : verb]
  const { status } = reply
  const mediaType = String(reply.headers['content-type']).split(';', 1)[0] ?? ''
  const fail = (what: string): never => {
    throw new Error(`${method} ${path} answered ${status} ${mediaType}: ${what}\n${reply.text.slice(0, 1000)}`)
  }

  if (operation === undefined || template === undefined) {
    if (mediaType !== PROBLEM) fail('the description has no such operation')
    if (verb !== 'head') expectValid(known.at('components', 'schemas', 'Problem'), reply.json, fail)
    return
  }
  const content = operation.responses[status]?.content
  if (content === undefined) return fail(`the description of ${operation.operationId} does not have this status`)
  if (content[mediaType] === undefined) fail(`the description of ${operation.operationId} does not have this media type`)
  if (verb === 'head') return
  const check = known.at('paths', template, verb, 'responses', `${status}`, 'content', mediaType, 'schema')
  if (mediaType === NDJSON) for (const line of linesOf(reply.text)) expectValid(check, JSON.parse(line), fail)
  else expectValid(check, /\bjson\b/.test(mediaType) ? reply.json : reply.text, fail)
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

function expectValid(check: ValidateFunction, value: unknown, fail: (what: string) => never): void {
  if (check(value)) return
  const errors = (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || 'the answer'} ${message}`)
  fail(`not as described: ${errors.slice(0, 5).join('; ')}`)
}

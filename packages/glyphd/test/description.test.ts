import { readFileSync } from 'node:fs'
import path from 'node:path'
import { LISTING_MEMBERS } from 'glyphsieve'
import { beforeAll, describe, expect, test } from 'vitest'
import { apiTypes } from '../../../scripts/api-types.ts'
import { generatedFiles } from '../../../scripts/generated.ts'
import { tidied } from '../dist/http/openapi-document.js'
import { type ImportIdGenerator, importIds, Problem, type StorageEngine } from '../dist/index.js'
import { type Reply, sharedDaemon } from './daemon.ts'
import { describedApi, describedAt, expectDescribed } from './described.ts'
import { listing } from './listings.ts'

const api = await describedApi()

interface Request {
  url: string
  headers?: Record<string, string>
  payload?: string
}

const TYPE = { 'content-type': 'application/json' }
const IMPORT_ID = '019a0000-0000-7000-8000-000000000001'
/** What a path names. */
const PART = new RegExp(`${IMPORT_ID}|RTX_3090`)
const ONE_IMPORT = `/api/persist/imports/${IMPORT_ID}`

/** A good request to every operation, in the order in which they are made. */
const GOOD: Record<string, Request> = {
  'post /api/persist/listings': { url: '/api/persist/listings', headers: TYPE, payload: JSON.stringify([listing(), {}]) },
  'get /api/persist/imports': { url: '/api/persist/imports?limit=5' },
  'get /api/persist/imports/{import_id}': { url: ONE_IMPORT },
  'get /api/persist/imports/{import_id}/errors': { url: `${ONE_IMPORT}/errors` },
  'get /api/listings': { url: '/api/listings?limit=1' },
  'get /api/listings/{id}': { url: `/api/listings/${IMPORT_ID}.0` },
  'get /api/deltas': { url: '/api/deltas?limit=1' },
  'get /api/models': { url: '/api/models?limit=1' },
  'get /api/models/{model}': { url: '/api/models/RTX_3090' },
  'get /api/models/{model}/history': { url: '/api/models/RTX_3090/history' },
  'get /api/fit': { url: '/api/fit?workload=llama-3.3-70b' },
  'get /api/report': { url: '/api/report' },
  'post /api/match': { url: '/api/match', headers: TYPE, payload: '["RTX 3090"]' },
  'post /api/persist/raw-listings': {
    url: '/api/persist/raw-listings',
    headers: { 'content-type': 'text/csv' },
    payload: 'title,price\nMSI GeForce RTX 3090 24GB,$700.00\n',
  },
  'get /api/health': { url: '/api/health' },
  'get /api/limits': { url: '/api/limits' },
  'delete /api/persist/imports/{import_id}': { url: ONE_IMPORT },
}

/** Requests that are answered well in other shapes. */
const OTHERS: [operation: string, request: Request][] = [
  ['get /api/listings', { url: '/api/listings', headers: { accept: 'application/x-ndjson' } }],
  ['get /api/listings', { url: '/api/listings', headers: { accept: 'text/csv' } }],
  ['get /api/report', { url: '/api/report', headers: { accept: 'text/markdown' } }],
  ['get /api/persist/imports', { url: '/api/persist/imports?undone=true' }],
  [
    'post /api/persist/raw-listings',
    { ...GOOD['post /api/persist/raw-listings'], url: '/api/persist/raw-listings?dry_run=true' },
  ],
]

/** What every operation that describes a status answers with it: the good request, made wrong in one way. */
const WRONG: Record<string, (request: Request) => Request & { fault?: Error }> = {
  400: (request) => ({ ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}modle=H100` }),
  403: (request) => withHeaders(request, { 'sec-fetch-site': 'cross-site' }),
  404: (request) => ({ ...request, url: request.url.replace(PART, 'none') }),
  406: (request) => withHeaders(request, { accept: 'image/png' }),
  409: (request) => ({ ...request, fault: new Problem('import_running', 'It is being stored') }),
  413: (request) => ({ ...request, payload: ' '.repeat(2000) }),
  414: (request) => ({ ...request, url: request.url.replace(PART, 'x'.repeat(3000)) }),
  415: (request) => withHeaders(request, { 'content-type': 'text/plain' }),
  421: (request) => withHeaders(request, { host: 'evil.example' }),
  422: (request) => ({ ...request, payload: '[' }),
  500: (request) => ({ ...request, fault: new Error('a bug') }),
  503: (request) => ({ ...request, fault: new Problem('store_unavailable', 'The store is away') }),
  507: (request) => ({ ...request, fault: new Problem('disk_full', 'The disk is full') }),
}

/** Described statuses that need more than a request: other tests meet them, and all answers of tests are held against this. */
const ELSEWHERE = ['408', 'get /api/limits 500', 'post /api/match 500', 'post /api/match 503', 'post /api/match 507']

function withHeaders(request: Request, headers: Record<string, string>): Request {
  return { ...request, headers: { ...request.headers, ...headers } }
}

describe('the OpenAPI description', () => {
  const drawn = importIds(undefined)
  let first: string | undefined = IMPORT_ID
  const ids: ImportIdGenerator = (...given) => {
    const id = first ?? drawn(...given)
    first = undefined
    return id
  }
  let fault: Error | undefined
  /** Fails with the fault, while there is one, whatever it is asked. */
  const faulty = (store: StorageEngine) =>
    new Proxy(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return (...given: unknown[]) => (fault === undefined ? Reflect.apply(member, target, given) : Promise.reject(fault))
      },
    })
  const daemon = sharedDaemon({ limits: { max_body_bytes: 1000 }, newImportId: ids, wrap: faulty })
  const send = (operation: string, { url, headers = {}, payload }: Request): Promise<Reply> => {
    const method = operation.startsWith('post') ? 'POST' : operation.startsWith('delete') ? 'DELETE' : 'GET'
    return daemon().send({ method, url, headers, ...(payload !== undefined && { payload }) })
  }
  const operations = Object.entries(api.paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => ({ name: `${method} ${url}`, statuses: Object.keys(responses) })),
  )

  beforeAll(async () => {
    const good = GOOD['post /api/persist/listings']
    if (good !== undefined) await send('post', withHeaders(good, { prefer: 'handling=lenient' }))
  })

  test('has a good request here for every operation', () => {
    expect(Object.keys(GOOD).sort()).toEqual(operations.map(({ name }) => name).sort())
  })

  // `send` expects every answer to be described: its status, its media type, its shape.
  for (const { name, statuses } of operations) {
    const request = GOOD[name]
    for (const status of statuses) {
      const wrong = WRONG[status]
      if (request === undefined || wrong === undefined || ELSEWHERE.includes(`${name} ${status}`)) continue
      test(`says what ${name} answers with ${status}`, async () => {
        const { fault: given, ...asked } = wrong(request)
        fault = given
        const reply = await send(name, asked).finally(() => {
          fault = undefined
        })
        expect(reply).toMatchObject({ status: Number(status), json: { status: Number(status) } })
      })
    }
  }

  test('has no status but those that are met here and good answers', () => {
    const met = [...Object.keys(WRONG), '200', ...ELSEWHERE]
    const others = operations.flatMap(({ name, statuses }) =>
      statuses.filter((status) => !met.includes(status)).map((status) => `${name} ${status}`),
    )
    expect(others).toEqual([])
  })

  for (const [name, request] of [...Object.entries(GOOD), ...OTHERS]) {
    if (name.startsWith('delete')) continue
    const { accept = 'JSON' } = request.headers ?? {}
    test(`says what ${name} answers to a good request for ${request.url} as ${accept}`, async () => {
      const lenient = name === 'post /api/persist/listings'
      const sent = lenient
        ? withHeaders({ ...request, url: `${request.url}?dry_run=true` }, { prefer: 'handling=lenient' })
        : request
      expect((await send(name, sent)).status).toBe(200)
    })
  }

  test('says what an undo answers, and what is known of the import then', async () => {
    for (const _ of [1, 2]) expect((await send('delete', { url: ONE_IMPORT })).status).toBe(200)
    expect((await send('get', { url: ONE_IMPORT })).json).toHaveProperty('undone_at')
  })
})

test('an import is described member by member, of which the optional ones may be null', async () => {
  const body = ['paths', '/api/persist/listings', 'post', 'requestBody', 'content', 'application/json', 'schema']
  const isImport = await describedAt(...body)
  const required = ['model', 'price', 'score']
  const optional = LISTING_MEMBERS.filter((name) => !required.includes(name))
  expect(isImport([listing(), listing(Object.fromEntries(optional.map((name) => [name, null])))])).toBe(true)
  const open = { ...listing({ condition: 'used', unknown: {} }), quantization_capacity: { '7b': 1, '405b': 0 } }
  expect(isImport([open])).toBe(true)
  for (const name of required) {
    const without = Object.fromEntries(Object.entries(listing()).filter(([member]) => member !== name))
    expect(isImport([without]), name).toBe(false)
    expect(isImport([{ ...without, [name]: null }]), name).toBe(false)
  }
  // No member takes just anything: each is described.
  for (const name of LISTING_MEMBERS) expect(isImport([{ ...listing(), [name]: [[]] }]), name).toBe(false)
  expect(isImport([])).toBe(false)
})

test('every member of every shape is described', () => {
  const { schemas } = api.components
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  const isDescribed = (schema: unknown): boolean => {
    if (!isObject(schema)) return false
    const { $ref, anyOf, description } = schema
    if (typeof $ref === 'string' && isDescribed(schemas[$ref.split('/').at(-1) ?? ''])) return true
    return description !== undefined || (Array.isArray(anyOf) && anyOf.some(isDescribed))
  }
  const undescribed = (node: unknown, place: string): string[] => {
    if (!isObject(node)) return []
    const properties = Object.entries(isObject(node['properties']) ? node['properties'] : {})
    return [
      ...properties.filter(([, schema]) => !isDescribed(schema)).map(([name]) => `${place}.${name}`),
      ...Object.entries(node).flatMap(([name, child]) =>
        undescribed(child, name === 'properties' ? place : `${place}.${name}`),
      ),
    ]
  }
  expect(Object.entries(schemas).flatMap(([name, schema]) => undescribed(schema, name))).toEqual([])
})

for (const [file, text] of Object.entries(generatedFiles(api))) {
  test(`${file} is what the routes make of it`, () => {
    const written = readFileSync(path.resolve(import.meta.dirname, '../../..', file), 'utf8')
    expect(written === text, `${file} is not of the routes as they are now: npm run generate writes it`).toBe(true)
  })
}

test('the generated files do not depend on the order of routes and shapes', () => {
  const turned = <T>(record: Record<string, T>) => Object.fromEntries(Object.entries(record).reverse())
  const { components, paths } = api
  expect(generatedFiles({ ...api, components: { schemas: turned(components.schemas) }, paths: turned(paths) })).toEqual(
    generatedFiles(api),
  )
})

describe('an answer is not as described', () => {
  const limits = { type: 'a', title: 'b', status: 404, detail: 'c', instance: '/', code: 'not_found', request_id: 'd' }
  const wrong: [what: string, url: string, status: number, type: string, body: object, words: RegExp][] = [
    [
      'with an undescribed status',
      '/api/limits',
      404,
      'application/problem+json',
      limits,
      /of limits does not have this status/,
    ],
    ['with an undescribed type', '/api/limits', 200, 'text/csv', {}, /of limits does not have this media type/],
    ['without its members', '/api/limits', 200, 'application/json', {}, /must have required property 'max_rows'/],
    ['at an undescribed path', '/api/nothing', 200, 'application/json', {}, /no such operation/],
    [
      'as a problem of another shape',
      '/api/nothing',
      404,
      'application/problem+json',
      { ...limits, code: 'x' },
      /\/code must be/,
    ],
    ['in one of its lines', `${ONE_IMPORT}/errors`, 200, 'application/x-ndjson; charset=utf-8', {}, /required property 'row'/],
  ]
  for (const [what, url, status, type, json, words] of wrong) {
    test(what, async () => {
      const text = JSON.stringify(json)
      const reply = { status, headers: { 'content-type': type }, text, json: { ...json } }
      await expect(expectDescribed(reply, 'GET', url)).rejects.toThrow(words)
    })
  }
})

describe('a shape with a title', () => {
  const Card = { type: 'object', title: 'Card', description: 'A card.', properties: { name: { type: 'string' } } }
  const described = (...schemas: object[]) => ({ components: { schemas: { Hand: { properties: { ...schemas } } } }, paths: {} })

  test('stands once, and elsewhere with what is said of it there', () => {
    const { components } = tidied(described(Card, { type: 'array', items: { ...Card, description: 'The best one.' } }))
    const $ref = '#/components/schemas/Card'
    expect(components.schemas).toEqual({
      Hand: { properties: { 0: { $ref }, 1: { type: 'array', items: { $ref, description: 'The best one.' } } } },
      Card,
    })
  })

  test('is not one that other schemas have too', () => {
    const other = { ...Card, properties: { name: { type: 'number' } } }
    expect(() => tidied(described(Card, other))).toThrow('Two different schemas have the title Card')
  })

  test('is not seen in examples', () => {
    const example = { type: 'string', examples: [Card] }
    expect(tidied(described(example))).toEqual(described(example))
  })
})

describe('the types of the client', () => {
  const typesOf = (schema: Record<string, unknown>) =>
    /type Shape = (.*)\n|interface Shape ([\s\S]*?\n\})/.exec(
      apiTypes({ components: { schemas: { Shape: schema } }, paths: {} }),
    )
  const types: [schema: Record<string, unknown>, type: string][] = [
    [{ type: 'integer', minimum: 1 }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ enum: ['a', "b'", 1] }, "'a' | 'b\\'' | 1"],
    [{ const: true }, 'true'],
    [{ anyOf: [{ $ref: '#/components/schemas/A' }, { type: 'null' }] }, 'A | null'],
    [{ type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } }, '(string | number)[]'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'Record<string, number>'],
    [{ description: 'anything' }, 'unknown'],
    [{ type: 'object', required: ['a'], properties: { a: { type: 'null' }, 'b-c': {} } }, "{\n  a: null\n  'b-c'?: unknown\n}"],
  ]
  for (const [schema, type] of types) {
    test(`${JSON.stringify(schema)} is ${JSON.stringify(type)}`, () => {
      const [, alias, members] = typesOf(schema) ?? []
      expect(alias ?? members).toBe(type)
    })
  }

  test('are not made of what is not understood', () => {
    expect(() => typesOf({ type: 'object', dependentSchemas: {} })).toThrow('no dependentSchemas')
    expect(() => typesOf({ type: 'text' })).toThrow('no type text')
  })
})

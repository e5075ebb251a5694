import fc from 'fast-check'
import { describe, expect, inject, test } from 'vitest'
import type { ImportRecord, RejectedRow, StoredListing } from '../dist/index.js'
import { cursorAfter } from '../dist/query.js'
import { contradictions } from './contradictions.ts'
import { type Daemon, type Reply, sharedDaemon, startDaemon } from './daemon.ts'
import { bodyOf, listing } from './listings.ts'
import { holdWriteLock } from './write-lock.ts'

const IMPORTS = '/api/persist/imports'
const LENIENT = { prefer: 'handling=lenient' }
const NDJSON = { 'content-type': 'application/x-ndjson' }
const CSV = { 'content-type': 'text/csv' }
const UNKNOWN_ID = '01a205f0-1168-762f-93f0-b841a95a866d'

const models = (...names: string[]) => names.map((model) => listing({ model }))
const linesOf = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** For the tests that are about imports of their own. */
const shared = sharedDaemon()

async function importOf(daemon: Daemon, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const reply = await daemon.post(body, headers)
  expect(reply.status, reply.text).toBe(200)
  return reply
}

function undo(daemon: Daemon, import_id: unknown): Promise<Reply> {
  return daemon.send({ method: 'DELETE', url: `${IMPORTS}/${import_id}` })
}

/** All imports, page by page by the Link header, which is to agree with the cursor. */
async function importsOf(
  daemon: Daemon,
  query = '',
  between: () => Promise<unknown> = async () => {},
): Promise<ImportRecord[]> {
  const found: ImportRecord[] = []
  for (let url: string | undefined = `${IMPORTS}?${query}`; url !== undefined; ) {
    if (found.length > 0) await between()
    const reply: Reply = await daemon.get(url)
    expect(reply.status, reply.text).toBe(200)
    const { items, next_cursor } = reply.json as { items: ImportRecord[]; next_cursor: string | null }
    found.push(...items)
    url = /^<(.*)>; rel="next"$/.exec(`${reply.headers['link']}`)?.[1]
    expect(url && new URLSearchParams(url.split('?')[1]).get('cursor')).toBe(next_cursor ?? undefined)
  }
  return found
}

/** The stored listings as their places and models. */
async function placesOf(daemon: Daemon, query = ''): Promise<string[]> {
  const { items } = (await daemon.get(`/api/listings?limit=1000&${query}`)).json as { items: StoredListing[] }
  return items.map(({ import_index, model }) => `${import_index} ${model}`)
}

async function rejectedRowsOf(daemon: Daemon, import_id: unknown): Promise<RejectedRow[]> {
  const reply = await daemon.get(`${IMPORTS}/${import_id}/errors`)
  expect(reply.status).toBe(200)
  expect(reply.headers).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' })
  return reply.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

function errorsOf({ errors }: { errors?: unknown }): unknown[] {
  return (errors as { row: number; line?: number; pointer: string; code: string }[]).map(({ row, line, pointer, code }) =>
    line === undefined ? [row, pointer, code] : [row, line, pointer, code],
  )
}

describe('a lenient import', () => {
  const bodies: [what: string, type: object, body: string, places: string[], errors: unknown[]][] = [
    [
      'of a JSON array',
      {},
      JSON.stringify([
        listing({ price: 0 }),
        ...models('A'),
        null,
        ...models('B'),
        { model: 'X', title: '\u0000' },
        ...models('C'),
        5,
      ]),
      ['1 A', '3 B', '5 C'],
      [
        [0, '/0/price', 'range'],
        [2, '/2', 'type'],
        [4, '/4/title', 'nul_character'],
        [4, '/4/price', 'required'],
        [4, '/4/score', 'required'],
        [6, '/6', 'type'],
      ],
    ],
    [
      'of NDJSON',
      NDJSON,
      ['{"model":', JSON.stringify(listing({ model: 'A' })), '', '[]', JSON.stringify(listing({ model: 'B' })), '{}}'].join(
        '\n',
      ),
      ['1 A', '3 B'],
      [
        [0, 1, '/0', 'invalid_json'],
        [2, 4, '/2', 'type'],
        [4, 6, '/4', 'invalid_json'],
      ],
    ],
    [
      'of CSV',
      CSV,
      'title,model,price,score\r\n"two\r\nlines",A,1,1\r\n,B,1\r\n,C,none,1\r\n,"D"x,1,1\r\n,E,1,1\r\n',
      ['0 A', '4 E'],
      [
        [1, 4, '/1', 'invalid_csv'],
        [2, 5, '/2/price', 'type'],
        [3, 6, '/3', 'invalid_csv'],
      ],
    ],
  ]
  for (const [what, type, body, places, errors] of bodies) {
    test(`${what} stores the valid listings at their places, and says what is wrong with the others`, async () => {
      const daemon = shared()
      const reply = await importOf(daemon, body, { ...type, ...LENIENT })
      expect(reply.headers['preference-applied']).toBe('handling=lenient')
      expect(reply.headers['location']).toBe(`${IMPORTS}/${reply.json['import_id']}`)
      const rejected = new Set(errors.map((error) => (error as unknown[])[0]))
      expect(reply.json).toEqual({
        import_id: expect.any(String),
        timestamp: expect.any(String),
        record_count: places.length,
        first_model: places[0]?.slice(2),
        last_model: places.at(-1)?.slice(2),
        rejected_count: rejected.size,
        errors: expect.any(Array),
        errors_truncated: false,
      })
      expect(errorsOf(reply.json)).toEqual(errors)
      expect(await placesOf(daemon, `import_id=${reply.json['import_id']}`)).toEqual(places)
      expect((await rejectedRowsOf(daemon, reply.json['import_id'])).flatMap(errorsOf)).toEqual(errors)
      expect(daemon.log.findLast(({ msg }) => msg === 'listings imported')).toMatchObject({ rejected_count: rejected.size })
      expect(await contradictions(daemon.db)).toEqual([])

      const strict = await daemon.post(body, { ...type })
      expect(strict).toMatchObject({ status: 422, json: { code: 'invalid_listings', error_count: errors.length } })
      expect(errorsOf(strict.json)).toEqual(errors)
    })
  }

  const nothing: [what: string, headers: object, body: string, code: string][] = [
    ['without a valid listing', {}, '[{"model":"A"},5]', 'invalid_listings'],
    ['without a valid line', NDJSON, '{"model":\n5\n', 'invalid_listings'],
    ['without a valid row', CSV, 'model,price,score\nA,0,1\n', 'invalid_listings'],
    ['of nothing', {}, '[]', 'no_listings'],
    ['of an array that is not JSON behind good rows', {}, `${JSON.stringify(models('A', 'B')).slice(0, -1)},]`, 'invalid_json'],
    ['of an array that ends early', {}, JSON.stringify(models(...'ABC'.repeat(2000))).slice(0, -1), 'invalid_json'],
    ['of no array', {}, '{"model":"A","price":1,"score":1}', 'not_an_array'],
    ['of CSV whose header makes no sense', CSV, 'model,model,price,score\nA,A,1,1\n', 'invalid_csv'],
  ]
  for (const [what, type, body, code] of nothing) {
    test(`${what} is refused with 422 ${code}, and stores nothing`, async () => {
      const daemon = shared()
      const before = await importsOf(daemon, 'undone=true')
      const reply = await daemon.post(body, { ...type, ...LENIENT })
      expect(reply).toMatchObject({ status: 422, json: { code } })
      expect(reply.headers['preference-applied']).toBeUndefined()
      expect(await importsOf(daemon, 'undone=true')).toEqual(before)
      expect(await contradictions(daemon.db)).toEqual([])
    })
  }

  test('counts its bad rows towards the limit, too', async () => {
    const daemon = await startDaemon({ limits: { max_rows: 3 } })
    const rows = [listing(), 5, listing(), 5]
    expect(await daemon.post(rows, LENIENT)).toMatchObject({ status: 413, json: { code: 'too_many_rows', limit: 3 } })
    expect((await daemon.post(rows.slice(1), LENIENT)).json).toMatchObject({ record_count: 1, rejected_count: 2 })
  })

  test('without a bad row answers that there was none', async () => {
    const daemon = shared()
    const { json } = await importOf(daemon, models('A'), LENIENT)
    expect(json).toMatchObject({ record_count: 1, rejected_count: 0, errors: [], errors_truncated: false })
    expect(await rejectedRowsOf(daemon, json['import_id'])).toEqual([])
  })

  const preferences: [prefer: string, applied: string | undefined][] = [
    ['handling=lenient', 'handling=lenient'],
    ['Handling = "Lenient"; a=b', 'handling=lenient'],
    ['respond-async, handling=lenient, wait=5', 'handling=lenient'],
    ['handling=lenient, handling=strict', 'handling=lenient'],
    ['handling=strict, handling=lenient', 'handling=strict'],
    ['handling=strict', 'handling=strict'],
    ['a, ,foo="b, c";d="\\"", handling="len\\ient"', 'handling=lenient'],
    ['handling=careless, handling=lenient', undefined],
    ['foo="a, handling=lenient"', undefined],
    ['foo="a\\", handling=lenient, b"', undefined],
    ['foo="a, handling=lenient', undefined],
    ['foo; handling=lenient', undefined],
    ['handling=lenient strict', undefined],
    ['handling=careless', undefined],
    ['xhandling=lenient', undefined],
    ['lenient', undefined],
    ['return=minimal', undefined],
    ['', undefined],
  ]
  for (const [prefer, applied] of preferences) {
    test(`is what Prefer: ${prefer} asks for, or it is not`, async () => {
      const daemon = shared()
      const reply = await importOf(daemon, models('A'), { prefer })
      expect(reply.headers['preference-applied']).toBe(applied)
      const bad = await daemon.post([...models('A'), 5], { prefer })
      expect(bad.status).toBe(applied === 'handling=lenient' ? 200 : 422)
    })
  }
})

describe('the rejected rows of an import', () => {
  test('are all there, thousands of them, and are stored when they are mended and sent again', async () => {
    const daemon = shared()
    const rows = Array.from({ length: 2600 }, (_, index) =>
      listing({ model: `M${index}`, price: index % 2 === 0 ? 1 : -1, index }),
    )
    const { json } = await importOf(daemon, linesOf(rows), { ...NDJSON, ...LENIENT })
    expect(json).toMatchObject({ record_count: 1300, rejected_count: 1300, errors_truncated: true })
    expect(json['errors']).toHaveLength(100)

    const rejected = await rejectedRowsOf(daemon, json['import_id'])
    expect(rejected).toEqual(
      rows.flatMap((row, index) => {
        if (index % 2 === 0) return []
        const error = { pointer: `/${index}/price`, code: 'range', message: 'expected more than 0', value: -1 }
        return [{ row: index, line: index + 1, errors: [{ row: index, line: index + 1, ...error }], listing: row }]
      }),
    )
    const mended = rejected.map((row) => ({ ...(row.listing as object), price: 1 }))
    expect((await importOf(daemon, mended)).json).toMatchObject({ record_count: 1300, first_model: 'M1', last_model: 'M2599' })
    expect(await contradictions(daemon.db)).toEqual([])
  })

  test('are as they were sent, whatever that was', async () => {
    const daemon = shared()
    const deep = `${'['.repeat(40)}${']'.repeat(40)}`
    const sent = [
      '{"model":"A\\u0000","price":1,"score":1}',
      '{"title":"\\ud83d","model":"A","price":1,"score":1}',
      `{"x":${deep},"model":"A"}`,
      '{"__proto__":{"a":1},"price":-1.5e-7,"extra":{"__proto__":2}}',
      '[[1,"two"]]',
      'null',
      '"text \\u202e"',
    ]
    const body = sent.map((row) => `${row}\n`).join('') + linesOf(models('A'))
    const { json } = await importOf(daemon, body, { ...NDJSON, ...LENIENT })
    const rejected = await rejectedRowsOf(daemon, json['import_id'])
    const asJson = (value: unknown) => JSON.stringify(value) // shows a member named `__proto__` for certain
    expect(rejected.map((row) => asJson(row.listing))).toEqual(sent.map((row) => asJson(JSON.parse(row))))
  })

  test('that could not be read are there as text, but for those that are too large or no text', async () => {
    const daemon = await startDaemon({ limits: { max_row_bytes: 100 } })
    const body = Buffer.concat([
      Buffer.from(`{"model":"A","price":1\n${JSON.stringify(listing({ title: 'x'.repeat(100) }))}\n`),
      Buffer.from('{"model":"\xff"}\n', 'latin1'),
      Buffer.from(linesOf(models('B'))),
    ])
    const { json } = await importOf(daemon, body, { ...NDJSON, ...LENIENT })
    const rejected = await rejectedRowsOf(daemon, json['import_id'])
    expect(rejected.map(({ errors: _, ...row }) => row)).toEqual([
      { row: 0, line: 1, text: '{"model":"A","price":1' },
      { row: 1, line: 2 },
      { row: 2, line: 3 },
    ])
    expect(rejected.map(({ errors: [error] }) => error?.code)).toEqual(['invalid_json', 'row_too_large', 'invalid_json'])
  })

  test('are all there, however large they are', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => listing({ price: 0, index, notes: 'x'.repeat(900_000) }))
    const { json } = await importOf(shared(), [...rows, listing()], LENIENT)
    expect((await rejectedRowsOf(shared(), json['import_id'])).map((row) => row.listing)).toEqual(rows)
  })

  test('are cut off, and do not seem to be all, where the import is undone while they are read', async () => {
    const daemon = await startDaemon({
      wrap: (store) => ({
        import: (body, options) => store.import(body, options),
        dryRun: (body, options) => store.dryRun(body, options),
        undo: (import_id) => store.undo(import_id),
        ask: async (question) => {
          if (question.about === 'rejected_rows' && question.after !== undefined) await store.undo(question.import_id)
          return store.ask(question)
        },
        check: () => store.check(),
        close: () => store.close(),
      }),
    })
    const rows = Array.from({ length: 1001 }, () => listing({ price: 0 }))
    const { json } = await importOf(daemon, [...rows, listing()], LENIENT)
    const origin = await daemon.app.listen({ host: '127.0.0.1', port: 0 })
    const response = await fetch(`${origin}${IMPORTS}/${json['import_id']}/errors`)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    expect(await rejectedRowsOf(daemon, json['import_id'])).toEqual([]) // known to be undone before it is read
  })

  test('each say at most ten things, and the row has all of them', async () => {
    const daemon = shared()
    const warnings = Array(500).fill(1)
    const { json } = await importOf(daemon, [listing({ warnings }), listing({ warnings }), listing()], LENIENT)
    const rejected = await rejectedRowsOf(daemon, json['import_id'])
    expect(rejected.map(({ row, errors }) => [row, errors.length])).toEqual([
      [0, 10],
      [1, 10],
    ])
    expect(rejected[1]).toMatchObject({ listing: { warnings } })
  })
})

describe('imports', () => {
  test('are listed newest first, on pages that have each once although others come and go', async () => {
    const daemon = await startDaemon()
    const replies: Reply[] = []
    for (const name of 'ABCDE')
      replies.push(await importOf(daemon, [...models(name, name), ...(name === 'C' ? [5] : [])], LENIENT))
    const [, second] = replies
    const { json: undone } = await undo(daemon, second?.json['import_id'])
    const records = replies.reverse().map(({ json }) => {
      const { import_id, record_count, first_model, last_model, timestamp } = json
      const record = {
        import_id,
        record_count,
        first_model,
        last_model,
        timestamp,
        rejected_count: first_model === 'C' ? 1 : 0,
      }
      return first_model === 'B' ? { ...record, undone_at: undone['undone_at'] } : record
    })
    const living = records.filter(({ first_model }) => first_model !== 'B')
    for (const limit of [1, 2, 3, 4, 5, 1000]) {
      expect(await importsOf(daemon, `limit=${limit}`)).toEqual(living)
      expect(await importsOf(daemon, `undone=false&limit=${limit}`)).toEqual(living)
      expect(await importsOf(daemon, `undone=true&limit=${limit}`)).toEqual(records)
    }
    const comingAndGoing = async () => undo(daemon, (await importOf(daemon, models('X'))).json['import_id'])
    expect(await importsOf(daemon, 'undone=true&limit=2', comingAndGoing)).toEqual(records)
    for (const record of records) {
      for (const import_id of [record.import_id, String(record.import_id).toUpperCase()]) {
        const { text, headers } = await daemon.get(`${IMPORTS}/${import_id}`)
        expect(JSON.parse(text)).toEqual(record)
        expect(headers['cache-control']).toBe('no-store')
      }
    }
  })

  test('are a page that goes on behind an import that is undone meanwhile', async () => {
    const daemon = shared()
    for (const name of 'ABCD') await importOf(daemon, models(name))
    const page = await daemon.get(`${IMPORTS}?limit=2`)
    const { items } = page.json as { items: ImportRecord[] }
    await undo(daemon, items[1]?.import_id)
    const rest = (await daemon.get(`${IMPORTS}?limit=2&cursor=${page.json['next_cursor']}`)).json as { items: ImportRecord[] }
    expect([...items, ...rest.items].map(({ first_model }) => first_model)).toEqual(['D', 'C', 'B', 'A'])
  })

  describe('are not listed', () => {
    const unknownPlace = cursorAfter(
      { import_id: UNKNOWN_ID, import_index: 0 },
      {
        sort: '-import',
        filters: { undone: 'false' },
      },
    )
    const refusals: [what: string, query: string, code: string, words: RegExp][] = [
      ['by an unknown parameter', 'model=A', 'invalid_query', /undone, limit, cursor/],
      ['by half a yes', 'undone=1', 'invalid_query', /undone must be one of true, false/],
      ['by no limit', 'limit=0', 'invalid_query', /limit .* from 1 to 1000/],
      ['behind nonsense', 'cursor=x', 'invalid_cursor', /begin again/],
      ['behind an import that is not there', `cursor=${unknownPlace}`, 'invalid_cursor', /not in this store/],
    ]
    for (const [what, query, code, words] of refusals) {
      test(`${what}: 400 ${code}`, async () => {
        const reply = await shared().get(`${IMPORTS}?${query}`)
        expect(reply).toMatchObject({ status: 400, json: { code, detail: expect.stringMatching(words) } })
      })
    }

    test('by the cursor of another question: 400 cursor_mismatch', async () => {
      await importOf(shared(), models('A', 'B'))
      await importOf(shared(), models('C', 'D'))
      const cursors = await Promise.all(
        [`${IMPORTS}?limit=1`, `${IMPORTS}?limit=1&undone=true`, '/api/listings?limit=1'].map(
          async (url) => (await shared().get(url)).json['next_cursor'],
        ),
      )
      const urls = [IMPORTS, `${IMPORTS}?undone=true&`, '/api/listings']
      for (const [index, url] of urls.entries()) {
        for (const [other, cursor] of cursors.entries()) {
          const reply = await shared().get(`${url}${url.includes('?') ? '' : '?'}cursor=${cursor}`)
          if (index === other) expect(reply.status).toBe(200)
          else expect(reply).toMatchObject({ status: 400, json: { code: 'cursor_mismatch' } })
        }
      }
    })
  })

  for (const id of [UNKNOWN_ID, 'none', '%00', "'%20or%201=1--", '%F0%9F%98%80', '*']) {
    test(`that are not there, such as ${id}, are 404`, async () => {
      const daemon = shared()
      const before = await placesOf(daemon)
      const missing = { status: 404, json: { code: 'not_found', detail: expect.stringMatching(/no such import/) } }
      expect(await daemon.get(`${IMPORTS}/${id}`)).toMatchObject(missing)
      expect(await daemon.get(`${IMPORTS}/${id}/errors`)).toMatchObject(missing)
      expect(await undo(daemon, id)).toMatchObject(missing)
      expect(await placesOf(daemon)).toEqual(before)
    })
  }
})

describe('an undo', () => {
  test('takes the listings and rejected rows of one import away and no others, and says the same again', async () => {
    const daemon = await startDaemon()
    const [a, b, c] = [
      await importOf(daemon, models('A', 'A')),
      await importOf(daemon, [5, ...models('B', 'B', 'B'), 6], LENIENT),
      await importOf(daemon, [...models('C'), 7], LENIENT),
    ]
    const before = new Date().toISOString()
    const undone = await undo(daemon, String(b.json['import_id']).toUpperCase())
    expect(undone.json).toEqual({
      import_id: b.json['import_id'],
      record_count: 3,
      undone_at: expect.stringMatching(/\.\d{3}Z$/),
    })
    expect(String(undone.json['undone_at']) >= before).toBe(true)
    const again = await Promise.all([1, 2, 3].map(() => undo(daemon, b.json['import_id'])))
    expect(again.map(({ status, text }) => [status, text])).toEqual(Array(3).fill([200, undone.text]))

    expect(await placesOf(daemon)).toEqual(['0 A', '1 A', '0 C'])
    expect(await placesOf(daemon, `import_id=${b.json['import_id']}`)).toEqual([])
    expect(await rejectedRowsOf(daemon, b.json['import_id'])).toEqual([])
    expect(await rejectedRowsOf(daemon, c.json['import_id'])).toHaveLength(1)
    expect((await importsOf(daemon)).map(({ import_id }) => import_id)).toEqual([c.json['import_id'], a.json['import_id']])
    expect(await contradictions(daemon.db)).toEqual([])
    expect(daemon.log.filter(({ msg }) => msg === 'import undone')).toHaveLength(4)

    await undo(daemon, c.json['import_id']) // the newest: its places are not given again
    await importOf(daemon, models('D', 'D', 'D', 'D'))
    expect(await placesOf(daemon)).toEqual(['0 A', '1 A', '0 D', '1 D', '2 D', '3 D'])
    expect(await contradictions(daemon.db)).toEqual([])
  })

  test('in the middle of reading lets the reader go on behind what it has read', async () => {
    const daemon = shared()
    const ids: unknown[] = []
    for (const _ of 'ABC') ids.push((await importOf(daemon, models('READING', 'READING'))).json['import_id'])
    const url = '/api/listings?model=READING&limit=3'
    const first = await daemon.get(url)
    await undo(daemon, ids[1])
    const rest = await daemon.get(`${url}&cursor=${first.json['next_cursor']}`)
    expect((rest.json['items'] as StoredListing[]).map(({ import_id }) => import_id)).toEqual([ids[2], ids[2]])
  })

  test('of an import that is under way is refused with 409, and is possible when it is stored', async () => {
    const daemon = await startDaemon({ newImportId: () => UNKNOWN_ID })
    const release = await holdWriteLock(daemon.db)
    const running = daemon.store.import(bodyOf(models('A')), { handling: 'strict' })
    const refused = await undo(daemon, UNKNOWN_ID)
    expect(refused).toMatchObject({ status: 409, json: { code: 'import_running' }, headers: { 'retry-after': '1' } })
    await release()
    await running
    expect(await undo(daemon, UNKNOWN_ID)).toMatchObject({ status: 200, json: { record_count: 1 } })
    expect(await contradictions(daemon.db)).toEqual([])
  })
})

test('whatever is imported, refused and undone, in any order, the store agrees with itself and with what it answered', async () => {
  const daemon = await startDaemon({ limits: { max_memory_bytes: 300 } }) // so that some bodies are in files
  const rows = fc.array(fc.constantFrom<unknown>(...models('A', 'B', 'C'), 5, { model: 'X' }), { maxLength: 6 })
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ rows, lenient: fc.boolean(), lines: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ undo: fc.nat(30) }) },
  )
  const known: { record: ImportRecord; places: string[] }[] = []
  const good = (row: unknown): row is { model: string } => typeof row === 'object' && row !== null && 'price' in row

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12, size: 'max' }), async (steps) => {
      for (const step of steps) {
        if ('undo' in step) {
          const at = known.length - 1 - step.undo
          const { record } = known[at] ?? {}
          const reply = await undo(daemon, record?.import_id ?? UNKNOWN_ID)
          expect(reply.status).toBe(record === undefined ? 404 : 200)
          if (record === undefined) continue
          const { import_id, record_count, undone_at = reply.json['undone_at'] } = record
          expect(reply.json).toEqual({ import_id, record_count, undone_at })
          known[at] = { record: { ...record, undone_at: `${undone_at}` }, places: [] }
          continue
        }
        const places = step.rows.flatMap((row, index) => (good(row) ? [`${index} ${row.model}`] : []))
        const headers = { ...(step.lenient && LENIENT), ...(step.lines && NDJSON) }
        const reply = await daemon.post(step.lines ? linesOf(step.rows) : step.rows, headers)
        const stored = places.length > 0 && (step.lenient || places.length === step.rows.length)
        expect(reply.status).toBe(stored ? 200 : 422)
        if (!stored) continue
        const { errors: _, errors_truncated: __, ...result } = reply.json
        const rejected_count = step.rows.length - places.length
        expect(result).toMatchObject({
          record_count: places.length,
          first_model: places[0]?.slice(2),
          last_model: places.at(-1)?.slice(2),
        })
        known.push({ record: { ...(result as ImportRecord), rejected_count }, places })
      }
      expect(await contradictions(daemon.db)).toEqual([])
      const records = known.map(({ record }) => record).reverse()
      expect(await importsOf(daemon, 'limit=7&undone=true')).toEqual(records)
      expect(await importsOf(daemon, 'limit=7')).toEqual(records.filter(({ undone_at }) => undone_at === undefined))
      expect(await placesOf(daemon)).toEqual(known.flatMap(({ places }) => places))
    }),
    { numRuns: Math.ceil(25 * inject('drawn_share')) },
  )
})

import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { createServer, type Question, type ReceivedBody, type StorageEngine } from '../dist/index.js'
import { type Daemon, type Reply, sharedDaemon, startDaemon, temporaryFolder } from './daemon.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const card = (members: object = {}) => ({ model: 'RTX_3090', price: 700, score: 0.5, ...members })
const manyCards = (count: number) => Array.from({ length: count }, (_, index) => card({ model: `M${index}`, price: index + 1 }))

/** Expects a refusal in the one shape of every error, and nothing stored. */
async function expectRefused(daemon: Daemon, reply: Reply, status: number, code: string): Promise<void> {
  expect(reply.json).toMatchObject({ status, code, instance: '/api/persist/listings' })
  expect(reply.status).toBe(status)
  expect(reply.headers['content-type']).toContain('application/problem+json')
  for (const member of ['type', 'title', 'detail', 'request_id']) expect(reply.json[member]).toMatch(/./)
  expect(await daemon.rows('select (select count(*) from gpu_listings) + (select count(*) from imports) as stored')).toEqual([
    { stored: 0 },
  ])
}

/** What a refusal says of each row, without the words. */
function errorsOf(reply: Reply): unknown[] {
  const errors = reply.json['errors'] as { row: number; pointer: string; code: string }[]
  return errors.map(({ row, pointer, code }) => [row, pointer, code])
}

describe('test_import_endpoint', () => {
  test('test_import_endpoint', async () => {
    const daemon = await startDaemon()
    const reply = await daemon.post(
      '[{"model":"H100_PCIE_80GB","price":34995.0,"score":0.92,"listing_source":"ServerSupply.com","import_id":"auto-generated"}]',
    )
    expect(reply.status).toBe(200)
    expect(Object.keys(reply.json).sort()).toEqual(['first_model', 'import_id', 'last_model', 'record_count', 'timestamp'])
    const { import_id, timestamp, ...rest } = reply.json
    expect(rest).toEqual({ record_count: 1, first_model: 'H100_PCIE_80GB', last_model: 'H100_PCIE_80GB' })
    expect(import_id).toMatch(UUID_V7)
    expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(await daemon.rows('select model, price, score, listing_source, import_id, import_index from gpu_listings')).toEqual([
      { model: 'H100_PCIE_80GB', price: 34995, score: 0.92, listing_source: 'ServerSupply.com', import_id, import_index: 0 },
    ])
  })

  test('stores a batch in its order, and names its first and last model', async () => {
    const daemon = await startDaemon()
    const reply = await daemon.post([card({ model: 'A' }), card({ model: 'B' }), card({ model: 'C' })])
    expect(reply.json).toMatchObject({ record_count: 3, first_model: 'A', last_model: 'C' })
    expect(await daemon.rows('select import_index, model from gpu_listings order by import_id, import_index')).toEqual([
      { import_index: 0, model: 'A' },
      { import_index: 1, model: 'B' },
      { import_index: 2, model: 'C' },
    ])
    const { import_id, timestamp } = reply.json
    expect(await daemon.rows('select import_id, record_count, first_model, last_model, timestamp from imports')).toEqual([
      { import_id, record_count: 3, first_model: 'A', last_model: 'C', timestamp },
    ])
  })

  test('stores newline-delimited JSON as it stores an array', async () => {
    const daemon = await startDaemon()
    const lines = `\ufeff${JSON.stringify(card({ title: 'Zwei Lüfter 😀' }))}\r\n\n${JSON.stringify(card({ model: 'B' }))}\n`
    const reply = await daemon.post(lines, { 'content-type': 'application/x-ndjson' })
    expect(reply.json).toMatchObject({ record_count: 2, first_model: 'RTX_3090', last_model: 'B' })
    expect(await daemon.rows('select title from gpu_listings')).toEqual([{ title: 'Zwei Lüfter 😀' }, { title: null }])
  })

  test('skips a byte order mark', async () => {
    const daemon = await startDaemon()
    expect((await daemon.post(`\ufeff${JSON.stringify([card()])}`)).status).toBe(200)
  })

  describe('refuses with 422, and stores nothing of', () => {
    const daemon = sharedDaemon()

    test('an empty array', async () => {
      const reply = await daemon().post([])
      await expectRefused(daemon(), reply, 422, 'no_listings')
      expect(reply.json['detail']).toBe('Empty listings array provided')
    })

    test('NDJSON without a line', async () => {
      await expectRefused(
        daemon(),
        await daemon().post('\n \n', { 'content-type': 'application/x-ndjson' }),
        422,
        'no_listings',
      )
    })

    for (const body of ['{"model":"RTX_3090","price":700,"score":0.5}', '"text"', '12', 'null', 'true']) {
      test(`what is not an array: ${body}`, async () => {
        await expectRefused(daemon(), await daemon().post(body), 422, 'not_an_array')
      })
    }

    const malformed: [body: string | Buffer, where: string][] = [
      ['', 'line 1, column 1'],
      ['[{"model":"SECRET","price":1,"score":1},\n {"model":"SECRET","price":}]', 'line 2, column 28'],
      ['[{"model":"SECRET","price":NaN,"score":1}]', 'line 1, column 28'],
      ['[{"model":"SECRET","price":Infinity,"score":1}]', 'line 1, column 28'],
      ['[{"model":"SECRET","price":1,"score":1},]', 'line 1, column 41'],
      ['[{"model":"SECRET","price":1,"score":1}]]', 'line 1, column 41'],
      ['[{"model":"SECRET","price":1,"score":1}', 'line 1, column 40'],
      ['\n\n[{"model":"SECRET"', 'line 3, column 19'],
      [Buffer.from('[{"model":"SECRET\xff"}]', 'latin1'), 'line 1, column 18'],
    ]
    for (const [body, where] of malformed) {
      test(`malformed JSON, with line and column and no word of it: ${JSON.stringify(body.toString('latin1'))}`, async () => {
        const reply = await daemon().post(body)
        await expectRefused(daemon(), reply, 422, 'invalid_json')
        expect(reply.json['detail']).toContain(where)
        expect(reply.text).not.toMatch(/SECRET|price/)
      })
    }

    const invalid: [what: string, row: string, pointer: string, code: string][] = [
      ['a missing model', '{"price":700,"score":0.5}', '/0/model', 'required'],
      ['a missing price', '{"model":"A","score":0.5}', '/0/price', 'required'],
      ['a missing score', '{"model":"A","price":700}', '/0/score', 'required'],
      ['a model that is null', '{"model":null,"price":700,"score":0.5}', '/0/model', 'required'],
      ['a price that is text', '{"model":"A","price":"700","score":0.5}', '/0/price', 'type'],
      ['a price that is true', '{"model":"A","price":true,"score":0.5}', '/0/price', 'type'],
      ['NaN as text', '{"model":"A","price":"NaN","score":0.5}', '/0/price', 'type'],
      ['Infinity as text', '{"model":"A","price":"Infinity","score":0.5}', '/0/price', 'type'],
      ['a model that is a number', '{"model":5,"price":700,"score":0.5}', '/0/model', 'type'],
      ['an empty model', '{"model":"","price":700,"score":0.5}', '/0/model', 'length'],
      ['a blank model', '{"model":" \\t\\u00a0","price":700,"score":0.5}', '/0/model', 'blank'],
      ['a model of 201 characters', `{"model":"${'x'.repeat(201)}","price":700,"score":0.5}`, '/0/model', 'length'],
      ['a price of 0', '{"model":"A","price":0,"score":0.5}', '/0/price', 'range'],
      ['a negative price', '{"model":"A","price":-5,"score":0.5}', '/0/price', 'range'],
      ['a price above 1e9', '{"model":"A","price":1000000001,"score":0.5}', '/0/price', 'range'],
      ['a price of 1e400', '{"model":"A","price":1e400,"score":0.5}', '/0/price', 'not_finite'],
      ['a score below 0', '{"model":"A","price":700,"score":-0.1}', '/0/score', 'range'],
      ['a score above 100', '{"model":"A","price":700,"score":100.1}', '/0/score', 'range'],
      ['an unknown currency', '{"model":"A","price":700,"score":0.5,"currency":"ZZZ"}', '/0/currency', 'format'],
      ['a currency in lower case', '{"model":"A","price":700,"score":0.5,"currency":"usd"}', '/0/currency', 'format'],
      [
        'a time without offset',
        '{"model":"A","price":700,"score":0.5,"seen_at":"2026-11-01T10:00:00"}',
        '/0/seen_at',
        'format',
      ],
      [
        'a day that does not exist',
        '{"model":"A","price":700,"score":0.5,"seen_at":"2026-02-30T10:00:00Z"}',
        '/0/seen_at',
        'format',
      ],
      ['an ftp address', '{"model":"A","price":700,"score":0.5,"source_url":"ftp://a.example/"}', '/0/source_url', 'format'],
      [
        'a script address',
        '{"model":"A","price":700,"score":0.5,"source_url":"javascript:alert(1)"}',
        '/0/source_url',
        'format',
      ],
      ['an unknown condition', '{"model":"A","price":700,"score":0.5,"condition":"mint"}', '/0/condition', 'enum'],
      ['half a watt', '{"model":"A","price":700,"score":0.5,"tdp_watts":350.5}', '/0/tdp_watts', 'type'],
      ['eight MIG instances', '{"model":"A","price":700,"score":0.5,"mig_support":8}', '/0/mig_support', 'range'],
      ['a lot of none', '{"model":"A","price":700,"score":0.5,"lot_size":0}', '/0/lot_size', 'range'],
      ['memory of 0', '{"model":"A","price":700,"score":0.5,"vram_gb":0}', '/0/vram_gb', 'range'],
      ['NVLink as a number', '{"model":"A","price":700,"score":0.5,"nvlink":1}', '/0/nvlink', 'type'],
      [
        'half a model that fits',
        '{"model":"A","price":700,"score":0.5,"quantization_capacity":{"7b":1.5}}',
        '/0/quantization_capacity/7b',
        'type',
      ],
      [
        'a factor that is text',
        '{"model":"A","price":700,"score":0.5,"score_breakdown":{"a/b":"x"}}',
        '/0/score_breakdown/a~1b',
        'type',
      ],
      ['a warning that is a number', '{"model":"A","price":700,"score":0.5,"warnings":["a",5]}', '/0/warnings/1', 'type'],
      ['an empty listing_id', '{"model":"A","price":700,"score":0.5,"listing_id":""}', '/0/listing_id', 'length'],
      [
        'a title of 2,001 characters',
        `{"model":"A","price":700,"score":0.5,"title":"${'x'.repeat(2001)}"}`,
        '/0/title',
        'length',
      ],
      ['U+0000 in a text', '{"model":"A\\u0000","price":700,"score":0.5}', '/0/model', 'nul_character'],
      [
        'U+0000 in an unknown member',
        '{"model":"A","price":700,"score":0.5,"x":[{"y":"\\u0000"}]}',
        '/0/x/0/y',
        'nul_character',
      ],
      ['U+0000 in a name', '{"model":"A","price":700,"score":0.5,"\\u0000":1}', '/0/\u0000', 'nul_character'],
      [
        'U+0000 in a nested name',
        '{"model":"A","price":700,"score":0.5,"score_breakdown":{"\\u0000":1}}',
        '/0/score_breakdown/\u0000',
        'nul_character',
      ],
      ['a lone surrogate', '{"model":"A","price":700,"score":0.5,"title":"\\ud83d"}', '/0/title', 'lone_surrogate'],
      [
        'a lone low surrogate in a warning',
        '{"model":"A","price":700,"score":0.5,"warnings":["\\uDE00"]}',
        '/0/warnings/0',
        'lone_surrogate',
      ],
      [
        'a number that is not finite in an unknown member',
        '{"model":"A","price":700,"score":0.5,"x":{"y":[-1e999]}}',
        '/0/x/y/0',
        'not_finite',
      ],
      [
        'bad text in an ignored member',
        '{"model":"A","price":700,"score":0.5,"import_id":"\\u0000"}',
        '/0/import_id',
        'nul_character',
      ],
      [
        '33 levels',
        `{"model":"A","price":700,"score":0.5,"x":${'['.repeat(33)}${']'.repeat(33)}}`,
        `/0/x${'/0'.repeat(32)}`,
        'too_deep',
      ],
      [
        '20,000 levels',
        `{"model":"A","price":700,"score":0.5,"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
        `/0/x${'/0'.repeat(32)}`,
        'too_deep',
      ],
      ['a row that is a number', '5', '/0', 'type'],
      ['a row that is null', 'null', '/0', 'type'],
      ['a row that is an array', '[]', '/0', 'type'],
    ]
    for (const [what, row, pointer, code] of invalid) {
      test(what, async () => {
        const reply = await daemon().post(`[${row}]`)
        await expectRefused(daemon(), reply, 422, 'invalid_listings')
        expect(errorsOf(reply)).toEqual([[0, pointer, code]])
        expect(reply.json).toMatchObject({ error_count: 1, errors_truncated: false })
        expect(reply.text.length).toBeLessThan(1500)
      })
    }

    test('20,000 levels as a row', async () => {
      const reply = await daemon().post(`[${'['.repeat(20_000)}${']'.repeat(20_000)}]`)
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(errorsOf(reply)).toEqual([[0, '/0', 'type']])
    })

    test('257 members', async () => {
      const wide = Object.fromEntries(Array.from({ length: 254 }, (_, index) => [`x${index}`, index]))
      const reply = await daemon().post([card(wide)])
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(errorsOf(reply)).toEqual([[0, '/0', 'too_many_members']])
    })

    test('a row of more than 1 MiB, whatever its neighbours are', async () => {
      const reply = await daemon().post([card(), card({ note: 'x'.repeat(1024 * 1024) }), card({ price: 0 })])
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(errorsOf(reply)).toEqual([
        [1, '/1', 'row_too_large'],
        [2, '/2/price', 'range'],
      ])
    })

    test('millions of errors in one row, all counted, in seconds', async () => {
      const warnings = Array(450_000).fill(1)
      const reply = await daemon().post([card({ warnings }), card({ warnings }), card({ x: Array(100_000).fill('1e999') })])
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(reply.json['error_count']).toBe(900_000)
    })

    test('values under names of any length, with a short answer', async () => {
      const long = 'k'.repeat(500_000)
      const reply = await daemon().post(
        `[{"model":"A","price":1,"score":1,"score_breakdown":{"${long}":"x"}},{"model":"A","price":1,"score":1,"${long}a":1e400,"${long}b":1e400}]`,
      )
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(reply.json['error_count']).toBe(3)
      expect(reply.text.length).toBeLessThan(3000)
    })

    test('33 levels in an extra that is no object', async () => {
      const reply = await daemon().post(`[{"model":"A","price":1,"score":1,"extra":${'['.repeat(33)}${']'.repeat(33)}}]`)
      expect(errorsOf(reply)).toEqual([[0, `/0/extra${'/0'.repeat(32)}`, 'too_deep']])
    })

    test('257 members of which most are in extra', async () => {
      const extra = Object.fromEntries(Array.from({ length: 254 }, (_, index) => [`x${index}`, index]))
      expect(errorsOf(await daemon().post([card({ extra })]))).toEqual([[0, '/0', 'too_many_members']])
    })

    test('two bad rows with three errors, all named with row, pointer and what was found', async () => {
      const reply = await daemon().post([
        card(),
        card({ price: -5, condition: 'x'.repeat(500) }),
        card(),
        { price: 1, score: 0.5 },
      ])
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(reply.json['error_count']).toBe(3)
      expect(reply.json['errors']).toEqual([
        { row: 1, pointer: '/1/price', code: 'range', message: 'expected more than 0', value: -5 },
        {
          row: 1,
          pointer: '/1/condition',
          code: 'enum',
          message: 'expected one of new, refurbished, used, for_parts, unknown',
          value: `${'x'.repeat(99)}…`,
        },
        { row: 3, pointer: '/3/model', code: 'required', message: 'is required' },
      ])
    })

    test('NDJSON with bad lines, named by row and by physical line', async () => {
      const body = [JSON.stringify(card()), '', '{"model":', JSON.stringify(card({ price: 0 })), '[]'].join('\n')
      const reply = await daemon().post(body, { 'content-type': 'application/x-ndjson' })
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      const errors = reply.json['errors'] as { row: number; line: number; code: string; message: string }[]
      expect(errors.map(({ row, line, code }) => [row, line, code])).toEqual([
        [1, 3, 'invalid_json'],
        [2, 4, 'range'],
        [3, 5, 'type'],
      ])
      expect(errors[0]?.message).toBe('column 10: the line ends inside a value')
    })

    test('10,000 rows of which one is bad', async () => {
      const cards = manyCards(10_000)
      const reply = await daemon().post(cards.with(9_990, card({ price: 0 })))
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(errorsOf(reply)).toEqual([[9_990, '/9990/price', 'range']])
    })

    test('1,000 bad rows: 100 errors are listed, all are counted, and the answer is short', async () => {
      const bad = Array.from({ length: 1000 }, () =>
        card({ price: 'x'.repeat(10_000), condition: { deep: ['y'.repeat(5000)] } }),
      )
      const reply = await daemon().post(bad)
      await expectRefused(daemon(), reply, 422, 'invalid_listings')
      expect(reply.json).toMatchObject({ error_count: 2000, errors_truncated: true })
      expect(reply.json['errors']).toHaveLength(100)
      expect(reply.text.length).toBeLessThan(40_000)
    })
  })

  test('stores 10,000 rows, each as it was sent', async () => {
    const daemon = await startDaemon()
    const reply = await daemon.post(manyCards(10_000))
    expect(reply.json).toMatchObject({ record_count: 10_000, first_model: 'M0', last_model: 'M9999' })
    const rows = await daemon.rows('select model, price, import_index from gpu_listings order by import_id, import_index')
    expect(rows).toEqual(manyCards(10_000).map(({ model, price }, import_index) => ({ model, price, import_index })))
  })

  test('takes the same body twice for two imports', async () => {
    const daemon = await startDaemon()
    const replies = [await daemon.post([card(), card()]), await daemon.post([card(), card()])]
    const ids = replies.map(({ json }) => json['import_id'])
    expect(new Set(ids).size).toBe(2)
    expect(
      await daemon.rows('select import_id, count(*) as n from gpu_listings group by import_id order by import_id'),
    ).toEqual(ids.map((import_id) => ({ import_id, n: 2 })))
  })

  test('keeps members that the contract does not name under extra, and gives them back', async () => {
    const daemon = await startDaemon()
    const unknown = { warranty: { months: 12 }, tags: ['a', null, 1.5], 'ünï\n"': true, nothing: null, toString: 'x' }
    await daemon.post([card({ ...unknown, extra: { warranty: 'loses', more: 1 } })])
    const { items } = (await daemon.get('/api/listings')).json as { items: Record<string, unknown>[] }
    expect(items[0]?.['extra']).toEqual({ ...unknown, more: 1 })
    const [row] = await daemon.rows('select extra from gpu_listings')
    expect(JSON.parse(String(row?.['extra']))).toEqual({ ...unknown, more: 1 })
  })

  test('treats __proto__ as a name like any other, and lets the last of duplicate names win', async () => {
    const daemon = await startDaemon()
    const reply = await daemon.post('[{"model":"A","model":"B","price":700,"score":0.5,"__proto__":{"price":-1},"x":1,"x":2}]')
    expect(reply.json).toMatchObject({ record_count: 1, first_model: 'B' })
    const { text } = await daemon.get('/api/listings')
    expect(text).toContain('"extra":{"__proto__":{"price":-1},"x":2}')
    expect('price' in {}).toBe(false)
  })

  test('ignores id, import_id, import_index and offer_key from the client', async () => {
    const daemon = await startDaemon()
    const reply = await daemon.post([card({ id: 'x', import_id: 7, import_index: 'y', offer_key: null })])
    const { items } = (await daemon.get('/api/listings')).json as { items: Record<string, unknown>[] }
    const { import_id } = reply.json
    expect(items[0]).toMatchObject({ id: `${import_id}.0`, import_id, import_index: 0 })
    expect(items[0]).not.toHaveProperty('extra')
    expect(items[0]).not.toHaveProperty('offer_key')
  })

  test('takes null in an optional member for absent, and fills in the defaults', async () => {
    const daemon = await startDaemon()
    const optional = ['currency', 'price_usd', 'lot_size', 'seen_at', 'title', 'nvlink', 'score_breakdown', 'warnings', 'extra']
    const reply = await daemon.post([card(Object.fromEntries(optional.map((name) => [name, null])))])
    const { import_id, timestamp } = reply.json
    const { items } = (await daemon.get('/api/listings')).json as { items: unknown[] }
    expect(items).toEqual([
      {
        id: `${import_id}.0`,
        import_id,
        import_index: 0,
        ...card(),
        currency: 'USD',
        price_usd: 700,
        lot_size: 1,
        seen_at: timestamp,
      },
    ])
  })

  test('32 levels in an unknown member come back as they were', async () => {
    const daemon = await startDaemon()
    const deep = `${'['.repeat(32)}${']'.repeat(32)}`
    expect((await daemon.post(`[{"model":"A","price":700,"score":0.5,"x":${deep},"extra":{"y":${deep}}}]`)).status).toBe(200)
    expect((await daemon.get('/api/listings')).text).toContain(`"extra":{"y":${deep},"x":${deep}}`)
  })

  test('33 levels inside extra are refused like any other', async () => {
    const daemon = await startDaemon()
    const reply = await daemon.post(`[{"model":"A","price":700,"score":0.5,"extra":{"y":${'['.repeat(33)}${']'.repeat(33)}}}]`)
    expect(errorsOf(reply)).toEqual([[0, `/0/extra/y${'/0'.repeat(32)}`, 'too_deep']])
  })

  describe('refuses with 415, and says what it takes,', () => {
    const daemon = sharedDaemon()
    const types: [what: string, headers: Record<string, string>][] = [
      ['another media type', { 'content-type': 'text/plain' }],
      ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
      ['a spreadsheet', { 'content-type': 'application/vnd.ms-excel' }],
      ['tab-separated values', { 'content-type': 'text/tab-separated-values' }],
      ['no media type', { 'content-type': '' }],
      ['what is no media type', { 'content-type': 'json' }],
      ['another charset', { 'content-type': 'application/json; charset=iso-8859-1' }],
      ['CSV in another charset', { 'content-type': 'text/csv; charset=windows-1252' }],
    ]
    for (const [what, headers] of types) {
      test(what, async () => {
        const reply = await daemon().post([card()], headers)
        await expectRefused(daemon(), reply, 415, 'unsupported_media_type')
        expect(reply.headers['accept-post']).toBe('application/json, application/x-ndjson, text/csv')
      })
    }

    for (const encoding of ['br', 'deflate', 'gzip, gzip', 'gzip, br', 'x']) {
      test(`a body compressed with ${encoding}`, async () => {
        const reply = await daemon().post([card()], { 'content-encoding': encoding })
        await expectRefused(daemon(), reply, 415, 'unsupported_encoding')
        expect(reply.headers['accept-encoding']).toBe('gzip, identity')
      })
    }

    test('a request with neither type nor body', async () => {
      const { statusCode } = await daemon().app.inject({ method: 'POST', url: '/api/persist/listings' })
      expect(statusCode).toBe(415)
    })
  })

  test('refuses a request without a body with 422', async () => {
    const daemon = await startDaemon()
    for (const type of ['application/json', 'application/x-ndjson']) {
      const reply = await daemon.app.inject({ method: 'POST', url: '/api/persist/listings', headers: { 'content-type': type } })
      expect(reply.json()).toMatchObject({ status: 422, code: type === 'application/json' ? 'invalid_json' : 'no_listings' })
    }
  })

  test('takes 256 members, and again what it gives back for them', async () => {
    const daemon = await startDaemon()
    const wide = Object.fromEntries(Array.from({ length: 249 }, (_, index) => [`x${index}`, index]))
    expect((await daemon.post([card(wide)])).status).toBe(200)
    const { items } = (await daemon.get('/api/listings')).json as { items: unknown[] }
    expect((await daemon.post(items)).status).toBe(200)
  })

  test('takes 256 members', async () => {
    const daemon = await startDaemon()
    const wide = Object.fromEntries(Array.from({ length: 253 }, (_, index) => [`x${index}`, index]))
    expect((await daemon.post([card(wide)])).status).toBe(200)
  })

  test('takes a media type with a UTF-8 charset', async () => {
    const daemon = await startDaemon()
    expect((await daemon.post([card()], { 'content-type': 'Application/JSON; Charset="UTF-8"' })).status).toBe(200)
  })

  test('refuses a body over the limit with 413 and names the limit', async () => {
    const daemon = await startDaemon({ limits: { max_body_bytes: 1000 } })
    const reply = await daemon.post(manyCards(100))
    await expectRefused(daemon, reply, 413, 'body_too_large')
    expect(reply.json['limit']).toBe(1000)
  })

  test('refuses more rows than the limit with 413, also where a row is bad', async () => {
    const daemon = await startDaemon({ limits: { max_rows: 50 } })
    const reply = await daemon.post(manyCards(51))
    await expectRefused(daemon, reply, 413, 'too_many_rows')
    expect(reply.json['limit']).toBe(50)
    await expectRefused(daemon, await daemon.post(manyCards(51).with(0, card({ price: 0 }))), 413, 'too_many_rows')
    expect((await daemon.post(manyCards(50))).status).toBe(200)
  })

  test('redraws an import id that is taken', async () => {
    const ids = ['a', 'a', 'a', 'b'].map((digit) => `01a205f0-1168-762f-93f0-b841a95a866${digit}`)
    const daemon = await startDaemon({ newImportId: () => ids.shift() ?? '' })
    const first = await daemon.post([card({ model: 'A' })])
    const second = await daemon.post([card({ model: 'B' }), card({ model: 'C' })])
    expect([first.json['import_id'], second.json['import_id']]).toEqual([
      '01a205f0-1168-762f-93f0-b841a95a866a',
      '01a205f0-1168-762f-93f0-b841a95a866b',
    ])
    expect(await daemon.rows('select model, substr(cast(import_id as text), 36) as id from gpu_listings')).toEqual([
      { model: 'A', id: 'a' },
      { model: 'B', id: 'b' },
      { model: 'C', id: 'b' },
    ])
  })

  test('gives up after six taken ids with a 500 that tells nothing, and stores nothing', async () => {
    let drawn = 0
    const daemon = await startDaemon({
      newImportId: () => {
        drawn++
        return '01a205f0-1168-762f-93f0-b841a95a866d'
      },
    })
    await daemon.post([card()])
    const reply = await daemon.post([card()])
    expect(reply.status).toBe(500)
    expect(reply.json['code']).toBe('internal')
    expect(reply.text).not.toMatch(/taken|sqlite|\.js|at /i)
    expect(drawn).toBe(7)
    expect(await daemon.rows('select count(*) as n from gpu_listings')).toEqual([{ n: 1 }])
    expect(daemon.log.find(({ msg }) => msg === 'request failed')).toMatchObject({ request_id: reply.json['request_id'] })
  })

  test('writes one log line an import, with its facts and nothing of its body', async () => {
    const daemon = await startDaemon()
    const body = JSON.stringify([card({ title: 'SECRET' }), card()])
    const reply = await daemon.post(body)
    const refused = await daemon.post('[{"model":"SECRET"}]')
    expect(daemon.log.find(({ msg }) => msg === 'request refused')).toMatchObject({
      code: 'invalid_listings',
      error_count: 2,
      request_id: refused.json['request_id'],
    })
    const lines = daemon.log.filter(({ msg }) => msg === 'listings imported')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({
      import_id: reply.json['import_id'],
      record_count: 2,
      rejected_count: 0,
      bytes: body.length,
    })
    expect(lines[0]?.['duration_ms']).toBeGreaterThan(0)
    expect(lines[0]?.['request_id']).toMatch(/./)
    expect(JSON.stringify(daemon.log)).not.toContain('SECRET')
  })

  test('sends no CORS header, whatever the page asks', async () => {
    const daemon = await startDaemon()
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const preflight = await daemon.app.inject({ method: 'OPTIONS', url: '/api/persist/listings', headers })
    for (const reply of [await daemon.post([card()], headers), await daemon.get('/api/listings', headers), preflight]) {
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    expect(preflight.statusCode).toBe(405)
    expect(preflight.headers['allow']).toBe('POST')
  })

  test('refuses a page of another site with 403', async () => {
    const daemon = await startDaemon()
    await expectRefused(daemon, await daemon.post([card()], { 'sec-fetch-site': 'cross-site' }), 403, 'cross_site')
    expect((await daemon.post([card()], { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  })

  test('gives every import and question to the engine it was given, and no file is made', async () => {
    const folder = await temporaryFolder()
    const before = process.cwd()
    const bodies: string[] = []
    const questions: Question[] = []
    const recording: StorageEngine = {
      async import(body: ReceivedBody) {
        bodies.push(`${body.media_type} ${Buffer.concat(body.chunks.map((chunk) => Buffer.from(chunk)))}`)
        const import_id = '01a205f0-1168-762f-93f0-b841a95a866d'
        const result = { import_id, record_count: 1, first_model: 'A', last_model: 'A', timestamp: '2026-11-01T00:00:00.000Z' }
        return { result, replayed: false }
      },
      dryRun: () => Promise.reject(new Error('nobody asked for a dry run')),
      undo: () => Promise.reject(new Error('nobody asked for an undo')),
      async ask(question) {
        questions.push(question)
        return { items: '[]', count: 0, next: undefined }
      },
      check: async () => ({ engine: 'recording', schema_version: 0 }),
      close: async () => {},
    }
    process.chdir(folder)
    try {
      const app = await createServer({ store: recording })
      const post = await app.inject({
        method: 'POST',
        url: '/api/persist/listings',
        headers: { 'content-type': 'application/x-ndjson' },
        payload: 'anything',
      })
      expect(post.json()).toMatchObject({ record_count: 1 })
      await app.inject('/api/listings?model=A&limit=5')
      expect((await app.inject('/api/health')).json()).toMatchObject({ status: 'ok', engine: 'recording', schema_version: 0 })
      await app.close()
    } finally {
      process.chdir(before)
    }
    expect(bodies).toEqual(['application/x-ndjson anything'])
    expect(questions).toEqual([{ about: 'listings', model: 'A', limit: 5 }])
    expect(await readdir(path.resolve(folder))).toEqual([])
  })
})

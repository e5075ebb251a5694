import { beforeAll, describe, expect, inject, test } from 'vitest'
import { createServer, DEFAULT_LIMITS, Problem, type StorageEngine } from '../dist/index.js'
import { type Daemon, type Reply, sharedDaemon, startDaemon } from './daemon.ts'
import { listing } from './listings.ts'
import { eventually } from './process.ts'
import { type Connection, connect, importText, requestText } from './socket.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const READABLE = ['/api/listings', '/api/persist/imports', '/api/health', '/api/limits', '/openapi.json']
const TO_IMPORT = { 'Content-Type': 'application/json' }

/** Expects the one shape of every error, with nothing beside it. */
function expectProblem(reply: Reply, status: number, code: string, instance: string, members: string[] = []): void {
  expect(reply.json).toEqual({
    type: `urn:glyph:problem:${code}`,
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
    instance,
    code,
    request_id: expect.stringMatching(/./),
    ...Object.fromEntries(members.map((member) => [member, expect.anything()])),
  })
  expect(reply.status).toBe(status)
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(reply.text).not.toMatch(/node_modules|\.js\b|\bat \S+ \(|sqlite|postgres/i)
}

async function storedIn(daemon: Daemon): Promise<unknown> {
  return (
    await daemon.rows('select (select count(*) from gpu_listings) as listings, (select count(*) from imports) as imports')
  )[0]
}

/** Runs requests, and expects that they store nothing and that the daemon goes on. */
async function expectNothingStored(daemon: Daemon, run: () => Promise<void>): Promise<void> {
  const before = await storedIn(daemon)
  await run()
  // The writer takes imports in order: with this answer, whatever it was given before is stored or refused.
  expect((await daemon.post([])).status).toBe(422)
  expect(await storedIn(daemon)).toEqual(before)
}

async function send(
  daemon: Daemon,
  method: (typeof METHODS)[number],
  url: string,
  headers = {},
  payload?: string,
): Promise<Reply> {
  const response = await daemon.app.inject({ method, url, headers, ...(payload !== undefined && { payload }) })
  const json = method !== 'HEAD' && response.headers['content-type']?.toString().includes('json')
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: json ? response.json() : {},
  }
}

describe('every error has the one shape:', () => {
  const daemon = sharedDaemon()

  for (const path of ['/nowhere', '/api', '/api/nowhere', '/api/limits/', '/API/listings', '/api//listings', '/docs/nowhere']) {
    test(`404 for GET ${path}`, async () => {
      expectProblem(await daemon().get(`${path}?x=1`), 404, 'not_found', path)
    })
  }

  test('404 for a body of any type to an unknown path', async () => {
    for (const type of ['application/json', 'text/csv', 'x']) {
      expectProblem(await send(daemon(), 'POST', '/nowhere', { 'content-type': type }, '{'), 404, 'not_found', '/nowhere')
    }
  })

  // Over a socket: what injects requests would normalise the path.
  for (const path of ['/docs/static/../../../../etc/passwd', '/docs/static/%00', '/docs/static/..%5c..%5cpackage.json']) {
    test(`a problem of the client's for a path out of the folder of /docs: ${path}`, async () => {
      const own = await startDaemon()
      const connection = await connect(await own.app.listen({ host: '127.0.0.1', port: 0 }))
      await connection.send(requestText('GET', path))
      const { status, headers, json } = await connection.reply()
      expect([400, 404]).toContain(status)
      expect(headers['content-type']).toContain('application/problem+json')
      expect(json).toMatchObject({ status, instance: path })
      expect(own.log.filter(({ msg }) => msg === 'request failed')).toEqual([])
    })
  }

  for (const path of ['/%zz', '/api/listings%', '/api/%c3%28']) {
    test(`400 for a path that is no URL path: ${path}`, async () => {
      expectProblem(await daemon().get(path), 400, 'malformed_request', path)
    })
  }

  const allowed: [path: string, allow: string[]][] = [
    ['/api/persist/listings', ['POST']],
    ['/api/persist/imports/01a205f0-1168-762f-93f0-b841a95a866d', ['GET', 'HEAD', 'DELETE']],
    ['/api/persist/imports/01a205f0-1168-762f-93f0-b841a95a866d/errors', ['GET', 'HEAD']],
    ...READABLE.map((path): [string, string[]] => [path, ['GET', 'HEAD']]),
  ]
  for (const [path, allow] of allowed) {
    test(`405 for every other method than ${allow.join(' and ')} of ${path}, with Allow`, async () => {
      for (const method of METHODS.filter((method) => !allow.includes(method))) {
        const reply = await send(daemon(), method, path)
        if (method !== 'HEAD') expectProblem(reply, 405, 'method_not_allowed', path)
        expect(reply.status).toBe(405)
        expect(String(reply.headers['allow']).split(', ').sort()).toEqual([...allow].sort())
      }
    })
  }

  test('405 before a body is looked at', async () => {
    for (const type of ['application/json', 'text/csv', 'x']) {
      const reply = await send(daemon(), 'DELETE', '/api/listings', { 'content-type': type }, '{')
      expectProblem(reply, 405, 'method_not_allowed', '/api/listings')
    }
  })

  for (const path of READABLE) {
    test(`406 for GET ${path} that takes no JSON`, async () => {
      for (const accept of ['image/png', 'application/xml, text/html', 'application/json;q=0']) {
        expectProblem(await daemon().get(path, { accept }), 406, 'not_acceptable', path)
      }
    })

    test(`200 for GET ${path} that takes JSON among others`, async () => {
      for (const accept of [
        '*/*',
        'application/*',
        'text/html, */*;q=0.1',
        'Application/JSON',
        'text/csv, application/json;q=0.5',
        '',
      ]) {
        expect((await daemon().get(path, { accept })).status, accept).toBe(200)
      }
    })
  }

  test('406 for an import whose answer could not be read, which is not stored', async () => {
    await expectNothingStored(daemon(), async () => {
      const reply = await daemon().post([listing()], { accept: 'text/csv' })
      expectProblem(reply, 406, 'not_acceptable', '/api/persist/listings')
    })
  })

  for (const query of ['complete=yes', 'force=true', 'lenient=true', 'dry_run=true&x=1', 'Dry_Run=true']) {
    test(`400 for an import with the parameter ${query}, which means nothing here, and nothing is stored`, async () => {
      await expectNothingStored(daemon(), async () => {
        const url = `/api/persist/listings?${query}`
        const reply = await send(daemon(), 'POST', url, { 'content-type': 'application/json' }, JSON.stringify([listing()]))
        expectProblem(reply, 400, 'invalid_query', '/api/persist/listings')
      })
    })
  }

  for (const query of ['dry_run=', 'dry_run=1', 'dry_run=TRUE', 'dry_run=true&dry_run=true']) {
    test(`400 for an import with ${query}, which says what it takes, and nothing is stored`, async () => {
      await expectNothingStored(daemon(), async () => {
        const url = `/api/persist/listings?${query}`
        const reply = await send(daemon(), 'POST', url, TO_IMPORT, JSON.stringify([listing()]))
        expectProblem(reply, 400, 'invalid_query', '/api/persist/listings')
        expect(reply.json['detail']).toMatch(/dry_run must be one of true, false/)
      })
    })
  }

  for (const path of ['/api/health', '/api/limits']) {
    test(`400 for ${path} with a parameter`, async () => {
      const reply = await daemon().get(`${path}?verbose=1`)
      expectProblem(reply, 400, 'invalid_query', path)
      expect(reply.json['detail']).toContain('verbose')
    })
  }

  for (const host of [
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
  ]) {
    test(`421 for the Host ${JSON.stringify(host)}`, async () => {
      for (const path of ['/api/health', '/docs', '/nowhere']) {
        expectProblem(await daemon().get(path, { host }), 421, 'misdirected_request', path)
      }
      await expectNothingStored(daemon(), async () => {
        const reply = await daemon().post([listing()], { host })
        expectProblem(reply, 421, 'misdirected_request', '/api/persist/listings')
      })
    })
  }

  for (const host of [
    'localhost',
    'LocalHost:1',
    '127.0.0.1',
    '127.0.0.1:65535',
    '127.1.2.3',
    '[::1]',
    '[::1]:8080',
    'gpu.localhost:80',
  ]) {
    test(`200 for the Host ${host}`, async () => {
      expect((await daemon().get('/api/health', { host })).status).toBe(200)
    })
  }

  test('200 for the Hosts that the daemon was told of, in any case and with any port, and 421 for others', async () => {
    const app = await createServer({ store: daemon().store, allowedHosts: ['GPU.example', '192.0.2.7', '[2001:db8::1]'] })
    const statusOf = async (host: string) => (await app.inject({ url: '/api/health', headers: { host } })).statusCode
    for (const host of ['gpu.example', 'gpu.EXAMPLE:8080', '192.0.2.7', '192.0.2.7:80', '[2001:DB8::1]:80', 'localhost']) {
      expect(await statusOf(host), host).toBe(200)
    }
    for (const host of ['gpu.example.evil', 'www.gpu.example', '192.0.2.70', '[2001:db8::11]']) {
      expect(await statusOf(host), host).toBe(421)
    }
    await app.close()
  })

  test('403 for a change that a page of another site asks for, and 200 when it only reads', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    await expectNothingStored(daemon(), async () => {
      expectProblem(await daemon().post([listing()], headers), 403, 'cross_site', '/api/persist/listings')
      expect((await daemon().get('/api/listings', headers)).status).toBe(200)
    })
  })

  test('the request_id is ours and another one each time', async () => {
    const headers = { 'request-id': 'theirs', 'x-request-id': 'theirs' }
    const ids = await Promise.all([1, 2, 3].map(async () => (await daemon().get('/nowhere', headers)).json['request_id']))
    expect(new Set(ids).size).toBe(3)
    expect(ids).not.toContain('theirs')
  })

  const failures: [what: string, error: Error, status: number, code: string][] = [
    ['500 without a word of the error', new Error('secret /home/x: at f (a.js:1)'), 500, 'internal'],
    ['503 for a store that is held by another program', new Problem('store_busy', 'held'), 503, 'store_busy'],
    ['503 for a store that is away', new Problem('store_unavailable', 'away'), 503, 'store_unavailable'],
    [
      '503 with the time to come again that the store says',
      new Problem('queue_full', 'full queue', { headers: { 'retry-after': '7' } }),
      503,
      'queue_full',
    ],
    ['507 for a full disk', new Problem('disk_full', 'full'), 507, 'disk_full'],
  ]
  for (const [what, error, status, code] of failures) {
    test(what, async () => {
      const fail = () => Promise.reject(error)
      const store: StorageEngine = { import: fail, dryRun: fail, undo: fail, ask: fail, check: fail, close: async () => {} }
      const app = await createServer({ store })
      for (const url of ['/api/listings', '/api/health']) {
        const response = await app.inject(url)
        const reply = { status: response.statusCode, headers: response.headers, text: response.body, json: response.json() }
        expectProblem(reply, status, code, url)
        expect(reply.text).not.toContain('secret')
        const retryAfter = error.message === 'full queue' ? '7' : '5'
        expect(reply.headers['retry-after']).toBe(status === 503 ? retryAfter : undefined)
      }
      await app.close()
    })
  }
})

describe('over a socket', () => {
  const daemon = sharedDaemon({ limits: { receive_timeout_seconds: 1, max_body_bytes: 100_000 } })
  let origin = ''
  beforeAll(async () => {
    origin = await daemon().app.listen({ host: '127.0.0.1', port: 0 })
  })

  const importHeader = (headers: Record<string, string>) =>
    requestText('POST', '/api/persist/listings', { ...TO_IMPORT, ...headers })

  /** Waits until the server has seen every connection end. */
  const disconnected = () =>
    eventually(
      () =>
        new Promise<boolean>((resolve, reject) => {
          daemon().app.server.getConnections((error, count) => (error ? reject(error) : resolve(count === 0)))
        }),
    )

  const broken: [what: string, bytes: string, status: number, code: string][] = [
    ['garbage', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed_request'],
    ['an unknown method', requestText('BREW', '/api/listings'), 400, 'malformed_request'],
    ['a length that is no number', importHeader({ 'Content-Length': 'x' }), 400, 'malformed_request'],
    [
      'two lengths of one body',
      importHeader({ 'Content-Length': '2', 'Transfer-Encoding': 'chunked' }),
      400,
      'malformed_request',
    ],
    ['a chunk without a size', `${importHeader({ 'Transfer-Encoding': 'chunked' })}zz\r\n`, 400, 'malformed_request'],
    ['a header beyond 16 KiB', requestText('GET', '/api/health', { X: 'x'.repeat(20_000) }), 431, 'headers_too_large'],
  ]
  for (const [what, bytes, status, code] of broken) {
    test(`answers ${what} with a problem of status ${status}`, async () => {
      const connection = await connect(origin)
      await connection.send(bytes)
      expectProblem(await connection.reply(), status, code, '')
    })
  }

  const cutOff: [coding: string, headers: Record<string, string>, part: string][] = [
    ['of told length', { 'Content-Length': '1000' }, '[{"model":'],
    ['in chunks', { 'Transfer-Encoding': 'chunked' }, '5\r\n[{"mo\r\n'],
  ]
  for (const [coding, headers, part] of cutOff) {
    test(`says to a client that stops sending in a body ${coding}, and still reads, that the end is missing`, () =>
      expectNothingStored(daemon(), async () => {
        const connection = await connect(origin)
        await connection.send(importHeader(headers) + part)
        connection.end()
        const reply = await connection.reply()
        expectProblem(reply, 400, 'malformed_request', '')
        expect(reply.json['detail']).toBe('The body ended before its end')
      }))
  }

  const behind: [what: string, bytes: string, isEnd?: true][] = [
    ['garbage', 'GARBAGE\r\n\r\n'],
    ['garbage in many pieces', 'GARBAGE'],
    ['half a request, and the end', 'GET /api', true],
  ]
  for (const [what, bytes, isEnd] of behind) {
    test(`answers every whole request before ${what} behind them`, async () => {
      const connection = await connect(origin)
      const imports = ['FIRST', 'SECOND'].map((model) => importText([listing({ model })]))
      await connection.send(imports.join('') + bytes)
      if (isEnd) connection.end()
      else await connection.send(bytes)
      for (const first_model of ['FIRST', 'SECOND']) {
        expect(await connection.reply()).toMatchObject({ status: 200, json: { record_count: 1, first_model } })
      }
      expectProblem(await connection.reply(), 400, 'malformed_request', '')
      await expect(connection.reply()).rejects.toThrow('the connection ended after ""')
    })
  }

  test('closes the connection, and says no more, where a body breaks that was refused before', async () => {
    const connection = await connect(origin)
    await connection.send(importHeader({ 'Transfer-Encoding': 'chunked', 'Content-Encoding': 'br' }))
    expectProblem(await connection.reply(), 415, 'unsupported_encoding', '/api/persist/listings')
    await connection.send('zz\r\n')
    await expect(connection.reply()).rejects.toThrow('the connection ended after ""')
  })

  test('refuses a body with another transfer coding than chunked, which nothing takes off', () =>
    expectNothingStored(daemon(), async () => {
      const connection = await connect(origin)
      const body = JSON.stringify([listing()])
      const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
      await connection.send(importHeader({ 'Transfer-Encoding': 'gzip, chunked' }) + chunks)
      expectProblem(await connection.reply(), 415, 'unsupported_encoding', '/api/persist/listings')
      await connection.send(importHeader({ 'Transfer-Encoding': 'Chunked' }) + chunks.replace(body, ' '.repeat(body.length)))
      expectProblem(await connection.reply(), 422, 'invalid_json', '/api/persist/listings')
    }))

  test('refuses two keys of one import, which would be read as one', () =>
    expectNothingStored(daemon(), async () => {
      const connection = await connect(origin)
      await connection.send(importText([listing()], { 'Idempotency-Key': 'a\r\nIdempotency-Key: b' }))
      expectProblem(await connection.reply(), 400, 'invalid_header', '/api/persist/listings')
    }))

  const hostless: [what: string, bytes: string][] = [
    ['an empty Host', requestText('GET', '/api/health', { Host: '' })],
    ['no Host, in HTTP/1.0', 'GET /api/health HTTP/1.0\r\n\r\n'],
    ['no Host, in HTTP/1.1', 'GET /api/health HTTP/1.1\r\n\r\n'],
  ]
  for (const [what, bytes] of hostless) {
    test(`answers a request with ${what} with a problem`, async () => {
      const connection = await connect(origin)
      await connection.send(bytes)
      const reply = await connection.reply()
      expect([400, 421]).toContain(reply.status)
      expectProblem(reply, reply.status, String(reply.json['code']), String(reply.json['instance']))
    })
  }

  test('answers 408 when the client goes silent in its body, within the time limit, and stores nothing', () =>
    expectNothingStored(daemon(), async () => {
      const connection = await connect(origin)
      const text = importText([listing(), listing()])
      const started = performance.now()
      await connection.send(text.slice(0, -20))
      expectProblem(await connection.reply(), 408, 'request_timeout', '/api/persist/listings')
      expect(performance.now() - started).toBeGreaterThan(950)
      expect(performance.now() - started).toBeLessThan(5000)
      await expect(connection.reply()).rejects.toThrow('the connection ended')
    }))

  test('imports a body that comes one byte at a time', async () => {
    const connection = await connect(origin)
    const rows = [listing({ model: 'SLOW', title: 'Lüfter 😀' })]
    for (const byte of Buffer.from(importText(rows))) await connection.send(new Uint8Array([byte]))
    const reply = await connection.reply()
    expect(reply.json).toMatchObject({ record_count: 1, first_model: 'SLOW' })
    const { items } = (await daemon().get('/api/listings?model=SLOW')).json
    expect(items).toMatchObject([{ title: 'Lüfter 😀', import_id: reply.json['import_id'] }])
  })

  test('imports a body that takes longer than the time limit, as long as bytes come', async () => {
    const connection = await connect(origin)
    const body = JSON.stringify([listing({ model: 'STEADY' })])
    await connection.send(importHeader({ 'Content-Length': `${body.length}` }))
    const started = performance.now()
    for (let from = 0; from < body.length; from += Math.ceil(body.length / 6)) {
      await connection.send(body.slice(from, from + Math.ceil(body.length / 6)))
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect((await connection.reply()).json).toMatchObject({ record_count: 1, first_model: 'STEADY' })
    expect(performance.now() - started).toBeGreaterThan(1500)
  })

  const line = `${JSON.stringify(listing())}\n`
  const leaving: [how: string, leave: (connection: Connection) => void, coding: Record<string, string>, part: string][] = [
    ['breaks off in a body of told length', ({ destroy }) => destroy(), { 'Content-Length': '1000' }, line + line],
    [
      'breaks off in a chunked body',
      ({ destroy }) => destroy(),
      { 'Transfer-Encoding': 'chunked' },
      `${line.length.toString(16)}\r\n${line}\r\n`,
    ],
    ['ends a body of told length early', ({ end }) => end(), { 'Content-Length': '1000' }, line + line],
    [
      'ends a chunked body without its last chunk',
      ({ end }) => end(),
      { 'Transfer-Encoding': 'chunked' },
      `${line.length.toString(16)}\r\n${line}\r\n`,
    ],
  ]
  for (const [how, leave, coding, part] of leaving) {
    test(`stores nothing for a client that ${how} behind whole lines`, () =>
      expectNothingStored(daemon(), async () => {
        const connection = await connect(origin)
        const headers = { 'Content-Type': 'application/x-ndjson', ...coding }
        await connection.send(requestText('POST', '/api/persist/listings', headers, part))
        await new Promise((resolve) => setTimeout(resolve, 20)) // so that the body has begun when the client leaves
        leave(connection)
        await disconnected()
      }))
  }

  test('refuses a Content-Length over the limit with 413 before a byte of the body', async () => {
    const connection = await connect(origin)
    await connection.send(importHeader({ 'Content-Length': '100001' }))
    const reply = await connection.reply()
    expectProblem(reply, 413, 'body_too_large', '/api/persist/listings', ['limit'])
    expect(reply.json['limit']).toBe(100_000)
  })

  test('refuses a chunked body over the limit with 413 before its end', async () => {
    const connection = await connect(origin)
    await connection.send(importHeader({ 'Transfer-Encoding': 'chunked' }))
    const piece = ' '.repeat(50_001)
    for (let count = 0; count < 2; count++) await connection.send(`${piece.length.toString(16)}\r\n${piece}\r\n`)
    expectProblem(await connection.reply(), 413, 'body_too_large', '/api/persist/listings', ['limit'])
  })

  test('takes a body of unknown length in tens of thousands of pieces', async () => {
    const connection = await connect(origin)
    await connection.send(importHeader({ 'Transfer-Encoding': 'chunked' }))
    const pieces = '1\r\n \r\n'.repeat(10_000)
    for (let count = 0; count < 9; count++) await connection.send(pieces)
    await connection.send(`2\r\n[]\r\n0\r\n\r\n`)
    expectProblem(await connection.reply(), 422, 'no_listings', '/api/persist/listings')
  })

  // What fetch and most clients do: the answer is read when the body is sent. It must not be lost to a reset connection.
  for (const coding of ['chunked', 'of told length']) {
    test(`lets a client that sends on read its 413: a body ${coding}, forty times over the limit`, async () => {
      const connection = await connect(origin)
      const piece = ' '.repeat(40_000)
      const chunked = coding === 'chunked'
      await connection.send(importHeader(chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': '4000000' }))
      for (let count = 0; count < 100; count++) {
        await connection.send(chunked ? `${piece.length.toString(16)}\r\n${piece}\r\n` : piece)
        await new Promise(setImmediate) // lets the server, which shares this thread, answer meanwhile
      }
      if (chunked) await connection.send('0\r\n\r\n')
      expectProblem(await connection.reply(), 413, 'body_too_large', '/api/persist/listings', ['limit'])
    })
  }

  const refusals: [status: number, code: string, headers: Record<string, string>][] = [
    [415, 'unsupported_media_type', { 'Content-Type': 'text/plain' }],
    [415, 'unsupported_encoding', { 'Content-Encoding': 'br' }],
    [421, 'misdirected_request', { Host: 'elsewhere.example' }],
    [403, 'cross_site', { 'Sec-Fetch-Site': 'cross-site' }],
    [405, 'method_not_allowed', {}],
  ]
  for (const [status, code, headers] of refusals) {
    test(`lets a client that sends on read its ${status} ${code}`, async () => {
      const connection = await connect(origin)
      const begin = importHeader({ 'Content-Length': '4000000', ...headers })
      await connection.send(status === 405 ? begin.replace('POST', 'PUT') : begin)
      for (let count = 0; count < 100; count++) {
        await connection.send(' '.repeat(40_000))
        await new Promise(setImmediate)
      }
      expectProblem(await connection.reply(), status, code, '/api/persist/listings')
    })
  }

  const leavers: [how: string, request: string][] = [
    ['Connection: close', importHeader({ 'Content-Length': '4000000', Connection: 'close' })],
    ['HTTP/1.0', importHeader({ 'Content-Length': '4000000' }).replace('HTTP/1.1', 'HTTP/1.0')],
  ]
  for (const [how, request] of leavers) {
    test(`closes the connection of a client with ${how} behind the rest of a refused body`, async () => {
      const connection = await connect(origin)
      await connection.send(request)
      const reply = await connection.reply()
      expectProblem(reply, 413, 'body_too_large', '/api/persist/listings', ['limit'])
      expect(reply.headers['connection']).toBe('close')
      for (let count = 0; count < 100; count++) {
        await connection.send(' '.repeat(40_000))
        await new Promise(setImmediate)
      }
      await expect(connection.reply()).rejects.toThrow('the connection ended after ""')
    })

    test(`shuts down without the rest of a refused body of a client with ${how}`, async () => {
      const own = await startDaemon({ limits: { max_body_bytes: 1000 } })
      const connection = await connect(await own.app.listen({ host: '127.0.0.1', port: 0 }))
      await connection.send(request)
      expectProblem(await connection.reply(), 413, 'body_too_large', '/api/persist/listings', ['limit'])
      await own.app.close()
      await expect(connection.reply()).rejects.toThrow('the connection ended after ""')
    })
  }

  test('imports a body of exactly as many bytes as the limit, and not of one more', async () => {
    const body = (bytes: number) => JSON.stringify([listing({ model: 'FULL' })]).padEnd(bytes)
    expect((await daemon().post(body(100_000))).json).toMatchObject({ record_count: 1, first_model: 'FULL' })
    expect((await daemon().post(body(100_001))).status).toBe(413)
  })

  test('serves on over the same connection after a refusal', async () => {
    const connection = await connect(origin)
    await connection.send(importText([]))
    expectProblem(await connection.reply(), 422, 'no_listings', '/api/persist/listings')
    await connection.send(importText([listing({ model: 'SECOND' })]))
    expect((await connection.reply()).json).toMatchObject({ record_count: 1, first_model: 'SECOND' })
  })
})

const SCHEMA_VERSION = {
  sqlite: 'select user_version as version from pragma_user_version',
  postgres: 'select version from glyphd_schema',
}

describe('GET /api/health and /api/limits', () => {
  const daemon = sharedDaemon({ limits: { max_rows: 7, max_depth: 3 } })

  test('health says what answers, and for how long', async () => {
    const reply = await daemon().get('/api/health')
    expect(reply.json).toEqual({
      status: 'ok',
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      engine: inject('engine'),
      schema_version: (await daemon().rows(SCHEMA_VERSION[inject('engine')]))[0]?.['version'],
      uptime_seconds: expect.any(Number),
      ...(inject('engine') === 'postgres' && { durability: expect.objectContaining({ synchronous_commit: 'on' }) }),
    })
    expect(reply.headers['cache-control']).toBe('no-store')
    const later = await daemon().get('/api/health')
    expect(later.json['uptime_seconds']).toBeGreaterThanOrEqual(Number(reply.json['uptime_seconds']))
  })

  test('limits are those that hold', async () => {
    expect((await daemon().get('/api/limits')).json).toEqual({ ...DEFAULT_LIMITS, max_rows: 7, max_depth: 3 })
  })

  test('limits are the defaults where none are set', async () => {
    const app = await createServer({ store: daemon().store })
    expect((await app.inject('/api/limits')).json()).toEqual(DEFAULT_LIMITS)
    await app.close()
  })
})

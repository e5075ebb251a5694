import { once } from 'node:events'
import { createGzip, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, type Limits } from '../dist/index.js'
import { contradictions } from './contradictions.ts'
import { type Daemon, sharedDaemon, startDaemon } from './daemon.ts'
import { bodyOf, listing } from './listings.ts'
import { eventually } from './process.ts'
import { connect, requestText } from './socket.ts'
import { holdWriteLock } from './write-lock.ts'

const GZIP = { 'content-encoding': 'gzip' }
const NDJSON = { 'content-type': 'application/x-ndjson' }
const storedIn = async (daemon: Daemon) => (await daemon.rows('select count(*) as n from gpu_listings'))[0]?.['n']

describe('GET /api/limits', () => {
  test('has every limit, as it is set', async () => {
    const limits: Limits = {
      max_body_bytes: 1001,
      max_rows: 1002,
      max_row_bytes: 1003,
      max_members: 1004,
      max_titles: 1012,
      max_depth: 15,
      receive_timeout_seconds: 1006,
      max_memory_bytes: 1007,
      max_queue_imports: 1008,
      max_queue_bytes: 1009,
      max_wait_seconds: 1010,
      max_group_imports: 1011,
    }
    expect(Object.keys(limits).sort()).toEqual(Object.keys(DEFAULT_LIMITS).sort())
    const daemon = await startDaemon({ limits })
    expect((await daemon.get('/api/limits')).json).toEqual(limits)
  })

  describe('has limits that hold:', () => {
    const limits = { max_body_bytes: 2000, max_rows: 4, max_row_bytes: 500, max_members: 5, max_depth: 2 }
    const daemon = sharedDaemon({ limits })
    const text = (rows: unknown[], bytes = 0) => JSON.stringify(rows).padEnd(bytes)
    const rowOf = (bytes: number) => listing({ x: 'x'.repeat(bytes - JSON.stringify(listing({ x: '' })).length) })
    const cases: [limit: keyof typeof limits, within: string, beyond: string, refusal: object][] = [
      [
        'max_body_bytes',
        text([listing()], 2000),
        text([listing()], 2001),
        { status: 413, code: 'body_too_large', limit: 2000 },
      ],
      [
        'max_rows',
        text(Array(4).fill(listing())),
        text(Array(5).fill(listing())),
        { status: 413, code: 'too_many_rows', limit: 4 },
      ],
      ['max_row_bytes', text([rowOf(500)]), text([rowOf(501)]), { errors: [{ code: 'row_too_large' }] }],
      [
        'max_members',
        text([listing({ a: 1, b: 2 })]),
        text([listing({ a: 1, b: 2, c: 3 })]),
        { errors: [{ code: 'too_many_members' }] },
      ],
      ['max_depth', text([listing({ a: [[1]] })]), text([listing({ a: [[[1]]] })]), { errors: [{ code: 'too_deep' }] }],
    ]
    for (const [limit, within, beyond, refusal] of cases) {
      test(limit, async () => {
        expect((await daemon().post(within)).status).toBe(200)
        expect((await daemon().post(beyond)).json).toMatchObject(refusal)
        expect((await daemon().post(gzipSync(within), GZIP)).status).toBe(200)
        expect((await daemon().post(gzipSync(beyond), GZIP)).json).toMatchObject(refusal)
      })
    }
  })
})

describe('a daemon that has too much to do', () => {
  const problem = (code: string) => ({
    status: 503,
    json: { code },
    headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
  })

  const queues: [what: string, limits: Partial<Limits>][] = [
    ['more imports', { max_queue_imports: 1 }],
    ['more bytes', { max_queue_bytes: 60 }],
  ]
  for (const [what, limits] of queues) {
    test(`refuses ${what} than may wait with 503, and takes the same again later`, async () => {
      const daemon = await startDaemon({ limits })
      const release = await holdWriteLock(daemon.db)
      const waiting = ['A', 'B'].map((model) => daemon.store.import(bodyOf([listing({ model })]), { handling: 'strict' }))
      expect(await daemon.post([listing({ model: 'C' })])).toMatchObject(problem('queue_full'))
      await release()
      await Promise.all(waiting)
      expect((await daemon.post([listing({ model: 'C' })])).status).toBe(200)
      expect(
        (await daemon.rows('select model from gpu_listings order by import_id, import_index')).map(({ model }) => model),
      ).toEqual(['A', 'B', 'C'])
    })
  }

  test('gives up what waits for longer than it may with 503, answers questions meanwhile, and stores what it began', async () => {
    const daemon = await startDaemon({ limits: { max_wait_seconds: 1 } })
    const release = await holdWriteLock(daemon.db)
    const begun = daemon.store.import(bodyOf([listing({ model: 'A' })]), { handling: 'strict' })
    const late = daemon.post([listing({ model: 'B' })])
    expect((await daemon.get('/api/listings')).json).toEqual({ items: [], next_cursor: null })
    expect((await daemon.get('/api/persist/imports')).status).toBe(200)
    expect((await daemon.get('/api/health')).status).toBe(200)
    expect(await late).toMatchObject(problem('waited_too_long'))
    await release()
    await begun
    expect((await daemon.post([listing({ model: 'C' })])).status).toBe(200)
    expect(
      (await daemon.rows('select model from gpu_listings order by import_id, import_index')).map(({ model }) => model),
    ).toEqual(['A', 'C'])
    expect(await contradictions(daemon.db)).toEqual([])
  })
})

describe('a body in gzip', () => {
  const limit = 300_000
  const daemon = sharedDaemon({ limits: { max_body_bytes: limit } })
  let origin = ''
  beforeAll(async () => {
    origin = await daemon().app.listen({ host: '127.0.0.1', port: 0 })
  })

  const rows = Array.from({ length: 500 }, (_, index) => listing({ model: `M${index}`, title: `№ ${index} 😀` }))
  const text = JSON.stringify(rows)
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`)
  const table = `model,price,score\n${rows.map(({ model }) => `${model},1,1\n`).join('')}`
  const good: [what: string, content: string, body: Buffer, headers: object][] = [
    ['of JSON', text, gzipSync(text), {}],
    ['of NDJSON', lines.join(''), gzipSync(lines.join('')), NDJSON],
    ['of CSV', table, gzipSync(table), { 'content-type': 'text/csv' }],
    ['that hardly compresses', text, gzipSync(text, { level: 0 }), {}],
    ['of several members', lines.join(''), Buffer.concat(lines.map((line) => gzipSync(line))), NDJSON],
    ['with an empty member at its end', text, Buffer.concat([gzipSync(text), gzipSync('')]), {}],
    ['by its old name', text, gzipSync(text), { 'content-encoding': 'X-GZIP' }],
    ['among codings that do nothing', text, gzipSync(text), { 'content-encoding': 'identity, gzip, ' }],
  ]
  for (const [what, content, body, headers] of good) {
    test(`${what} is stored as what it holds`, async () => {
      const reply = await daemon().post(body, { ...GZIP, ...headers })
      expect(reply.json).toMatchObject({ record_count: 500, first_model: 'M0', last_model: 'M499' })
      const logged = daemon().log.findLast(({ msg }) => msg === 'listings imported')
      expect(logged).toMatchObject({ bytes: Buffer.byteLength(content) })
      const stored = await daemon().rows(
        `select model from gpu_listings where import_id = '${reply.json['import_id']}' order by import_id, import_index`,
      )
      expect(stored).toEqual(rows.map(({ model }) => ({ model })))
    })
  }

  const whole = gzipSync(JSON.stringify([listing()]))
  const changed = (at: number) => Buffer.from(whole).fill(0x55, at, at + 1)
  const bad: [what: string, body: Buffer][] = [
    ['nothing', Buffer.alloc(0)],
    ['what is no gzip', Buffer.from(text)],
    ['zlib', deflateSync(text)],
    ['another checksum', changed(whole.length - 6)],
    ['another length', changed(whole.length - 2)],
    ['a broken block', changed(12)],
    ['letters behind its end', Buffer.concat([whole, Buffer.from('x')])],
    ['its end behind its end', Buffer.concat([whole, whole.subarray(-8)])],
    ['half a member behind its end', Buffer.concat([whole, whole.subarray(0, -9)])],
    ['zeros behind its end', Buffer.concat([whole, Buffer.alloc(10)])],
    ['zeros and another member behind its end', Buffer.concat([whole, Buffer.alloc(10), whole])],
  ]
  for (const [what, body] of bad) {
    test(`with ${what} is refused with 400, and nothing is stored, however it comes`, async () => {
      const before = await storedIn(daemon())
      const refusal = { status: 400, json: { code: 'malformed_request', detail: expect.stringMatching(/gzip/) } }
      expect(await daemon().post(body, GZIP)).toMatchObject(refusal)
      const connection = await connect(origin)
      const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Content-Length': `${body.length}` }
      await connection.send(requestText('POST', '/api/persist/listings', headers))
      for (const part of [body.subarray(0, whole.length), body.subarray(whole.length)]) {
        if (part.length > 0) await connection.send(part)
        await new Promise(setImmediate) // the server shares this thread
      }
      expect(await connection.reply()).toMatchObject(refusal)
      expect(await storedIn(daemon())).toBe(before)
    })
  }

  test('that ends anywhere before its end is refused', async () => {
    const before = await storedIn(daemon())
    for (let end = 0; end < whole.length; end++) {
      expect((await daemon().post(whole.subarray(0, end), GZIP)).json, `${end}`).toMatchObject({ code: 'malformed_request' })
    }
    expect(await storedIn(daemon())).toBe(before)
  })

  test('is the same in any pieces', async () => {
    const body = Buffer.concat(lines.slice(0, 20).map((line) => gzipSync(line)))
    const connection = await connect(origin)
    const headers = { 'Content-Type': 'application/x-ndjson', 'Content-Encoding': 'gzip', 'Content-Length': `${body.length}` }
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: body.length }), { maxLength: 20 }), async (cuts) => {
        await connection.send(requestText('POST', '/api/persist/listings', headers))
        let from = 0
        for (const to of [...cuts.sort((a, b) => a - b), body.length]) {
          if (to > from) await connection.send(body.subarray(from, to))
          from = to
          await new Promise(setImmediate)
        }
        expect((await connection.reply()).json).toMatchObject({ record_count: 20, first_model: 'M0', last_model: 'M19' })
      }),
      { numRuns: 25 },
    )
  })

  test('that holds more than the limit is refused with 413, which names it, and one that holds as much is stored', async () => {
    const padded = (bytes: number) => gzipSync(JSON.stringify([listing()]).padEnd(bytes))
    expect((await daemon().post(padded(limit), GZIP)).status).toBe(200)
    expect(await daemon().post(padded(limit + 1), GZIP)).toMatchObject({ status: 413, json: { code: 'body_too_large', limit } })
  })

  test('that is a bomb is refused with 413 long before it is through', async () => {
    const gzip = createGzip()
    const parts: Buffer[] = []
    gzip.on('data', (part) => parts.push(part))
    for (let megabytes = 0; megabytes < 200; megabytes++) if (!gzip.write(Buffer.alloc(1024 * 1024))) await once(gzip, 'drain')
    await Promise.all([once(gzip, 'end'), gzip.end()])
    const bomb = Buffer.concat(parts)
    expect(bomb.length).toBeLessThan(limit) // its own length gives nothing away
    const before = process.memoryUsage().arrayBuffers
    expect(await daemon().post(bomb, GZIP)).toMatchObject({ status: 413, json: { code: 'body_too_large', limit } })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 1024 * 1024)
  })

  test('that is larger than the limit in gzip is refused before it comes', async () => {
    const connection = await connect(origin)
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Content-Length': `${limit + 1}` }
    await connection.send(requestText('POST', '/api/persist/listings', headers))
    expect(await connection.reply()).toMatchObject({ status: 413, json: { code: 'body_too_large', limit } })
  })

  test('whose client goes away in the middle of it stores nothing, and the daemon goes on', async () => {
    const before = await storedIn(daemon())
    const connection = await connect(origin)
    const body = gzipSync(lines.join(''))
    const headers = { 'Content-Type': 'application/x-ndjson', 'Content-Encoding': 'gzip', 'Content-Length': `${body.length}` }
    const refused = daemon().log.length
    await connection.send(requestText('POST', '/api/persist/listings', headers))
    await connection.send(body.subarray(0, body.length - 8))
    connection.destroy()
    await eventually(() => daemon().log.length > refused)
    expect(daemon().log.at(-1)).toMatchObject({ msg: 'request refused', code: 'malformed_request' })
    expect((await daemon().post(body, { ...GZIP, ...NDJSON })).status).toBe(200)
    expect(await storedIn(daemon())).toBe(Number(before) + 500)
  })
})

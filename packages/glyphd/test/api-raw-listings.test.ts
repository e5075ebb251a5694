import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Daemon, type Reply, sharedDaemon, startDaemon, temporaryFolder } from './daemon.ts'
import { eventually, runProgram, startDaemonProcess } from './process.ts'
import { connect, requestText } from './socket.ts'
import { killNextThread, onThread } from './threads.ts'

const ROUTE = '/api/persist/raw-listings'
const GLYPHSIEVE = fileURLToPath(new URL('../../glyphsieve/bin/glyphsieve.js', import.meta.url))
const SAMPLES = fileURLToPath(new URL('../../../samples/', import.meta.url))
const SHOP_LISTINGS = fileURLToPath(new URL('../../../../shared/data/shop-listings.csv', import.meta.url))
const RATES_FILE = path.join(SAMPLES, 'rates.json')
const RATES = JSON.parse(readFileSync(RATES_FILE, 'utf8'))
const SEEN_AT = '2026-11-20T06:00:00.000Z'

/** Two cards, a repeat, a card in euros, an accessory, a price on request, a row that is cut off: a line each from the second. */
const OFFERS = [
  'title,price,listing id,source',
  'EVGA GeForce RTX 3090 24GB,$700,A1,shop.example',
  'NVIDIA Tesla P40 24GB,$300,A2,shop.example',
  'EVGA GeForce RTX 3090 24GB,$700,A1,shop.example',
  'NVIDIA Tesla V100 PCIe 32GB,600 €,A3,shop.example',
  'EVGA RTX 3090 FTW3 water block,$50,A4,shop.example',
  'NVIDIA H100 PCIe 80GB,price on request,A5,shop.example',
  '"NVIDIA A100',
  '',
].join('\n')

function raw(
  daemon: Daemon,
  body: string | Buffer,
  { query = '', ...headers }: { query?: string } & Record<string, string> = {},
): Promise<Reply> {
  return daemon.send({
    method: 'POST',
    url: ROUTE + query,
    headers: { 'content-type': 'text/csv', ...headers },
    payload: body,
  })
}

const countOf = async (daemon: Daemon) =>
  (await daemon.rows('select (select count(*) from imports) as imports, (select count(*) from gpu_listings) as listings'))[0]

/** What is stored of an import, but for what differs between any two. */
async function listingsOf(daemon: Daemon, import_id: unknown): Promise<Record<string, unknown>[]> {
  const rows = await daemon.rows(`select * from gpu_listings where import_id = '${import_id}' order by import_index`)
  return rows.map(({ position: _, import_id: __, ...listing }) => listing)
}

/** So many rows, of which each is another offer, and every tenth an accessory. */
function market(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) =>
    row % 10 === 0 ? `Cable for RTX 3090,$9,C${row}` : `MSI GeForce RTX 3090 Gaming X Trio 24GB,$${700 + (row % 90)},A${row}`,
  )
  return `title,price,listing id\n${lines.join('\n')}\n`
}

/** Files of bodies below a folder that this process holds open; none have a name. */
function openBodies({ folder }: Daemon): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((file) => file.startsWith(folder) && file.includes('-body-'))
    } catch {
      return [] // that of the folder itself
    }
  })
}

describe('POST /api/persist/raw-listings', () => {
  const shared = sharedDaemon({ rates: RATES })

  const samples: [file: string, type: string, rows: number][] = [
    ['market.csv', 'text/csv', 113],
    ['tips.ndjson', 'application/x-ndjson', 32],
    ['auctions.json', 'application/json', 40],
    ['shop-export.json', 'application/json', 28],
  ]
  for (const [file, type, rows] of samples) {
    test(`stores of ${file} what glyphsieve run and an import store, and lists the same rejections`, async () => {
      const folder = await temporaryFolder()
      const input = path.join(SAMPLES, 'raw-listings', file)
      const options = ['--currency', 'USD', '--source', 'sample', '--seen-at', SEEN_AT, '--rates', RATES_FILE]
      const rejected = path.join(folder, 'rejected.ndjson')
      const { stdout } = await promisify(execFile)(process.execPath, [
        GLYPHSIEVE,
        'run',
        input,
        ...options,
        '--rejections',
        rejected,
      ])
      const run = await shared().post(stdout, { 'content-type': 'application/x-ndjson' })
      const query = `?currency=usd&source=sample&seen_at=${SEEN_AT}`
      const { status, headers, json } = await raw(shared(), readFileSync(input), { query, 'content-type': type })

      expect([status, headers['location']]).toEqual([200, `/api/persist/imports/${json['import_id']}`])
      expect(await listingsOf(shared(), json['import_id'])).toEqual(await listingsOf(shared(), run.json['import_id']))
      const { record_count, first_model, last_model } = run.json
      expect(json).toMatchObject({ record_count, first_model, last_model, accepted: record_count, read: rows })
      expect(Number(json['accepted']) + Number(json['merged']) + Number(json['rejected_count'])).toBe(rows)

      const expected = readFileSync(rejected, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
      expect(json['rejections']).toEqual(
        expected.map(({ row, line, stage, code, reason, title }) => ({
          row,
          ...(line !== undefined && { line }),
          stage,
          code,
          reason,
          ...(title !== undefined && { title: title.length > 100 ? `${title.slice(0, 99)}…` : title }),
        })),
      )
      const counts = json['rejection_counts'] as { stage: string; code: string; count: number }[]
      for (const { stage, code, count } of counts) {
        expect(count).toBe(expected.filter((rejection) => rejection.stage === stage && rejection.code === code).length)
      }
      expect(json).toMatchObject({ rejected_count: expected.length, rejections_truncated: false })
      expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(expected.length)
    })
  }

  test('accounts for every row, and writes one line of the log', async () => {
    const daemon = await startDaemon()
    const { json } = await raw(daemon, OFFERS)
    expect(json).toEqual({
      import_id: expect.any(String),
      record_count: 2,
      first_model: 'RTX_3090',
      last_model: 'P40',
      timestamp: expect.any(String),
      read: 7,
      accepted: 2,
      merged: 1,
      rejected_count: 4,
      rejection_counts: [
        { stage: 'read', code: 'unreadable', count: 1, reason: expect.any(String) },
        { stage: 'clean', code: 'quote', count: 1, reason: expect.any(String) },
        { stage: 'match', code: 'accessory', count: 1, reason: expect.any(String) },
        { stage: 'score', code: 'missing_rate', count: 1, reason: expect.stringContaining('EUR') },
      ],
      rejections: [
        {
          row: 3,
          line: 5,
          stage: 'score',
          code: 'missing_rate',
          reason: expect.any(String),
          title: 'NVIDIA Tesla V100 PCIe 32GB',
        },
        { row: 4, line: 6, stage: 'match', code: 'accessory', reason: expect.any(String), title: expect.any(String) },
        { row: 5, line: 7, stage: 'clean', code: 'quote', reason: expect.any(String), title: expect.any(String) },
        { row: 6, line: 8, stage: 'read', code: 'unreadable', reason: expect.any(String) },
      ],
      rejections_truncated: false,
    })
    const bytes = Buffer.byteLength(OFFERS)
    const lines = daemon.log.filter(({ msg }) => msg === 'listings imported')
    expect(lines).toMatchObject([{ import_id: json['import_id'], record_count: 2, rejected_count: 4, bytes }])
    expect(await listingsOf(daemon, json['import_id'])).toMatchObject([
      {
        model: 'RTX_3090',
        price: 700,
        listing_source: 'shop.example',
        pipeline_version: expect.stringMatching(/^glyphsieve /),
      },
      { model: 'P40', price: 300 },
    ])
  })

  test('takes the time at which a body was received where nothing says when the offers were seen', async () => {
    const { json } = await raw(shared(), OFFERS)
    const [{ seen_at } = {}] = await listingsOf(shared(), json['import_id'])
    expect(`${seen_at}` <= `${json['timestamp']}`).toBe(true)
    expect(Date.parse(`${json['timestamp']}`) - Date.parse(`${seen_at}`)).toBeLessThan(30_000)
  })

  test('lists the first 100 rejections and counts all', async () => {
    const { json } = await raw(shared(), market(1010))
    expect(json).toMatchObject({ read: 1010, rejected_count: 101, rejections_truncated: true })
    expect(json['rejection_counts']).toMatchObject([{ stage: 'match', code: 'accessory', count: 101 }])
    expect(json['rejections']).toHaveLength(100)
  })

  test('takes gzip, and the format that it is told', async () => {
    const stored = async (reply: Promise<Reply>) => listingsOf(shared(), (await reply).json['import_id'])
    const query = `?seen_at=${SEEN_AT}`
    const plain = await stored(raw(shared(), OFFERS, { query }))
    expect(plain).toHaveLength(3)
    expect(await stored(raw(shared(), gzipSync(OFFERS), { query, 'content-encoding': 'gzip' }))).toEqual(plain)
    expect(await stored(raw(shared(), OFFERS, { query: `${query}&format=csv` }))).toEqual(plain)
    const forced = await raw(shared(), OFFERS, { query: `${query}&format=json` })
    expect([forced.status, forced.json['code']]).toEqual([422, 'unreadable_input'])
  })

  test('a dry run says what would become of the rows and of the store, and stores nothing', async () => {
    const daemon = await startDaemon()
    await raw(daemon, OFFERS.replace('$300', '$320'))
    const before = await countOf(daemon)
    const { status, json } = await raw(daemon, OFFERS, { query: '?dry_run=true', 'idempotency-key': 'ignored' })
    expect([status, json]).toEqual([
      200,
      {
        ...{ dry_run: true, record_count: 2, first_model: 'RTX_3090', last_model: 'P40', without_offer_key: 0 },
        ...{ new: 0, changed: 1, unchanged: 1, biggest_moves: [expect.objectContaining({ price_before: 320, price: 300 })] },
        ...{ read: 7, accepted: 2, merged: 1, rejected_count: 4, rejections_truncated: false },
        ...{ rejections: expect.any(Array), rejection_counts: expect.any(Array) },
      },
    ])
    expect(await countOf(daemon)).toEqual(before)
  })

  test('refuses a body of which nothing is accepted, with what became of its rows, and stores nothing', async () => {
    const daemon = await startDaemon()
    const nothing = OFFERS.replaceAll('$700', 'VB').replace('$300', 'VB')
    for (const headers of [{}, { 'idempotency-key': 'k' }, { query: '?dry_run=true' }] as Record<string, string>[]) {
      const { status, json } = await raw(daemon, nothing, headers)
      expect([status, json['code'], json['read'], json['accepted'], json['rejected_count']]).toEqual([
        422,
        'nothing_accepted',
        7,
        0,
        7,
      ])
      expect(json['rejections']).toHaveLength(7)
    }
    expect((await raw(daemon, '')).json).toMatchObject({ status: 422, code: 'nothing_accepted', read: 0 })
    expect(await countOf(daemon)).toEqual({ imports: 0, listings: 0 })
    expect((await raw(daemon, OFFERS, { 'idempotency-key': 'k' })).status).toBe(200) // the key is free
  })

  const unreadable: [what: string, body: string, detail: RegExp][] = [
    ['a JSON array that breaks off', '[{"title":"P40","price":"$300"},', /line 1, column 33: the body ends/],
    ['a CSV without a title', 'price,seller\n300,x\n', /line 1, the header: no column for the title/],
    ['half a Shopify export', '{"products":[{"title":"P40"', /line 1/],
    ['bytes of a picture', '\u0089PNG\r\n\u001a\n\u0000\u0000', /line 1, the header/],
  ]
  for (const [what, body, detail] of unreadable) {
    test(`refuses ${what} in words, and stores nothing`, async () => {
      const before = await countOf(shared())
      const { json, text } = await raw(shared(), body)
      expect(json).toMatchObject({ status: 422, code: 'unreadable_input', detail: expect.stringMatching(detail) })
      expect(text).not.toMatch(/\.js:\d|SyntaxError|Unexpected/)
      expect(await countOf(shared())).toEqual(before)
    })
  }

  const parameters: [query: string, words: RegExp][] = [
    ['?currency=XXZ', /currency must be an ISO 4217 code/],
    ['?currency=', /currency must be/],
    ['?seen_at=2026-11-20', /seen_at must be an RFC 3339 timestamp/],
    ['?source=%20', /source must have/],
    ['?format=xml', /format must be one of csv, ndjson, json, shopify, ebay/],
    ['?format=csv&format=json', /format must be one of/],
    ['?dry_run=yes', /dry_run must be one of true, false/],
    ['?curency=USD', /Unknown query parameter curency: this route takes source, currency/],
  ]
  for (const [query, words] of parameters) {
    test(`refuses ${query} with 400`, async () => {
      const { json } = await raw(shared(), OFFERS, { query })
      expect(json).toMatchObject({ status: 400, code: 'invalid_query', detail: expect.stringMatching(words) })
    })
  }

  test('refuses other media types', async () => {
    const { status, headers } = await raw(shared(), OFFERS, { 'content-type': 'text/plain' })
    expect([status, headers['accept-post']]).toEqual([415, 'application/json, application/x-ndjson, text/csv'])
  })

  const growing: [what: string, body: string][] = [
    [
      'names of columns',
      `title,price,${Array.from({ length: 20 }, (_, column) => `${'x'.repeat(150)}${column}`)}\n${`P40 24GB,$300${',1'.repeat(20)}\n`.repeat(20)}`,
    ],
    [
      'the texts of a product with variants',
      JSON.stringify({
        products: [
          {
            title: 'NVIDIA Tesla P40 24GB',
            vendor: 'x'.repeat(1900),
            variants: Array.from({ length: 50 }, (_, id) => ({ id, price: '300.00' })),
          },
        ],
      }),
    ],
  ]
  for (const [what, body] of growing) {
    test(`refuses a small body that would become a large import by ${what}`, async () => {
      const daemon = await startDaemon({ limits: { max_body_bytes: 20_000 } })
      expect(Buffer.byteLength(body)).toBeLessThan(10_000)
      const { json } = await raw(daemon, body, { query: '?currency=USD' })
      expect(json).toMatchObject({
        status: 413,
        code: 'body_too_large',
        limit: 20_000,
        detail: expect.stringMatching(/every row/),
      })
      expect(await countOf(daemon)).toEqual({ imports: 0, listings: 0 })
    })
  }

  test('holds the limits of an import: bytes and rows of a body, bytes of a row', async () => {
    const daemon = await startDaemon({ limits: { max_body_bytes: 5000, max_rows: 10, max_row_bytes: 3000 } })
    expect((await raw(daemon, market(10))).status).toBe(200)
    expect((await raw(daemon, market(11))).json).toMatchObject({ status: 413, code: 'too_many_rows', limit: 10 })
    expect((await raw(daemon, 'x'.repeat(5001))).json).toMatchObject({ status: 413, code: 'body_too_large', limit: 5000 })
    const packed = await raw(daemon, gzipSync(market(200)), { 'content-encoding': 'gzip' })
    expect([packed.status, packed.json['code']]).toEqual([413, 'body_too_large'])
    const long = await raw(daemon, `${market(2)}P40 ${'x'.repeat(3000)},$300,A9\n`)
    expect(long.json['rejection_counts']).toContainEqual(
      expect.objectContaining({ stage: 'read', count: 1, reason: expect.stringContaining('3000 bytes') }),
    )
  })
})

describe('an Idempotency-Key of raw listings', () => {
  const KEY = { 'idempotency-key': 'crawl-7' }

  test('gives the first answer again, byte for byte, and stores once', async () => {
    const daemon = await startDaemon({ rates: RATES })
    const first = await raw(daemon, OFFERS, KEY)
    expect([first.status, first.json['accepted']]).toEqual([200, 3])
    const again = await raw(daemon, gzipSync(OFFERS), { ...KEY, 'content-encoding': 'gzip' })
    expect([again.status, again.text]).toEqual([200, first.text])
    expect([first, again].map(({ headers }) => headers['idempotent-replayed'])).toEqual([undefined, 'true'])
    expect(await countOf(daemon)).toEqual({ imports: 1, listings: 3 })
  })

  test('gives it also after a restart with which nothing would be accepted any more', async () => {
    const folder = await temporaryFolder()
    const euros = 'title,price\nNVIDIA Tesla P40 24GB,300 €\nRTX 3090 water block,9 €\n'
    const first = await startDaemon({ folder, rates: RATES })
    const stored = await raw(first, euros, KEY)
    expect(stored.status).toBe(200)
    await first.stop()
    const second = await startDaemon({ folder })
    expect((await raw(second, euros)).json['code']).toBe('nothing_accepted')
    expect((await raw(second, euros, KEY)).text).toBe(stored.text)
  })

  test('stands for one body, one set of options and one route', async () => {
    const daemon = await startDaemon()
    const stored = await raw(daemon, OFFERS, KEY)
    const others = [
      () => raw(daemon, `${OFFERS}\n`, KEY),
      () => raw(daemon, OFFERS, { ...KEY, query: '?currency=USD' }),
      () => raw(daemon, OFFERS, { ...KEY, query: `?seen_at=${SEEN_AT}` }),
      () => daemon.post([{ model: 'P40', price: 300, score: 0.4 }], KEY),
    ]
    // One after the other: of two that run at once, one is told to wait.
    for (const send of others) {
      expect((await send()).json).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    }
    await daemon.send({ method: 'DELETE', url: `/api/persist/imports/${stored.json['import_id']}` })
    expect((await raw(daemon, OFFERS, { ...KEY, query: '?currency=USD' })).status).toBe(200)
  })
})

describe('glyphsieve in the daemon', () => {
  test('a large body holds up neither health nor matches, and those that wait behind it are not too many', async () => {
    const daemon = await startDaemon()
    await raw(daemon, OFFERS) // so that its thread is there
    const order: string[] = []
    const sieving = raw(daemon, market(100_000)).finally(() => order.push('import'))
    await eventually(() => openBodies(daemon).length === 1) // that of the accepted listings
    const waiting = Array.from({ length: 10 }, () => raw(daemon, OFFERS))
    expect((await daemon.get('/api/health')).status).toBe(200)
    order.push('health')
    const matched = await daemon.send({
      method: 'POST',
      url: '/api/match',
      headers: { 'content-type': 'application/json' },
      payload: '["RTX 3090"]',
    })
    expect(matched.status).toBe(200)
    order.push('match')
    const { status, json } = await sieving
    expect(order).toEqual(['health', 'match', 'import'])
    expect([status, json['read'], json['accepted'], json['rejected_count']]).toEqual([200, 100_000, 90_000, 10_000])
    const codes = (await Promise.all(waiting)).map((reply) => reply.json['code'] ?? reply.status).sort()
    expect(codes).toEqual([...Array.from({ length: 8 }, () => 200), 'queue_full', 'queue_full'])
    expect(await countOf(daemon)).toEqual({ imports: 10, listings: 90_000 + 9 * 2 })
    await eventually(() => openBodies(daemon).length === 0)
  })

  test('a client that goes before the end of its body leaves nothing', async () => {
    const daemon = await startDaemon({ limits: { max_memory_bytes: 0 } })
    const connection = await connect(await daemon.app.listen({ host: '127.0.0.1', port: 0 }))
    const body = market(20_000)
    const headers = { 'Content-Type': 'text/csv', 'Content-Length': `${Buffer.byteLength(body)}` }
    await connection.send(requestText('POST', ROUTE, headers, body.slice(0, -100)))
    await eventually(() => openBodies(daemon).length === 1)
    connection.destroy()
    await eventually(() => openBodies(daemon).length === 0)
    expect(await countOf(daemon)).toEqual({ imports: 0, listings: 0 })
    expect((await raw(daemon, OFFERS)).status).toBe(200)
  })

  test('closing waits for a body that is being sieved, stores it and ends the thread', async () => {
    const daemon = await startDaemon()
    const url = await daemon.app.listen({ host: '127.0.0.1', port: 0 })
    let closing: Promise<unknown> | undefined
    let ended = false
    onThread((thread) => {
      thread.once('exit', () => {
        ended = true
      })
      thread.once('online', () => {
        closing = daemon.app.close()
      })
    })
    const reply = await fetch(url + ROUTE, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: market(20_000) })
    expect(closing).toBeDefined()
    expect([reply.status, await reply.json()]).toEqual([200, expect.objectContaining({ read: 20_000, record_count: 18_000 })])
    await closing
    expect(ended).toBe(true)
    expect(await countOf(daemon)).toEqual({ imports: 1, listings: 18_000 })
  })

  test('when its thread dies, the body fails with 503 and nothing of it is stored; the next one is', async () => {
    const daemon = await startDaemon()
    const dead = killNextThread()
    const { status, json, headers } = await raw(daemon, OFFERS, { 'idempotency-key': 'k' })
    await dead
    expect([status, json['code'], headers['retry-after']]).toEqual([503, 'sieve_unavailable', '1'])
    expect(await countOf(daemon)).toEqual({ imports: 0, listings: 0 })
    expect(openBodies(daemon)).toEqual([])
    expect((await raw(daemon, OFFERS, { 'idempotency-key': 'k' })).json['accepted']).toBe(2)
  })

  test('has the rates of --rates, and refuses a file that holds none', async () => {
    const folder = await temporaryFolder()
    const daemon = await startDaemonProcess(['--rates', RATES_FILE], { folder })
    const body = 'title,price\nNVIDIA Tesla P40 24GB,300 €\n'
    const reply = await fetch(daemon.url + ROUTE, { method: 'POST', headers: { 'content-type': 'text/csv' }, body })
    expect(reply.status).toBe(200)
    const { items } = (await (await fetch(`${daemon.url}/api/listings`)).json()) as { items: object[] }
    expect(items).toMatchObject([{ model: 'P40', price: 300, currency: 'EUR', price_usd: 300 * RATES.rates.EUR }])

    const refused: [content: string, words: RegExp][] = [
      ['{"date":', /rates\.json": the file is not JSON/],
      ['{"date":"2026-11-01","source":"x","rates":{"EURO":1}}', /\/rates\/EURO: expected an ISO 4217 code/],
    ]
    const file = path.join(folder, 'rates.json')
    for (const [content, words] of refused) {
      await writeFile(file, content)
      const { code, stderr } = await runProgram(['serve', '--db', 'other.sqlite', '--port', '0', '--rates', file], { folder })
      expect([code, stderr]).toEqual([2, expect.stringMatching(words)])
    }
    const { stderr } = await runProgram(['serve', '--port', '0', '--rates', 'absent.json'], { folder })
    expect(stderr).toMatch(/absent\.json": the file cannot be read \(ENOENT\)/)
  })
})

describe.skipIf(!existsSync(SHOP_LISTINGS))('real shop listings', () => {
  test('are accounted for: each row is accepted, merged or rejected with a reason', async () => {
    const daemon = await startDaemon()
    const { json } = await raw(daemon, readFileSync(SHOP_LISTINGS), { query: '?currency=USD' })
    const { read, accepted, merged, rejected_count, record_count } = json as Record<string, number>
    expect(read).toBe(4304)
    expect(Number(accepted) + Number(merged) + Number(rejected_count)).toBe(read)
    expect(record_count).toBe(accepted)
    expect(await countOf(daemon)).toEqual({ imports: 1, listings: accepted })
    for (const { reason } of json['rejections'] as { reason: string }[]) expect(reason).toMatch(/\S/)
  })
})

import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { SubmittedListing } from 'glyphsieve'
import { describe, expect, test } from 'vitest'
import type { DryRunResult, PriceMove } from '../dist/contract/imports.js'
import { type Daemon, type Reply, sharedDaemon, startDaemon } from './daemon.ts'
import { bodyOf, listing } from './listings.ts'
import { storeVersion } from './store-version.ts'
import { holdWriteLock } from './write-lock.ts'

const LENIENT = { prefer: 'handling=lenient' }
const NDJSON = { 'content-type': 'application/x-ndjson' }

const shared = sharedDaemon()

function dryRun(daemon: Daemon, body: unknown, headers: object = {}): Promise<Reply> {
  return daemon.send({
    method: 'POST',
    url: '/api/persist/listings?dry_run=true',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body),
  })
}

async function importOf(daemon: Daemon, rows: unknown[]): Promise<unknown> {
  const reply = await daemon.post(rows)
  expect(reply.status, reply.text).toBe(200)
  return reply.json['import_id']
}

const undo = (daemon: Daemon, import_id: unknown) => daemon.send({ method: 'DELETE', url: `/api/persist/imports/${import_id}` })

let sources = 0
/** Offers of a marketplace that no other test knows. */
function newMarket() {
  const listing_source = `market ${++sources}`
  return {
    offer: (listing_id: string, members: Partial<SubmittedListing> = {}) => listing({ listing_source, listing_id, ...members }),
    key: (listing_id: string) => `${listing_source}\u001f${listing_id}`,
  }
}

const countsOf = ({ json }: Reply) => [json['new'], json['changed'], json['unchanged'], json['without_offer_key']]

test('says what the import would do, and nothing that only an import has', async () => {
  const { offer, key } = newMarket()
  await importOf(shared(), [offer('same'), offer('moved', { price: 800 })])
  const rows = [offer('same', { title: 'another' }), 5, offer('moved', { price: 600 }), offer('new'), listing({ model: 'B' })]
  const reply = await dryRun(shared(), rows, LENIENT)
  expect(reply.status).toBe(200)
  expect(reply.json).toEqual({
    dry_run: true,
    record_count: 4,
    rejected_count: 1,
    errors: [{ row: 1, pointer: '/1', code: 'type', message: 'expected an object, found a number', value: 5 }],
    errors_truncated: false,
    first_model: 'RTX_3090',
    last_model: 'B',
    new: 1,
    changed: 1,
    unchanged: 1,
    without_offer_key: 1,
    biggest_moves: [
      { row: 2, model: 'RTX_3090', offer_key: key('moved'), currency: 'USD', price_before: 800, price: 600, change_pct: -25 },
    ],
  })
  expect(reply.headers).toMatchObject({ 'preference-applied': 'handling=lenient', 'cache-control': 'no-store' })
  expect(reply.headers['location']).toBeUndefined()
})

describe('an offer is', () => {
  const before = { price: 100, currency: 'EUR', shipping: 5, quantity: 1, seen_at: '2026-11-01T10:00:00Z' } as const
  const changes: [what: string, members: Partial<SubmittedListing>, is: 'changed' | 'unchanged', moves: number[]][] = [
    ['unchanged where nothing is another', {}, 'unchanged', []],
    [
      'unchanged where only what does not matter is',
      { model: 'B', score: 1, title: 'x', seller: 'y', lot_size: 2 },
      'unchanged',
      [],
    ],
    ['unchanged however old the body is', { seen_at: '2020-01-01T00:00:00+01:00' }, 'unchanged', []],
    ['changed by its price', { price: 150 }, 'changed', [50]],
    ['changed by its currency, which is no move', { currency: 'USD', price: 200 }, 'changed', []],
    ['changed by its shipping, which is no move', { shipping: 0 }, 'changed', []],
    ['changed by a shipping that is not known any more', { shipping: null }, 'changed', []],
    ['changed when it is sold out', { quantity: 0 }, 'changed', []],
    ['changed by a quantity that is not known any more', { quantity: null }, 'changed', []],
  ]
  for (const [what, members, is, moves] of changes) {
    test(what, async () => {
      const { offer } = newMarket()
      await importOf(shared(), [offer('1', before)])
      const reply = await dryRun(shared(), [offer('1', { ...before, ...members })])
      expect(countsOf(reply)).toEqual([0, is === 'changed' ? 1 : 0, is === 'changed' ? 0 : 1, 0])
      expect((reply.json['biggest_moves'] as PriceMove[]).map(({ change_pct }) => change_pct)).toEqual(moves)
    })
  }

  test('held against the observation that was made last, not stored last, and not against one that was undone', async () => {
    const { offer } = newMarket()
    const priceBefore = async () => {
      const { json } = await dryRun(shared(), [offer('1', { price: 1 })])
      return (json['biggest_moves'] as PriceMove[]).map(({ price_before }) => price_before)
    }
    expect(await priceBefore()).toEqual([])
    await importOf(shared(), [offer('1', { price: 20, seen_at: '2026-11-02T00:00:00Z' })])
    await importOf(shared(), [offer('1', { price: 10, seen_at: '2026-11-01T23:59:59.999Z' })])
    expect(await priceBefore()).toEqual([20])
    const again = await importOf(shared(), [offer('1', { price: 30, seen_at: '2026-11-02T01:00:00+01:00' })])
    expect(await priceBefore()).toEqual([30]) // at the same time: the one that was stored later
    await undo(shared(), again)
    expect(await priceBefore()).toEqual([20])
  })
})

test('the ten biggest moves come first, up or down, and of equal ones the first in the body', async () => {
  const { offer } = newMarket()
  const prices = [101, 50, 200, 99, 150, 100, 50, 175, 110, 1, 120, 130, 140]
  await importOf(
    shared(),
    prices.map((_, index) => offer(`${index}`, { price: 100 })),
  )
  const { json } = await dryRun(
    shared(),
    prices.map((price, index) => offer(`${index}`, { price })),
  )
  expect(json).toMatchObject({ changed: 12, unchanged: 1 })
  const moves = json['biggest_moves'] as PriceMove[]
  expect(moves.map(({ row, price }) => [row, price])).toEqual([
    [2, 200],
    [9, 1],
    [7, 175],
    [1, 50],
    [4, 150],
    [6, 50],
    [12, 140],
    [11, 130],
    [10, 120],
    [8, 110],
  ])
})

test('a move beyond all measure is still a number', async () => {
  const { offer } = newMarket()
  await importOf(shared(), [offer('1', { price: 5e-324 })])
  const { json } = await dryRun(shared(), [offer('1', { price: 1e9 })])
  expect(json['biggest_moves']).toMatchObject([{ price_before: 5e-324, price: 1e9, change_pct: expect.any(Number) }])
})

describe('refuses what the import refuses, and in the same words:', () => {
  const small = sharedDaemon({ limits: { max_rows: 50, max_body_bytes: 9000 } })
  const bodies: [what: string, body: unknown, headers: object, status: number][] = [
    ['a bad row', [listing(), listing({ price: 0 })], {}, 422],
    ['a bad row behind hundreds of good ones', [...Array(49).fill(listing()), 5], {}, 422],
    ['a broken line', `${JSON.stringify(listing())}\n{`, NDJSON, 422],
    ['a bad row of CSV', 'model,price,score\nA,x,1\n', { 'content-type': 'text/csv' }, 422],
    ['nothing but bad rows', [5, null], LENIENT, 422],
    ['no rows', [], LENIENT, 422],
    ['broken JSON', '[{"model":"A"', LENIENT, 422],
    ['too many rows', Array(51).fill(listing()), LENIENT, 413],
    ['too many bytes', ' '.repeat(9001), {}, 413],
    ['what is not gzip', 'x', { 'content-encoding': 'gzip' }, 400],
    ['another type', '[]', { 'content-type': 'text/plain' }, 415],
  ]
  for (const [what, body, headers, status] of bodies) {
    test(what, async () => {
      const replies = [await dryRun(small(), body, headers), await small().post(body, { ...headers })]
      const [asked, imported] = replies.map(({ json: { request_id: _, ...problem } }) => problem)
      expect(replies.map((reply) => reply.status)).toEqual([status, status])
      expect(asked).toEqual(imported)
    })
  }
})

test('reads a body in any format, in gzip, from a file', async () => {
  const daemon = await startDaemon({ limits: { max_memory_bytes: 0 } })
  const rows = Array.from({ length: 3000 }, (_, index) => newMarket().offer(`${index}`))
  await importOf(daemon, rows.slice(0, 1000))
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const csv = ['model,price,score,listing_source,listing_id']
  for (const { model, price, score, listing_source, listing_id } of rows)
    csv.push([model, price, score, listing_source, listing_id].join())
  for (const [body, headers] of [
    [rows, {}],
    [text, NDJSON],
    [gzipSync(text), { ...NDJSON, 'content-encoding': 'gzip' }],
    [csv.join('\n'), { 'content-type': 'text/csv' }],
  ] as const) {
    expect(countsOf(await dryRun(daemon, body, headers))).toEqual([2000, 0, 1000, 0])
  }
  expect(await daemon.rows('select count(*) as n from gpu_listings')).toEqual([{ n: 1000 }])
})

test('changes nothing in the store, logs no import, and waits for none', async () => {
  const daemon = await startDaemon()
  const { offer } = newMarket()
  await importOf(daemon, [offer('1')])
  await daemon.get('/api/models') // which has offers follow: nothing else does from now on
  const version = await storeVersion(daemon.db)
  const before = await version()
  const release = await holdWriteLock(daemon.db)
  const running = daemon.store.import(bodyOf([listing()]), { handling: 'strict' })
  const logged = daemon.log.length
  expect(countsOf(await dryRun(daemon, [offer('1'), offer('2')]))).toEqual([1, 0, 1, 0])
  expect(countsOf(await dryRun(daemon, [offer('1'), 5], LENIENT))).toEqual([0, 0, 1, 0])
  expect((await dryRun(daemon, [offer('1'), 5])).status).toBe(422)
  expect(countsOf(await dryRun(daemon, [offer('1'), offer('2')]))).toEqual([1, 0, 1, 0])
  expect(daemon.log.slice(logged).map(({ msg }) => msg)).toEqual(['request refused'])
  expect(await version()).toBe(before)
  await release()
  await running
  expect(await version()).not.toBe(before)
})

test('more dry runs than may wait are refused with 503, and the others are answered', async () => {
  const daemon = await startDaemon()
  const rows = Array.from({ length: 5000 }, () => listing())
  const runs = Array.from({ length: 30 }, () => daemon.store.dryRun(bodyOf(rows), { handling: 'strict' }))
  const outcomes = await Promise.allSettled(runs)
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'queue_full', headers: { 'retry-after': '5' } })
  const answered = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  expect(answered.map(({ value }) => value.record_count)).toEqual(Array(30 - refused.length).fill(5000))
  expect((await dryRun(daemon, [listing()])).status).toBe(200)
})

/** What of a listing makes it another offer than before. */
const terms = ({ price, currency, shipping, quantity }: SubmittedListing) =>
  JSON.stringify([price, currency ?? 'USD', shipping ?? null, quantity ?? null])

/** What a dry run is to find, written without a look at the code: `stored` in the order in which it was stored. */
function expected(stored: SubmittedListing[], rows: SubmittedListing[], key: (id: string) => string): Partial<DryRunResult> {
  const counts = { new: 0, changed: 0, unchanged: 0, without_offer_key: 0 }
  const moves: PriceMove[] = []
  for (const [row, one] of rows.entries()) {
    const { model, listing_id, price } = one
    const currency = one.currency ?? 'USD'
    const known = stored.filter((other) => other.listing_id === listing_id)
    const last = known.find((it, at) =>
      known.every((other, place) => `${other.seen_at}` < `${it.seen_at}` || (other.seen_at === it.seen_at && place <= at)),
    )
    if (listing_id == null) counts.without_offer_key++
    else if (last === undefined) counts.new++
    else if (terms(last) === terms(one)) counts.unchanged++
    else {
      counts.changed++
      if (currency !== (last.currency ?? 'USD') || price === last.price) continue
      const change_pct = expect.closeTo((100 * (price - last.price)) / last.price, 9)
      moves.push({ row, model, offer_key: key(listing_id), currency, price_before: last.price, price, change_pct })
    }
  }
  const size = ({ price, price_before }: PriceMove) => Math.abs(price - price_before) / price_before
  return { ...counts, biggest_moves: moves.sort((a, b) => size(b) - size(a)) }
}

test('finds what a look at all that is stored finds, whatever was imported and undone', async () => {
  const row = fc.record({
    listing_id: fc.constantFrom('1', '2', '3', null),
    price: fc.constantFrom(1, 2, 4, 8),
    currency: fc.constantFrom('USD', 'EUR', null),
    shipping: fc.constantFrom(0, 5, null),
    quantity: fc.constantFrom(0, 1, null),
    seen_at: fc.constantFrom('2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z'),
  })
  const rows = fc.array(row, { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(rows, { maxLength: 4 }),
      fc.array(fc.nat(3), { maxLength: 2 }),
      rows,
      async (batches, undone, body) => {
        const { offer, key } = newMarket()
        const asListing = ({ listing_id, ...members }: (typeof body)[number]) => ({ ...offer('', members), listing_id })
        const stored: SubmittedListing[][] = []
        const ids: unknown[] = []
        for (const batch of batches) {
          stored.push(batch.map(asListing))
          ids.push(await importOf(shared(), stored.at(-1) ?? []))
        }
        for (const index of undone) {
          if (ids[index] === undefined) continue
          await undo(shared(), ids[index])
          stored[index] = []
        }
        const sent = body.map(asListing)
        const { json } = await dryRun(shared(), sent)
        expect(json).toMatchObject({ record_count: sent.length, ...expected(stored.flat(), sent, key) })
      },
    ),
    { numRuns: 60 },
  )
})

test('says how many offers a complete import would delist, and refuses what the import would refuse', async () => {
  const daemon = await startDaemon()
  const offers = (...ids: string[]) =>
    ids.map((id) => listing({ listing_source: 'shop', listing_id: id, seen_at: new Date().toISOString() }))
  await daemon.post(offers('1', '2', '3', '4'))
  const dry = (rows: unknown, query: string) =>
    daemon.send({
      method: 'POST',
      url: `/api/persist/listings?dry_run=true&${query}`,
      headers: { 'content-type': 'application/json' },
      payload: JSON.stringify(rows),
    })
  expect((await dry(offers('1', '2', '5'), 'complete=true')).json).toMatchObject({ new: 1, unchanged: 2, delisted: 2 })
  expect((await dry(offers('1'), 'complete=true')).json).toMatchObject({ status: 409, code: 'suspicious_snapshot' })
  expect((await dry(offers('1'), 'complete=true&force=true')).json).toMatchObject({ unchanged: 1, delisted: 3 })
  expect((await dry([listing()], 'complete=true')).json).toMatchObject({ status: 422, code: 'no_source' })
  expect((await dry(offers('1'), '')).json).not.toHaveProperty('delisted')
  expect(await daemon.rows('select count(*) as stored from gpu_listings')).toEqual([{ stored: 4 }])
})

import { expect, test } from 'vitest'
import { sharedDaemon, startDaemon } from './daemon.ts'
import { listing } from './listings.ts'

const shared = sharedDaemon()

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

test('a model of 200 characters of any script can be asked for', async () => {
  const model = `${'顕'.repeat(199)}/`
  await shared().post([listing({ model })])
  const path = `/api/models/${encodeURIComponent(model)}`
  expect((await shared().get(path)).json).toMatchObject({ model, offer_count: 1 })
  expect((await shared().get(`${path}/history`)).json).toMatchObject({ model, groups: [{ model }] })
})

test('a cursor whose key or view is none of the daemon is refused, and is not the end of the list', async () => {
  await shared().post([listing({ model: 'A' }), listing({ model: 'B' }), listing({ model: 'C' })])
  const forged: [query: string, change: object][] = [
    ['sort=price', { key: 'x' }],
    ['sort=score', { key: null }],
    ['sort=-seen_at', { key: 7 }],
    ['sort=import', { key: 1 }],
    ['latest=true', { as_of: '@' }],
    ['current=true', { as_of: '1@-1' }],
    ['latest=true', { as_of: undefined }],
  ]
  for (const [query, change] of forged) {
    const { json } = await shared().get(`/api/listings?${query}&limit=1`)
    const cursor: unknown = JSON.parse(Buffer.from(`${json['next_cursor']}`, 'base64url').toString())
    const text = Buffer.from(JSON.stringify({ ...Object(cursor), ...change })).toString('base64url')
    const reply = await shared().get(`/api/listings?${query}&limit=1&cursor=${text}`)
    expect(reply.json, `${query} ${JSON.stringify(change)}`).toMatchObject({ status: 400, code: 'invalid_cursor' })
  }
})

test('amounts without measure leave every answer a number', async () => {
  const daemon = await startDaemon()
  const card = { model: 'RTX_3090', vram_gb: 24, score: 0.5, condition: 'used' as const, seen_at: ago(1) }
  await daemon.post([
    ...[5e-324, 5e-324, 5e-324, 1e-323, 1e-323].map((price, seller) => listing({ ...card, price, seller: `${seller}` })),
    listing({ ...card, price: 1e9 }),
    listing({ ...card, price: 100, shipping: 2e306 }),
    listing({ ...card, price: 100, price_usd: 1.7e308 }),
  ])
  const { items } = (await daemon.get('/api/listings?sort=-price')).json as { items: { id: string }[] }
  // Each answer is held against the description, which has no null for a number.
  for (const { id } of items) expect((await daemon.get(`/api/listings/${id}`)).status).toBe(200)
  for (const path of ['/api/fit?workload=phi-4&include=all', '/api/report?include=all', '/api/models']) {
    expect((await daemon.get(path)).status, path).toBe(200)
  }
})

test('behind the last listing of an import is none, although those of another import follow in the store', async () => {
  const daemon = await startDaemon()
  const { json } = await daemon.post([listing(), listing()])
  await daemon.post([listing()])
  const found = [0, 1, 2].map(async (index) => (await daemon.get(`/api/listings/${json['import_id']}.${index}`)).status)
  expect(await Promise.all(found)).toEqual([200, 200, 404])
})

test('a change of exactly so many per cent is one, however the computation rounds', async () => {
  const daemon = await startDaemon()
  const offer = { listing_source: 'shop', listing_id: '1' }
  await daemon.post([listing({ ...offer, price: 79.8, seen_at: ago(2) }), listing({ ...offer, price: 75.81, seen_at: ago(1) })])
  const items = async (pct: number) => (await daemon.get(`/api/deltas?min_change_pct=${pct}`)).json['items']
  expect(await items(5)).toHaveLength(1)
  expect(await items(5.01)).toHaveLength(0)
})

test('an export is cut off, and does not end, when the listings that it goes on with are undone', async () => {
  let before: () => Promise<unknown> = async () => {}
  const daemon = await startDaemon({
    wrap: (store) => ({
      import: (body, options) => store.import(body, options),
      dryRun: (body, options) => store.dryRun(body, options),
      undo: (import_id) => store.undo(import_id),
      check: () => store.check(),
      close: () => store.close(),
      async ask(question) {
        const answer = await store.ask(question)
        await before() // what is read later
        return answer
      },
    }),
  })
  const { json } = await daemon.post(Array.from({ length: 1500 }, () => listing()))
  const query = `/api/listings?import_id=${json['import_id']}`
  for (const accept of ['application/x-ndjson', 'text/csv']) {
    before = async () => {}
    expect((await daemon.get(query, { accept })).status).toBe(200)
  }
  before = () => daemon.store.undo(`${json['import_id']}`)
  await expect(daemon.get(query, { accept: 'application/x-ndjson' })).rejects.toThrow()
})

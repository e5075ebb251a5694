import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { type Client, createClient, Refusal, UnexpectedAnswer } from 'glyphd/client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startDaemon } from './daemon.ts'
import { listing } from './listings.ts'

/** The client of a daemon that listens, as other programs reach one. */
async function connected(): Promise<Client> {
  const daemon = await startDaemon()
  return createClient({ url: await daemon.app.listen({ host: '127.0.0.1', port: 0 }) })
}

/** The client of something that answers everything in one way. */
async function clientOf(status: number, type: string, text: string): Promise<Client> {
  const server = createHttpServer((_request, response) => response.writeHead(status, { 'content-type': type }).end(text))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

const threeModels = [listing({ model: 'RTX_3090' }), listing({ model: 'A100' }), listing({ model: 'H100' })]

describe('glyphd/client', () => {
  test('imports listings and finds them again', async () => {
    const daemon = await connected()
    const { data, status, headers } = await daemon.post('/api/persist/listings', { body: [listing({ title: 'RTX 3090 ü' })] })
    expect(status).toBe(200)
    expect(data).toMatchObject({ record_count: 1, first_model: 'RTX_3090' })
    if (!('import_id' in data)) throw new Error('a dry run')
    expect(headers.get('location')).toBe(`/api/persist/imports/${data.import_id}`)
    const page = await daemon.get('/api/listings', { query: { import_id: data.import_id, limit: 10, model: undefined } })
    expect(page.data.items.map(({ model, price, title }) => [model, price, title])).toEqual([['RTX_3090', 700, 'RTX 3090 ü']])
    expect(page.data.next_cursor).toBe(null)
  })

  for (const body of ['model,price,score\nRTX_3090,700,0.5\n', Buffer.from('model,price,score\nH100,9,0.5\n')]) {
    test(`sends CSV as ${typeof body === 'string' ? 'text' : 'bytes'}, with headers of the route`, async () => {
      const daemon = await connected()
      const request = { type: 'text/csv', body, headers: { 'idempotency-key': 'a', prefer: undefined } } as const
      const first = await daemon.post('/api/persist/listings', request)
      const again = await daemon.post('/api/persist/listings', request)
      expect(again.data).toEqual(first.data)
      expect(again.headers.get('idempotent-replayed')).toBe('true')
    })
  }

  test('fills in the path and undoes', async () => {
    const daemon = await connected()
    const { data } = await daemon.post('/api/persist/listings', { body: [listing()] })
    if (!('import_id' in data)) throw new Error('a dry run')
    const { import_id } = data
    expect((await daemon.get('/api/persist/imports/{import_id}', { path: { import_id } })).data.record_count).toBe(1)
    expect((await daemon.delete('/api/persist/imports/{import_id}', { path: { import_id } })).data.record_count).toBe(1)
    expect((await daemon.get('/api/persist/imports/{import_id}', { path: { import_id } })).data).toHaveProperty('undone_at')
    const hostile = daemon.get('/api/persist/imports/{import_id}', { path: { import_id: '../limits?x' } })
    await expect(hostile).rejects.toMatchObject({
      problem: { code: 'not_found', instance: '/api/persist/imports/..%2Flimits%3Fx' },
    })
  })

  test('goes through all pages, and through what lies on them', async () => {
    const daemon = await connected()
    await daemon.post('/api/persist/listings', { body: threeModels })
    const sizes: number[] = []
    for await (const page of daemon.pages('/api/listings', { query: { limit: 2 } })) sizes.push(page.items.length)
    expect(sizes).toEqual([2, 1])
    const models: string[] = []
    for await (const { model } of daemon.items('/api/listings', { query: { limit: 1 } })) models.push(model)
    expect(models).toEqual(['RTX_3090', 'A100', 'H100'])
    const imports: number[] = []
    for await (const { record_count } of daemon.items('/api/persist/imports')) imports.push(record_count)
    expect(imports).toEqual([3])
  })

  test('asks for no page that nobody reads', async () => {
    const asked: string[] = []
    const daemon = createClient({
      url: 'http://daemon/below/',
      fetch: async (url) => {
        asked.push(url)
        return Response.json({ items: [{ id: `${asked.length}` }], next_cursor: `c&${asked.length}` })
      },
    })
    for await (const { id } of daemon.items('/api/listings', { query: { model: 'A B' } })) if (id === '2') break
    expect(asked).toEqual([
      'http://daemon/below/api/listings?model=A+B',
      'http://daemon/below/api/listings?model=A+B&cursor=c%261',
    ])
  })

  test('reads NDJSON line by line, wherever the pieces are cut', async () => {
    const daemon = await connected()
    const rows = [listing({ price: -1, title: 'für 1 €' }), listing(), listing({ score: 101 })]
    const { data } = await daemon.post('/api/persist/listings', {
      type: 'application/x-ndjson',
      body: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
      headers: { prefer: 'handling=lenient' },
    })
    if (!('import_id' in data)) throw new Error('a dry run')
    const found: [number, unknown][] = []
    const lines = daemon.lines('/api/persist/imports/{import_id}/errors', { path: { import_id: data.import_id } })
    for await (const { row, errors } of lines) found.push([row, errors[0]?.pointer])
    expect(found).toEqual([
      [0, '/0/price'],
      [2, '/2/score'],
    ])

    const bytes = Buffer.from('{"row":1,"text":"€"}\n\n{"row":2}')
    const piecemeal = createClient({
      url: '',
      fetch: async () => ({
        status: 200,
        headers: new Headers({ 'content-type': 'application/x-ndjson; charset=utf-8' }),
        text: async () => '',
        body: (async function* () {
          for (const byte of bytes) yield Uint8Array.of(byte)
        })(),
      }),
    })
    const read: unknown[] = []
    for await (const line of piecemeal.lines('/api/persist/imports/{import_id}/errors', { path: { import_id: 'x' } }))
      read.push(line)
    expect(read).toEqual([{ row: 1, text: '€' }, { row: 2 }])
  })

  test('gives an answer in the media type that is asked for', async () => {
    const daemon = await connected()
    await daemon.post('/api/persist/listings', { body: threeModels })
    const answer = await daemon.open('/api/listings', 'application/json', { query: { limit: 1 } })
    expect(JSON.parse(await answer.text())).toMatchObject({ items: [{ model: 'RTX_3090' }] })
  })

  test('throws the problem of a refused request, with its type', async () => {
    const daemon = await connected()
    const refusal: unknown = await daemon
      .post('/api/persist/listings', { body: [listing({ price: -1 })] })
      .catch((error) => error)
    if (!(refusal instanceof Refusal)) throw new Error('not refused')
    const { code, errors } = refusal.problem
    expect(code satisfies 'invalid_listings' | typeof code).toBe('invalid_listings')
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/0/price'])
    expect(refusal.message).toMatch(/^422 invalid_listings: /)
    await expect(daemon.get('/api/listings', { query: { cursor: 'x' } })).rejects.toMatchObject({ problem: { status: 400 } })
  })

  const strange: [what: string, status: number, type: string, text: string][] = [
    ['a page of another service', 200, 'text/html', '<p>hello'],
    ['the error of a proxy', 502, 'text/html', '<p>bad gateway'],
    ['an error that is no problem', 404, 'application/json', '{"code":"not_found"}'],
    ['broken JSON', 200, 'application/json', '{"items":'],
    ['a broken problem', 404, 'application/problem+json', '<p>'],
  ]
  for (const [what, status, type, text] of strange) {
    test(`says that ${what} is not of a daemon`, async () => {
      const answer = (await clientOf(status, type, text)).get('/api/health')
      await expect(answer).rejects.toThrow(`GET /api/health was answered with ${status}, but not as a glyphd does`)
      await expect(answer).rejects.toBeInstanceOf(UnexpectedAnswer)
    })
  }

  for (const page of [{}, { items: [], next_cursor: 5 }, { items: [], next_cursor: 'x' }]) {
    test(`ends at a page without an end: ${JSON.stringify(page)}`, async () => {
      const daemon = await clientOf(200, 'application/json', JSON.stringify(page))
      const all = async () => {
        for await (const _ of daemon.pages('/api/listings', { query: { cursor: 'x' } }));
      }
      await expect(all()).rejects.toBeInstanceOf(UnexpectedAnswer)
    })
  }

  test('is aborted by a signal', async () => {
    const daemon = await connected()
    const asking = daemon.get('/api/health', { signal: AbortSignal.abort() })
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('needs nothing of Node: a page of the daemon can load it', async () => {
    const text = await readFile(path.resolve(import.meta.dirname, '../dist/client.js'), 'utf8')
    expect(text).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b|\bBuffer\b/)
  })

  test('knows its routes: what is wrong does not compile', () => {
    const refused = (daemon: Client) => [
      // @ts-expect-error: no such path
      daemon.get('/api/nothing'),
      // @ts-expect-error: no such method there
      daemon.post('/api/listings', {}),
      // @ts-expect-error: no such parameter
      daemon.get('/api/listings', { query: { modle: 'H100' } }),
      // @ts-expect-error: a parameter of another type
      daemon.get('/api/listings', { query: { limit: '10' } }),
      // @ts-expect-error: a path without its part
      daemon.get('/api/persist/imports/{import_id}'),
      // @ts-expect-error: parameters where there are none
      daemon.get('/api/health', { query: { a: 'b' } }),
      // @ts-expect-error: an import without listings
      daemon.post('/api/persist/listings'),
      // @ts-expect-error: a listing without a price
      daemon.post('/api/persist/listings', { body: [{ model: 'H100', score: 0.5 }] }),
      // @ts-expect-error: text as JSON
      daemon.post('/api/persist/listings', { body: '[]' }),
      // @ts-expect-error: a media type that the route does not take
      daemon.post('/api/persist/listings', { body: '', type: 'text/xml' }),
      // @ts-expect-error: no pages there
      daemon.items('/api/health'),
      // @ts-expect-error: no lines there
      daemon.lines('/api/health'),
      // @ts-expect-error: a media type that the route does not answer in
      daemon.open('/api/health', 'text/csv'),
    ]
    expect(refused).toBeTypeOf('function')
  })
})

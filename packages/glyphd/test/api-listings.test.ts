import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Daemon, type Reply, sharedDaemon, startDaemon } from './daemon.ts'
import { listing } from './listings.ts'

type Item = Record<string, unknown> & { id: string }

/** A listing that has every member of the contract. */
const complete = {
  model: 'H100_PCIE_80GB',
  price: 34_995,
  score: 0.92,
  currency: 'EUR',
  price_usd: 38_000.5,
  shipping: 0,
  lot_size: 2,
  quantity: 0,
  listing_source: 'ServerSupply.com',
  listing_id: 'A-1',
  seller: '',
  region: 'DE',
  generation: 'Hopper',
  form_factor: 'pcie',
  pipeline_version: 'score 1',
  title: 'Zwei Lüfter 😀 <b>',
  price_text: '34.995,00 €',
  source_url: 'https://shop.example/h100?utm_source=x',
  condition: 'for_parts',
  vram_gb: 80,
  mem_bandwidth_gbs: 2039.5,
  tdp_watts: 350,
  mig_support: 7,
  nvlink: false,
  quantization_capacity: { '7b': 5, '13b': 3, '70b': 0 },
  match_score: 1,
  score_breakdown: { worth: 0.25 },
  warnings: [],
} as const

function itemsOf(reply: Reply): Item[] {
  expect(reply.status).toBe(200)
  return reply.json['items'] as Item[]
}

/** The address of the next page as the Link header has it. */
function nextOf(reply: Reply): string | undefined {
  const link = reply.headers['link']
  if (link === undefined) return undefined
  return /^<(.*)>; rel="next"$/.exec(String(link))?.[1] ?? `unusable: ${link}`
}

/** All pages from the first to the last, by the Link header alone. */
async function pagesOf(daemon: Daemon, url: string, between: () => Promise<unknown> = async () => {}): Promise<Reply[]> {
  const pages: Reply[] = []
  for (let next: string | undefined = url; next !== undefined; next = nextOf(pages.at(-1) as Reply)) {
    if (pages.length > 0) await between()
    pages.push(await daemon.get(next))
    expect(pages.at(-1)?.status).toBe(200)
  }
  return pages
}

function idsOf(pages: Reply[]): string[] {
  return pages.flatMap((page) => itemsOf(page).map(({ id }) => id))
}

async function importOf(daemon: Daemon, rows: unknown[]): Promise<Record<string, unknown>> {
  const reply = await daemon.post(rows)
  expect(reply.status).toBe(200)
  return reply.json
}

describe('GET /api/listings', () => {
  test('answers an empty store with an empty last page', async () => {
    const daemon = await startDaemon()
    const reply = await daemon.get('/api/listings')
    expect(reply.text).toBe('{"items":[],"next_cursor":null}')
    expect(reply.headers['link']).toBeUndefined()
  })

  test('gives a listing back with its id, the members that have a value, its time in UTC, and no others', async () => {
    const daemon = await startDaemon()
    const sent = [
      { ...complete, seen_at: '2026-11-01T12:30:00.5+02:30', warranty: { years: 3 }, id: 'mine', import_index: 9 },
      { model: 'RTX_3090', price: 700, score: 0.5, shipping: null, unknown: null },
      { model: 'ARC_A770', price: 0.1, score: 0, currency: 'JPY', nvlink: true },
    ]
    const { import_id, timestamp } = await importOf(daemon, sent)
    const reply = await daemon.get('/api/listings')
    expect(itemsOf(reply)).toStrictEqual([
      {
        id: `${import_id}.0`,
        import_id,
        import_index: 0,
        ...complete,
        seen_at: '2026-11-01T10:00:00.500Z',
        offer_key: 'ServerSupply.com\u001fA-1',
        extra: { warranty: { years: 3 } },
      },
      {
        id: `${import_id}.1`,
        import_id,
        import_index: 1,
        model: 'RTX_3090',
        price: 700,
        score: 0.5,
        currency: 'USD',
        price_usd: 700,
        lot_size: 1,
        seen_at: timestamp,
        extra: { unknown: null },
      },
      {
        id: `${import_id}.2`,
        import_id,
        import_index: 2,
        model: 'ARC_A770',
        price: 0.1,
        score: 0,
        currency: 'JPY',
        lot_size: 1,
        seen_at: timestamp,
        nvlink: true,
      },
    ])
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(reply.headers['cache-control']).toBe('no-store')
  })

  describe('over several imports', () => {
    const daemon = sharedDaemon()
    const imports: Record<string, unknown>[] = []
    /** Id and model of every listing, in import order. */
    const stored: { id: string; model: string; import_id: string }[] = []

    beforeAll(async () => {
      for (const count of [3, 1, 1100, 20]) {
        const models = Array.from({ length: count }, (_, index) => ['RTX_3090', 'H100 80GB & "more" ü>'][index % 2] ?? '')
        const result = await importOf(
          daemon(),
          models.map((model, index) => listing({ model, price: index + 1 })),
        )
        imports.push(result)
        const import_id = String(result['import_id'])
        stored.push(...models.map((model, index) => ({ id: `${import_id}.${index}`, model, import_id })))
      }
    })

    const ids = () => stored.map(({ id }) => id)
    const idsWhere = (isMeant: (listing: (typeof stored)[number]) => boolean) => stored.filter(isMeant).map(({ id }) => id)
    const importId = (index: number) => String(imports[index]?.['import_id'])

    test('gives them in import order, 100 a page unless asked otherwise', async () => {
      const reply = await daemon().get('/api/listings')
      expect(itemsOf(reply).map(({ id }) => id)).toEqual(ids().slice(0, 100))
      expect(reply.json['next_cursor']).toMatch(/^[\w-]+$/)
    })

    for (const limit of [1, 1000]) {
      test(`gives ${limit} a page with limit=${limit}`, async () => {
        const reply = await daemon().get(`/api/listings?limit=${limit}`)
        expect(itemsOf(reply).map(({ id }) => id)).toEqual(ids().slice(0, limit))
      })
    }

    test('gives every listing once and in order, page by page, whatever the size of the pages', async () => {
      for (const limit of [1000, 562, 7]) {
        const pages = await pagesOf(daemon(), `/api/listings?limit=${limit}`)
        expect(idsOf(pages)).toEqual(ids())
        expect(pages).toHaveLength(Math.ceil(ids().length / limit))
      }
    })

    test('takes next_cursor as the parameter cursor, also with another limit', async () => {
      const first = await daemon().get('/api/listings?limit=5')
      const second = await daemon().get(`/api/listings?limit=3&cursor=${first.json['next_cursor']}`)
      expect(itemsOf(second).map(({ id }) => id)).toEqual(ids().slice(5, 8))
    })

    test('links the next page with every filter, and the last page to none', async () => {
      const model = 'H100 80GB & "more" ü>'
      const url = `/api/listings?model=${encodeURIComponent(model)}&import_id=${importId(3)}&limit=5`
      const pages = await pagesOf(daemon(), url)
      expect(idsOf(pages)).toEqual(idsWhere((stored) => stored.import_id === importId(3) && stored.model === model))
      expect(pages.map((page) => page.json['next_cursor'] === null)).toEqual([false, true])
      expect(pages.map((page) => page.headers['link'] === undefined)).toEqual([false, true])
    })

    test('has no empty page behind a last page that is full', async () => {
      const reply = await daemon().get(`/api/listings?import_id=${importId(3)}&limit=20`)
      expect(itemsOf(reply)).toHaveLength(20)
      expect(reply.json['next_cursor']).toBeNull()
      expect(reply.headers['link']).toBeUndefined()
    })

    test('filters by model', async () => {
      const pages = await pagesOf(daemon(), '/api/listings?model=RTX_3090&limit=1000')
      expect(idsOf(pages)).toEqual(idsWhere(({ model }) => model === 'RTX_3090'))
    })

    test('filters by import, of one row or many', async () => {
      for (const index of [0, 1, 2, 3]) {
        const pages = await pagesOf(daemon(), `/api/listings?import_id=${importId(index)}&limit=1000`)
        expect(idsOf(pages)).toEqual(idsWhere(({ import_id }) => import_id === importId(index)))
      }
    })

    test('filters by model and import at once', async () => {
      const pages = await pagesOf(daemon(), `/api/listings?model=RTX_3090&import_id=${importId(0)}`)
      expect(idsOf(pages)).toEqual([`${importId(0)}.0`, `${importId(0)}.2`])
    })

    for (const filter of [
      'model=RTX_9999',
      'model=rtx_3090',
      'model=RTX_309',
      'model=%25',
      'model=%27%20or%201%3D1%20--',
      'import_id=01a205f0-1168-762f-93f0-b841a95a866d',
    ]) {
      test(`answers ${filter}, which nothing has, with an empty last page`, async () => {
        const reply = await daemon().get(`/api/listings?${filter}`)
        expect(reply.text).toBe('{"items":[],"next_cursor":null}')
        expect(reply.headers['link']).toBeUndefined()
      })
    }

    test('answers HEAD as GET, without the page', async () => {
      const { date: _, ...headers } = (await daemon().get('/api/listings?limit=5')).headers
      const head = await daemon().app.inject({ method: 'HEAD', url: '/api/listings?limit=5' })
      expect(head.statusCode).toBe(200)
      expect(head.headers).toMatchObject(headers)
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(['content-length', 'link', 'cache-control']))
      expect(head.body).toBe('')
    })

    const cursorOf = async (query: string) => String((await daemon().get(`/api/listings?${query}`)).json['next_cursor'])
    const base64url = (text: string) => Buffer.from(text).toString('base64url')

    async function expectRefused(query: string, code: string, named: string): Promise<void> {
      const reply = await daemon().get(`/api/listings?${query}`)
      expect(reply.json).toMatchObject({ status: 400, code, instance: '/api/listings' })
      expect(reply.status).toBe(400)
      expect(reply.headers['content-type']).toContain('application/problem+json')
      expect(String(reply.json['detail']).toLowerCase()).toContain(named)
    }

    const refused: [what: string, query: string, code: string, named: string][] = [
      ['an unknown parameter', 'colour=red', 'invalid_query', 'colour'],
      ['a parameter in other case', 'Model=A', 'invalid_query', 'model'],
      ['a number in words', 'min_price=one', 'invalid_query', 'min_price'],
      ['a hexadecimal number', 'max_vram_gb=0x10', 'invalid_query', 'max_vram_gb'],
      ['a negative price', 'max_price=-1', 'invalid_query', 'max_price'],
      ['a condition of its own', 'condition=mint', 'invalid_query', 'condition'],
      ['a sort of its own', 'sort=name', 'invalid_query', 'sort'],
      ['a day that no calendar has', 'after=2026-02-30', 'invalid_query', 'after'],
      ['a time without offset', 'before=2026-11-01T06:00:00', 'invalid_query', 'before'],
      ['a flag in words', 'latest=yes', 'invalid_query', 'latest'],
      ['__proto__', '__proto__=1', 'invalid_query', '__proto__'],
      ['a limit of 0', 'limit=0', 'invalid_query', 'limit'],
      ['a negative limit', 'limit=-1', 'invalid_query', 'limit'],
      ['a limit above 1000', 'limit=1001', 'invalid_query', 'limit'],
      ['a limit in words', 'limit=abc', 'invalid_query', 'limit'],
      ['half a listing', 'limit=1.5', 'invalid_query', 'limit'],
      ['an empty limit', 'limit=', 'invalid_query', 'limit'],
      ['two limits', 'limit=1&limit=2', 'invalid_query', 'limit'],
      ['an import_id that is no UUID', 'import_id=7', 'invalid_query', 'import_id'],
      ['two imports', `import_id=${'0'.repeat(8)}&import_id=7`, 'invalid_query', 'import_id'],
      ['an empty model', 'model=', 'invalid_query', 'model'],
      ['two models', 'model=A&model=B', 'invalid_query', 'model'],
      ['an empty cursor', 'cursor=', 'invalid_query', 'cursor'],
      ['a cursor of 1001 characters', `cursor=${'x'.repeat(1001)}`, 'invalid_query', 'cursor'],
      ['a cursor of no base64', 'cursor=%21%21%21', 'invalid_cursor', 'cursor'],
      ['a cursor of no JSON', `cursor=${base64url('next')}`, 'invalid_cursor', 'cursor'],
      ['a cursor of null', `cursor=${base64url('null')}`, 'invalid_cursor', 'cursor'],
      ['a cursor without members', `cursor=${base64url('{}')}`, 'invalid_cursor', 'cursor'],
    ]
    for (const [what, query, code, named] of refused) {
      test(`refuses ${what} with 400 and its name`, () => expectRefused(query, code, named))
    }

    test('says which parameters there are, and what a limit may be', async () => {
      await expectRefused('colour=red', 'invalid_query', 'model, listing_source, seller')
      await expectRefused('limit=1001', 'invalid_query', '1000')
    })

    test('refuses a cursor that is cut anywhere', async () => {
      const cursor = await cursorOf('limit=1')
      for (const length of [1, Math.floor(cursor.length / 2), cursor.length - 3, cursor.length - 2, cursor.length - 1]) {
        await expectRefused(`cursor=${cursor.slice(0, length)}`, 'invalid_cursor', 'cursor')
      }
    })

    test('refuses a cursor of another version, sort or shape', async () => {
      const cursor = JSON.parse(Buffer.from(await cursorOf('limit=1'), 'base64url').toString())
      const id = importId(0)
      for (const change of [
        { v: 2 },
        { sort: 1 },
        { id },
        { id: `${id}.-1` },
        { id: `${id}.1.5` },
        { id: 0 },
        { filters: 1 },
        { more: 1 },
      ]) {
        await expectRefused(`cursor=${base64url(JSON.stringify({ ...cursor, ...change }))}`, 'invalid_cursor', 'cursor')
      }
    })

    test('refuses a cursor with other filters or another order than it came from', async () => {
      const cursors = {
        '': await cursorOf('limit=1'),
        'sort=-import&': await cursorOf('sort=-import&limit=1'),
        'latest=true&': await cursorOf('latest=true&limit=1'),
        'min_price=1&': await cursorOf('min_price=1&limit=1'),
        'model=RTX_3090&': await cursorOf('model=RTX_3090&limit=1'),
        [`import_id=${importId(2)}&`]: await cursorOf(`import_id=${importId(2)}&limit=1`),
        [`import_id=${importId(3)}&`]: await cursorOf(`import_id=${importId(3)}&limit=1`),
      }
      for (const [filters, cursor] of Object.entries(cursors)) {
        for (const others of Object.keys(cursors)) {
          if (others === filters) itemsOf(await daemon().get(`/api/listings?${others}cursor=${cursor}`))
          else await expectRefused(`${others}cursor=${cursor}`, 'cursor_mismatch', 'cursor')
        }
      }
    })

    test('refuses a cursor of an import that is not in the store', async () => {
      const other = await startDaemon()
      await importOf(other, [listing(), listing()])
      const cursor = (await other.get('/api/listings?limit=1')).json['next_cursor']
      await expectRefused(`cursor=${cursor}`, 'invalid_cursor', 'cursor')
    })

    test('refuses any other text as a cursor with 400', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), async (text) => {
          for (const cursor of [text, base64url(text)]) {
            const reply = await daemon().get(`/api/listings?${new URLSearchParams({ cursor })}`)
            expect(reply.json).toMatchObject({ status: 400, code: expect.stringMatching(/^invalid_(cursor|query)$/) })
          }
        }),
        { numRuns: 100 },
      )
    })
  })

  test('gives each listing once, also while imports arrive between the pages', async () => {
    const daemon = await startDaemon()
    const before = ['A', 'B', 'A', 'A', 'B'].map((model) => listing({ model }))
    const ids: string[] = []
    const importFive = async () => {
      const { import_id } = await importOf(daemon, before)
      ids.push(...before.map((_, index) => `${import_id}.${index}`))
    }
    for (let count = 0; count < 5; count++) await importFive()
    const present = [...ids]
    let arrivals = 0
    const pages = await pagesOf(daemon, '/api/listings?limit=4', async () => {
      if (arrivals++ < 6) await importFive()
    })
    expect(arrivals).toBeGreaterThan(6)
    expect(idsOf(pages).slice(0, present.length)).toEqual(present)
    expect(idsOf(pages)).toEqual(ids)
  })

  test('answers every filter and size of page as a plain list does', async () => {
    const daemon = await startDaemon()
    const model = fc.constantFrom('A', 'a', 'A B', 'Ä', '')
    const stored: { id: string; model: string; import_id: string }[] = []
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('A', 'a', 'A B', 'Ä'), { minLength: 1, maxLength: 12 }),
        model,
        fc.option(fc.nat()),
        fc.integer({ min: 1, max: 20 }),
        async (models, filter, importNumber, limit) => {
          const { import_id } = await importOf(
            daemon,
            models.map((model) => listing({ model })),
          )
          stored.push(...models.map((model, index) => ({ id: `${import_id}.${index}`, model, import_id: String(import_id) })))
          const imports = [...new Set(stored.map(({ import_id }) => import_id))]
          const chosen = importNumber === null ? '' : (imports[importNumber % imports.length] ?? '')
          const expected = stored.filter(
            (listing) => (filter === '' || listing.model === filter) && (chosen === '' || listing.import_id === chosen),
          )
          const parameters = new URLSearchParams({ limit: `${limit}` })
          if (filter !== '') parameters.set('model', filter)
          if (chosen !== '') parameters.set('import_id', chosen)
          const pages = await pagesOf(daemon, `/api/listings?${parameters}`)
          expect(idsOf(pages)).toEqual(expected.map(({ id }) => id))
          expect(pages).toHaveLength(Math.max(1, Math.ceil(expected.length / limit)))
        },
      ),
      { numRuns: 40 },
    )
  })

  test('ends a page of very large listings early, and goes on behind it', async () => {
    const daemon = await startDaemon()
    const notes = Array.from({ length: 40 }, (_, index) => String.fromCodePoint(0x61 + (index % 26)).repeat(600_000))
    const sent = notes.map((note, index) => listing({ model: `M${index}`, note }))
    await importOf(daemon, sent.slice(0, 25))
    await importOf(daemon, sent.slice(25))
    const pages = await pagesOf(daemon, '/api/listings?limit=1000')
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages) expect(page.text.length).toBeLessThan(16 * 1024 * 1024)
    const read = pages.flatMap(itemsOf)
    expect(read.map(({ model }) => model)).toEqual(sent.map(({ model }) => model))
    // Compared one by one, so that a failure does not print 24 MB.
    expect(read.map(({ extra }, index) => (extra as { note: unknown }).note === notes[index])).not.toContain(false)
  })
})

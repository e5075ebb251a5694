import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RawListing } from '../dist/raw-listing.js'
import { INPUT_FORMATS, type RawItem, type ReadOptions, readRawListings, UnreadableInput } from '../dist/read/raw-listings.js'
import { chunksOf } from './chunks.ts'

type Options = ReadOptions & { chunk?: number }

async function* given(body: string | Uint8Array, chunk: number): AsyncGenerator<Uint8Array> {
  yield* chunksOf(body, chunk)
}

/** All items in front of the error, and its words. */
async function attempt(body: string | Uint8Array, { chunk = 1e9, ...options }: Options = {}) {
  const items: RawItem[] = []
  try {
    for await (const batch of readRawListings(given(body, chunk), options)) {
      expect(batch.length).toBeGreaterThan(0)
      items.push(...batch)
    }
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error
    return { items, error: error.message }
  }
  expect(items.map((item) => item.row)).toEqual(items.map((_, index) => index))
  return { items, error: undefined }
}

async function read(body: string | Uint8Array, options?: Options): Promise<RawItem[]> {
  const { items, error } = await attempt(body, options)
  expect(error).toBeUndefined()
  return items
}

const listings = (items: RawItem[]) => items.map((item) => ('listing' in item ? item.listing : item.reason))

describe('the format of raw listings', () => {
  const a = { title: 'a' }
  const b = { title: 'b' }
  const bodies: [what: string, body: string, found: (RawListing | string)[]][] = [
    ['a JSON array', ' [{"name":"a"},{"title":"b"}]', [a, b]],
    ['NDJSON', '{"title":"a"}\n{"name":"b"}\n', [a, b]],
    ['NDJSON of one row', '{"title":"a"}', [a]],
    ['one object over several lines', '{\n "title": "a"\n}\n', [a]],
    ['objects one behind another, as jq prints them', '{\n "title": "a"\n}\n{\n "title": "b"\n}\n', [a, b]],
    ['NDJSON with a broken first line', '{"title"}\n{"title":"b"}\n', ['column 9: expected ":"', b]],
    ['NDJSON with a first line cut off', '{"title":"x",\n{"title":"b"}\n', ['column 14: the line ends inside a value', b]],
    ['CSV', 'title\na\nb\n', [a, b]],
    ['CSV whose first cell is quoted', '"title"\n"a"', [a]],
    ['a Shopify export', '{"products":[{"title":"a","variants":[{}]}]}', [a]],
    ['a Shopify export over lines', '{\n"x":[],"products"\n:\n[{"title":"a","variants":[{}]}], "y":1\n}\n', [a]],
    ['an array of Shopify products', '[{"title":"a","variants":[{},{"title":"16 GB"}]}]', [a, { title: 'a - 16 GB' }]],
  ]

  for (const [what, body, found] of bodies) {
    test(`${what} is told by the content, however it is cut`, async () => {
      for (const mark of ['', '\ufeff']) {
        for (const chunk of [1, 2, 7, 1e9]) expect(listings(await read(mark + body, { chunk }))).toEqual(found)
      }
    })
  }

  test('nothing is no error in any format', async () => {
    for (const format of [undefined, ...INPUT_FORMATS]) {
      for (const body of ['', '\ufeff', ' \r\n']) expect(await read(body, format && { format })).toEqual([])
    }
    for (const body of ['[]', '{"products":[]}', 'title,price\n']) expect(await read(body)).toEqual([])
  })

  test('a format that is given is kept to', async () => {
    const product = '[{"title":"a","variants":[{}]}]'
    expect(listings(await read(product, { format: 'json' }))).toEqual([{ title: 'a', extra: { variants: '[{}]' } }])
    expect(listings(await read(product, { format: 'shopify' }))).toEqual([a])
    expect(listings(await read('[{"title":"a"}]', { format: 'shopify' }))).toEqual(['product 0: no variants'])
    expect(listings(await read('{title}\n{x}', { format: 'csv' }))).toEqual([{ title: '{x}' }])
    expect((await attempt('{"title":"a"}', { format: 'json' })).error).toBe('expected a JSON array, found another value')
    expect((await attempt('{"title":"a"}', { format: 'shopify' })).error).toMatch(/expected an array "products"$/)
    expect(listings(await read('["a"]', { format: 'ndjson' }))).toEqual(['not an object'])
  })

  test('a first line beyond the size of a row is unreadable by itself in NDJSON', async () => {
    const body = `{"title":"${'x'.repeat(300)}"}\n{"title":"b"}\n`
    for (const chunk of [1, 50, 1e9]) {
      expect(listings(await read(body, { chunk, max_row_bytes: 100 }))).toEqual(['a row has at most 100 bytes', b])
    }
  })

  test('the bytes that are read are told', async () => {
    let bytes = 0
    await read('title\na\n', { chunk: 3, onBytes: (n) => (bytes += n) })
    expect(bytes).toBe(8)
  })
})

describe('raw listings', () => {
  test('have the line in formats of lines, and only there', async () => {
    expect(await read('title,a\n\n"x\ny",\n,1\nz\n')).toEqual([
      { row: 0, line: 3, listing: { title: 'x\ny' } },
      { row: 1, line: 5, reason: 'no title' },
      { row: 2, line: 6, listing: { title: 'z' } },
    ])
    expect(await read('{"title":"a"}\n\n[]\n')).toEqual([
      { row: 0, line: 1, listing: { title: 'a' } },
      { row: 1, line: 3, reason: 'not an object' },
    ])
    expect(await read('\n{\n"title":"a"}\n\n{}')).toEqual([
      { row: 0, line: 2, listing: { title: 'a' } },
      { row: 1, line: 5, reason: 'no title' },
    ])
    expect(await read('[null,{"title":"a"},"x",[],{"title":" "}]')).toEqual([
      { row: 0, reason: 'not an object' },
      { row: 1, listing: { title: 'a' } },
      { row: 2, reason: 'not an object' },
      { row: 3, reason: 'not an object' },
      { row: 4, reason: 'no title' },
    ])
  })

  test('hold no U+0000 and no half of a surrogate pair', async () => {
    const rows = [
      '{"title":"\\u0000"}',
      '{"title":"t","\\ud83d":"x"}',
      '{"title":"t","url":"\\udc00"}',
      '{"title":"\\ud83d\\ude00"}',
    ]
    const found = ['holds U+0000', 'holds half of a surrogate pair', 'holds half of a surrogate pair', { title: '😀' }]
    expect(listings(await read(`[${rows}]`))).toEqual(found)
    expect(listings(await read(rows.join('\n')))).toEqual(found)
    expect(listings(await read('title,a\nt,\u0000\nu,'))).toEqual(['holds U+0000', { title: 'u' }])
    expect((await attempt('title,\u0000\nt,')).error).toBe('line 1, the header: holds U+0000')
  })

  test('are of the source ebay where the address says so and nothing else does', async () => {
    const source = async (source_url: string, listing_source?: string) => {
      const [item] = await read(JSON.stringify([{ title: 't', link: source_url, source: listing_source }]))
      return item && 'listing' in item ? item.listing.listing_source : undefined
    }
    for (const url of [
      'https://www.ebay.com/itm/1',
      'http://EBAY.co.uk',
      'https://ebay.de?x',
      'https://www.ebay.com.au:443/itm/1',
    ]) {
      expect(await source(url), url).toBe('ebay')
    }
    for (const url of [
      'https://notebay.com/',
      'https://x.example/ebay.com/',
      'https://ebay.com.evil.example/',
      'ebay.com',
      'https://ebay.com@x.example/',
    ]) {
      expect(await source(url), url).toBeUndefined()
    }
    expect(await source('https://www.ebay.com/itm/1', 'shop')).toBe('shop')
    expect(listings(await read('title,url\nt,https://www.ebay.fr/itm/1'))).toEqual([
      { title: 't', source_url: 'https://www.ebay.fr/itm/1', listing_source: 'ebay' },
    ])
  })

  test('come in front of the place where JSON cannot be read on, all of them, and the error names it', async () => {
    const bodies: [body: string, rows: number, error: string][] = [
      ['[{"title":"a"},\n{"title":"b"},\n {"title":c}]', 2, 'line 3, column 11: expected a value'],
      ['[{"title":"a"},{"title":"b"}', 2, 'line 1, column 29: the body ends inside the array'],
      ['[{"title":"a"},{"title":"b"', 1, 'line 1, column 28: the body ends inside the array'],
      ['[{"title":"ä"}] x', 1, 'line 1, column 17: expected nothing behind the array'],
      ['{\n"title":"a"}\n{"title":"b"}{]', 2, 'line 3, column 15: expected a member name in double quotes or "}"'],
      ['{\n"title":"a"}\n{"title":', 1, 'line 3, column 10: the body ends inside a value'],
      ['{"products":[{"title":"a","variants":[{}]},{"title"]}', 1, 'line 1, column 52: expected ":"'],
      ['{"products":[{"title":"a","variants":[{}]},{"title"', 1, 'line 1, column 52: the body ends inside the array'],
      ['{"products":[{"title":"a","variants":[{}]}],\n"x":}', 1, 'line 2, column 5: expected a value'],
      ['{"products":[{"title":"a","variants":[{}]}]', 1, 'line 1, column 44: the body ends inside a value'],
      ['{"products":[{"title":"a","variants":[{}]}]}{', 1, 'line 1, column 45: expected nothing behind the value'],
      ['{"products":[{"title":"a","variants":[{}]}],"products":[]}', 1, 'line 1, column 56: expected one array "products"'],
    ]
    for (const mark of ['', '\ufeff']) {
      for (const [body, rows, error] of bodies) {
        for (const chunk of [1, 5, 1e9]) {
          const found = await attempt(mark + body, { chunk })
          expect({ body, rows: found.items.length, error: found.error }).toEqual({ body, rows, error })
        }
      }
    }
  })

  test('come as far as they are complete where the body is cut off, wherever that is', async () => {
    const rows = ['{"title":"a","variants":[{}]}', '{"title":"é","variants":[{}]}', '{"title":"],}","variants":[{}]}']
    for (const before of ['[', '{"x":[{}],"products":[']) {
      const body = Buffer.from(before + rows.join(', '))
      const ends = rows.map((_, index) => Buffer.byteLength(before + rows.slice(0, index + 1).join(', ')))
      for (let at = before.length; at <= body.length; at++) {
        for (const chunk of [1, 1e9]) {
          const { items, error } = await attempt(body.subarray(0, at), { chunk })
          expect(items).toHaveLength(ends.filter((end) => end <= at).length)
          expect(error).toMatch(/^line 1, column \d+: the body ends inside the array$/)
        }
      }
    }
  })

  test('an error far into a large body has its exact place', async () => {
    const row = `{"title":"${'é'.repeat(50)}"},`
    const count = 20_000
    const oneLine = await attempt(`[${row.repeat(count)}x]`, { max_row_bytes: 1000 })
    expect(oneLine).toMatchObject({ error: `line 1, column ${2 + row.length * count}: expected a value` })
    expect(oneLine.items).toHaveLength(count)
    const lines = await attempt(`[${`${row}\n`.repeat(count)}x]`, { max_row_bytes: 1000, chunk: 1000 })
    expect(lines).toMatchObject({ error: `line ${count + 1}, column 1: expected a value` })
    expect(lines.items).toHaveLength(count)
  })

  test('a CSV header that cannot be read is an error of the whole file', async () => {
    expect((await attempt('a,b\n1,2')).error).toMatch(/^line 1, the header: no column for the title: .* found "a", "b"$/)
    expect((await attempt(Buffer.from([0xff, 0xfe, 0x74, 0x00]))).error).toBe('line 1, the header: not valid UTF-8')
    expect((await attempt('"title\nx')).error).toBe('line 1, the header: a quote that opens on line 1 is not closed')
    for (const body of ['title\rRTX 3090\r', 'title,price\rRTX 3090,$700\r']) {
      expect((await attempt(body)).error).toBe('line 1, the header: the lines end with CR alone; write them with LF or CRLF')
    }
    expect((await attempt(Buffer.from([0xef, 0xbb]))).error).toBe('line 1, the header: not valid UTF-8')
  })

  test('a CSV header may have names of several lines, which end like its rows', async () => {
    const body = '"Item\r\ntitle","Price\r\n(EUR)","Note\nof ours"\r\nRTX 3090,700,x\r\n'
    const listing = { title: 'RTX 3090', price_text: '700', currency: 'EUR', extra: { 'Note\nof ours': 'x' } }
    for (const chunk of [1, 1e9]) expect(listings(await read(body, { chunk }))).toEqual([listing])
  })

  test('are one for each variant of a Shopify product', async () => {
    const variant = {
      id: 51,
      title: 'Default Title',
      price: '99.90',
      available: true,
      sku: 'S1',
      compare_at_price: null,
      grams: 5,
    }
    const product = {
      title: 'Card',
      handle: 'card',
      vendor: 'Maker',
      product_type: 'GPU',
      tags: ['x'],
      body_html: '<p>',
      images: [{}],
    }
    const rows = [
      { ...product, variants: [variant, { ...variant, id: 52, title: '16 GB', available: false, price: 120 }] },
      { ...product, variants: [] },
      { ...product, title: '', variants: [variant] },
      { title: 'Card', online_store_url: 'https://shop.example/card', variants: [variant, null] },
    ]
    const extra = { handle: 'card', vendor: 'Maker', product_type: 'GPU', sku: 'S1' }
    const listing = { title: 'Card', price_text: '99.90', quantity_text: 'Available', listing_id: '51' }
    const found = [
      { ...listing, extra },
      { title: 'Card - 16 GB', price_text: '120', quantity_text: 'Unavailable', listing_id: '52', extra },
      'product 1: no variants',
      'product 2: no title',
      { ...listing, source_url: 'https://shop.example/card', extra: { sku: 'S1' } },
      'product 3: not an object',
    ]
    for (const chunk of [1, 100, 1e9]) {
      expect(listings(await read(JSON.stringify({ shop: { products: [1] }, products: rows, n: 1 }), { chunk }))).toEqual(found)
    }
  })

  test('are the same from CSV, NDJSON and a JSON array', async () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...'",\r\n a'), fc.string({ unit: 'grapheme', maxLength: 1 })),
      maxLength: 8,
    })
    const cell = fc.option(text.filter((value) => !value.includes('\u0000')))
    const names = ['Title', 'Price_USD', 'currency', 'Zustand', 'qty', 'link', 'Note', 'vendor', 'model']
    const row = fc.tuple(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), ...names.slice(1).map(() => cell))
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 200 }), async (rows, chunk) => {
        const objects = rows.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index]])))
        const csv = [names, ...rows].map((cells) =>
          cells.map((value) => (value == null ? '' : `"${value.replaceAll('"', '""')}"`)),
        )
        const [fromCsv, fromLines, fromArray] = await Promise.all([
          read(csv.join('\n'), { chunk }),
          read(objects.map((object) => JSON.stringify(object)).join('\n'), { chunk }),
          read(JSON.stringify(objects), { chunk }),
        ])
        expect(listings(fromLines)).toEqual(listings(fromCsv))
        expect(listings(fromArray)).toEqual(listings(fromCsv))
        expect(fromCsv).toHaveLength(rows.length)
      }),
    )
  })
})

const SHARED = new URL('../../../../shared/data/', import.meta.url)

describe.skipIf(!existsSync(SHARED))('real files', () => {
  const counts: [file: string, rows: number][] = [
    ['shop-listings.csv', 4304],
    ['ebay-listings.json', 110],
    ['market-research.csv', 86],
    ['shopify-products.json', 11],
  ]
  test.each(counts)('%s has %d raw listings', async (file, rows) => {
    const items = await read(readFileSync(new URL(file, SHARED)), { chunk: 10_000 })
    expect(items).toHaveLength(rows)
    for (const item of items) expect('listing' in item && item.listing.price_text).toBeTruthy()
    if (file.startsWith('ebay')) for (const item of items) expect(item).toMatchObject({ listing: { listing_source: 'ebay' } })
  })
})

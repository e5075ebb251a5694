import fc from 'fast-check'
import { visible } from 'glyphsieve'
import { describe, expect, test } from 'vitest'
import { link, md, table } from '../dist/answers/markdown.js'
import { reportMarkdown } from '../dist/answers/report-markdown.js'
import type { Report } from '../dist/contract/report.js'
import { type Daemon, sharedDaemon, startDaemon } from './daemon.ts'
import { runProgram } from './process.ts'

/** Where no backslash takes the meaning of what follows away. */
const PLAIN = String.raw`(?<!(?<!\\)(?:\\\\)*\\)`
const LINK = new RegExp(String.raw`${PLAIN}\]\(([^)]*)\)`, 'g')
const BETWEEN_CELLS = new RegExp(String.raw` ${PLAIN}\| `)

const MARKDOWN = { accept: 'text/markdown' }
const HOUR_MS = 3_600_000

const hoursAgo = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString()

async function reportOf(daemon: Daemon, query = ''): Promise<Report> {
  const { status, text } = await daemon.get(`/api/report${query}`)
  expect(status).toBe(200)
  return JSON.parse(text)
}

const HOSTILE = [
  '<script>alert(1)</script> | RTX 3090 | \\',
  '[cheap](javascript:alert(1)) ![x](https://e.example/x.png)',
  'RTX 3090\n\n# Heading\r\n| a | b |\u2028\u202e\u001b[31m',
  '`code` ``` **bold** _under_ ~~gone~~ $x$ &lt;b&gt; &#124;',
  'https://e.example/ www.e.example ftp://e.example a@e.example <https://e.example>',
]

/** The cells of the rows of every table on a page, the rule below the header left out. */
function tablesOf(page: string): string[][][] {
  const blocks = page.split(/\n{2,}/).filter((block) => block.startsWith('|'))
  return blocks.map((block) => {
    const [header = '', _rule, ...rows] = block.trimEnd().split('\n')
    return [header, ...rows].map((row) => {
      expect(row).toMatch(/^\| .* \|$/)
      return row.slice(2, -2).split(BETWEEN_CELLS)
    })
  })
}

/** Holds a page against what no text of a stranger may do to it. */
function expectHarmless(page: string): void {
  expect(page).not.toMatch(/</)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/)
  for (const [, address] of page.matchAll(LINK)) expect(address).toMatch(/^https?:\/\/[^\s<>()[\]|`]*$/)
  // Nothing that a reader of markdown makes a link of by itself, outside of links.
  expect(page.replace(LINK, '')).not.toMatch(/:\/\/|www\.|[\w.+-]@[\w-]/i)
  for (const [header = [], ...rows] of tablesOf(page)) for (const row of rows) expect(row).toHaveLength(header.length)
}

/** The text that a cell shows. */
function shownBy(source: string): string {
  return source
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\\u\{(3a|40|2e)\}/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
}

describe('markdown', () => {
  const piece = fc.oneof(
    fc.constantFrom('|', '\\', '`', '*', '_', '__', '~~', '[', '](', ')', '<b>', '&lt;', '&', '$', '\n', '\u202e', '\u001b['),
    fc.constantFrom('://', 'http://', 'www.e.example', 'a@e.example', 'javascript:', 'RTX_3090', ' ', '# '),
    fc.string({ maxLength: 3, unit: 'binary' }),
  )
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))

  test('shows any text as itself, in one cell, without a link', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const page = table(
          [{ one, other }],
          [
            { name: 'one', cell: (row) => md`a ${row.one} b` },
            { name: 'other', cell: (row) => link(md`${row.other}.`, 'https://e.example/') },
          ],
        ).source
        expectHarmless(page)
        const [cell = '', linked = ''] = tablesOf(page)[0]?.[1] ?? []
        expect(shownBy(cell).trimEnd()).toBe(visible(`a ${one} b`))
        expect(shownBy(linked).trimEnd()).toBe(`[${visible(other)}.](https://e.example/)`)
      }),
    )
  })

  test.each([
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['ftp://e.example/', undefined],
    ['https://user:password@e.example/', undefined],
    ['https://[::1]/', undefined],
    ['no address', undefined],
    [undefined, undefined],
    [
      'HTTPS://E.example/a b?q=(x)|[y]<z>`\'"&lt;&a=1#é',
      'https://e.example/a%20b?q=%28x%29%7C%5By%5D%3Cz%3E%60%27%22&amp;lt;&a=1#%C3%A9',
    ],
  ])('links %s only as a web address', (address, href) => {
    expect(link('text', address).source).toBe(href === undefined ? 'text' : `[text](${href})`)
  })

  test('leaves out columns in which no row has anything', () => {
    const rows = [
      { a: 1, b: undefined },
      { a: 20, b: undefined },
    ]
    const columns = [
      { name: 'a', align: 'right' as const, cell: ({ a }: { a: number }) => a },
      { name: 'b', cell: ({ b }: { b: undefined }) => b },
    ]
    expect(table(rows, columns).source).toBe('|   a |\n| --: |\n|   1 |\n|  20 |')
  })
})

describe('GET /api/report', () => {
  /** Two crawls of a small market, with all that one can be full of. */
  async function smallMarket(): Promise<Daemon> {
    const daemon = await startDaemon()
    const offer = (number: number, members: object = {}) => ({
      ...{ model: 'RTX_3090', vram_gb: 24, condition: 'used', price: 700 + 10 * number, score: 0.5 - number / 100 },
      ...{ listing_source: 'shop.example', listing_id: `${number}`, seller: HOSTILE[number % 5] },
      ...{ title: HOSTILE[(number + 1) % 5], source_url: `https://shop.example/${number}?a=|)`, seen_at: hoursAgo(30) },
      pipeline_version: 'glyphsieve 0.1.0; catalog 2026-11; score 1',
      ...members,
    })
    const crawl = (seen_at: string, members: object = {}) => [0, 1, 2, 3, 4].map((n) => offer(n, { seen_at, ...members }))
    const scam = offer(5, { price: 70, score: 0.9, seller: 'scam' })
    const thin = offer(6, { model: 'X|<b>', vram_gb: undefined, currency: 'EUR', price: 300, seen_at: hoursAgo(40) })
    await daemon.post([...crawl(hoursAgo(48)), scam, thin])
    const later = crawl(hoursAgo(2)).map((one, n) => ({ ...one, price: one.price - (n === 3 ? 73 : 0) }))
    await daemon.post(
      [...later.slice(0, 4), { ...offer(7), price: '<b>|', pipeline_version: 'score 2' }, { ...offer(8), score: null }],
      {
        prefer: 'handling=lenient',
      },
    )
    const { json } = await daemon.post([offer(9, { score: 0.99 })])
    await daemon.send({ method: 'DELETE', url: `/api/persist/imports/${json['import_id']}` })
    return daemon
  }

  test('tells the market as it stands, in JSON and as a page of the same', async () => {
    const daemon = await smallMarket()
    const report = await reportOf(daemon)
    expect(report.counts).toEqual({ listings: 11, current_offers: 7, ranked_offers: 6, models: 2, sources: 1 })
    expect(report.best_value).toMatchObject({ score_version: 'score 1', offer_count: 6, left_out: { suspect: 1 } })
    expect(report.best_value.items.map(({ score }) => score)).toEqual([0.5, 0.49, 0.48, 0.47, 0.46, 0.44])
    expect(report.best_value.items[0]).toMatchObject({ title: HOSTILE[1], seller: HOSTILE[0], price_to_fair: 700 / 710 })
    expect(report.below_fair_price.items.map(({ price }) => price)).toEqual([657, 700])
    expect(report.biggest_moves.items).toMatchObject([{ price_before: 730, price: 657, change_pct: expect.closeTo(-10, 9) }])
    expect(report.thin_markets.items).toMatchObject([{ model: 'X|<b>', offer_count: 1, withheld: { n: 1 } }])
    expect(report.last_imports.map(({ record_count, rejected_count }) => [record_count, rejected_count])).toEqual([
      ...[
        [1, 0],
        [4, 2],
        [7, 0],
      ],
    ])
    expect(report.last_imports[0]?.undone_at).toBeDefined()
    expect(report.refused).toMatchObject({ import_count: 1, rejected_count: 2, counted_rows: 2 })
    expect(report.refused.reasons).toEqual([
      { code: 'required', rows: 1, example: 'score: is required' },
      { code: 'type', rows: 1, example: 'price: expected a number, found a string' },
    ])
    expect(report.versions.pipelines).toMatchObject([{ offer_count: 7 }])

    const page = await daemon.get('/api/report', MARKDOWN)
    expect(page.headers['content-type']).toBe('text/markdown; charset=utf-8')
    expect(page.headers['cache-control']).toBe('no-store')
    const withoutTime = (text: string) => text.split('\n').slice(1)
    expect(withoutTime(page.text)).toEqual(withoutTime(reportMarkdown(report)))
    expectHarmless(page.text)
    expect(page.text).toContain('# Best value')
    expect(page.text).toContain('Left out: 1 suspect.')

    const few = await reportOf(daemon, '?limit=1&include=all')
    expect(few.best_value.items).toMatchObject([{ price: 70, marks: ['suspect'] }])
    expect([few.last_imports, few.below_fair_price.items].map(({ length }) => length)).toEqual([1, 1])
    expect(few.below_fair_price.offer_count).toBe(3)
    const shown = await daemon.get('/api/report?limit=1&include=all', MARKDOWN)
    expectHarmless(shown.text)
    expect(shown.text).toMatch(/\| suspect +\|/)
    expect(shown.text).toContain('And 6 more.')
  })

  test('sees what was stored and undone since it was asked last', async () => {
    const daemon = await startDaemon()
    const one = { model: 'P40', price: 300, score: 0.4, listing_source: 'a', listing_id: '1', pipeline_version: 'x; score 1' }
    await daemon.post([{ ...one, seen_at: hoursAgo(3) }])
    expect((await reportOf(daemon)).biggest_moves.items).toEqual([])
    const { json } = await daemon.post([{ ...one, price: 270, pipeline_version: 'x; score 2', seen_at: hoursAgo(2) }])
    const changed = await reportOf(daemon)
    expect(changed.biggest_moves.items).toMatchObject([{ price_before: 300, price: 270 }])
    expect(changed.best_value.score_version).toBe('score 2')
    await daemon.send({ method: 'DELETE', url: `/api/persist/imports/${json['import_id']}` })
    const before = await reportOf(daemon)
    expect(before.biggest_moves.items).toEqual([])
    expect(before.best_value).toMatchObject({ score_version: 'score 1', items: [{ price: 300 }] })
  })

  test('says what to do where there is nothing, instead of empty tables', async () => {
    const daemon = await startDaemon()
    const empty = await daemon.get('/api/report', MARKDOWN)
    expect(empty.text).toContain('Nothing is stored yet.')
    expect(empty.text).toContain('`glyphd import listings.ndjson`')
    expect(tablesOf(empty.text)).toEqual([])
    expect((await reportOf(daemon)).counts).toMatchObject({ listings: 0, current_offers: 0 })

    const { json } = await daemon.post([{ model: 'P40', price: 300, score: 0.4, seen_at: hoursAgo(24 * 40) }])
    const old = await daemon.get('/api/report', MARKDOWN)
    expect(old.text).toContain('No offer stands now')
    expect(tablesOf(old.text)).toHaveLength(1) // the imports
    await daemon.send({ method: 'DELETE', url: `/api/persist/imports/${json['import_id']}` })
    expect((await daemon.get('/api/report', MARKDOWN)).text).toContain('every import was undone')
  })

  const daemon = sharedDaemon()
  test.each([
    ['/api/report?limit=0', {}, 400],
    ['/api/report?limit=101', {}, 400],
    ['/api/report?include=some', {}, 400],
    ['/api/report?model=P40', {}, 400],
    ['/api/report', { accept: 'text/html' }, 406],
  ])('refuses %s with %j', async (url, headers, status) => {
    expect(await daemon().get(url, headers)).toMatchObject({ status })
  })

  test('glyphd report prints the page, or with --json the answer', async () => {
    const daemon = await smallMarket()
    const url = await daemon.app.listen({ host: '127.0.0.1', port: 0 })
    const { code, stdout, stderr } = await runProgram(['report', '--limit', '2', '--include-all', '--url', url])
    expect(stderr).toBe('')
    expect(stdout.split('\n').slice(1)).toEqual(
      reportMarkdown(await reportOf(daemon, '?limit=2&include=all'))
        .split('\n')
        .slice(1),
    )
    expect(code).toBe(0)
    const json = await runProgram(['report', '--json', '--url', url])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(json.stdout.trimEnd()).not.toMatch(/[\u0000-\u001f\u202e]/)
    expect(JSON.parse(json.stdout)).toEqual({ ...(await reportOf(daemon)), generated_at: expect.any(String) })
    const refused = await runProgram(['report', '--limit', '101', '--url', url])
    expect(refused.stderr).toContain('400 invalid_query')
    expect(refused.code).toBe(1)
  })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FitListing, fit, fitAnswer, fitPositions } from '../dist/answers/fit.js'
import { shoppingList } from '../dist/commands/shopping-list.js'
import type { FitAnswer, FitParameters } from '../dist/contract/fit.js'
import type { ModelDetail } from '../dist/contract/market.js'
import { asked, judged } from './fit-offers.ts'
import { runProgram } from './process.ts'

/** A daemon that answers each path, without its query, with an object; any other as one does that knows no such thing. */
async function fakeDaemon(answers: Record<string, object>): Promise<{ url: string; asked: string[] }> {
  const paths: string[] = []
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    paths.push(request.url ?? '')
    const answer = answers[path]
    const problem = { status: 404, code: 'not_found', detail: 'Nothing is here', instance: path }
    response.writeHead(answer ? 200 : 404, { 'content-type': answer ? 'application/json' : 'application/problem+json' })
    response.end(JSON.stringify(answer ?? problem))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: paths }
}

const ID = '019a0000-0000-7000-8000-000000000001.3'
const LISTING = {
  id: ID,
  title: 'MSI GeForce RTX 3090',
  source_url: 'https://shop.example/3',
  seller: 'alice',
  listing_source: 'shop.example',
  condition: 'used',
} as const
const answered = (parameters: Partial<FitParameters> = {}, listing: FitListing = LISTING): FitAnswer => {
  const offers = [
    judged({ shipping_usd: 12.5 }, { price_to_fair: 0.925 }),
    judged({ price: 710, lot_size: 2 }),
    judged({ model: 'V100_SXM2_32GB', vram_gb: 32, price: 650, quantity: 9 }, { unranked: ['low_match'] }),
    judged({ price_usd: null }),
  ]
  const found = fit(asked({ workload: 'llama-3.3-70b', ...parameters }), offers)
  return fitAnswer(found, new Map(fitPositions(found).map((position) => [position, listing])))
}

describe('glyphd fit', () => {
  test('prints a shopping list on stdout, and what it leaves out on stderr', async () => {
    const daemon = await fakeDaemon({ '/api/fit': { ...answered(), of_a_newer_daemon: true } })
    const { code, stdout, stderr } = await runProgram(['fit', 'llama-3.3-70b', '--context', '8k', '--url', daemon.url])
    expect(daemon.asked).toEqual(['/api/fit?workload=llama-3.3-70b&context=8192&format=Q4_K_M&limit=5'])
    expect(stdout).toBe(`llama-3.3-70b in Q4_K_M with 8,192 tokens needs 42.4 GiB: 39.9 weights, 2.5 KV cache

1. 2 x RTX_3090 24 GB: 1,420.00 USD, 700 W
   12 to 17 tokens/s, tensor parallel 21 to 33 (estimate)
   2 GPUs, each with 40 layers: 19.9 weights + 1.3 KV cache + 1.5 overhead, 1.3 GiB free
   - 2 for 1,420.00, 710.00 each, sold by 2, used, alice at shop.example
     MSI GeForce RTX 3090
     https://shop.example/3
`)
    expect(stderr).toBe('offers left out: 1 low_match, 1 no_price_usd\n')
    expect(code).toBe(0)
  })

  test('hands every option on, so that the daemon judges them', async () => {
    const daemon = await fakeDaemon({ '/api/fit': answered() })
    const flags = [
      ...['--params-b', '12.5', '--active-params-b', '.5', '--layers', '40', '--kv-heads', '8', '--head-dim', '128'],
      ...['--context', '128K', '--format', 'AWQ', '--min-tps', '20', '--max-cards', '16', '--max-price', '2000'],
      ...['--max-watts', '900', '--limit', '3', '--include-all', '--json', '--url', daemon.url],
    ]
    const { stdout, code } = await runProgram(['fit', ...flags])
    expect(Object.fromEntries(new URL(daemon.asked[0] ?? '', daemon.url).searchParams)).toEqual({
      ...{ params_b: '12.5', active_params_b: '0.5', layers: '40', kv_heads: '8', head_dim: '128', context: '131072' },
      ...{ format: 'AWQ', min_tps: '20', max_cards: '16', max_price: '2000', max_watts: '900', limit: '3', include: 'all' },
    })
    expect(JSON.parse(stdout)).toEqual(answered())
    expect(code).toBe(0)
  })

  test('says what came nearest where there is nothing to buy', async () => {
    const daemon = await fakeDaemon({ '/api/fit': answered({ max_price: 500 }) })
    const { code, stderr } = await runProgram(['fit', 'llama-3.3-70b', '--max-price', '500', '--url', daemon.url])
    expect(stderr).toBe(
      'nothing to buy: of 2 offers none make a set\n' +
        'nearest: 2 RTX_3090 (24 GB) would do for 1,420 USD; max_price is 500\n' +
        'cards that make no set: 1 price\n' +
        'offers left out: 1 low_match, 1 no_price_usd\n',
    )
    expect(code).toBe(0)
  })

  test('lists the workloads without a daemon', async () => {
    const { code, stdout } = await runProgram(['fit', '--list'])
    expect(stdout).toMatch(/^name +params_b +active_params_b +layers +kv_heads +head_dim +max_context\n/)
    expect(stdout).toMatch(/^llama-3.3-70b +70.6 +70.6 +80 +8 +128 +131072$/m)
    expect(code).toBe(0)
    const json = await runProgram(['fit', '--list', '--json'])
    expect(JSON.parse(json.stdout.split('\n')[0] ?? '')).toHaveProperty('source')
  })

  const wrong: string[][] = [
    ['--context', '8kb'],
    ['--context', '0'],
    ['--min-tps', '0'],
    ['--max-price', '-1'],
    ['--max-watts', '1e3'],
    ['--format', 'Q3'],
  ]
  test.each(wrong)('refuses %s %s before it asks', async (...flags) => {
    const { code, stderr } = await runProgram(['fit', 'phi-4', ...flags, '--url', 'http://127.0.0.1:1'])
    expect(stderr).toContain(`error: option '${flags[0]}`)
    expect(code).toBe(2)
  })

  test('says so where the answer is no answer', async () => {
    const daemon = await fakeDaemon({ '/api/fit': { sets: 'all' } })
    const { code, stderr } = await runProgram(['fit', 'phi-4', '--url', daemon.url])
    expect(stderr).toBe(`glyphd: ${daemon.url} answered, but not as this glyphd expects: is it one of another version?\n`)
    expect(code).toBe(1)
  })
})

describe('the shopping list', () => {
  test('stays within 100 columns but for addresses, and shows no control characters, whatever listings say', () => {
    const text = shoppingList(
      answered(
        { include: 'all', max_cards: 16, workload: 'gpt-oss-120b', format: 'FP16' },
        {
          ...LISTING,
          title: `\u001b[31m${'很长的标题'.repeat(30)}\u202e`,
          seller: 'x'.repeat(200),
          listing_source: 'a market with a name of many words '.repeat(5),
        },
      ),
    )
    const wide = (line: string) => [...line].reduce((sum, character) => sum + (character > '\u2e80' ? 2 : 1), 0)
    const lines = text.split('\n')
    expect(lines.some((line) => line.includes('很长'))).toBe(true)
    for (const line of lines.filter((line) => !line.includes('https:'))) expect(wide(line)).toBeLessThanOrEqual(101)
    expect(text).toContain('\\u{1b}[31m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    expect(text).toContain('plugs into sxm2')
    expect(text).toContain('low_match')
  })

  test('names the listing of an offer without an address', () => {
    expect(shoppingList(answered({}, { id: ID }))).toContain(`seller not named\n     listing ${ID}\n`)
  })
})

const group = {
  model: 'RTX_4090',
  condition_class: 'used',
  currency: 'USD',
  modified: false,
  offer_count: 9,
  sold_out_count: 0,
} as const
const DETAIL: ModelDetail = {
  model: 'RTX_4090',
  catalog: { vendor: 'nvidia', vram_gb: [24] },
  buy_below_usd: 831.4,
  offer_count: 12,
  ranked_count: 9,
  groups: [
    {
      ...group,
      vram_gb: 24,
      suspect_count: 1,
      fair_price: { n: 8, median: 1600, p25: 1500, p75: 1750, low: 1400, high: 1900 },
    },
    { ...group, offer_count: 3, vram_gb: 48, modified: true, suspect_count: 0, withheld: { n: 2, low: 2500, high: 2700 } },
  ],
  variants: [],
  sources: [],
}

describe('glyphd worth', () => {
  test('prints the price below which a card is worth its money, and the fair prices now', async () => {
    const daemon = await fakeDaemon({ '/api/models/RTX_4090': DETAIL })
    const { code, stdout } = await runProgram(['worth', 'RTX_4090', '--url', daemon.url])
    expect(stdout).toBe(`RTX_4090: buy below 831.40 USD with shipping; there the score is 0.5

memory_gb  condition  currency  offers  fair      p25       p75       remark
       24  used       USD            9  1,600.00  1,500.00  1,750.00  1 suspect
       48  used       USD            3  -         -         -         modified, too few to say: 2, 2,500.00 to 2,700.00
`)
    expect(code).toBe(0)
    const json = await runProgram(['worth', 'RTX_4090', '--json', '--url', daemon.url])
    expect(JSON.parse(json.stdout)).toEqual(DETAIL)
  })

  const { buy_below_usd: _, catalog, ...without } = DETAIL
  const words: [detail: Omit<ModelDetail, 'groups'>, words: string][] = [
    [{ ...without, catalog: { vendor: 'nvidia', vram_gb: [1] }, not_worth_having: true }, 'not worth having at any price'],
    [{ ...without, catalog: { vendor: 'nvidia', vram_gb: [1] } }, 'the catalog does not know a spec that the score needs'],
    [without, 'the catalog does not know it'],
  ]
  test.each(words)('says why there is no such price: %#', async (detail, expected) => {
    expect(catalog).toBeDefined()
    const daemon = await fakeDaemon({ '/api/models/RTX_4090': { ...detail, groups: [] } })
    const { stdout } = await runProgram(['worth', 'RTX_4090', '--url', daemon.url])
    expect(stdout).toContain(`RTX_4090: ${expected}`)
    expect(stdout).toContain('\nnothing is offered now\n')
  })

  test('tries a name as it is typed, and then as the catalog would have it', async () => {
    const daemon = await fakeDaemon({ '/api/models/RTX_4090': DETAIL })
    const { code } = await runProgram(['worth', 'rtx 4090', '--url', daemon.url])
    expect(daemon.asked).toEqual(['/api/models/rtx%204090', '/api/models/RTX_4090'])
    expect(code).toBe(0)
  })

  test('names the nearest models for one that there is not', async () => {
    const daemon = await fakeDaemon({})
    const near = await runProgram(['worth', 'RTX_4O90', '--url', daemon.url])
    expect(near.stderr).toMatch(/^glyphd: there is no model RTX_4O90: did you mean RTX_4090 or /)
    expect(near.code).toBe(1)
    const none = await runProgram(['worth', '\u001b[2J mainboard of no use', '--url', daemon.url])
    expect(none.stderr).toBe('glyphd: there is no model \\u{1b}[2J mainboard of no use: glyphsieve catalog lists the models\n')
  })
})

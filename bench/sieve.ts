/**
 * What glyphsieve costs, stage by stage, against reading CSV and writing JSON alone: `npm run bench -- sieve`. Listings are
 * simulated; docs/performance.md says how to read the figures.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse'
import { clean, matchTitle, type RawListing, readPrice, readRawListings, sieve } from 'glyphsieve/stages'
import { csvReader } from '../packages/glyphsieve/dist/read/csv.js'
import { simulateListings } from '../packages/glyphsieve/dist/simulate.js'
import { labelledTitles } from '../packages/glyphsieve/test/labelled-titles.ts'
import { type Case, interleave, median, medianRatio, type Sample, timed } from './measure.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const ROWS = 100_000
const MORE_ROWS = 1_000_000
const STAGE_ROWS = 50_000
const COLUMNS = [
  'title',
  'price_text',
  'condition_text',
  'quantity_text',
  'seller',
  'region',
  'source_url',
  'listing_id',
  'listing_source',
  'seen_at',
] as const

const folder = mkdtempSync(path.join(tmpdir(), 'glyph-bench-'))
const root = path.resolve(import.meta.dirname, '..')

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Writes simulated listings as CSV, some thousand at a time. */
async function writeCsv(file: string, count: number): Promise<void> {
  const out = createWriteStream(file)
  let block = `${COLUMNS.join(',')}\n`
  for (const listing of simulateListings({ count, seed: 7, days: 30, sellers: 400 })) {
    block += `${COLUMNS.map((column) => csvCell(listing[column] ?? '')).join(',')}\n`
    if (block.length > 1 << 20) {
      if (!out.write(block)) await once(out, 'drain')
      block = ''
    }
  }
  out.end(block)
  await once(out, 'finish')
}

const csv = path.join(folder, 'listings.csv')
await writeCsv(csv, ROWS)
const defaults = { seen_at: '2026-11-01T00:00:00.000Z', currency: 'USD' }
/** Listings of another market for every turn: what is remembered of one says nothing of the next. */
let seed = 100
function market(): RawListing[] {
  return [...simulateListings({ count: STAGE_ROWS, seed: seed++, days: 30, sellers: 400 })]
}
const labelled = labelledTitles().map(({ title }) => title)
const written = Array.from({ length: ROWS }, (_, index) => labelled[index % labelled.length] ?? '')

/** Reads the CSV into objects and writes them as NDJSON: what any program with this input and output has to do. */
async function readAndWrite(): Promise<Sample> {
  return timed(ROWS, async () => {
    const reader = csvReader({ max_row_bytes: 1 << 20 })
    let names: string[] | undefined
    const lines: string[] = []
    const take = (rows: readonly unknown[]) => {
      for (const row of rows) {
        if (!Array.isArray(row)) continue
        if (names === undefined) names = row.map((cell) => `${cell}`)
        else lines.push(JSON.stringify(Object.fromEntries(names.map((name, index) => [name, row[index]]))))
      }
    }
    for await (const chunk of createReadStream(csv)) for (const { rows } of reader.push(chunk)) take(rows)
    for (const { rows } of reader.end()) take(rows)
    writeFileSync(path.join(folder, 'ceiling.ndjson'), `${lines.join('\n')}\n`)
  })
}

/** The same with the usual package for CSV. */
async function readAndWriteByPackage(): Promise<Sample> {
  return timed(ROWS, async () => {
    const lines: string[] = []
    for await (const record of createReadStream(csv).pipe(parse({ columns: true, bom: true })))
      lines.push(JSON.stringify(record))
    writeFileSync(path.join(folder, 'ceiling.ndjson'), `${lines.join('\n')}\n`)
  })
}

interface Run extends Sample {
  peak_rss_mb: number
}

/** The whole command in a process of its own, start-up included. */
async function runCommand(file: string, rows: number): Promise<Run> {
  const report = 'data:text/javascript,process.on("exit",()=>process._rawDebug("peak "+process.resourceUsage().maxRSS))'
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [
      '--import',
      report,
      path.join(root, 'packages/glyphsieve/bin/glyphsieve.js'),
      'run',
      file,
      '-o',
      path.join(folder, 'out.ndjson'),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let words = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`glyphsieve run failed:\n${words}`)
  const peak = Number(/peak (\d+)/.exec(words)?.[1])
  return { rows, milliseconds: performance.now() - started, peak_rss_mb: peak / 1024 }
}

const peaks: number[] = []

/** The time of one stage over a market that it has not seen. */
async function stage(work: (listing: RawListing) => unknown): Promise<Sample> {
  const listings = market()
  return timed(listings.length, () => {
    for (const listing of listings) work(listing)
  })
}

const cases: Case[] = [
  { name: 'read CSV, write JSON', run: readAndWrite },
  { name: 'the same with csv-parse', run: readAndWriteByPackage },
  {
    name: 'read raw listings',
    run: () =>
      timed(ROWS, async () => {
        for await (const items of readRawListings(createReadStream(csv))) void items
      }),
  },
  { name: 'read prices', run: () => stage(({ price_text = '', region = '' }) => readPrice(price_text, { context: region })) },
  { name: 'clean, prices included', run: () => stage((listing) => clean(listing, defaults)) },
  { name: 'match simulated titles', run: () => stage(({ title }) => matchTitle(title)) },
  {
    name: 'match labelled titles',
    run: () =>
      timed(ROWS, () => {
        for (const title of written) matchTitle(title)
      }),
  },
  { name: 'clean to score', run: () => stage((listing) => sieve(listing, defaults)) },
  {
    name: 'whole run',
    run: async () => {
      const run = await runCommand(csv, ROWS)
      peaks.push(run.peak_rss_mb)
      return run
    },
  },
]

try {
  const rates = await interleave(cases, ROUNDS)
  console.table(
    Object.fromEntries(
      [...rates].map(([name, values]) => [
        name,
        { 'listings/s': Math.round(median(values)), 'us/listing': Math.round(1e8 / median(values)) / 100 },
      ]),
    ),
  )
  const of = (name: string) => rates.get(name) ?? []
  console.log(
    `whole run / (read CSV, write JSON): ${medianRatio(of('whole run'), of('read CSV, write JSON')).toFixed(2)} (bound 0.30)`,
  )
  const byPackage = medianRatio(of('whole run'), of('the same with csv-parse'))
  console.log(`whole run / (csv-parse, JSON.stringify): ${byPackage.toFixed(2)} (bound 0.30)`)
  const large = path.join(folder, 'more.csv')
  await writeCsv(large, MORE_ROWS)
  const more = await runCommand(large, MORE_ROWS)
  const small = median(peaks)
  console.log(
    `whole run of ${MORE_ROWS}: ${Math.round((1000 * MORE_ROWS) / more.milliseconds)} listings/s, peak RSS ${more.peak_rss_mb.toFixed(0)} MB, ${(more.peak_rss_mb / small).toFixed(2)} of that of ${ROWS} (${small.toFixed(0)} MB; bound 1.3)`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

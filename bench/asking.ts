/**
 * What a daemon answers, and how fast, over a store of simulated listings: a crawl a day for 90 days, made by glyphsieve. Part of
 * `npm run bench` with 1,000,000 listings on both engines; `npx tsx bench/asking.ts 100000 postgres` takes another number and one of them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { Connection, type Daemon, getRequest, startDaemon } from './daemon.ts'
import { type BenchServer, startServer } from './database.ts'
import { benchFolder } from './files.ts'
import { percentile } from './measure.ts'

const LISTINGS = Number(process.argv[2] ?? 1_000_000)
const ENGINES = enginesOf(process.argv[3])
const REQUESTS = Number(process.env['BENCH_REQUESTS'] ?? 1000)
const DAYS = 90
const SELLERS = 40
/** Of what is simulated, so much is a card with a price and a model. */
const ACCEPTED = 0.698
const DAY_MS = 86_400_000
const PAGE = 100
const PAGES = 1000
const WARM_UP = 50
/** A question that takes long is asked less often: for so long, and so often at least. */
const QUESTION_MS = 15_000
const LEAST_REQUESTS = 30
/** The writer has time for the index of titles then, which takes about 10 s for a million listings. */
const SETTLE_MS = 30_000
/** How often PostgreSQL's p50 may be SQLite's. */
const MOST_RATIO = 3
/** Characters of the figures of an engine. */
const COLUMN = 32

type Engine = 'sqlite' | 'postgres'

/** A daemon over one of the engines, with the same listings as the other one. */
interface Filled {
  engine: Engine
  daemon: Daemon
  import_seconds: number
}

const folder = benchFolder()
const firstDay = new Date(Date.now() - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10)

function glyphsieve(args: readonly string[], output: 'pipe' | 'ignore') {
  return spawn(process.execPath, ['packages/glyphsieve/bin/glyphsieve.js', ...args], { stdio: ['pipe', output, 'inherit'] })
}

function enginesOf(name: string | undefined): Engine[] {
  if (name === undefined) return ['sqlite']
  if (name === 'both') return ['sqlite', 'postgres']
  if (name === 'sqlite' || name === 'postgres') return [name]
  throw new Error(`${name} is no engine: give sqlite, postgres or both`)
}

/** Scored listings in the order of their days. */
async function simulated(): Promise<string> {
  const file = path.join(folder.path, 'scored.ndjson')
  const number = `${Math.ceil(LISTINGS / ACCEPTED)}`
  const market = glyphsieve(
    ['simulate', '-n', number, '--days', `${DAYS}`, '--sellers', `${SELLERS}`, '--start', firstDay],
    'pipe',
  )
  const run = glyphsieve(['run', '-', '--format', 'ndjson', '--rates', 'samples/rates.json', '-o', file], 'ignore')
  if (market.stdout === null || run.stdin === null) throw new Error('a pipe is missing')
  const ended = once(run, 'exit')
  await pipeline(market.stdout, run.stdin)
  const [code] = await ended
  if (code !== 0) throw new Error(`glyphsieve run ended with ${code}`)
  return file
}

/** Imports every day as a complete crawl of its own into each of the daemons, and gives the number of listings. */
async function importDays(all: readonly Filled[], file: string): Promise<number> {
  let day = ''
  let lines: string[] = []
  let rows = 0
  const send = async () => {
    if (lines.length === 0) return
    const body = `${lines.join('\n')}\n`
    for (const asked of all) {
      const started = performance.now()
      const response = await fetch(`${asked.daemon.url}/api/persist/listings?complete=true&force=true`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      })
      asked.import_seconds += (performance.now() - started) / 1000
      if (!response.ok) throw new Error(await response.text())
    }
    rows += lines.length
    lines = []
  }
  for await (const line of createInterface(createReadStream(file))) {
    const on = /"seen_at":"(\d{4}-\d\d-\d\d)/.exec(line)?.[1] ?? day
    if (on !== day || lines.length === 100_000) await send()
    day = on
    lines.push(line)
  }
  await send()
  return rows
}

interface Latencies {
  first: number
  p50: number
  p99: number
}

/** Milliseconds of an answer: the first one, which loads what later ones may answer from, and those behind some that warm up. */
async function latencies(connection: Connection, paths: readonly string[]): Promise<Latencies> {
  const all: number[] = []
  const end = performance.now() + QUESTION_MS
  const least = Math.min(LEAST_REQUESTS, REQUESTS)
  for (let index = 0; index < WARM_UP + REQUESTS; index++) {
    if (index >= WARM_UP + least && performance.now() > end) break
    const request = getRequest(paths[index % paths.length] ?? '')
    const started = performance.now()
    await connection.exchange(request)
    all.push(performance.now() - started)
  }
  const first = all[0] ?? Number.NaN
  const warm = all.slice(WARM_UP)
  return { first, p50: percentile(warm, 0.5), p99: percentile(warm, 0.99) }
}

async function modelsOf(connection: Connection): Promise<string[]> {
  const page: { items: { model: string }[] } = JSON.parse(await connection.exchange(getRequest('/api/models?limit=1000')))
  return page.items.map(({ model }) => model)
}

/** The address of the page behind so many pages. */
async function pageBehind(connection: Connection, query: string, pages: number): Promise<string> {
  let at = `/api/listings?${query}limit=${PAGE}`
  for (let page = 1; page < pages; page++) {
    const { next_cursor } = JSON.parse(await connection.exchange(getRequest(at)))
    if (next_cursor === null) return at
    at = `/api/listings?${query}limit=${PAGE}&cursor=${next_cursor}`
  }
  return at
}

/** Some of the listings that were seen last, which identify an offer. */
async function newest(connection: Connection): Promise<{ id: string; offer_key: string }[]> {
  const page: { items: { id: string; offer_key?: string }[] } = JSON.parse(
    await connection.exchange(getRequest('/api/listings?sort=-seen_at&limit=100')),
  )
  return page.items.flatMap(({ id, offer_key }) => (offer_key === undefined ? [] : [{ id, offer_key }]))
}

function offerOf({ offer_key }: { offer_key: string }): string {
  return `/api/listings?offer_key=${encodeURIComponent(offer_key)}`
}

async function exported(daemon: Daemon): Promise<{ rows: number; seconds: number; before_mb: number; mb: number }> {
  daemon.forgetPeak()
  const before_mb = daemon.peakMemory() ?? Number.NaN
  const started = performance.now()
  const response = await fetch(`${daemon.url}/api/listings`, { headers: { accept: 'application/x-ndjson' } })
  let rows = 0
  for await (const piece of response.body ?? []) for (const byte of piece) if (byte === 10) rows++
  return { rows, seconds: (performance.now() - started) / 1000, before_mb, mb: daemon.peakMemory() ?? Number.NaN }
}

async function start(engine: Engine): Promise<Filled> {
  if (engine === 'postgres') server ??= await startServer()
  const db = server !== undefined && engine === 'postgres' ? await server.freshDatabase() : folder.freshStore()
  const daemon = await startDaemon(db, ['--max-rows', '1000000', '--max-body-bytes', `${1024 ** 3}`])
  return { engine, daemon, import_seconds: 0 }
}

let server: BenchServer | undefined
const filled: Filled[] = []
try {
  for (const engine of ENGINES) filled.push(await start(engine))
  const rows = await importDays(filled, await simulated())
  for (const { engine, import_seconds } of filled)
    console.log(`${engine}: ${rows} listings in ${DAYS} complete imports: ${(rows / import_seconds).toFixed(0)} rows/s`)
  await setTimeout(SETTLE_MS)
  const all = await Promise.all(
    filled.map(async ({ engine, daemon }) => ({ engine, daemon, connection: await Connection.open(daemon.port) })),
  )
  const models = [...new Set((await Promise.all(all.map(({ connection }) => modelsOf(connection)))).flat())]
  const each = (address: (model: string) => string) => () => models.map(address)
  const one = (address: string) => () => [address]
  const behind = (query: string) => async (connection: Connection) => [await pageBehind(connection, query, PAGES)]
  const questions: [what: string, paths: (connection: Connection) => string[] | Promise<string[]>, bound?: number][] = [
    ['first page, in import order', one('/api/listings?limit=100'), 10],
    ['page 1,000 in import order', behind(''), 10],
    ['first page of a model', each((model) => `/api/listings?model=${model}&limit=100`), 10],
    ['page 1,000 (or last) of a model', behind('model=RTX_3060&'), 10],
    ['first page, newest first', one('/api/listings?sort=-seen_at&limit=100'), 10],
    ['page 1,000, newest first', behind('sort=-seen_at&'), 10],
    ['current offers of a model, cheapest first', each((model) => `/api/listings?model=${model}&current=true&sort=price`), 10],
    ['first page of price changes', one('/api/deltas'), 10],
    ['one listing', async (connection) => (await newest(connection)).map(({ id }) => `/api/listings/${id}`)],
    ["an offer's listings", async (connection) => (await newest(connection)).map(offerOf)],
    ['models overview', one('/api/models?limit=1000'), 100],
    ['one model', each((model) => `/api/models/${model}`)],
    ["one model's history by day", each((model) => `/api/models/${model}/history`), 50],
    ["the commonest model's history by day", one('/api/models/RTX_3060/history'), 50],
    ['what runs a 70B at 8k', one('/api/fit?workload=llama-3.3-70b&context=8192')],
    ['report', one('/api/report')],
    ['current offers by score (looks at all offers)', one('/api/listings?current=true&sort=-score')],
    ['listings by price (looks at all listings)', one('/api/listings?sort=price')],
    ['words in a title', one('/api/listings?q=turbo+3090')],
  ]
  console.log(`\n${''.padEnd(46)} ${ENGINES.map((engine) => `${engine}, first     p50     p99`.padStart(COLUMN)).join('')}`)
  for (const [what, pathsOn, bound] of questions) {
    const answers: Latencies[] = []
    for (const { connection } of all) answers.push(await latencies(connection, await pathsOn(connection)))
    const figures = answers.map(({ first, p50, p99 }) => [first, p50, p99].map((ms) => ms.toFixed(1).padStart(8)).join(''))
    const [one, other] = answers
    const notes = [
      one !== undefined &&
        other !== undefined &&
        `postgres / sqlite ${(other.p50 / one.p50).toFixed(2)}, at most ${MOST_RATIO}`,
      bound !== undefined && ENGINES[0] === 'sqlite' && `p99 of sqlite at most ${bound} ms`,
    ]
    console.log(
      `${what.padEnd(46)} ${figures.map((text) => text.padStart(COLUMN)).join('')}   ${notes.filter((note) => note !== false).join('; ')}`,
    )
  }
  for (const { engine, daemon, connection } of all) {
    connection.close()
    const { rows, seconds, mb, before_mb } = await exported(daemon)
    console.log(
      `${engine}: export of ${rows} listings: ${(rows / seconds).toFixed(0)} rows/s, peak memory ${mb.toFixed(0)} MB, ${before_mb.toFixed(0)} before`,
    )
  }
} finally {
  for (const { daemon } of filled) await daemon.stop()
  await server?.stop()
  folder.remove()
}

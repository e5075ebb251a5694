/**
 * How near the import comes to what SQLite and JSON.parse allow on this machine, in one run: every case takes its turn in every
 * round, and every ratio is the median over the rounds. Run it with `npm run bench`; docs/performance.md says how to read it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import autocannon from 'autocannon'
import { DEFAULT_LIMITS, type ReceivedBody, SQLiteStorageEngine } from 'glyphd'
import { migrate } from '../packages/glyphd/dist/store/migrate.js'
import { openWriter } from '../packages/glyphd/dist/store/sqlite-connection.js'
import { COLUMNS, toRow } from '../packages/glyphd/dist/store/to-row.js'
import { type Case, interleave, median, medianRatio, type Sample, timed } from './measure.ts'
import { benchListings } from './rows.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const ROWS = 100_000
const PARSE_BYTES = 128 * 1024
const CONNECTIONS = 16
const SINGLES = 2000
const HUNDREDS = 400

const folder = mkdtempSync(path.join(tmpdir(), 'glyph-bench-'))
let files = 0
const freshFile = () => path.join(folder, `${++files}.sqlite`)

const listings = benchListings(ROWS)
const json = Buffer.from(JSON.stringify(listings))
const jsonFile = path.join(folder, 'listings.json')
writeFileSync(jsonFile, json)
const tenThousands = Array.from({ length: 10 }, (_, index) =>
  JSON.stringify(listings.slice(index * 10_000, (index + 1) * 10_000)),
)
const warmUp = tenThousands.slice(0, 3)
const single = JSON.stringify(listings.slice(0, 1))
const hundred = JSON.stringify(listings.slice(0, 100))

function bodyOf(bytes: Buffer): ReceivedBody {
  const chunks: ArrayBuffer[] = []
  for (let from = 0; from < bytes.length; from += 256 * 1024)
    chunks.push(Uint8Array.from(bytes.subarray(from, from + 256 * 1024)).buffer)
  return { media_type: 'application/json', chunks, bytes: bytes.length }
}

const rowPlace = { import_id: '01a205f0-1168-762f-93f0-b841a95a866d', timestamp: '2026-11-01T00:00:00.000Z' }
const rows = listings.map((listing, index) => toRow(listing, { ...rowPlace, position: index + 1, import_index: index }))

async function rawInsert(columns: readonly number[]): Promise<Sample> {
  const db = openWriter(freshFile())
  migrate(db)
  const names = columns.map((column) => COLUMNS[column]).join(', ')
  const insert = db.prepare(`insert into gpu_listings (${names}) values (${columns.map(() => '?').join(', ')})`)
  const values = rows.map((row) => columns.map((column) => row[column]))
  const sample = await timed(ROWS, () => {
    db.exec('begin immediate')
    for (const row of values) insert.run(row)
    db.exec('commit')
  })
  db.close()
  return sample
}

const everyColumn = COLUMNS.map((_, index) => index)
const filledColumns = everyColumn.filter((column) => rows.some((row) => row[column] !== null))

const parseTexts: Buffer[] = []
for (let from = 0; from < ROWS; ) {
  const count = Math.floor(PARSE_BYTES / (json.length / ROWS))
  parseTexts.push(Buffer.from(JSON.stringify(listings.slice(from, from + count))))
  from += count
}
const chunkedParse = () =>
  timed(ROWS, () => {
    for (const bytes of parseTexts) JSON.parse(bytes.toString('utf8'))
  })

async function withEngine(work: (engine: SQLiteStorageEngine) => Promise<Sample>): Promise<Sample> {
  const engine = await SQLiteStorageEngine.open({ path: freshFile(), limits: DEFAULT_LIMITS })
  // Its threads are new, and the ceilings run on a warm one: a daemon is measured as it is after its first imports.
  for (const body of warmUp) await engine.import(bodyOf(Buffer.from(body)))
  const sample = await work(engine)
  await engine.close()
  return sample
}

const inProcess = () =>
  withEngine((engine) => {
    const body = bodyOf(json)
    return timed(ROWS, () => engine.import(body))
  })

const singlesInProcess = () =>
  withEngine((engine) => {
    let left = SINGLES
    const bytes = Buffer.from(single)
    const feeder = async () => {
      while (left-- > 0) await engine.import(bodyOf(bytes))
    }
    return timed(SINGLES, () => Promise.all(Array.from({ length: CONNECTIONS }, feeder)))
  })

/** Starts a daemon on a fresh store, gives its address to `work`, and stops it. */
async function withDaemon<T>(work: (url: string) => Promise<T>): Promise<T> {
  const daemon: ChildProcess = spawn(
    process.execPath,
    ['packages/glyphd/bin/glyphd.js', 'serve', '--port', '0', '--db', freshFile()],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  if (daemon.stdout === null) throw new Error('the daemon has no output')
  const [url] = await once(createInterface(daemon.stdout), 'line')
  await post(url, warmUp, warmUp.length, 1, 10_000)
  try {
    return await work(url)
  } finally {
    daemon.kill('SIGTERM')
    await once(daemon, 'exit')
  }
}

function post(
  url: string,
  bodies: readonly string[],
  amount: number,
  connections: number,
  rowsPerBody: number,
): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const requests = bodies.map((body) => ({ method: 'POST' as const, path: '/api/persist/listings', body }))
    let answered = 0
    let failed = 0
    let started = 0
    let ended = 0
    const run = autocannon(
      { url, connections, amount, timeout: 60, headers: { 'content-type': 'application/json' }, requests },
      (error) => {
        if (error) reject(error)
        else if (failed > 0 || answered !== amount)
          reject(new Error(`${failed} of ${answered} posts failed, ${amount} were to be sent`))
        else resolve({ rows: amount * rowsPerBody, milliseconds: ended - started })
      },
    )
    run.on('start', () => {
      started = performance.now()
    })
    run.on('response', (_client, status) => {
      answered++
      if (status !== 200) failed++
      ended = performance.now()
    })
    run.on('reqError', reject)
  })
}

/**
 * How long `GET /api/health` takes while 100,000 rows are imported, in milliseconds. The rows are sent by a process of their own:
 * sent by this one, they would hold up its own clock.
 */
async function healthDuringImport(): Promise<number[]> {
  return withDaemon(async (url) => {
    await fetch(`${url}/api/health`)
    const sender = spawn(process.execPath, ['--input-type=module', '--eval', SENDER, `${url}/api/persist/listings`, jsonFile], {
      stdio: 'inherit',
    })
    const sent = once(sender, 'exit')
    const latencies: number[] = []
    while (sender.exitCode === null) {
      const started = performance.now()
      await (await fetch(`${url}/api/health`)).arrayBuffer()
      latencies.push(performance.now() - started)
    }
    const [exitCode] = await sent
    if (exitCode !== 0) throw new Error('the import beside the health questions failed')
    return latencies
  })
}

const SENDER = `
  import { readFileSync } from 'node:fs'
  const [url, file] = process.argv.slice(1)
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: readFileSync(file) })
  process.exitCode = answer.ok ? 0 : 1`

const cases: Case[] = [
  { name: 'raw insert, every column', run: () => rawInsert(everyColumn) },
  { name: 'raw insert, filled columns', run: () => rawInsert(filledColumns) },
  { name: 'chunked JSON.parse', run: chunkedParse },
  { name: 'import in process, 100,000 rows', run: inProcess },
  { name: 'import over HTTP, 10,000 rows', run: () => withDaemon((url) => post(url, tenThousands, 10, 1, 10_000)) },
  { name: 'import over HTTP, 100 rows', run: () => withDaemon((url) => post(url, [hundred], HUNDREDS, CONNECTIONS, 100)) },
  { name: 'engine in process, 1 row', run: singlesInProcess },
  { name: 'import over HTTP, 1 row', run: () => withDaemon((url) => post(url, [single], SINGLES, CONNECTIONS, 1)) },
]

const rates = await interleave(cases, ROUNDS)
const latencies: number[] = []
for (let round = 0; round < ROUNDS; round++) latencies.push(...(await healthDuringImport()))
rmSync(folder, { recursive: true })

const of = (name: string) => rates.get(name) ?? []
const insert = of('raw insert, every column')
const filled = of('raw insert, filled columns')
const parse = of('chunked JSON.parse')
const after = (first: readonly number[]) => first.map((rate, round) => 1 / (1 / rate + 1 / (parse[round] ?? Number.NaN)))

console.log(
  `\n${ROWS} rows of ${(json.length / ROWS).toFixed(0)} bytes of JSON, ${Object.keys(listings[0] ?? {}).length} members;`,
)
console.log(
  `gpu_listings: ${COLUMNS.length} columns, ${filledColumns.length} filled; indexes: primary key, (model); WAL, synchronous=FULL;`,
)
console.log(`medians of ${ROUNDS} interleaved rounds.\n`)
for (const { name } of cases) console.log(`${name.padEnd(34)} ${median(of(name)).toFixed(0).padStart(9)} rows/s`)
console.log()
const ratio = (what: string, rate: readonly number[], ceiling: readonly number[], bound?: number) =>
  console.log(
    `${what.padEnd(62)} ${medianRatio(rate, ceiling).toFixed(2)}${bound === undefined ? '' : `   (at least ${bound.toFixed(2)})`}`,
  )
ratio('in process / (raw insert of every column + parse)', of('import in process, 100,000 rows'), after(insert), 0.85)
ratio('in process / (raw insert of filled columns + parse)', of('import in process, 100,000 rows'), after(filled))
ratio('HTTP, 10,000 rows / raw insert of every column', of('import over HTTP, 10,000 rows'), insert, 0.3)
ratio('HTTP, 10,000 rows / raw insert of filled columns', of('import over HTTP, 10,000 rows'), filled)
ratio('HTTP, 100 rows / raw insert of every column', of('import over HTTP, 100 rows'), insert)
ratio(
  `HTTP, 1 row, ${CONNECTIONS} connections / engine in process, ${CONNECTIONS} in flight`,
  of('import over HTTP, 1 row'),
  of('engine in process, 1 row'),
  0.4,
)
latencies.sort((a, b) => a - b)
const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN
console.log(
  `GET /api/health during a 100,000-row import, ${latencies.length} in ${ROUNDS} imports: p99 ${p99.toFixed(1)} ms, ` +
    `worst ${(latencies.at(-1) ?? Number.NaN).toFixed(1)} ms   (at most 100)`,
)

/**
 * How near the import comes to what SQLite and JSON.parse allow on this machine, in one run: every case takes its turn in every
 * round, and every ratio is the median over the rounds. Run it with `npm run bench`; docs/performance.md says how to read it.
 */
import { DEFAULT_LIMITS, SQLiteStorageEngine } from 'glyphd'
import { COLUMNS } from '../packages/glyphd/dist/store/to-row.js'
import { chunkedParse, cInsert, rawInsert, readyRows } from './ceilings.ts'
import { exchangeAll, importRequest, startDaemon } from './daemon.ts'
import { benchFolder, receivedBody } from './files.ts'
import { type Case, interleave, median, medianRatio, type Sample, timed } from './measure.ts'
import { benchListings } from './rows.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const ROWS = 100_000
const CONNECTIONS = 16
const SINGLES = 2000
const HUNDREDS = 400

const folder = benchFolder()
const listings = benchListings(ROWS)
const ready = readyRows(ROWS)
const json = Buffer.from(JSON.stringify(listings))
const bodyText = (first: number, count: number) => JSON.stringify(listings.slice(first, first + count))
const tenThousands = Array.from({ length: ROWS / 10_000 }, (_, index) => bodyText(index * 10_000, 10_000))
const single = bodyText(0, 1)

async function withEngine(
  work: (engine: SQLiteStorageEngine) => Promise<Sample>,
  warmUp: (engine: SQLiteStorageEngine) => Promise<unknown>,
): Promise<Sample> {
  const engine = await SQLiteStorageEngine.open({ path: folder.freshStore(), limits: DEFAULT_LIMITS })
  // Its threads are new, and the ceilings run on a warm one: a daemon is measured as it is after its first imports.
  await warmUp(engine)
  const sample = await work(engine)
  await engine.close()
  return sample
}

const inProcess = () =>
  withEngine(
    (engine) => {
      const body = receivedBody(json)
      return timed(ROWS, () => engine.import(body, { handling: 'strict' }))
    },
    async (engine) => {
      for (const body of tenThousands.slice(0, 3)) await engine.import(receivedBody(Buffer.from(body)), { handling: 'strict' })
    },
  )

async function importSingles(engine: SQLiteStorageEngine): Promise<Sample> {
  let left = SINGLES
  const bytes = Buffer.from(single)
  const feeder = async () => {
    while (left-- > 0) await engine.import(receivedBody(bytes), { handling: 'strict' })
  }
  return timed(SINGLES, () => Promise.all(Array.from({ length: CONNECTIONS }, feeder)))
}

/** A daemon on a fresh store is sent `posts` bodies of `rows` listings each, once to warm up and once to be measured. */
async function overHttp(rows: number, posts: number, connections: number, flags: readonly string[] = []): Promise<Sample> {
  const daemon = await startDaemon(folder.freshStore(), flags)
  const requests = Array.from({ length: Math.min(posts, ROWS / rows) }, (_, index) =>
    importRequest(bodyText(index * rows, rows)),
  )
  await exchangeAll(daemon.port, requests, posts, connections)
  const sample = await timed(rows * posts, () => exchangeAll(daemon.port, requests, posts, connections))
  await daemon.stop()
  return sample
}

const inC = cInsert(ready, folder.path)
const cases: Case[] = [
  ...(inC === undefined ? [] : [{ name: 'insert in C', run: () => inC(folder.freshStore()) }]),
  { name: 'raw insert, every column', run: () => rawInsert(folder.freshStore(), ready, ready.everyColumn) },
  { name: 'raw insert, filled columns', run: () => rawInsert(folder.freshStore(), ready, ready.filledColumns) },
  { name: 'chunked JSON.parse', run: chunkedParse(ROWS) },
  { name: 'import in process, 100,000 rows', run: inProcess },
  { name: 'import over HTTP, 10,000 rows', run: () => overHttp(10_000, 10, 1) },
  { name: 'import over HTTP, 100 rows', run: () => overHttp(100, HUNDREDS, CONNECTIONS) },
  { name: 'engine in process, 1 row', run: () => withEngine(importSingles, importSingles) },
  { name: 'import over HTTP, 1 row', run: () => overHttp(1, SINGLES, CONNECTIONS) },
  { name: 'the same, groups of 1', run: () => overHttp(1, SINGLES, CONNECTIONS, ['--max-group-imports', '1']) },
]

const rates = await interleave(cases, ROUNDS)
folder.remove()

const of = (name: string) => rates.get(name) ?? []
const every = of('raw insert, every column')
const filled = of('raw insert, filled columns')
const parse = of('chunked JSON.parse')
const after = (first: readonly number[]) => first.map((rate, round) => 1 / (1 / rate + 1 / (parse[round] ?? Number.NaN)))

console.log(
  `\n${ROWS} rows of ${(json.length / ROWS).toFixed(0)} bytes of JSON, ${Object.keys(listings[0] ?? {}).length} members;`,
)
console.log(
  `gpu_listings: ${COLUMNS.length + 1} columns, ${ready.filledColumns.length + 1} filled; indexes: primary key, (model); WAL, synchronous=FULL;`,
)
console.log(`medians of ${ROUNDS} interleaved rounds.\n`)
for (const { name } of cases) console.log(`${name.padEnd(34)} ${median(of(name)).toFixed(0).padStart(9)} rows/s`)
if (inC === undefined) console.log('insert in C: left out, because this machine has no C compiler (cc)')
console.log()
const ratio = (what: string, rate: readonly number[], ceiling: readonly number[], bound?: number) =>
  console.log(
    `${what.padEnd(62)} ${medianRatio(rate, ceiling).toFixed(2)}${bound === undefined ? '' : `   (at least ${bound.toFixed(2)})`}`,
  )
const whole = of('import in process, 100,000 rows')
const tens = of('import over HTTP, 10,000 rows')
ratio('in process / (raw insert of filled columns + parse)', whole, after(filled), 0.88)
ratio('in process / (raw insert of every column + parse)', whole, after(every))
if (inC !== undefined) ratio('in process / insert in C', whole, of('insert in C'), 0.5)
ratio('HTTP, 10,000 rows / raw insert of filled columns', tens, filled, 0.5)
ratio('HTTP, 10,000 rows / raw insert of every column', tens, every)
ratio('HTTP, 100 rows / raw insert of filled columns', of('import over HTTP, 100 rows'), filled)
const ones = of('import over HTTP, 1 row')
ratio(`HTTP, 1 row, ${CONNECTIONS} connections / engine, ${CONNECTIONS} in flight`, ones, of('engine in process, 1 row'), 0.4)
ratio(`HTTP, 1 row, ${CONNECTIONS} connections / groups of 1`, ones, of('the same, groups of 1'), 2)

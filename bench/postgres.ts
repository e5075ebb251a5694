/**
 * How near imports into PostgreSQL come to COPY of text that was ready before, into the same table on the same server, and how fast offers
 * follow them. Part of `npm run bench`; docs/performance.md says how to read it.
 */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DEFAULT_LIMITS, importIds, PostgresStorageEngine } from 'glyphd'
import type { GPUListingDTO } from 'glyphsieve'
import { from as copyFrom } from 'pg-copy-streams'
import { COPY_COLUMNS } from '../packages/glyphd/dist/store/postgres/copy-text.js'
import { Partitions } from '../packages/glyphd/dist/store/postgres/partitions.js'
import { copyBatches } from '../packages/glyphd/dist/store/postgres/read-body.js'
import { startServer } from './database.ts'
import { receivedBody } from './files.ts'
import { type Case, interleave, median, medianRatio, type Sample, timed } from './measure.ts'
import { benchListings } from './rows.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const ROWS = 100_000
const SIZES = [10_000, ROWS]
const WARM_UP = { rows: 10_000, imports: 3 }
const COPY_BYTES = 64 * 1024
const DAY_MS = 86_400_000
const STRICT = { handling: 'strict' } as const

const server = await startServer()
const nextId = importIds(undefined)
const bytesOf = (listings: readonly GPUListingDTO[]) => Buffer.from(JSON.stringify(listings))

/** Bodies of so many listings each that have all of the listings between them. */
function bodies(rows: number, listings = benchListings(ROWS)): Buffer[] {
  return Array.from({ length: listings.length / rows }, (_, at) => bytesOf(listings.slice(at * rows, (at + 1) * rows)))
}

/** The text that COPY takes for a body, and the id of its import. */
function copyText(body: Buffer): { import_id: string; pieces: Buffer[] } {
  const import_id = nextId()
  const lines: string[] = []
  const request = { ...STRICT, body: receivedBody(body), import_id, timestamp: new Date().toISOString() }
  for (const batch of copyBatches(request, DEFAULT_LIMITS)) lines.push(batch.lines)
  const text = Buffer.from(lines.join(''))
  const pieces: Buffer[] = []
  for (let from = 0; from < text.length; from += COPY_BYTES) pieces.push(text.subarray(from, from + COPY_BYTES))
  return { import_id, pieces }
}

const warmUp = bodies(WARM_UP.rows).slice(0, WARM_UP.imports)
const bodiesOf = new Map(SIZES.map((rows) => [rows, bodies(rows)]))
const warmUpTexts = warmUp.map(copyText)
const textsOf = new Map(SIZES.map((rows) => [rows, (bodiesOf.get(rows) ?? []).map(copyText)]))

/** Microseconds of a core that a row took in every round of every case: of the server of the database, and of this process. */
const spent = new Map<string, { database: number[]; here: number[] }>()

/** `timed`, and what it took of the processors. */
async function measured(name: string, work: () => Promise<void>): Promise<Sample> {
  const [database, here] = [server.processorSeconds(), process.cpuUsage()]
  const sample = await timed(ROWS, work)
  const { user, system } = process.cpuUsage(here)
  const known = spent.get(name) ?? { database: [], here: [] }
  known.database.push(((server.processorSeconds() - database) * 1e6) / ROWS)
  known.here.push((user + system) / ROWS)
  spent.set(name, known)
  return sample
}

/** COPY of text that is ready, a transaction for each body, into a store that has had some already. */
async function readyText(name: string, rows: number): Promise<Sample> {
  const url = await server.freshDatabase()
  await (await PostgresStorageEngine.open({ url, limits: DEFAULT_LIMITS })).close()
  return server.use(url, async (client) => {
    const partitions = new Partitions()
    const copyAll = async (texts: readonly ReturnType<typeof copyText>[]) => {
      for (const { import_id, pieces } of texts) {
        await partitions.ensure(client, import_id)
        await client.query('begin')
        await pipeline(
          Readable.from(pieces),
          client.query(copyFrom(`copy gpu_listings (${COPY_COLUMNS.join(', ')}) from stdin`)),
        )
        await client.query('commit')
      }
    }
    await copyAll(warmUpTexts)
    return measured(name, () => copyAll(textsOf.get(rows) ?? []))
  })
}

/**
 * Does something with a store whose offers follow only when they are told to: a bench holds the lock that they need.
 */
async function withEngine(
  work: (engine: PostgresStorageEngine, letFollow: () => Promise<void>) => Promise<Sample>,
): Promise<Sample> {
  const url = await server.freshDatabase()
  const engine = await PostgresStorageEngine.open({ url, limits: DEFAULT_LIMITS, import_connections: 1 })
  return server.use(url, async (holder) => {
    await holder.query('begin')
    await holder.query('select from observed for update')
    try {
      return await work(engine, async () => {
        await holder.query('commit')
        await engine.ask({ about: 'deltas', limit: 1 }) // which is answered when all is taken over
        await holder.query('begin')
        await holder.query('select from observed for update')
      })
    } finally {
      await holder.query('truncate imports, gpu_listings') // nothing is left to be taken over
      await holder.query('commit')
      await engine.close()
    }
  })
}

/** Imports that are ready to be stored: the bodies have been received. */
function ready(engine: PostgresStorageEngine, bodies: readonly Buffer[]): () => Promise<void> {
  const received = bodies.map(receivedBody)
  return async () => {
    for (const body of received) await engine.import(body, STRICT)
  }
}

const inProcess = (name: string, rows: number) =>
  withEngine(async (engine) => {
    await ready(engine, warmUp)()
    return measured(name, ready(engine, bodiesOf.get(rows) ?? []))
  })

/** The same offers on another day, some of them at another price. */
const crawl = (day: number, changed_percent: number) =>
  bodies(
    WARM_UP.rows,
    benchListings(ROWS).map((listing, row) => ({
      ...listing,
      seen_at: new Date(Date.parse(listing.seen_at ?? '') + day * DAY_MS).toISOString(),
      price: listing.price + ((row * 7919) % 100 < changed_percent ? 5 : 0),
    })),
  )

/** What is stored before, and what offers are then to follow. */
const followed = (name: string, ...crawls: readonly (readonly Buffer[])[]) =>
  withEngine(async (engine, letFollow) => {
    for (const before of crawls.slice(0, -1)) {
      await ready(engine, before)()
      await letFollow()
    }
    await ready(engine, crawls.at(-1) ?? [])()
    return measured(name, letFollow)
  })

const [first, same, changed] = [crawl(0, 0), crawl(1, 0), crawl(1, 3)]
const COPY = 'COPY of ready text'
const IMPORT = 'import in process'
const runs: [name: string, run: (name: string) => Promise<Sample>][] = [
  ...SIZES.flatMap((rows): [string, (name: string) => Promise<Sample>][] => [
    [`${COPY}, ${rows} rows each`, (name) => readyText(name, rows)],
    [`${IMPORT}, ${rows} rows each`, (name) => inProcess(name, rows)],
  ]),
  ['offers follow: new ones', (name) => followed(name, first)],
  ['offers follow: a day later, the same', (name) => followed(name, first, same)],
  ['offers follow: a day later, 3 % changed', (name) => followed(name, first, changed)],
]
const cases = runs.map(([name, run]): Case => ({ name, run: () => run(name) }))
try {
  const rates = await interleave(cases, ROUNDS)
  console.log(`\nPostgreSQL, fsync on; ${ROWS} rows a turn; medians of ${ROUNDS} interleaved rounds.\n`)
  console.log(`${''.padEnd(44)}    rows/s   us of a core: database, here`)
  for (const { name } of cases) {
    const { database = [], here = [] } = spent.get(name) ?? {}
    const microseconds = [database, here].map((used) => median(used.slice(1)).toFixed(1).padStart(8))
    console.log(
      name.padEnd(44),
      median(rates.get(name) ?? [])
        .toFixed(0)
        .padStart(9),
      '               ',
      ...microseconds,
    )
  }
  console.log()
  for (const rows of SIZES) {
    const [stored = [], copied = []] = [IMPORT, COPY].map((what) => rates.get(`${what}, ${rows} rows each`) ?? [])
    const share = medianRatio(stored, copied)
    console.log(`${IMPORT} / ${COPY}, ${rows} rows each`.padEnd(62), share.toFixed(2), '  (at least 0.75)')
  }
} finally {
  await server.stop()
}

/**
 * What each choice of the store gave, one at a time, in one run: `npx tsx --expose-gc bench/levers.ts` after a build. The rates are of
 * ten imports of 10,000 rows, one transaction each, unless a name says otherwise.
 */
import { DEFAULT_LIMITS, SQLiteStorageEngine } from 'glyphd'
import { listingInserter } from '../packages/glyphd/dist/store/insert-listings.js'
import { migrate } from '../packages/glyphd/dist/store/migrate.js'
import { openWriter } from '../packages/glyphd/dist/store/sqlite-connection.js'
import { storableBatches } from '../packages/glyphd/dist/store/storable-batch.js'
import { COLUMNS, type Row } from '../packages/glyphd/dist/store/to-row.js'
import { offerWriter } from '../packages/glyphd/dist/store/write-offers.js'
import { readyRows } from './ceilings.ts'
import { benchFolder, receivedBody } from './files.ts'
import { type Case, interleave, median, medianRatio, type Sample, timed } from './measure.ts'
import { benchListings } from './rows.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const ROWS = 100_000
const ROWS_A_TRANSACTION = 10_000
const CURRENT_DAYS = 14

const folder = benchFolder()
const ready = readyRows(ROWS)
const MODEL = COLUMNS.indexOf('model')

interface Variant {
  /** Before the tables are made. */
  pragmas?: string[]
  /** When they are there. */
  schema?: string[]
  everyColumn?: boolean
  inArray?: boolean
  /** The rows of each transaction in the order of this column. */
  sortedBy?: number
  /** What the listings tell of their offers is kept in the same transaction. */
  offers?: boolean
  /** All rows are there already, as listings of the same offers. */
  again?: boolean
  /** The log is taken into the database outside the measured time, as by an idle writer. */
  idle?: boolean
}

function opened({ pragmas = [], schema = [] }: Variant): ReturnType<typeof openWriter> {
  const file = folder.freshStore()
  const db = openWriter(file)
  for (const pragma of pragmas) db.pragma(pragma)
  if (pragmas.some((pragma) => pragma.startsWith('page_size'))) {
    db.pragma('journal_mode = delete') // the size of pages cannot be changed with a log
    db.exec('vacuum')
    db.pragma('journal_mode = wal')
  }
  migrate(db)
  for (const sql of schema) db.exec(sql)
  return db
}

async function inserted(variant: Variant): Promise<Sample> {
  const db = opened(variant)
  const columns = variant.everyColumn ? ready.everyColumn : ready.filledColumns
  const insert = db.prepare<unknown[]>(
    `insert into gpu_listings (position, ${columns.map((column) => COLUMNS[column]).join(', ')})
     values (${['?', ...columns.map(() => '?')].join(', ')})`,
  )
  const offers = offerWriter(db, CURRENT_DAYS)
  let milliseconds = 0
  const end = variant.again ? 2 * ROWS : ROWS
  for (let first = 0; first < end; first += ROWS_A_TRANSACTION) {
    if (first === ROWS) milliseconds = 0
    const rows = ready.rows.slice(first % ROWS, (first % ROWS) + ROWS_A_TRANSACTION)
    const by = variant.sortedBy
    if (by !== undefined) rows.sort((a, b) => (`${a[by]}` < `${b[by]}` ? -1 : 1))
    const values = rows.map((row, index): Row => [first + index + 1, ...columns.map((column) => row[column] ?? null)])
    const sample = await timed(rows.length, () => {
      db.exec('begin immediate')
      if (variant.inArray) for (const row of values) insert.run(row)
      else for (const row of values) insert.run(...row)
      if (variant.offers) offers.observe({ first: first + 1, last: first + rows.length }, rows.length, undefined)
      db.exec('commit')
    })
    milliseconds += sample.milliseconds
    if (variant.idle) db.pragma('wal_checkpoint(passive)')
  }
  db.close()
  return { rows: ROWS, milliseconds }
}

const json = Buffer.from(JSON.stringify(benchListings(ROWS)))
const body = () => receivedBody(json)

/** One import of all rows, read and stored by the same thread. */
async function onOneThread(): Promise<Sample> {
  const db = opened({})
  const insert = listingInserter(db)
  const request = {
    body: body(),
    handling: 'strict' as const,
    import_id: '01a205f0-1168-762f-93f0-b841a95a866d',
    timestamp: '2026-11-01T00:00:00.000Z',
  }
  const sample = await timed(ROWS, () => {
    db.exec('begin immediate')
    for (const { listings } of storableBatches(request, DEFAULT_LIMITS)) if (listings !== undefined) insert(listings.rows, 1)
    db.exec('commit')
  })
  db.close()
  return sample
}

/** The same by the engine, whose bodies are read by a thread of their own. */
async function onTwoThreads(): Promise<Sample> {
  const engine = await SQLiteStorageEngine.open({ path: folder.freshStore(), limits: DEFAULT_LIMITS })
  await engine.import(body(), { handling: 'strict' })
  const again = body()
  const sample = await timed(ROWS, () => engine.import(again, { handling: 'strict' }))
  await engine.close()
  return sample
}

const AS_IT_IS = 'as it is'
const variants: [name: string, variant: Variant][] = [
  [AS_IT_IS, {}],
  ['no index on model', { schema: ['drop index gpu_listings_by_model'] }],
  ['no index on time', { schema: ['drop index gpu_listings_by_time'] }],
  ['new offers kept, too', { offers: true }],
  ['new offers, no index on their model', { offers: true, schema: ['drop index offers_by_model'] }],
  ['new offers, an index on their score', { offers: true, schema: ['create index by_score on offers (model, score)'] }],
  ['known offers kept, too', { offers: true, again: true }],
  ['known listings, no offers', { again: true }],
  ['another index, on price', { schema: ['create index by_price on gpu_listings (price)'] }],
  ['another index, on import_id', { schema: ['create index by_import on gpu_listings (import_id)'] }],
  ['rows of an import sorted by model', { sortedBy: MODEL }],
  ['pages of 4 KiB', { pragmas: ['page_size = 4096'] }],
  ['a checkpoint every 1,000 pages', { pragmas: ['wal_autocheckpoint = 1000'] }],
  ['a checkpoint every 8,000 pages', { pragmas: ['wal_autocheckpoint = 8000'] }],
  ['checkpoints between imports', { idle: true }],
  ['synchronous = normal', { pragmas: ['synchronous = normal'] }],
  ['every column named', { everyColumn: true }],
  ['values bound from an array', { inArray: true }],
]
const cases: Case[] = [
  ...variants.map(([name, variant]) => ({ name, run: () => inserted(variant) })),
  { name: 'import of 100,000 rows, one thread', run: onOneThread },
  { name: 'import of 100,000 rows, two threads', run: onTwoThreads },
]
const rates = await interleave(cases, ROUNDS)
folder.remove()

const of = (name: string) => rates.get(name) ?? []
for (const { name } of cases) {
  const ratio = medianRatio(of(name), of(name.startsWith('import') ? 'import of 100,000 rows, one thread' : AS_IT_IS))
  console.log(`${name.padEnd(38)} ${median(of(name)).toFixed(0).padStart(9)} rows/s   ${ratio.toFixed(2)}`)
}

/**
 * What a store costs as it grows: bytes, an import, its offers, and questions, on either engine. `npx tsx bench/growth.ts postgres 1000000`; a
 * tenth of the listings are offers, each seen on ten days, and every import has some at another price. docs/scale.md is made of its figures.
 */
import { statSync } from 'node:fs'
import { Connection, type Daemon, exchangeAll, getRequest, importRequest, startDaemon } from './daemon.ts'
import { startServer } from './database.ts'
import { benchFolder } from './files.ts'
import { median, percentile } from './measure.ts'
import { benchListings } from './rows.ts'

const [, , engine, ...numbers] = process.argv
const DAYS = 10
const ROWS = 10_000
const POSTS = 10
const REQUESTS = 30
/** A question that takes long is asked less often: for so long altogether. */
const QUESTION_MS = 5000
const FILL_ROWS = 100_000
const CHANGED_PERCENT = 3
const DAY_MS = 86_400_000
const ABOUT_OFFERS = getRequest('/api/deltas?limit=1')

/** The same offers on a day, counted from ten days ago. */
function crawl(first: number, rows: number, day: number): Buffer {
  const seen_at = new Date(Date.now() - (DAYS + 1 - day) * DAY_MS).toISOString()
  const listings = benchListings(rows, first).map((listing, row) => {
    const isChanged = ((first + row) * 7919 + day * 31) % 100 < CHANGED_PERCENT
    return { ...listing, seen_at, price: listing.price + (isChanged ? day : 0) }
  })
  return importRequest(JSON.stringify(listings))
}

async function fill(daemon: Daemon, offers: number): Promise<void> {
  for (let day = 0; day < DAYS; day++) {
    for (let first = 0; first < offers; first += FILL_ROWS)
      await exchangeAll(daemon.port, [crawl(first, Math.min(FILL_ROWS, offers - first), day)], 1, 1)
  }
}

const QUESTIONS: [what: string, path: string][] = [
  ['a page in import order', '/api/listings?limit=100'],
  ['a page of a model', '/api/listings?model=RTX_3010_TI&limit=100'],
  ['a page, newest first', '/api/listings?sort=-seen_at&limit=100'],
  ['a page of price changes', '/api/deltas'],
  ['offers of a model, cheapest first', '/api/listings?model=RTX_3010_TI&current=true&sort=price'],
  ['one model', '/api/models/RTX_3010_TI'],
  ["one model's history", '/api/models/RTX_3010_TI/history'],
  ['models overview', '/api/models?limit=1000'],
  ['offers by score', '/api/listings?current=true&sort=-score'],
  ['listings by price', '/api/listings?sort=price'],
  ['words in a title', '/api/listings?q=turbo+fan'],
]

/**
 * Milliseconds until a question is answered: at first, and within which half of the later answers come, some of which are remembered. Infinity:
 * it is refused as too long.
 */
async function ask(port: number, path: string): Promise<[first: number, p50: number]> {
  const connection = await Connection.open(port)
  const taken: number[] = []
  const end = performance.now() + QUESTION_MS
  try {
    do {
      const started = performance.now()
      await connection.exchange(getRequest(path))
      taken.push(performance.now() - started)
    } while (taken.length <= REQUESTS && performance.now() < end)
    const [first = Number.NaN, ...later] = taken
    return [first, later.length === 0 ? first : percentile(later, 0.5)]
  } catch {
    return [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  } finally {
    connection.close()
  }
}

async function measure(db: string, listings: number, bytes: () => Promise<[what: string, bytes: number][]>): Promise<void> {
  const offers = listings / DAYS
  const daemon = await startDaemon(db)
  const started = performance.now()
  await fill(daemon, offers)
  const connection = await Connection.open(daemon.port)
  await connection.exchange(ABOUT_OFFERS)
  const print = (what: string, figure: number, unit: string) =>
    console.log(`${`${listings}`.padStart(10)}  ${what.padEnd(54)} ${figure.toPrecision(3).padStart(9)} ${unit}`)
  print('filled, offers included', (listings / (performance.now() - started)) * 1000, 'rows/s')
  const importing: number[] = []
  const following: number[] = []
  for (let post = 0; post < POSTS; post++) {
    const request = crawl((post * ROWS) % offers, ROWS, DAYS + Math.floor((post * ROWS) / offers) / POSTS)
    const begin = performance.now()
    await connection.exchange(request)
    const answered = performance.now()
    await connection.exchange(ABOUT_OFFERS)
    importing.push(answered - begin)
    following.push(performance.now() - answered)
  }
  print('import of 10,000 rows', median(importing), 'ms')
  print('its offers, before they are asked for', median(following), 'ms')
  for (const [what, path] of QUESTIONS) {
    const [first, p50] = await ask(daemon.port, path)
    print(what, p50, `ms, at first ${first.toPrecision(3)}`)
  }
  print('memory of the daemon at its peak', daemon.peakMemory() ?? Number.NaN, 'MB')
  connection.close()
  await daemon.stop()
  for (const [what, size] of await bytes()) print(what, size / (listings + POSTS * ROWS), 'bytes a listing')
}

async function measureSQLite(listings: number): Promise<void> {
  const folder = benchFolder()
  const db = folder.freshStore()
  try {
    await measure(db, listings, async () => [['store on disk', statSync(db).size]])
  } finally {
    folder.remove()
  }
}

async function measurePostgres(listings: number): Promise<void> {
  const server = await startServer()
  const db = await server.freshDatabase()
  /** Tables and indexes by what they are for, partitions with their table. */
  const sizes = () =>
    server.use(db, async (client) => {
      await client.query('checkpoint')
      const { rows } = await client.query<{ what: string; bytes: number }>(`
        select what, sum(pg_relation_size(oid)) as bytes from (
          select c.oid, case when c.relkind = 'i' then 'index ' else 'table ' end || regexp_replace(c.relname, '_\\d{4}_\\d\\d', '') as what
          from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'i')
        ) as relations group by what having sum(pg_relation_size(oid)) > ${listings} order by what`)
      const total = await client.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes')
      return [
        ['store on disk', total.rows[0]?.bytes ?? Number.NaN],
        ...rows.map(({ what, bytes }) => [what, bytes] as const),
      ] as [string, number][]
    })
  try {
    await measure(db, listings, sizes)
  } finally {
    await server.stop()
  }
}

if (engine !== 'sqlite' && engine !== 'postgres') throw new Error('give an engine, sqlite or postgres, and numbers of listings')
for (const listings of numbers.map(Number)) await (engine === 'sqlite' ? measureSQLite : measurePostgres)(listings)

/**
 * How fast posts of 10,000 rows are beside another build of the daemon: `npx tsx bench/compare.ts FOLDER`, a checkout of another commit
 * in which `npm ci` was run. Both take their turns, each time on a new store; a ratio is the median over the rounds.
 */
import { Connection, importRequest, startDaemon } from './daemon.ts'
import { benchFolder } from './files.ts'
import { median, medianRatio, timed } from './measure.ts'
import { benchListings } from './rows.ts'

const [, , other] = process.argv
if (other === undefined) throw new Error('give the folder of another build: npx tsx bench/compare.ts FOLDER')
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7)
const POSTS = 10
const ROWS = 10_000
const DAY_MS = 86_400_000

/** The same offers on another day, some of them at another price. */
function crawl(day: number, changed_percent: number): Buffer[] {
  return Array.from({ length: POSTS }, (_, post) => {
    const listings = benchListings(ROWS, post * ROWS).map((listing, row) => ({
      ...listing,
      seen_at: new Date(Date.parse(listing.seen_at ?? '') + day * DAY_MS).toISOString(),
      price: listing.price + ((row * 7919) % 100 < changed_percent ? 5 : 0),
    }))
    return importRequest(JSON.stringify(listings))
  })
}

const crawls: [what: string, posts: Buffer[]][] = [
  ['new offers', crawl(0, 0)],
  ['the same listings again', crawl(0, 0)],
  ['a day later, nothing changed', crawl(1, 0)],
  ['a day later, 3 % at another price', crawl(2, 3)],
]
const builds = { other, this: '.' }
const rates = new Map<string, number[]>()
const folder = benchFolder()
for (let round = 0; round < ROUNDS; round++) {
  const turns = Object.entries(builds)
  for (const [build, root] of round % 2 === 0 ? turns : turns.reverse()) {
    const daemon = await startDaemon(folder.freshStore(), [], root)
    const connection = await Connection.open(daemon.port)
    for (const [what, posts] of crawls) {
      const { rows, milliseconds } = await timed(POSTS * ROWS, async () => {
        for (const post of posts) await connection.exchange(post)
      })
      const key = `${build} ${what}`
      rates.set(key, [...(rates.get(key) ?? []), (rows / milliseconds) * 1000])
    }
    connection.close()
    await daemon.stop()
  }
}
folder.remove()

for (const [what] of crawls) {
  const [before, now] = ['other', 'this'].map((build) => rates.get(`${build} ${what}`) ?? [])
  if (before === undefined || now === undefined) continue
  const columns = `${median(before).toFixed(0).padStart(9)} ${median(now).toFixed(0).padStart(9)} rows/s`
  console.log(`${what.padEnd(36)} ${columns}   ${medianRatio(now, before).toFixed(2)}`)
}

/**
 * What a store comes to as it grows, and what feeders, daemons and one database do, by the costs that were measured: `npm run simulate:scale`
 * prints both and draws docs/scale.svg. docs/scale.md says where the costs are from and what the models leave out.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { COSTS, COSTS_AT_FIRST, GROWTH, MARKET } from './scale-costs.ts'
import { type Cluster, type Load, type Outcome, simulateCluster } from './scale-model.ts'
import { type Chart, pictureOf } from './scale-picture.ts'
import { type Prediction, predict } from './scale-prediction.ts'

const TITLE = 'Throughput and latency against feeders, for one to eight daemons'
const PICTURE = path.resolve(import.meta.dirname, '../docs/scale.svg')
const FEEDERS = [1, 2, 4, 8, 16, 32, 64]
const DAEMONS = [1, 2, 4, 8]
const LARGE = 10_000
const SIZES = [1e6, 1e7, 1e8, 1e9, 1e10, 1e11]
const THREADS = 2

/** What is assumed to be bought: not measured. */
const OF_EACH_DAEMON = 2
const OF_DATABASE = 8

const named = (daemons: number) => `${daemons} daemon${daemons === 1 ? '' : 's'}`

const clusterOf = (daemons: number): Cluster => ({
  daemons,
  cores: { of_each_daemon: OF_EACH_DAEMON, of_database: OF_DATABASE },
  import_threads: THREADS,
})

const GB = 1e9
const FIGURES: [what: string, unit: string, of: (prediction: Prediction) => number][] = [
  ['listings a day', '', (of) => of.listings_a_day],
  ['disk', 'GB', (of) => of.disk_bytes / GB],
  ['touched all the time', 'GB', (of) => of.working_bytes / GB],
  ['import of 10,000 rows', 'ms', (of) => of.import_seconds * 1000],
  ['the same, from disk', 'ms', (of) => of.import_from_disk_seconds * 1000],
  ['its offers', 'ms', (of) => of.follow_seconds * 1000],
  ['the same, from disk', 'ms', (of) => of.follow_from_disk_seconds * 1000],
  ['follower busy', '% of a day', (of) => of.follower_busy * 100],
  ['page that an index leads to', 'ms', (of) => of.page_seconds * 1000],
  ['page out of every partition', 'ms', (of) => of.every_partition_seconds * 1000],
  ['offers of a model by price', 'ms', (of) => of.offers_of_model_seconds * 1000],
  ['market of all models', 's', (of) => of.market_seconds],
  ['all listings looked at', 's', (of) => of.scan_seconds],
]

console.log('listings'.padEnd(42), ...SIZES.map((size) => `10^${Math.log10(size)}`.padStart(10)))
for (const [what, unit, of] of FIGURES) {
  const figures = SIZES.map((listings) => Number(of(predict(listings, GROWTH, MARKET)).toPrecision(2)).toLocaleString('en-US'))
  console.log(`${what}${unit === '' ? '' : `, ${unit}`}`.padEnd(42), ...figures.map((figure) => figure.padStart(10)))
}
console.log()

function print(what: string, { feeders, rows }: Load, outcome: Outcome): void {
  const figures = [
    `${feeders}`.padStart(7),
    `${rows}`.padStart(7),
    outcome.rows_per_second.toFixed(0).padStart(9),
    outcome.followed_per_second.toFixed(0).padStart(9),
    outcome.p50_ms.toFixed(1).padStart(9),
    outcome.p99_ms.toFixed(1).padStart(9),
    outcome.daemons_busy.toFixed(2).padStart(8),
    outcome.database_busy.toFixed(2).padStart(9),
  ]
  console.log(what.padEnd(34), ...figures)
}

console.log(
  `${''.padEnd(34)} feeders    rows    rows/s followed/s    p50 ms    p99 ms  daemons  database  (shares of their cores that are busy)`,
)
for (const rows of [LARGE, 1]) {
  for (const daemons of [1, 2, 4]) {
    const load = { feeders: daemons * (rows === 1 ? 16 : 4), rows }
    const cluster = { daemons, cores: { shared: 2 }, import_threads: THREADS }
    print(`${named(daemons)} on the database's 2 cores`, load, simulateCluster(cluster, load, COSTS_AT_FIRST))
  }
}

const charts = [LARGE, 1].flatMap((rows): Chart[] => {
  const outcomes = DAEMONS.map((daemons) => ({
    name: named(daemons),
    outcomes: FEEDERS.map((feeders) => {
      const outcome = simulateCluster(clusterOf(daemons), { feeders, rows }, COSTS)
      print(`${named(daemons)} of ${OF_EACH_DAEMON} cores, database of ${OF_DATABASE}`, { feeders, rows }, outcome)
      return outcome
    }),
  }))
  const what = rows === 1 ? 'single rows' : `bodies of ${rows.toLocaleString('en-US')} rows`
  const linesOf = (figure: 'rows_per_second' | 'p99_ms') =>
    outcomes.map(({ name, outcomes }) => ({
      name,
      points: FEEDERS.map((feeders, at) => [feeders, outcomes[at]?.[figure] ?? 0] as const),
    }))
  const limit = { name: 'as fast as offers follow', y: 1 / COSTS.followed_row }
  return [
    { title: `Throughput, ${what}`, y: 'rows/s', lines: linesOf('rows_per_second'), limit },
    { title: `Latency, ${what}`, y: 'p99, ms', lines: linesOf('p99_ms') },
  ]
})
writeFileSync(PICTURE, pictureOf(TITLE, charts, FEEDERS))
console.error(`wrote ${PICTURE}`)

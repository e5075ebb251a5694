/**
 * What one, two and four daemons on one PostgreSQL database take in over HTTP, with a daemon on SQLite beside them, and what limits them: how
 * much of the processors the daemons, the server of the database and the clients have. Part of `npm run bench`.
 */
import { availableParallelism } from 'node:os'
import { Connection, type Daemon, exchangeAcross, getRequest, importRequest, startDaemon, undoRequest } from './daemon.ts'
import { startServer } from './database.ts'
import { benchFolder } from './files.ts'
import { type Case, interleave, median, type Sample, timed } from './measure.ts'
import { benchListings } from './rows.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const DAEMONS = [1, 2, 4]
const LARGE: Load = { rows: 10_000, posts: 16, connections: 4, warm_up: 2 }
const SINGLE: Load = { rows: 1, posts: 8000, connections: 16, warm_up: 1000 }
const UNDOS = 5
const ABOUT_OFFERS = getRequest('/api/deltas?limit=1') // answered when they have followed

interface Load {
  rows: number
  posts: number
  /** To each daemon. */
  connections: number
  /** Posts to each daemon that are not measured. */
  warm_up: number
}

const folder = benchFolder()
const server = await startServer()

/** Requests for so many posts, each of listings of its own, behind those of the posts before. */
function requestsFor(rows: number, posts: number, first = 0): Buffer[] {
  return Array.from({ length: posts }, (_, at) => importRequest(JSON.stringify(benchListings(rows, first + at * rows))))
}
const requests = new Map(
  [LARGE, SINGLE].map((load) => {
    const { rows, posts, warm_up } = load
    return [load, { warm_up: requestsFor(rows, warm_up), measured: requestsFor(rows, posts, warm_up * rows) }]
  }),
)

async function start(engine: 'sqlite' | 'postgres', count: number): Promise<Daemon[]> {
  const db = engine === 'postgres' ? await server.freshDatabase() : folder.freshStore()
  const daemons: Daemon[] = []
  for (let index = 0; index < count; index++) daemons.push(await startDaemon(db))
  return daemons
}

/** Cores' worth of processor time that each kind of process had in every round of every case. */
const shares = new Map<string, { daemons: number[]; database: number[]; clients: number[] }>()
const addShares = (name: string) => {
  const known = shares.get(name) ?? { daemons: [], database: [], clients: [] }
  shares.set(name, known)
  return known
}
/** Rows a second until offers had followed, too. */
const followed = new Map<string, number[]>()

async function posts(name: string, daemons: readonly Daemon[], load: Load): Promise<Sample> {
  const ports = daemons.flatMap(({ port }) => Array.from({ length: load.connections }, () => port))
  const { warm_up, measured } = requests.get(load) ?? { warm_up: [], measured: [] }
  await exchangeAcross(ports, warm_up, daemons.length * load.warm_up)
  const first = await Connection.open(daemons[0]?.port ?? 0)
  await first.exchange(ABOUT_OFFERS)
  const used = () => ({
    daemons: daemons.reduce((sum, daemon) => sum + daemon.processorSeconds(), 0),
    database: server.processorSeconds(),
    clients: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  })
  const before = used()
  const started = performance.now()
  const sample = await timed(load.rows * load.posts, () => exchangeAcross(ports, measured, load.posts))
  const after = used()
  const share = addShares(name)
  for (const of of ['daemons', 'database', 'clients'] as const)
    share[of].push(((after[of] - before[of]) / sample.milliseconds) * 1000)
  await first.exchange(ABOUT_OFFERS)
  followed.set(name, [...(followed.get(name) ?? []), (sample.rows / (performance.now() - started)) * 1000])
  first.close()
  for (const daemon of daemons) await daemon.stop()
  return sample
}

/** Undoes imports of 10,000 rows, whose offers have followed, one after the other. */
async function undo(engine: 'sqlite' | 'postgres'): Promise<Sample> {
  const [daemon] = await start(engine, 1)
  if (daemon === undefined) throw new Error('no daemon was started')
  const connection = await Connection.open(daemon.port)
  const ids: string[] = []
  for (const request of requestsFor(LARGE.rows, UNDOS)) ids.push(JSON.parse(await connection.exchange(request)).import_id)
  await connection.exchange(ABOUT_OFFERS)
  const sample = await timed(LARGE.rows * UNDOS, async () => {
    for (const id of ids) await connection.exchange(undoRequest(id))
  })
  connection.close()
  await daemon.stop()
  return sample
}

const cases: Case[] = []
for (const [what, load] of [
  ['10,000 rows a post', LARGE],
  ['1 row a post', SINGLE],
] as const) {
  const contestants: [engine: 'sqlite' | 'postgres', count: number][] = [
    ['sqlite', 1],
    ...DAEMONS.map((count): ['postgres', number] => ['postgres', count]),
  ]
  for (const [engine, count] of contestants) {
    const name = `${what}, ${count} on ${engine}`
    cases.push({ name, run: async () => posts(name, await start(engine, count), load) })
  }
}
const undos = ['sqlite', 'postgres'] as const
for (const engine of undos) cases.push({ name: `undo of 10,000 rows, ${engine}`, run: () => undo(engine) })

try {
  const rates = await interleave(cases, ROUNDS)
  console.log(
    `\n${availableParallelism()} cores; medians of ${ROUNDS} interleaved rounds. Cores in use while the posts were answered.\n`,
  )
  console.log('daemons'.padEnd(34), '   rows/s   with offers   daemons  database  clients')
  for (const { name } of cases) {
    const rate = median(rates.get(name) ?? [])
      .toFixed(0)
      .padStart(9)
    const share = shares.get(name)
    if (share === undefined) {
      console.log(name.padEnd(34), rate)
      continue
    }
    const cores = [share.daemons, share.database, share.clients].map((used) => median(used.slice(1)).toFixed(2).padStart(9))
    console.log(
      name.padEnd(34),
      rate,
      median((followed.get(name) ?? []).slice(1))
        .toFixed(0)
        .padStart(13),
      ...cores,
    )
  }
} finally {
  await server.stop()
  folder.remove()
}

/** Feeders, daemons and one database, as queues: how many rows they store in a second, and how long a feeder waits. */
import { Random } from '../packages/glyphsieve/dist/random.js'
import { type Process, Simulation, Station } from './queueing.ts'

/** Seconds of a core, but for the flush, which is nobody's work. */
export interface Costs {
  /** Of a daemon, for a request whatever is in it. */
  request: number
  /** Of a daemon, for a row: read, checked and written as COPY takes it. */
  row: number
  /** Of the database, for a transaction, which stores the imports of a group. */
  transaction: number
  /** Of the database, for a row: the table and its indexes. */
  stored_row: number
  /** Of the database, for an offer that follows. */
  followed_row: number
  /** Until the log is on disk. Commits share it, so that nobody queues for it. */
  flush: number
}

/** What there is of machines. Daemons and database may share one. */
export interface Cluster {
  daemons: number
  cores: { shared: number } | { of_each_daemon: number; of_database: number }
  /** Imports that a daemon stores at once. */
  import_threads: number
}

/** Feeders that send a body, wait for its answer, and send the next. */
export interface Load {
  feeders: number
  rows: number
}

export interface Outcome {
  rows_per_second: number
  /** Rows a second that offers told of. */
  followed_per_second: number
  p50_ms: number
  p99_ms: number
  /** Shares of the cores that were busy. */
  daemons_busy: number
  database_busy: number
}

/** As `--max-group-imports` and the bytes of a group have it, for rows of 400 bytes. */
const GROUP_IMPORTS = 1000
const GROUP_ROWS = 2600
/** Rows for which a core is held at a time. */
const PIECE = 1000
/** Rows that a transaction of the follower takes over. */
const FOLLOWED_AT_ONCE = 20_000
const FOLLOWER_PAUSE = 0.01
/** A service takes between half of its time and one and a half: an assumption. */
const [LEAST, MOST] = [0.5, 1.5]
/** What happens at first, while queues build up, is not counted. */
const WARM_UP_SHARE = 0.25

interface Post {
  rows: number
  answered: Station
}

/** Processors, and for how long they were busy. */
interface Cores {
  count: number
  station: Station
  busy: number
}

interface Daemon {
  cores: Cores
  posts: Post[]
  /** A place for every post that waits. */
  waiting: Station
}

/** Has feeders post for so many seconds. The same seed gives the same outcome. */
export function simulateCluster(cluster: Cluster, load: Load, costs: Costs, { seconds = 20, seed = 1 } = {}): Outcome {
  const simulation = new Simulation()
  const random = new Random(seed)
  random.restart(0, 0)
  const coresOf = (count: number): Cores => ({ count, station: new Station(simulation, count), busy: 0 })
  const shared = 'shared' in cluster.cores ? coresOf(cluster.cores.shared) : undefined
  const database = shared ?? coresOf('of_database' in cluster.cores ? cluster.cores.of_database : 0)
  const daemons = Array.from({ length: cluster.daemons }, (): Daemon => {
    const cores = shared ?? coresOf('of_each_daemon' in cluster.cores ? cluster.cores.of_each_daemon : 0)
    return { cores, posts: [], waiting: new Station(simulation, 0) }
  })
  const from = seconds * WARM_UP_SHARE
  const used = { daemons: 0, database: 0 }
  const latencies: number[] = []
  let stored = 0
  let followed = 0
  let behind = 0

  function* work(cores: Cores, mean: number, by: keyof typeof used): Process {
    const time = mean * random.between(LEAST, MOST)
    yield* cores.station.serve(time)
    if (simulation.now > from) used[by] += time
  }

  function* feed(daemon: Daemon): Process {
    yield random.between(0, MOST) * costs.row * load.rows // nor do real ones begin in one moment
    for (;;) {
      const sent = simulation.now
      yield* work(daemon.cores, costs.request, 'daemons')
      const post = { rows: load.rows, answered: new Station(simulation, 0) }
      daemon.posts.push(post)
      daemon.waiting.leave()
      yield post.answered
      if (simulation.now <= from) continue
      latencies.push(simulation.now - sent)
      stored += load.rows
    }
  }

  /** An import thread with its connection: what waits when it is free shares a transaction. */
  function* storeGroups(daemon: Daemon): Process {
    const connection = new Station(simulation, 1)
    for (;;) {
      yield daemon.waiting
      const group = nextGroup(daemon.posts)
      if (group.length === 0) continue // another thread has stored what waited
      const rows = group.reduce((sum, post) => sum + post.rows, 0)
      for (let done = 0; done < rows; done += PIECE) {
        const piece = Math.min(PIECE, rows - done)
        yield* work(daemon.cores, piece * costs.row, 'daemons')
        simulation.start(copy(connection, piece * costs.stored_row)) // while the daemon reads on
      }
      yield connection // when all is copied
      yield* work(database, costs.transaction, 'database')
      yield costs.flush
      connection.leave()
      behind += rows
      for (const { answered } of group) answered.leave()
    }
  }

  function* copy(connection: Station, time: number): Process {
    yield connection
    yield* work(database, time, 'database')
    connection.leave()
  }

  /** One for all daemons. */
  function* follow(): Process {
    for (;;) {
      const rows = Math.min(behind, FOLLOWED_AT_ONCE)
      for (let done = 0; done < rows; done += PIECE)
        yield* work(database, Math.min(PIECE, rows - done) * costs.followed_row, 'database')
      behind -= rows
      if (simulation.now > from) followed += rows
      if (rows === 0) yield FOLLOWER_PAUSE
    }
  }

  for (const daemon of daemons)
    for (let thread = 0; thread < cluster.import_threads; thread++) simulation.start(storeGroups(daemon))
  for (let feeder = 0; feeder < load.feeders; feeder++) {
    const daemon = daemons[feeder % daemons.length]
    if (daemon !== undefined) simulation.start(feed(daemon))
  }
  if (costs.followed_row > 0) simulation.start(follow())
  simulation.run(seconds)

  latencies.sort((a, b) => a - b)
  const latency = (share: number) => (latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN) * 1000
  const time = seconds - from
  const cores = shared?.count ?? daemons.reduce((sum, daemon) => sum + daemon.cores.count, 0)
  return {
    rows_per_second: stored / time,
    followed_per_second: followed / time,
    p50_ms: latency(0.5),
    p99_ms: latency(0.99),
    daemons_busy: used.daemons / time / cores,
    database_busy: used.database / time / database.count,
  }
}

/** Takes the posts that share a transaction out of those that wait. */
function nextGroup(posts: Post[]): Post[] {
  let size = 0
  let rows = 0
  for (const post of posts) {
    if (size === GROUP_IMPORTS || (size > 0 && rows + post.rows > GROUP_ROWS)) break
    size++
    rows += post.rows
  }
  return posts.splice(0, size)
}

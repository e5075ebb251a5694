/**
 * What a daemon makes of very large imports, and what else it does meanwhile: rate and memory from 1,000 to 1,000,000 rows in one
 * request, memory over many of them, reads during imports and undos, and what an undo takes. Part of `npm run bench`.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { rawInsert, readyRows } from './ceilings.ts'
import { Connection, type Daemon, exchangeAll, getRequest, importRequest, startDaemon, undoRequest } from './daemon.ts'
import { benchFolder } from './files.ts'
import { type Case, interleave, median, medianRatio, percentile, type Sample, timed } from './measure.ts'
import { benchListings } from './rows.ts'

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5)
const IMPORTS = Number(process.env['BENCH_IMPORTS'] ?? 20)
const MILLION = 1_000_000
const SIZES = [1000, 10_000, 100_000, MILLION]
const READ_ROWS = 200_000
const IDLE_MS = 2000
const SETTLE_MS = 12_000
const FLAGS = ['--max-rows', `${MILLION}`, '--max-body-bytes', `${1024 ** 3}`, '--max-queue-bytes', `${1024 ** 3}`]

const folder = benchFolder()
const bodies = new Map([...SIZES, READ_ROWS].map((rows) => [rows, folder.bodyFile(rows)]))
const warmUp = [0, 1, 2].map((index) => importRequest(JSON.stringify(benchListings(10_000, index * 10_000))))

const bodyOf = (rows: number) => bodies.get(rows) ?? ''
const idOf = (answer: string): string => JSON.parse(answer).import_id

/** A daemon as it is when it has been up for a while: V8 gives back what only the start needed after some idle seconds. */
async function warmDaemon(): Promise<Daemon> {
  const daemon = await startDaemon(folder.freshStore(), FLAGS)
  await setTimeout(SETTLE_MS)
  await exchangeAll(daemon.port, warmUp, warmUp.length, 1)
  return daemon
}

const peaks = new Map<number, number[]>()

async function oneRequest(rows: number): Promise<Sample> {
  const daemon = await warmDaemon()
  const connection = await Connection.open(daemon.port)
  const sample = await timed(rows, () => connection.importFile(bodyOf(rows)))
  connection.close()
  peaks.set(rows, [...(peaks.get(rows) ?? []), daemon.peakMemory() ?? Number.NaN])
  await daemon.stop()
  return sample
}

/** Imports a million rows again and again, takes each import back, and gives the peak of memory of each. */
async function manyImports(): Promise<number[]> {
  const daemon = await warmDaemon()
  const connection = await Connection.open(daemon.port)
  const memory: number[] = []
  for (let index = 0; index < IMPORTS; index++) {
    daemon.forgetPeak()
    const import_id = idOf(await connection.importFile(bodyOf(MILLION)))
    memory.push(daemon.peakMemory() ?? Number.NaN)
    await connection.exchange(undoRequest(import_id))
  }
  connection.close()
  await daemon.stop()
  return memory
}

const READS = ['/api/listings?limit=100', '/api/health'] as const

/** Milliseconds of each answer until `work` is done, for each of the reads, which take turns. */
async function readsDuring(daemon: Daemon, work: () => Promise<unknown>): Promise<number[][]> {
  const connection = await Connection.open(daemon.port)
  const latencies = READS.map((): number[] => [])
  let done = false
  const working = work().finally(() => {
    done = true
  })
  for (let turn = 0; !done; turn = (turn + 1) % READS.length) {
    const started = performance.now()
    await connection.exchange(getRequest(READS[turn] ?? ''))
    latencies[turn]?.push(performance.now() - started)
  }
  await working
  connection.close()
  return latencies
}

interface Reads {
  idle: number[][]
  importing: number[][]
  undoing: number[][]
  import_ms: number
  undo_ms: number
}

async function reads(): Promise<Reads> {
  const daemon = await warmDaemon()
  // Sent by a process of its own: sent by this one, the bytes would hold up the clock of the reads.
  const sender = fork(new URL('./sender.ts', import.meta.url), [`${daemon.port}`, bodyOf(READ_ROWS)])
  await once(sender, 'message')
  const idle = await readsDuring(daemon, () => setTimeout(IDLE_MS))
  let answer = ''
  let import_ms = 0
  const importing = await readsDuring(daemon, async () => {
    sender.send('go')
    const [message] = await once(sender, 'message')
    answer = message.answer
    import_ms = message.milliseconds
  })
  const undo = await Connection.open(daemon.port)
  let undo_ms = 0
  const undoing = await readsDuring(daemon, async () => {
    undo_ms = (await timed(READ_ROWS, () => undo.exchange(undoRequest(idOf(answer))))).milliseconds
  })
  undo.close()
  await daemon.stop()
  return { idle, importing, undoing, import_ms, undo_ms }
}

const ready = readyRows(100_000)
const cases: Case[] = [
  { name: 'raw insert of 1,000,000 rows', run: () => rawInsert(folder.freshStore(), ready, ready.filledColumns, 10) },
  ...SIZES.map((rows) => ({ name: `one request, ${rows} rows`, run: () => oneRequest(rows) })),
]
const rates = await interleave(cases, ROUNDS)
const rounds: Reads[] = []
for (let round = 0; round < ROUNDS; round++) rounds.push(await reads())
const memory = await manyImports()
folder.remove()

const peak = (rows: number) => median(peaks.get(rows) ?? [])
for (const { name } of cases)
  console.log(
    `${name.padEnd(34)} ${median(rates.get(name) ?? [])
      .toFixed(0)
      .padStart(9)} rows/s`,
  )
for (const rows of SIZES) console.log(`peak memory, ${`${rows} rows`.padEnd(20)} ${peak(rows).toFixed(0).padStart(9)} MB`)
const share = medianRatio(rates.get(`one request, ${MILLION} rows`) ?? [], rates.get('raw insert of 1,000,000 rows') ?? [])
console.log(`\none request of 1,000,000 rows / raw insert of filled columns   ${share.toFixed(2)}   (at least 0.40)`)
console.log(
  `its peak memory: ${peak(MILLION).toFixed(0)} MB (at most 220 MB), ${(peak(MILLION) / peak(100_000)).toFixed(2)} of that of 100,000 rows (at most 1.30)`,
)
console.log(
  `peak memory of each of ${IMPORTS} such imports, one after the other: ${memory.map((mb) => mb.toFixed(0)).join(' ')} MB`,
)
for (const [turn, read] of READS.entries()) {
  for (const [what, pick] of [
    ['idle', 'idle'],
    ['during an import of 200,000', 'importing'],
    ['during its undo', 'undoing'],
  ] as const) {
    const latencies = rounds.flatMap((round) => round[pick][turn] ?? [])
    const [p50, p99, worst] = [0.5, 0.99, 1].map((share) => percentile(latencies, share).toFixed(1))
    console.log(`GET ${read}, ${what}: p50 ${p50} ms, p99 ${p99} ms, worst ${worst} ms, of ${latencies.length}`)
  }
}
const undo = median(rounds.map(({ undo_ms, import_ms }) => undo_ms / import_ms))
console.log(`undo / import of 200,000 rows, over HTTP: ${undo.toFixed(2)}   (at most 1.00)`)

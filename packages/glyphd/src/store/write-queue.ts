import type { Limits } from '../contract/operations.ts'
import { Problem } from '../problem.ts'
import { type Outcome, valueIn } from './outcome.ts'

/** Bytes of the imports of one group. A larger import has a transaction of its own: the others need not wait for it to be read. */
const GROUP_BYTES = 1024 * 1024

type QueueLimits = Pick<Limits, 'max_queue_imports' | 'max_queue_bytes' | 'max_wait_seconds' | 'max_group_imports'>

interface Waiting<Job, Value> {
  job: Job
  bytes: number
  patience: NodeJS.Timeout
  resolve: (value: Value) => void
  reject: (reason: unknown) => void
}

/**
 * What waits for the writers, most often the only one. A group is what has queued when one becomes free: one sync of the disk acknowledges
 * all of it, and nobody waits for a timer.
 */
export class WriteQueue<Job, Value> {
  readonly #limits: QueueLimits
  readonly #write: (group: Job[]) => Promise<Outcome<Value>[]>
  readonly #mayShare: (job: Job) => boolean
  readonly #writers: number
  readonly #waiting: Waiting<Job, Value>[] = []
  #waitingBytes = 0
  #busy = 0
  readonly #runs = new Set<Promise<void>>()

  /** `write` does the work of a group and says what became of each member; `mayShare` says which jobs may be in one with others. */
  constructor(
    limits: QueueLimits,
    write: (group: Job[]) => Promise<Outcome<Value>[]>,
    mayShare: (job: Job) => boolean,
    writers = 1,
  ) {
    this.#writers = writers
    this.#limits = limits
    this.#write = write
    this.#mayShare = mayShare
  }

  /** @throws Problem if too many wait already, or if the turn of this one does not come in time. */
  add(job: Job, bytes: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const { max_queue_imports, max_queue_bytes, max_wait_seconds } = this.#limits
      const isFull = this.#waiting.length >= max_queue_imports || this.#waitingBytes + bytes > max_queue_bytes
      if (this.#waiting.length > 0 && isFull) throw queueFull()
      const waiting: Waiting<Job, Value> = {
        job,
        bytes,
        patience: setTimeout(() => this.#giveUp(waiting), max_wait_seconds * 1000),
        resolve,
        reject,
      }
      this.#waiting.push(waiting)
      this.#waitingBytes += bytes
      if (this.#busy < this.#writers) this.#start()
    })
  }

  /** Waits until nothing is left to do. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs)
  }

  #start(): void {
    this.#busy++
    const run = this.#run().finally(() => this.#runs.delete(run))
    this.#runs.add(run)
  }

  /** Has a writer go on until nothing is left. */
  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup()
      try {
        const outcomes = await this.#write(group.map(({ job }) => job))
        for (const [index, member] of group.entries()) settle(member, outcomes[index])
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#busy--
  }

  #nextGroup(): Waiting<Job, Value>[] {
    let size = 0
    let bytes = 0
    for (const { job, bytes: more } of this.#waiting) {
      if (size > 0 && (size >= this.#limits.max_group_imports || bytes + more > GROUP_BYTES || !this.#mayShare(job))) break
      size++
      bytes += more
      if (!this.#mayShare(job)) break
    }
    const group = this.#waiting.splice(0, size)
    this.#waitingBytes -= bytes
    for (const { patience } of group) clearTimeout(patience)
    return group
  }

  #giveUp(waiting: Waiting<Job, Value>): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
    this.#waitingBytes -= waiting.bytes
    waiting.reject(
      new Problem(
        'waited_too_long',
        `Its turn did not come within ${this.#limits.max_wait_seconds} seconds. Nothing was changed; send it again`,
        { headers: { 'retry-after': '5' } },
      ),
    )
  }
}

function settle<Value>({ resolve, reject }: Waiting<unknown, Value>, outcome: Outcome<Value> | undefined): void {
  try {
    if (outcome === undefined) throw new Error('the writer did not say what became of an import')
    resolve(valueIn(outcome))
  } catch (error) {
    reject(error)
  }
}

function queueFull(): Problem {
  return new Problem('queue_full', 'Too many imports and undos wait. Nothing was changed; send it again', {
    headers: { 'retry-after': '5' },
  })
}

import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads'
import { Problem } from '../problem.ts'
import { type Outcome, valueIn } from './outcome.ts'

/**
 * Memory of a thread's short-lived objects, in MB. By default V8 lets it grow to 48 in every thread, and that makes imports hardly
 * faster.
 */
export const THREAD_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 6 }

/** The same of a thread that answers questions: a page is many short-lived texts, and with less room one in a hundred waits for 20 ms. */
export const READER_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 32 }

/** A thread's answer to one call. */
interface Reply<T> {
  call: number
  outcome: Outcome<T>
}

interface Pending<T> {
  resolve: (value: T) => void
  reject: (reason: unknown) => void
}

/**
 * A worker thread that answers calls, in the order in which they come; the first call starts it. If it dies, the calls that it had
 * not answered fail, and the next call starts a new one.
 */
export class Thread<Input, Value> {
  readonly #entry: URL
  readonly #workerData: unknown
  readonly #ended: () => Problem
  readonly #limits: ResourceLimits
  #worker: Worker | undefined
  #calls = 0
  #stopped = false
  readonly #pending = new Map<number, Pending<Value>>()

  /** `ended` is what calls fail with that the thread has not answered when it dies. */
  constructor(entry: URL, workerData: unknown, ended: () => Problem = storeEnded, limits = THREAD_LIMITS) {
    this.#limits = limits
    this.#entry = entry
    this.#workerData = workerData
    this.#ended = ended
  }

  /** How many calls wait for an answer. */
  get load(): number {
    return this.#pending.size
  }

  get isRunning(): boolean {
    return this.#worker !== undefined
  }

  call(request: Input, transfer: Transferable[] = []): Promise<Value> {
    return new Promise((resolve, reject) => {
      if (this.#stopped) throw new Error('the thread was stopped')
      this.#worker ??= this.#start()
      const call = this.#calls++
      this.#worker.postMessage({ call, request }, transfer)
      this.#pending.set(call, { resolve, reject })
    })
  }

  /** Ends the thread. Calls that it has not answered fail, and so does every later one. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, { workerData: this.#workerData, resourceLimits: this.#limits })
    worker.on('message', (reply: Reply<Value>) => {
      const pending = this.#pending.get(reply.call)
      this.#pending.delete(reply.call)
      try {
        pending?.resolve(valueIn(reply.outcome))
      } catch (error) {
        pending?.reject(error)
      }
    })
    let cause: unknown
    worker.on('error', (error) => {
      cause = error
    })
    worker.on('exit', () => {
      this.#worker = undefined
      const pending = [...this.#pending.values()]
      this.#pending.clear()
      for (const { reject } of pending) reject(Object.assign(this.#ended(), { cause }))
    })
    return worker
  }
}

export function storeEnded(): Problem {
  return new Problem('store_unavailable', 'The store stopped before it answered. Ask it what is stored before sending again', {
    headers: { 'retry-after': '1' },
  })
}

/** The value of a call that can only be answered in one way. */
export async function valueOfKind<V extends { kind: string }, K extends V['kind']>(
  call: Promise<V>,
  kind: K,
): Promise<Extract<V, { kind: K }>> {
  const value = await call
  if (value.kind !== kind) throw new Error(`the thread answered ${value.kind} and not ${kind}`)
  return value as Extract<V, { kind: K }> // what the line above checked, which the compiler does not follow
}

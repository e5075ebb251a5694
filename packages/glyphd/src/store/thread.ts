import { type Transferable, Worker } from 'node:worker_threads'
import type { ProblemCode } from '../contract.ts'
import { Problem, type ProblemMembers } from '../problem.ts'

/** A thread's answer to one call, as it crosses between threads. */
export type Reply<T> =
  | { call: number; value: T }
  | { call: number; problem: { code: ProblemCode; detail: string; members: ProblemMembers; headers: Record<string, string> } }
  | { call: number; error: unknown }

interface Pending<T> {
  resolve: (value: T) => void
  reject: (reason: unknown) => void
}

/**
 * A worker thread that answers calls, in the order in which they come. If it dies, the calls that it had not answered fail, and
 * the next call starts a new one.
 */
export class Thread<Input, Value> {
  readonly #entry: URL
  readonly #workerData: unknown
  #worker: Worker | undefined
  #calls = 0
  #stopped = false
  readonly #pending = new Map<number, Pending<Value>>()

  constructor(entry: URL, workerData: unknown) {
    this.#entry = entry
    this.#workerData = workerData
    this.#worker = this.#start()
  }

  /** How many calls wait for an answer. */
  get load(): number {
    return this.#pending.size
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

  #ended(cause: unknown): Problem {
    const problem = new Problem(
      'store_unavailable',
      'The store stopped before it answered. Ask it what is stored before sending again',
      {
        headers: { 'retry-after': '1' },
      },
    )
    problem.cause = cause
    return problem
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, { workerData: this.#workerData })
    worker.on('message', (reply: Reply<Value>) => {
      const pending = this.#pending.get(reply.call)
      this.#pending.delete(reply.call)
      if ('value' in reply) pending?.resolve(reply.value)
      else if ('error' in reply) pending?.reject(reply.error)
      else {
        const { code, detail, members, headers } = reply.problem
        pending?.reject(new Problem(code, detail, { members, headers }))
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
      for (const { reject } of pending) reject(this.#ended(cause))
    })
    return worker
  }
}

import { MessageChannel, Worker } from 'node:worker_threads'
import type { Limits } from '../contract/operations.ts'
import { Problem } from '../problem.ts'
import type { BodyMessage } from './body-reader-thread.ts'
import type { RowsRequest } from './import-request.ts'
import { valueIn } from './outcome.ts'
import type { StorableBatches } from './storable-batch.ts'
import { THREAD_LIMITS } from './thread.ts'
import { SenderGone, type StreamEnd, type StreamReceiver, streamReceiver, streamState } from './thread-stream.ts'

/**
 * Reads and checks bodies on a thread of its own, so that the one that writes has nothing to do but insert. It waits for that
 * thread without going back to its event loop: a transaction stays one function.
 */
export class BodyReader {
  readonly #limits: Limits
  #thread: ReaderThread
  /** Bodies that were given to the thread and are not read to their end. */
  #unread = 0

  constructor(limits: Limits) {
    this.#limits = limits
    this.#thread = startThread(limits)
  }

  /**
   * Has a body read, after those that were given before and whose batches come first.
   *
   * @throws Problem as `storableBatches` does, where its batches are taken.
   */
  read(request: RowsRequest): StorableBatches {
    this.#unread++
    this.#thread.stream.port.postMessage(request, request.body.chunks)
    return this.#batches(this.#thread.receiver)
  }

  *#batches(receiver: StreamReceiver<BodyMessage>): StorableBatches {
    for (;;) {
      const message = taken(receiver)
      if (message.kind === 'end') {
        this.#unread--
        return valueIn(message.outcome)
      }
      yield message.batch
    }
  }

  /** Lets go of bodies that are not wanted to their end, or whose thread has died: the next body gets a new one. */
  abandon(): void {
    if (this.#unread === 0) return
    this.#unread = 0
    void this.#thread.worker.terminate()
    this.#thread = startThread(this.#limits)
  }
}

/** @throws Problem if the thread has died: of this body, most likely, and then of no other. */
function taken(receiver: StreamReceiver<BodyMessage>): BodyMessage {
  try {
    return receiver.take()
  } catch (error) {
    if (!(error instanceof SenderGone)) throw error
    const detail = 'The store stopped before it had read this. Nothing was stored; send it again'
    throw new Problem('store_unavailable', detail, { headers: { 'retry-after': '1' } })
  }
}

interface ReaderThread {
  worker: Worker
  stream: StreamEnd
  receiver: StreamReceiver<BodyMessage>
}

function startThread(limits: Limits): ReaderThread {
  const { port1, port2 } = new MessageChannel()
  const state = streamState()
  const worker = new Worker(new URL('./body-reader-thread.js', import.meta.url), {
    workerData: { stream: { port: port2, state }, limits },
    transferList: [port2],
    resourceLimits: THREAD_LIMITS,
  })
  worker.on('error', () => {}) // whoever waits for its messages finds that none come
  worker.unref() // it has nothing to do unless somebody waits for it
  const stream = { port: port1, state }
  return { worker, stream, receiver: streamReceiver<BodyMessage>(stream) }
}

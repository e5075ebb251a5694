import { type MessagePort, receiveMessageOnPort, type Transferable } from 'node:worker_threads'

/** One end of a stream of messages from one thread to another, neither of which goes back to its event loop in between. */
export interface StreamEnd {
  port: MessagePort
  /** Two counters, shared by both ends. */
  state: Int32Array<SharedArrayBuffer>
}

const SENT = 0
const TAKEN = 1

/** Messages that may be under way: enough to keep both threads busy, and few enough to be no load on the memory. */
const WINDOW = 4
/**
 * A thread that waits is told in no way that the other one has died, so that long silence has to do as a sign. It is counted in looks
 * and not in seconds: a machine that was asleep wakes to one look that found nothing.
 */
const LOOK_MS = 500
const MOST_LOOKS = 60

/** The thread at the other end has ended, and will send nothing more. */
export class SenderGone extends Error {
  override readonly name = 'SenderGone'
  constructor() {
    super('the thread that sends is gone')
  }
}

export function streamState(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
}

export interface StreamSender<Message> {
  /** Sends as soon as there is room. */
  send(message: Message, transfer: Transferable[]): void
}

export function streamSender<Message>({ port, state }: StreamEnd): StreamSender<Message> {
  return {
    send(message, transfer) {
      for (;;) {
        const taken = Atomics.load(state, TAKEN)
        if (Atomics.load(state, SENT) - taken < WINDOW) break
        Atomics.wait(state, TAKEN, taken)
      }
      port.postMessage(message, transfer)
      Atomics.add(state, SENT, 1)
      Atomics.notify(state, SENT)
    },
  }
}

export interface StreamReceiver<Message> {
  /** The next message, as soon as it is there. @throws SenderGone if none will come any more. */
  take(): Message
}

export function streamReceiver<Message>({ port, state }: StreamEnd, mostLooks = MOST_LOOKS): StreamReceiver<Message> {
  let isGone = false

  function received(): { message: Message } | undefined {
    for (let looks = 0; ; ) {
      const sent = Atomics.load(state, SENT)
      const found: { message: Message } | undefined = receiveMessageOnPort(port)
      if (found !== undefined || isGone) return found
      // What wakes it may also be the count of a message that was there before it was counted.
      if (Atomics.wait(state, SENT, sent, LOOK_MS) === 'timed-out') isGone = ++looks >= mostLooks
    }
  }

  return {
    take() {
      const found = received()
      if (found === undefined) throw new SenderGone()
      Atomics.add(state, TAKEN, 1)
      Atomics.notify(state, TAKEN)
      return found.message
    },
  }
}

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
/** How long the other thread may show no sign of life: it needs milliseconds, so it has died. */
const PATIENCE_MS = 30_000

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
  /** The next message, as soon as it is there. @throws Error if the sender shows no sign of life for too long. */
  take(): Message
}

export function streamReceiver<Message>({ port, state }: StreamEnd, patienceMs = PATIENCE_MS): StreamReceiver<Message> {
  return {
    take() {
      const taken = Atomics.load(state, TAKEN)
      while (Atomics.load(state, SENT) === taken) {
        if (Atomics.wait(state, SENT, taken, patienceMs) === 'timed-out') throw new Error('the thread that sends has died')
      }
      const received = receiveMessageOnPort(port)
      if (received === undefined) throw new Error('a message was counted that did not come')
      Atomics.add(state, TAKEN, 1)
      Atomics.notify(state, TAKEN)
      return received.message
    },
  }
}

import { MessageChannel, Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { type StreamEnd, streamReceiver, streamState } from '../dist/store/thread-stream.js'

/** The receiving end of a stream on which another thread runs this code: `send(message)` sends. */
function receiving(code: string): StreamEnd {
  const { port1: port, port2 } = new MessageChannel()
  const state = streamState()
  const sender = JSON.stringify(new URL('../dist/store/thread-stream.js', import.meta.url).href)
  const program = `
    const { workerData } = require('node:worker_threads')
    import(${sender}).then(({ streamSender }) => {
      const { send } = streamSender(workerData)
      ${code}
    })`
  const worker = new Worker(program, { eval: true, workerData: { port: port2, state }, transferList: [port2] })
  worker.on('error', () => {})
  onTestFinished(async () => {
    port.close()
    await worker.terminate()
  })
  return { port, state }
}

test('messages arrive in order, without the event loop of either thread', () => {
  const { take } = streamReceiver<number>(receiving('for (let n = 0; n < 1000; n++) send(n, [])'))
  expect(Array.from({ length: 1000 }, take)).toEqual(Array.from({ length: 1000 }, (_, n) => n))
})

test('the sender waits while four messages are on their way', () => {
  const end = receiving(`
    const sent = new Int32Array(new SharedArrayBuffer(4))
    for (let n = 0; n < 1000; n++) {
      sent[0] = n + 1
      send({ n, sent }, [])
    }`)
  const { take } = streamReceiver<{ n: number; sent: Int32Array }>(end)
  for (let n = 0; n < 50; n++) {
    const message = take()
    expect(message.n).toBe(n)
    // Those that were taken, four on their way, and the one that waits.
    expect(Atomics.load(message.sent, 0)).toBeLessThanOrEqual(n + 1 + 4 + 1)
  }
})

test('a sender that has died is noticed', () => {
  const { take } = streamReceiver<string>(receiving(`send('last words', []); throw new Error('dead')`), 4)
  expect(take()).toBe('last words')
  expect(take).toThrow('the thread that sends is gone')
  expect(take, 'known now, and not waited for again').toThrow('the thread that sends is gone')
})

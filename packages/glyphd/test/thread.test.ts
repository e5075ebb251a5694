import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { Thread } from '../dist/store/thread.js'
import { temporaryFolder } from './daemon.ts'

type Request = { echo: string } | { wait: true } | { die: true } | { fail: string }

/** A thread that echoes, waits for ever, dies, or fails, as it is asked. */
async function startThread(): Promise<Thread<Request, string>> {
  const entry = path.join(await temporaryFolder(), 'thread.mjs')
  const port = JSON.stringify(new URL('../dist/store/thread-port.js', import.meta.url).href)
  await writeFile(
    entry,
    `import { answerCalls } from ${port}
     answerCalls((request) => {
       if (request.die) process.exit(1)
       if (request.wait) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
       if (request.fail) throw new RangeError(request.fail)
       return request.echo
     }, () => [])`,
  )
  const thread = new Thread<Request, string>(pathToFileURL(entry), undefined)
  onTestFinished(() => thread.stop())
  return thread
}

test('calls are answered in order, each with its own answer', async () => {
  const thread = await startThread()
  const echoes = Array.from({ length: 100 }, (_, index) => `${index}`)
  expect(await Promise.all(echoes.map((echo) => thread.call({ echo })))).toEqual(echoes)
  expect(thread.load).toBe(0)
})

test('an error keeps its words and its stack between threads', async () => {
  const thread = await startThread()
  const error: unknown = await thread.call({ fail: 'out of bounds' }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ message: 'RangeError: out of bounds', stack: expect.stringContaining('thread.mjs') })
})

test('when the thread dies, what it had not answered fails with words, and the next call finds a new one', async () => {
  const thread = await startThread()
  const calls = [thread.call({ echo: 'before' }), thread.call({ die: true }), thread.call({ echo: 'behind' })]
  const [before, dying, behind] = await Promise.allSettled(calls)
  expect(before).toEqual({ status: 'fulfilled', value: 'before' })
  for (const call of [dying, behind]) {
    expect(call).toMatchObject({ status: 'rejected', reason: { name: 'Problem', code: 'store_unavailable' } })
  }
  expect(await thread.call({ echo: 'again' })).toBe('again')
})

test('a stopped thread answers nothing any more', async () => {
  const thread = await startThread()
  const waiting = thread.call({ wait: true })
  const refused = expect(waiting).rejects.toMatchObject({ code: 'store_unavailable' })
  await thread.stop()
  await refused
  await expect(thread.call({ echo: 'late' })).rejects.toThrow('stopped')
})

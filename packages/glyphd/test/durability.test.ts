import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, inject, test } from 'vitest'
import type { Random } from '../../glyphsieve/dist/random.js'
import { temporaryFolder } from './daemon.ts'
import { Feed, withSeed } from './feed.ts'
import { type DaemonProcess, logOf, startDaemonProcess, startProgram, wordsOf } from './process.ts'

/** Each store is looked at whole after every kill, so that it must not grow for ever. */
const KILLS_OF_A_STORE = 5

/** Little memory, so that all but small bodies are in files. */
const FLAGS = ['--log-level', 'warn', '--max-memory-bytes', `${256 * 1024}`]

/** Feeds the daemon and kills it at a moment drawn: in the instant of an answer, or at any time. */
async function feedUntilKilled(feed: Feed, daemon: DaemonProcess, random: Random): Promise<void> {
  let left = random.chance(0.5) ? 1 + random.below(25) : Number.POSITIVE_INFINITY
  const timer = left === Number.POSITIVE_INFINITY ? setTimeout(() => daemon.kill('SIGKILL'), random.below(400)) : undefined
  const answered = () => {
    if (--left === 0) daemon.kill('SIGKILL')
  }
  await feed.feed([daemon.url], { answered })
  clearTimeout(timer)
  const { code, stderr } = await daemon.ended
  expect(code).toBeNull() // killed, and not by a failure of its own
  expect(wordsOf(stderr)).toEqual([])
  expect(logOf(stderr)).toEqual([])
}

/** Kills a daemon while it takes up the store again. */
async function killWhileItStarts(folder: string, random: Random): Promise<void> {
  const program = await startProgram(['serve', '--db', path.join(folder, 'gpu.sqlite'), '--port', '0', ...FLAGS], { folder })
  setTimeout(() => program.kill('SIGKILL'), random.below(500))
  await program.ended
}

for (let store = 1; store <= inject('kills') / KILLS_OF_A_STORE; store++) {
  test(`what was answered survives kill -9 in the next instant, and what was not is whole or absent (store ${store})`, () =>
    withSeed(async (random) => {
      const folder = await temporaryFolder()
      const feed = new Feed(random)
      let daemon = await startDaemonProcess(FLAGS, { folder })
      for (let kill = 0; kill < KILLS_OF_A_STORE; kill++) {
        await feedUntilKilled(feed, daemon, random)
        if (random.chance(0.25)) await killWhileItStarts(folder, random)
        // What a daemon leaves that dies between making a file and taking its name away.
        await writeFile(path.join(folder, 'gpu.sqlite-body-1-0'), 'half a body')
        daemon = await startDaemonProcess(FLAGS, { folder })
        expect((await readdir(folder)).sort()).toEqual(['gpu.sqlite', 'gpu.sqlite-shm', 'gpu.sqlite-wal'])
        feed.verify(daemon.db)
        await feed.sendAgain(daemon.url)
      }
      feed.verify(daemon.db)
      expect(feed.stored).toBeGreaterThan(KILLS_OF_A_STORE)
    }))
}

import type { Worker } from 'node:worker_threads'
import { onTestFinished } from 'vitest'

/** Calls `seen` for every thread that this process starts until the test is over. */
export function onThread(seen: (thread: Worker) => void): void {
  process.on('worker', seen)
  onTestFinished(() => {
    process.off('worker', seen)
  })
}

/** Ends the next thread that starts before it does anything. Resolves when it has ended. */
export function killNextThread(): Promise<void> {
  return new Promise((resolve) => {
    const kill = (thread: Worker) => {
      process.off('worker', kill)
      thread.once('exit', () => resolve())
      void thread.terminate()
    }
    onThread(kill)
  })
}

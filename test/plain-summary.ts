import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with one plain line that any tool can read: `N passed, N failed, N skipped`. */
export default class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state))
    const count = (state: string) => states.filter((found) => found === state).length
    // A file that cannot be run at all has no tests that could fail in it.
    const broken = modules.filter((module) => module.errors().length > 0).length
    const skipped = count('skipped')
    const failed = count('failed') + count('pending') + broken + unhandled.length
    console.log(`\n${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }
}

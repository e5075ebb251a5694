import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  test: {
    // What is tested is what ships: the build, made once before the run, so that no test ever judges a stale one.
    globalSetup: 'test/build.ts',
    reporters: ['default', './test/plain-summary.ts'],
    include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
    // Vitest would leave one of two cores idle: most of the time the tests wait for daemons.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The files of one worker share what they load, which is a fifth of the time: no file changes what another sees.
    isolate: false,
    testTimeout: mode === 'long' ? 600_000 : 30_000,
    provide:
      mode === 'long'
        ? { kills: 200, fuzz_rounds: 40, simulated_hours: 48 }
        : { kills: 5, fuzz_rounds: 1, simulated_hours: 12 },
  },
}))

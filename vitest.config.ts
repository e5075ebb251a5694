import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** Tests of what only PostgreSQL does. */
const ONLY_ON_POSTGRES = ['packages/glyphd/test/postgres-*.test.ts']

/** Tests that run on both engines. */
const ON_BOTH = [
  'api-dry-run',
  'api-idempotency',
  'api-imports',
  'api-limits',
  'api-listings',
  'api-persist',
  'asking',
  'asking-export',
  'asking-market',
  'asking-real',
  'concurrency',
  'real-data',
]

/** Of these, the second engine only has its turn in the long run: what they are about lies in front of the store. */
const ON_BOTH_IN_LONG = [
  'api-raw-listings',
  'asking-hostile',
  'client',
  'export-command',
  'fuzz',
  'http',
  'report-page',
  'spool',
]

const testsOf = (names: readonly string[]) => names.map((name) => `packages/glyphd/test/${name}.test.ts`)

export default defineConfig(({ mode }) => ({
  test: {
    // What is tested is what ships: the build, made once before the run, so that no test ever judges a stale one.
    globalSetup: ['test/build.ts'],
    reporters: ['default', './test/plain-summary.ts'],
    // More than there are cores where these are few: most of the time the tests wait for daemons and databases.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // The files of one worker share what they load, which is a fifth of the time: no file changes what another sees.
    isolate: false,
    testTimeout: mode === 'long' ? 600_000 : 30_000,
    hookTimeout: 30_000,
    provide:
      mode === 'long'
        ? { kills: 200, failovers: 20, fuzz_rounds: 40, simulated_hours: 48 }
        : { kills: 5, failovers: 1, fuzz_rounds: 1, simulated_hours: 12 },
    projects: [
      {
        extends: true,
        mode, // which is not inherited
        test: {
          name: 'sqlite',
          include: ['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...ONLY_ON_POSTGRES],
          provide: { engine: 'sqlite', fuzz_bodies: 2560 },
        },
      },
      {
        extends: true,
        mode, // which is not inherited
        test: {
          name: 'postgres',
          include: [...ONLY_ON_POSTGRES, ...testsOf(mode === 'long' ? [...ON_BOTH, ...ON_BOTH_IN_LONG] : ON_BOTH)],
          // The server is started only if one of these files is run.
          globalSetup: ['test/postgres.ts'],
          // Each of these bodies waits for a server: what they find there, most of them find in a file.
          provide: { engine: 'postgres', fuzz_bodies: 640 },
        },
      },
    ],
  },
}))

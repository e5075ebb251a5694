import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

/** Tests of the store and of the API, which run on both engines. */
const ON_BOTH = [
  'api-dry-run',
  'api-idempotency',
  'api-imports',
  'api-limits',
  'api-listings',
  'api-match',
  'api-persist',
  'api-raw-listings',
  'asking',
  'asking-export',
  'asking-hostile',
  'asking-market',
  'asking-real',
  'client',
  'concurrency',
  'description',
  'docs-page',
  'export-command',
  'fuzz',
  'http',
  'operators-hour',
  'real-data',
  'report-page',
  'spool',
]

/** What only PostgreSQL has. */
const ON_POSTGRES = [
  'postgres-asking',
  'postgres-daemons',
  'postgres-failover',
  'postgres-plans',
  'postgres-rows',
  'postgres-server',
  'postgres-statistics',
]

/** Of that, what waits for timeouts: longer than a change should wait. */
const ON_POSTGRES_IN_LONG = ['postgres-away', 'postgres-commit', 'postgres-copy', 'postgres-failure']

const testsOf = (names: readonly string[]) => names.map((name) => `packages/glyphd/test/${name}.test.ts`)

export default defineConfig(({ mode }) => ({
  test: {
    // What is tested is what ships: the build, made once before the run, so that no test ever judges a stale one.
    globalSetup: ['test/build.ts'],
    reporters: ['default', './test/plain-summary.ts'],
    // Vitest would leave one of two cores idle: most of the time the tests wait for daemons.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
          exclude: [...configDefaults.exclude, 'packages/glyphd/test/postgres-*.test.ts'],
          provide: { engine: 'sqlite', fuzz_bodies: 2560, drawn_share: 1 },
        },
      },
      {
        extends: true,
        mode, // which is not inherited
        test: {
          name: 'postgres',
          include: testsOf([...ON_BOTH, ...ON_POSTGRES, ...(mode === 'long' ? ON_POSTGRES_IN_LONG : [])]),
          // The server is started only if one of these files is run.
          globalSetup: ['test/postgres.ts'],
          // Each of these waits for a server: what they find there, most of them find in a file.
          provide: { engine: 'postgres', fuzz_bodies: 640, drawn_share: mode === 'long' ? 1 : 0.4 },
        },
      },
    ],
  },
}))

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createServer, RowErrorCode } from 'glyphd'
import { describe, expect, test } from 'vitest'
import { SETTINGS } from '../packages/glyphd/dist/config.js'
import { STATUS } from '../packages/glyphd/dist/http/problem.js'

const root = path.resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const sourcesOf = (folder: string) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.split(path.sep).join('/'))

/** The layers of each package, lowest first: a file may import from its own line or any line above it. */
const LAYERS: Record<string, string[][]> = {
  'packages/glyphsieve/src': [
    ['typebox.ts', 'time.ts', 'currency.ts', 'url.ts', 'memory.ts', 'version.ts', 'terminal.ts', 'rejection.ts'],
    ['formats.ts', 'offer-key.ts', 'listing.ts', 'raw-listing.ts', 'rates.ts', 'usd.ts'],
    ['seen-at.ts', 'spans.ts', 'summary.ts'],
    ['read/rows.ts', 'read/bytes.ts', 'read/json-scanner.ts'],
    ['read/json-array.ts', 'read/ndjson.ts', 'read/csv.ts', 'read/json-values.ts', 'read/columns.ts'],
    ['read/shopify.ts'],
    ['read/raw-listings.ts'],
    ['price-words.ts'],
    ['price-place.ts', 'price-text.ts'],
    ['price-mark.ts', 'price-number.ts'],
    ['price-reading.ts'],
    ['price-roles.ts'],
    ['printed-price.ts'],
    ['price.ts'],
    ['catalog-facts.ts', 'score-weights.ts'],
    ['catalog-entry.ts', 'weights.ts'],
    ['catalog.ts', 'capacity.ts', 'read-weights.ts'],
    ['coverage.ts', 'enrich.ts'],
    ['score.ts'],
    ['match/letters.ts', 'match/brands.ts', 'match/words.ts'],
    ['match/lexicon.ts'],
    ['match/tokens.ts'],
    ['match/phrases.ts', 'match/names.ts', 'match/part-numbers.ts', 'match/places.ts'],
    ['match/brand-runs.ts', 'match/maker-codes.ts'],
    ['match/endings.ts'],
    ['match/facts.ts', 'match/lot.ts', 'match/mentions.ts', 'match/state.ts', 'match/confidence.ts'],
    ['match/choose.ts', 'match/roles.ts', 'match/kind.ts', 'match/signs.ts'],
    ['match/naming.ts'],
    ['match/match.ts'],
    ['condition.ts', 'quantity.ts'],
    ['clean.ts'],
    ['pipeline.ts'],
    ['dedupe.ts'],
    ['random.ts', 'simulated-market.ts'],
    ['simulate.ts'],
    ['index.ts', 'stages.ts'],
    ['commands/io.ts', 'commands/daemon.ts', 'commands/table.ts'],
    ['commands/output-file.ts', 'commands/progress.ts', 'commands/post.ts'],
    ['terminal-entry.ts'],
    [
      'commands/run.ts',
      'commands/lines.ts',
      'commands/score.ts',
      'commands/explain.ts',
      'commands/catalog.ts',
      'commands/simulate.ts',
    ],
    ['bin.ts'],
  ],
  'packages/glyphd/src': [
    ['contract/words.ts', 'shown.ts', 'near.ts', 'version.ts', 'failure.ts'],
    ['contract/imports.ts', 'contract/listings.ts', 'contract/operations.ts', 'contract/match.ts', 'contract/raw-listings.ts'],
    ['contract/problems.ts', 'problem.ts'],
    ['contract/market.ts', 'contract/fit.ts', 'answers/offers.ts'],
    ['answers/workloads.ts', 'answers/catalog-models.ts', 'answers/cheapest-set.ts'],
    ['answers/fit-request.ts', 'answers/cards-on-offer.ts'],
    ['answers/running.ts'],
    ['answers/fit.ts'],
    ['answers/fair-price.ts', 'answers/intervals.ts'],
    ['answers/market.ts'],
    ['answers/models.ts', 'answers/price-history.ts'],
    ['contract/offers.ts', 'contract/report.ts', 'answers/offer-history.ts', 'answers/title-match.ts', 'answers/markdown.ts'],
    ['answers/price-moves.ts'],
    ['answers/listing-detail.ts', 'answers/report.ts', 'answers/report-markdown.ts'],
    ['csv/columns.ts'],
    ['csv/header.ts', 'csv/listing-line.ts'],
    ['csv/listings-reader.ts'],
    ['ingest/received-body.ts', 'ingest/validate.ts', 'ingest/read-listings.ts', 'ingest/spool.ts'],
    ['query.ts', 'parameters.ts', 'config.ts'],
    [
      'store/engine.ts',
      'store/import-id.ts',
      'store/from-row.ts',
      'store/to-row.ts',
      'store/outcome.ts',
      'store/import-request.ts',
    ],
    [
      'store/asking.ts',
      'store/dialect.ts',
      'store/title-words.ts',
      'store/title-index.ts',
      'store/title-search.ts',
      'store/idle-work.ts',
      'store/listing-questions.ts',
      'store/market-questions.ts',
      'store/statements.ts',
      'store/deadline.ts',
      'store/offer-chain.ts',
      'store/delisting.ts',
      'store/observed.ts',
      'store/insert-listings.ts',
      'store/storable-batch.ts',
      'store/packed-rows.ts',
      'store/row-cursor.ts',
      'store/thread-stream.ts',
      'store/migrate.ts',
      'store/sqlite-connection.ts',
      'store/sqlite-asking.ts',
      'store/sqlite-dialect.ts',
      'store/postgres/asking.ts',
      'store/postgres/title-search.ts',
      'store/postgres/dialect.ts',
      'store/thread.ts',
      'store/thread-port.ts',
      'store/write-queue.ts',
      'store/dry-run-comparison.ts',
      'store/remembered-answers.ts',
      'store/postgres/connection-string.ts',
      'store/postgres/problems.ts',
      'store/postgres/thread-data.ts',
      'store/postgres/connect.ts',
      'store/postgres/session.ts',
      'store/postgres/copy-text.ts',
    ],
    [
      'store/superseded.ts',
      'store/derive-offers.ts',
      'store/market-rows.ts',
      'store/intake.ts',
      'store/postgres/silence.ts',
      'store/postgres/connection.ts',
      'store/postgres/calls.ts',
    ],
    ['store/write-offers.ts', 'store/body-reader-thread.ts', 'store/body-reader.ts', 'store/questions.ts'],
    [
      'store/report-rows.ts',
      'store/catch-up.ts',
      'store/postgres/connection-pool.ts',
      'store/postgres/migrate.ts',
      'store/postgres/partitions.ts',
      'store/postgres/health.ts',
      'store/postgres/keys.ts',
      'store/postgres/commit-fate.ts',
      'store/postgres/read-body.ts',
      'store/postgres/delisting.ts',
      'store/postgres/take-over.ts',
    ],
    ['store/postgres/statistics.ts', 'store/postgres/follower.ts'],
    ['store/postgres/write-imports.ts', 'store/postgres/undo.ts', 'store/postgres/dry-run.ts'],
    ['store/write-imports.ts', 'store/dry-run.ts', 'store/page-answers.ts', 'store/market-answers.ts'],
    ['store/sqlite-writer.ts', 'store/sqlite-reader.ts', 'store/sqlite-market.ts', 'store/sqlite-dry-run.ts'],
    [
      'store/postgres/import-thread.ts',
      'store/postgres/follower-thread.ts',
      'store/postgres/question-thread.ts',
      'store/postgres/dry-run-thread.ts',
    ],
    ['store/sqlite.ts', 'store/postgres.ts'],
    ['store/open.ts'],
    ['store/copy-store.ts'],
    ['store/copy.ts', 'store/sqlite-copy.ts', 'store/postgres/copy.ts'],
    ['store/open-copy.ts'],
    ['sieve/match-titles.ts', 'sieve/sieve-body.ts', 'sieve/thread-port.ts'],
    ['sieve/match-thread.ts', 'sieve/sieve-thread.ts', 'sieve/sieve.ts', 'sieve/rates-file.ts'],
    ['http/openapi-document.ts'],
    ['http/description.ts'],
    ['http/problem.ts', 'http/json.ts'],
    ['http/connection.ts', 'http/guards.ts', 'http/import-request.ts', 'http/page.ts', 'http/parameters.ts', 'http/receive.ts'],
    ['http/request-body.ts', 'http/import-answer.ts'],
    [
      'http/routes/raw-listings.ts',
      'http/routes/match.ts',
      'http/routes/imports.ts',
      'http/routes/import-records.ts',
      'http/routes/listings.ts',
      'http/routes/deltas.ts',
      'http/routes/models.ts',
      'http/routes/fit.ts',
      'http/routes/report.ts',
      'http/routes/operations.ts',
    ],
    ['http/server.ts'],
    ['index.ts'],
    ['client/api.ts'],
    ['client/routes.ts'],
    ['client.ts'],
    ['commands/attempt.ts'],
    ['commands/exchange.ts', 'commands/import-body.ts'],
    ['commands/result.ts', 'commands/decoded.ts', 'commands/shopping-list.ts'],
    ['commands/daemon-client.ts'],
    [
      'commands/serve.ts',
      'commands/import.ts',
      'commands/imports.ts',
      'commands/undo.ts',
      'commands/export.ts',
      'commands/fit.ts',
      'commands/worth.ts',
      'commands/report.ts',
      'commands/copy.ts',
    ],
    ['program/options.ts'],
    ['program/import-commands.ts', 'program/market-commands.ts', 'program/copy-command.ts'],
    ['bin.ts'],
  ],
}

/** Where each outside thing may be imported from. */
const HOMES: [specifier: RegExp, home: RegExp][] = [
  [/^better-sqlite3$/, /^packages\/glyphd\/src\/store\/(?!postgres)/],
  [/^pg(-copy-streams)?$/, /^packages\/glyphd\/src\/store\/postgres\//],
  // The store's threads, and those that run glyphsieve: neither engine knows of the other's.
  [/^node:worker_threads$/, /^packages\/glyphd\/src\/(store|sieve)\//],
  [/^(fastify$|@fastify\/)/, /^packages\/glyphd\/src\/http\//],
  [/^commander$/, /^packages\/(glyphd|glyphsieve)\/src\/(bin\.ts$|program\/)/],
  [/^ajv/, /^packages\/glyphd\/src\/ingest\/validate\.ts$/],
  [/^glyphsieve\/terminal$/, /^packages\/glyphd\/src\/(bin\.ts$|program\/|commands\/)/],
  [/^glyphsieve\/stages$/, /^packages\/glyphd\/src\/(answers|sieve)\//],
  [/^typebox/, /^packages\/glyphsieve\/src\/typebox\.ts$/],
  [/^currency-codes$/, /^packages\/glyphsieve\/src\/currency\.ts$/],
]

for (const [folder, layers] of Object.entries(LAYERS)) {
  const layerOf = (file: string) => layers.findIndex((layer) => layer.includes(file))

  describe(folder, () => {
    for (const file of sourcesOf(folder)) {
      const text = read(`${folder}/${file}`)
      const specifiers = [...text.matchAll(/(?:from |import |import\()'([^']+)'/g)].map(([, specifier]) => specifier ?? '')

      test(`${file} imports only from its own layer or below`, () => {
        expect(layerOf(file), `${file} has no layer: add it to LAYERS, and to ARCHITECTURE.md`).not.toBe(-1)
        for (const specifier of specifiers.filter((name) => name.startsWith('.'))) {
          const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier))
          expect(layerOf(target), `${file} must not import ${target}`).toBeLessThanOrEqual(layerOf(file))
          expect(layerOf(target), `${target} has no layer`).not.toBe(-1)
        }
      })

      test(`${file} imports outside things only at their home`, () => {
        for (const specifier of specifiers) {
          for (const [outside, home] of HOMES) if (outside.test(specifier)) expect(`${folder}/${file}`).toMatch(home)
          expect(specifier).not.toMatch(/^glyphsieve\/(?!(stages|terminal|typebox)$)/)
        }
        if (folder.endsWith('glyphsieve/src'))
          expect(specifiers.filter((name) => /^(glyphd|pino|fastify)/.test(name))).toEqual([])
      })

      test(`${file} reads no environment, exports no folder and uses no any`, () => {
        if (file !== 'bin.ts') expect(text).not.toMatch(/process\.(env|argv|exit)/)
        expect(text).not.toMatch(/export \*/)
        expect(text).not.toMatch(/[:<,] any\b/)
      })
    }

    test('has a layer for nothing that is gone', () => {
      expect(layers.flat().sort()).toEqual(sourcesOf(folder).sort())
    })
  })
}

describe('the commands', () => {
  test('.ci/run calls exactly the test command of the README', () => {
    const [, command] = /```sh\n(npm cit)\n```/.exec(read('README.md')) ?? []
    expect(command).toBe('npm cit')
    expect(read('.ci/run')).toMatch(/^exec npm cit$/m)
  })

  test('every npm script that the docs name exists', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const docs = [
      'README.md',
      'CONTRIBUTING.md',
      'ARCHITECTURE.md',
      ...readdirSync(path.join(root, 'docs')).map((file) => `docs/${file}`),
    ]
    for (const file of docs) {
      for (const [, script] of read(file).matchAll(/npm run ([\w:]+)/g)) expect(scripts, file).toHaveProperty(script ?? '')
    }
  })
})

describe('the dependencies', () => {
  const manifests = ['package.json', 'packages/glyphsieve/package.json', 'packages/glyphd/package.json']

  test('are pinned exactly, and each has its reason in docs/decisions.md', () => {
    const decisions = read('docs/decisions.md')
    for (const manifest of manifests) {
      const { dependencies = {}, devDependencies = {} } = JSON.parse(read(manifest)) as Record<string, Record<string, string>>
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
        expect(version, name).toMatch(/^\d+\.\d+\.\d+$/)
        expect(decisions, `${name} has no reason in docs/decisions.md`).toContain(`\`${name}\``)
      }
    }
  })

  test('are locked without the address of a registry', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/)
  })
})

describe('the docs', () => {
  test('docs/cli.md has every setting with its flag, variable and default', () => {
    const cli = read('docs/cli.md')
    for (const { flag, variable, schema, description } of SETTINGS) {
      const standard = 'default' in schema ? `${schema.default}` : ''
      expect(cli).toContain(`| \`${flag}\` | \`${variable}\` | ${standard === '' ? '' : `\`${standard}\``} | ${description} |`)
    }
  })

  test('docs/api.md has every route of the OpenAPI description and every problem with its status', async () => {
    const api = read('docs/api.md')
    const store = { import: never, dryRun: never, undo: never, ask: never, check: never, close: never }
    const app = await createServer({ store })
    const description = (await app.inject('/openapi.json')).json() as { paths: Record<string, object> }
    const paths = Object.entries(description.paths)
    expect(paths.length).toBeGreaterThan(3)
    for (const [route, methods] of paths) {
      for (const method of Object.keys(methods)) expect(api).toContain(`\`${method.toUpperCase()} ${route}\``)
    }
    for (const [code, status] of Object.entries(STATUS)) expect(api).toContain(`| ${status} | \`${code}\` |`)
    for (const code of RowErrorCode.enum) expect(api).toContain(`\`${code}\``)
    await app.close()
  })

  test('ARCHITECTURE.md names every source file', () => {
    const architecture = read('ARCHITECTURE.md')
    for (const folder of Object.keys(LAYERS)) {
      for (const file of sourcesOf(folder)) expect(architecture).toContain(path.posix.basename(file))
    }
  })
})

async function never(): Promise<never> {
  throw new Error('a description asks no store')
}

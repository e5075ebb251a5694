import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImportRecord, ImportResultDTO } from '../dist/contract/imports.js'
import type { StoredListing } from '../dist/contract/listings.js'
import { DEFAULT_LIMITS } from '../dist/contract/operations.js'
import type { ReceivedBody } from '../dist/ingest/received-body.js'
import type { Answer, ImportsQuestion, ListingsQuestion, StorageEngine } from '../dist/store/engine.js'
import { fromRow, type StoredRow } from '../dist/store/from-row.js'
import { importIds } from '../dist/store/import-id.js'
import { getStorageEngine, type StoreSettings } from '../dist/store/open.js'
import { SQLiteStorageEngine } from '../dist/store/sqlite.js'
import { COLUMNS, toRow } from '../dist/store/to-row.js'
import { sqliteContradictions } from './contradictions.ts'
import { arbitraryListing, bodyOf, bodyOfText, importInto, listing } from './listings.ts'

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
/** More rows than a reader gives in one batch. */
const MANY = 5000
const PAGE = 1000
const MIGRATIONS = readdirSync(new URL('../migrations/sqlite/', import.meta.url)).length

let folder: string
let file: string
const open = new Set<StorageEngine>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glyphd-store-'))
  file = join(folder, 'gpu.sqlite')
})
afterEach(async () => {
  await Promise.all([...open].map(close))
  await rm(folder, { recursive: true })
})

/** An open store, closed after the test if not in it. */
async function opened(settings: Partial<StoreSettings> = {}): Promise<StorageEngine> {
  const store = await getStorageEngine({ db: file, limits: DEFAULT_LIMITS, ...settings })
  open.add(store)
  return store
}

async function close(store: StorageEngine): Promise<void> {
  open.delete(store)
  await store.close()
}

/** Looks at a store from outside, as a plain SQL reader does. */
function look<T>(at: (db: Sqlite.Database) => T, path = file): T {
  const db = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    return at(db)
  } finally {
    db.close()
  }
}

const count = (table: 'imports' | 'gpu_listings', path = file) =>
  look((db) => db.prepare<[], number>(`select count(*) from ${table}`).pluck().get(), path)

function itemsOf<T>(answer: Answer): T[] {
  return JSON.parse(answer.items) // each caller names what it asked for
}

/** Everything that answers the question, asked for page by page. */
async function listings(store: StorageEngine, filter: Partial<ListingsQuestion> = {}): Promise<StoredListing[]> {
  const found: StoredListing[] = []
  let question: ListingsQuestion = { about: 'listings', limit: PAGE, ...filter }
  for (;;) {
    const answer = await store.ask(question)
    const items = itemsOf<StoredListing>(answer)
    expect(items.length).toBeLessThanOrEqual(question.limit)
    if (found.length > 0) expect(items).not.toEqual([]) // a page was promised
    found.push(...items)
    if (answer.next === undefined) return found
    expect(answer.next).toEqual({ import_id: items.at(-1)?.import_id, import_index: items.at(-1)?.import_index })
    question = { ...question, behind: answer.next }
  }
}

async function imports(store: StorageEngine, limit = PAGE): Promise<ImportRecord[]> {
  const found: ImportRecord[] = []
  let question: ImportsQuestion = { about: 'imports', limit }
  for (;;) {
    const answer = await store.ask(question)
    const items = itemsOf<ImportRecord>(answer)
    expect(items.length).toBeLessThanOrEqual(limit)
    if (found.length > 0) expect(items).not.toEqual([])
    found.push(...items)
    if (answer.next === undefined) return found
    expect(answer.next).toEqual({ import_id: items.at(-1)?.import_id, import_index: 0 })
    question = { ...question, after: answer.next.import_id }
  }
}

/** What the store is to say of imports that were answered in this order and left nothing out: newest first. */
function recordsOf(results: readonly ImportResultDTO[]): ImportRecord[] {
  return results.map((result) => ({ ...result, rejected_count: 0 })).reverse()
}

/** How many listings of each import there are, where those of each lie together in the order of its body. */
function tally(found: StoredListing[]): [import_id: string, listings: number][] {
  const runs: [string, number][] = []
  for (const { import_id, import_index } of found) {
    const run = runs.at(-1)
    if (run?.[0] === import_id && run[1] === import_index) run[1]++
    else runs.push([import_id, import_index === 0 ? 1 : Number.NaN])
  }
  return runs
}

const models = (prefix: string, length: number) =>
  Array.from({ length }, (_, index) => listing({ model: `${prefix}_${index}` }))
const ids = (found: { id: string }[]) => found.map(({ id }) => id)
const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

describe('opening', () => {
  test('makes what is missing, for its owner only, in every folder and file', async () => {
    file = join(folder, 'data', 'of', 'today', 'gpu.sqlite')
    const store = await opened()
    await importInto(store, bodyOf([listing()]))
    const made = ['data', 'data/of', 'data/of/today']
    expect(await Promise.all(made.map((path) => mode(join(folder, path))))).toEqual(['700', '700', '700'])
    const files = await readdir(join(folder, 'data/of/today'))
    expect(files.sort()).toEqual(['gpu.sqlite', 'gpu.sqlite-shm', 'gpu.sqlite-wal'])
    const path = (name: string) => join(folder, 'data/of/today', name)
    expect(await Promise.all(files.map((name) => mode(path(name))))).toEqual(['600', '600', '600'])
  })

  test('leaves one file behind when it is closed, with the write-ahead log as its journal and pages of 8 KiB', async () => {
    const store = await opened()
    await importInto(store, bodyOf([listing()]))
    await close(store)
    expect(await readdir(folder)).toEqual(['gpu.sqlite'])
    const pragmas = ['journal_mode', 'page_size', 'user_version']
    expect(look((db) => pragmas.map((name) => db.pragma(name, { simple: true })))).toEqual(['wal', 8192, MIGRATIONS])
  })

  test('of a schema without offers learns from its listings what is offered, late and undone ones included', async () => {
    const seen = (listing_id: string, day: number, price: number) =>
      listing({ listing_source: 'shop', listing_id, price, seen_at: `2026-11-0${day}T00:00:00Z` })
    const store = await opened()
    await importInto(store, bodyOf([seen('1', 2, 700), seen('2', 2, 300), listing()]))
    await importInto(store, bodyOf([seen('1', 1, 800), seen('2', 3, 250), seen('2', 3, 260)]))
    const undone = await importInto(store, bodyOf([seen('1', 4, 1)]))
    await store.undo(undone.import_id)
    const newest = await listings(store, { latest: true })
    await close(store)

    const db = new Sqlite(file)
    const tables = ['observed', 'offers', 'earlier_observations', 'price_periods', 'price_changes', 'snapshots']
    tables.push('titles', 'title_search', 'title_heads', 'listing_titles', 'title_progress')
    db.exec(tables.map((table) => `drop table ${table};`).join('\n'))
    db.exec('drop index gpu_listings_by_time; pragma user_version = 2')
    db.close()

    const again = await opened()
    expect(await again.check()).toMatchObject({ schema_version: MIGRATIONS })
    expect(await listings(again, { latest: true })).toEqual(newest)
    expect(sqliteContradictions(file)).toEqual([])
  })

  test('says what it opened', async () => {
    expect(await (await opened()).check()).toEqual({ engine: 'sqlite', schema_version: MIGRATIONS })
  })

  test('again keeps everything, and gives new imports greater ids although the clock has stepped back', async () => {
    const tomorrow = await opened({ newImportId: importIds(undefined, () => Date.now() + 86_400_000) })
    const first = await importInto(tomorrow, bodyOf(models('A', 3)))
    await close(tomorrow)
    const today = await opened()
    expect(await imports(today)).toEqual(recordsOf([first]))
    expect((await listings(today)).map(({ model }) => model)).toEqual(['A_0', 'A_1', 'A_2'])
    const second = await importInto(today, bodyOf([listing()]))
    expect(second.import_id > first.import_id).toBe(true)
    expect(await imports(today)).toEqual(recordsOf([first, second]))
    expect(sqliteContradictions(file)).toEqual([])
  })

  test('by two at once, of a file that does not exist yet, gives both a store', async () => {
    for (let round = 0; round < 2; round++) {
      file = join(folder, `new-${round}`, 'gpu.sqlite')
      const both = await Promise.all([opened(), opened()])
      const results = await Promise.all(both.flatMap((store) => [importInto(store, bodyOf(models('A', 20))), store.check()]))
      expect(results.filter((result) => 'schema_version' in result)).toEqual(
        both.map(() => ({ engine: 'sqlite', schema_version: MIGRATIONS })),
      )
      for (const store of both) expect(await listings(store)).toHaveLength(40)
      expect(sqliteContradictions(file)).toEqual([])
    }
  })
})

describe('opening is refused with words, and changes nothing,', () => {
  /** Names and bytes of everything in the folder. */
  async function contents(): Promise<[string, string][]> {
    const names = (await readdir(folder, { recursive: true })).sort()
    return Promise.all(
      names.map(async (name): Promise<[string, string]> => {
        const path = join(folder, name)
        return [name, (await stat(path)).isDirectory() ? 'a folder' : (await readFile(path)).toString('latin1')]
      }),
    )
  }

  async function refused(db: string, words: RegExp): Promise<void> {
    const before = await contents()
    const problem: unknown = await getStorageEngine({ db, limits: DEFAULT_LIMITS }).then(
      (store) => store.close().then(() => 'it was opened'),
      (error: unknown) => error,
    )
    expect(problem).toMatchObject({ name: 'Problem', code: 'store_unavailable', message: expect.stringMatching(words) })
    expect(await contents()).toEqual(before)
  }

  test('of a store that a newer glyphd wrote', async () => {
    const store = await opened()
    await importInto(store, bodyOf([listing()]))
    await close(store)
    const db = new Sqlite(file)
    db.pragma(`user_version = ${MIGRATIONS + 1}`)
    db.close()
    await refused(
      file,
      new RegExp(`schema version ${MIGRATIONS + 1}, and this glyphd knows ${MIGRATIONS}: use the glyphd that wrote it`),
    )
    expect(count('gpu_listings')).toBe(1)
  })

  test('of a store of a newer glyphd that keeps no log', async () => {
    const db = new Sqlite(file)
    db.exec(`create table something (x); pragma application_id = 0x676c7970; pragma user_version = ${MIGRATIONS + 1}`)
    db.close()
    await refused(file, new RegExp(`schema version ${MIGRATIONS + 1}`))
  })

  test('of a database of another program', async () => {
    const db = new Sqlite(file)
    db.exec('create table notes (text)')
    db.close()
    await refused(file, /gpu\.sqlite is a database of another program/)
  })

  for (const path of ['', ' ', ':memory:', 'gpu.sqlite ', 'gpu\0.sqlite']) {
    test(`of ${JSON.stringify(path)}, which names no file`, () => refused(path, /is no path of a file/))
  }

  test('of a name that is too long', () =>
    refused(join(folder, 'x'.repeat(300)), /cannot be opened for writing \(ENAMETOOLONG\)/))

  const strangers: [what: string, bytes: string | Uint8Array][] = [
    ['a line of text', 'model,price\n'],
    ['a long text', 'model,price\n'.repeat(2000)],
    ['zeros', new Uint8Array(16_384)],
    ['what begins like a database', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(20_000, 0xff)])],
  ]
  for (const [what, bytes] of strangers) {
    test(`of a file that holds ${what}`, async () => {
      await writeFile(file, bytes)
      await refused(file, /gpu\.sqlite is not a sound SQLite database/)
    })
  }

  test('of a folder', async () => {
    await mkdir(join(folder, 'data'))
    await refused(join(folder, 'data'), /data cannot be opened for writing \(EISDIR\)/)
  })

  test('of a path that leads through a file', async () => {
    await writeFile(file, 'text')
    await refused(join(file, 'gpu.sqlite'), /gpu\.sqlite cannot be opened for writing/)
  })

  test.skipIf(process.getuid?.() === 0)('of a file that would have to be made in a read-only folder', async () => {
    const sealed = join(folder, 'sealed')
    await mkdir(sealed, { mode: 0o500 })
    await refused(join(sealed, 'gpu.sqlite'), /gpu\.sqlite cannot be opened for writing \(EACCES\)/)
    await refused(join(sealed, 'data', 'gpu.sqlite'), /gpu\.sqlite cannot be opened for writing \(EACCES\)/)
  })

  test.skipIf(process.getuid?.() === 0)('of a store that may only be read', async () => {
    await close(await opened())
    await chmod(file, 0o400)
    await refused(file, /gpu\.sqlite cannot be opened for writing \(EACCES\)/)
  })

  for (const db of ['mysql://user:secret@localhost/gpu', 'file:///tmp/gpu.sqlite', 'HTTP://a.example']) {
    test(`of ${db}`, async () => {
      await refused(db, /^The store is a SQLite file or a PostgreSQL database: give a path/)
      await expect(getStorageEngine({ db, limits: DEFAULT_LIMITS })).rejects.not.toThrow(/secret/)
    })
  }
})

describe('an import', () => {
  test('is stored row by row in the order of its body, for everyone to read, when its promise resolves', async () => {
    const store = await opened()
    const before = new Date().toISOString()
    const body = [
      { model: 'H100_PCIE_80GB', price: 34995.0, score: 0.92, listing_source: 'ServerSupply.com', import_id: 'auto-generated' },
      { model: 'RTX_3090', price: 700, score: 0.5, nvlink: true, color: 'red' },
    ]
    const result = await importInto(store, bodyOf(body))
    const { import_id, timestamp } = result
    expect(result).toStrictEqual({
      import_id: expect.stringMatching(V7),
      record_count: 2,
      first_model: 'H100_PCIE_80GB',
      last_model: 'RTX_3090',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(timestamp >= before && timestamp <= new Date().toISOString()).toBe(true)
    const rows = look((db) => db.prepare('select model, price, score, listing_source, import_id from gpu_listings').all())
    expect(rows).toEqual([
      { model: 'H100_PCIE_80GB', price: 34995, score: 0.92, listing_source: 'ServerSupply.com', import_id },
      { model: 'RTX_3090', price: 700, score: 0.5, listing_source: null, import_id },
    ])
    const filledIn = { import_id, currency: 'USD', lot_size: 1, seen_at: timestamp }
    expect(await listings(store)).toEqual([
      {
        id: `${import_id}.0`,
        import_index: 0,
        ...filledIn,
        model: 'H100_PCIE_80GB',
        price: 34995,
        price_usd: 34995,
        score: 0.92,
        listing_source: 'ServerSupply.com',
      },
      {
        id: `${import_id}.1`,
        import_index: 1,
        ...filledIn,
        model: 'RTX_3090',
        price: 700,
        price_usd: 700,
        score: 0.5,
        nvlink: true,
        extra: { color: 'red' },
      },
    ])
  })

  test('of any size and format lies at the positions that its row in imports names', async () => {
    const store = await opened()
    const results = [
      await importInto(store, bodyOf(models('A', 1))),
      await importInto(store, bodyOf(models('B', MANY))),
      await importInto(store, bodyOf(models('C', MANY), 'application/x-ndjson')),
      await importInto(store, bodyOf(models('D', 2), 'application/x-ndjson')),
    ]
    expect(results.map(({ record_count, first_model, last_model }) => [record_count, first_model, last_model])).toEqual([
      [1, 'A_0', 'A_0'],
      [MANY, 'B_0', `B_${MANY - 1}`],
      [MANY, 'C_0', `C_${MANY - 1}`],
      [2, 'D_0', 'D_1'],
    ])
    expect(sqliteContradictions(file)).toEqual([])
    const ranges = look((db) => db.prepare('select first_position, last_position from imports order by import_id').raw().all())
    expect(ranges).toEqual([
      [1, 1],
      [2, MANY + 1],
      [MANY + 2, 2 * MANY + 1],
      [2 * MANY + 2, 2 * MANY + 3],
    ])
    const wanted = [...models('A', 1), ...models('B', MANY), ...models('C', MANY), ...models('D', 2)].map(({ model }) => model)
    expect((await listings(store)).map(({ model }) => model)).toEqual(wanted)
    expect(results.map(({ import_id }) => import_id).sort()).toEqual(results.map(({ import_id }) => import_id))
  })

  test('of any valid listings comes back member for member, whichever of them have which members', async () => {
    const store = await opened()
    const media_types = fc.constantFrom('application/json' as const, 'application/x-ndjson' as const)
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryListing, { minLength: 1, maxLength: 30 }), media_types, async (batch, media_type) => {
        const { import_id, timestamp } = await importInto(store, bodyOf(batch, media_type))
        const expected = batch.map((one, import_index) => {
          const row = toRow(one, { import_id, import_index, timestamp })
          return fromRow(Object.fromEntries(COLUMNS.map((column, index) => [column, row[index]])) as StoredRow)
        })
        assert.deepEqual(await listings(store, { import_id }), JSON.parse(JSON.stringify(expected)))
      }),
      { numRuns: 60, examples: [[[listing()], 'application/json']] },
    )
    expect(sqliteContradictions(file)).toEqual([])
  })

  const refused: [what: string, code: string, body: () => ReceivedBody][] = [
    ['whose only listing is invalid', 'invalid_listings', () => bodyOf([{ ...listing(), price: 0 }])],
    [
      'whose last listing of many is invalid',
      'invalid_listings',
      () => bodyOf([...models('A', MANY), { ...listing(), price: 0 }]),
    ],
    [
      'whose last line of many is invalid',
      'invalid_listings',
      () => bodyOf([...models('A', MANY), { ...listing(), score: 'high' }], 'application/x-ndjson'),
    ],
    ['that ends too early', 'invalid_json', () => bodyOfText(JSON.stringify(models('A', MANY)).slice(0, -1))],
    ['that is no array', 'not_an_array', () => bodyOfText(JSON.stringify(listing()))],
    ['that is empty', 'no_listings', () => bodyOf([])],
    ['with a listing more than the limit', 'too_many_rows', () => bodyOf(models('A', MANY + 2))],
  ]
  for (const [what, code, body] of refused) {
    test(`${what} stores nothing, holds nothing up, and the next one is stored`, async () => {
      const store = await opened({ limits: { ...DEFAULT_LIMITS, max_rows: MANY + 1 } })
      await expect(importInto(store, body())).rejects.toMatchObject({ name: 'Problem', code })
      expect([count('imports'), count('gpu_listings')]).toEqual([0, 0])
      const other = new Sqlite(file, { timeout: 0 })
      other.exec('begin immediate; rollback') // throws if a transaction is still open
      other.close()
      const { record_count } = await importInto(store, bodyOf(models('B', 2)))
      expect(record_count).toBe(2)
      expect((await listings(store)).map(({ model }) => model)).toEqual(['B_0', 'B_1'])
      expect(sqliteContradictions(file)).toEqual([])
    })
  }

  test('draws another id when the one that it drew is taken, up to five times', async () => {
    const draws = ['a', 'ab', 'ababac', 'abcabc', 'd'].join('')
    let drawn = 0
    const store = await opened({ newImportId: () => draws[drawn++] ?? 'none left' })
    const body = () => bodyOf(models('A', MANY)) // several chunks, which come back from the thread each time
    expect(await importInto(store, body())).toMatchObject({ import_id: 'a', record_count: MANY })
    expect(await importInto(store, body())).toMatchObject({ import_id: 'b', record_count: MANY })
    expect(await importInto(store, body())).toMatchObject({ import_id: 'c', record_count: MANY })

    await expect(importInto(store, body())).rejects.toThrow('6 import ids drawn in a row were all taken')
    expect(drawn).toBe('aabababacabcabc'.length)
    expect([count('imports'), count('gpu_listings')]).toEqual([3, 3 * MANY])
    expect(await importInto(store, body())).toMatchObject({ import_id: 'd', record_count: MANY })
    expect(sqliteContradictions(file)).toEqual([])
  })
})

test('two imports that wait together and draw the same id get two', async () => {
  const draws = ['a', 'b', 'b', 'a', 'c'][Symbol.iterator]()
  const store = await opened({ newImportId: () => draws.next().value ?? 'none left' })
  const drawn = await Promise.all(['A', 'B', 'C'].map((model) => importInto(store, bodyOf([listing({ model })]))))
  expect(drawn.map(({ import_id, first_model }) => `${import_id} ${first_model}`)).toEqual(['a A', 'b B', 'c C'])
  expect(sqliteContradictions(file)).toEqual([])
})

describe('asking', () => {
  test('gives what a filter over everything imported gives, once and in import order, on pages of any size', async () => {
    const someModels = fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 6, size: 'max' })
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(someModels, { minLength: 1, maxLength: 4, size: 'max' }),
        fc.integer({ min: 1, max: 3 }),
        async (batches, limit) => {
          const store = await opened({ db: join(folder, `${run++}.sqlite`) })
          const everything: { id: string; import_id: string; model: string }[] = []
          const results: ImportResultDTO[] = []
          for (const batch of batches) {
            const result = await importInto(store, bodyOf(batch.map((model) => listing({ model }))))
            const { import_id } = result
            results.push(result)
            everything.push(...batch.map((model, index) => ({ id: `${import_id}.${index}`, import_id, model })))
          }
          for (const model of [undefined, 'A', 'B', 'C', 'a', '']) {
            for (const import_id of [undefined, ...results.map((result) => result.import_id), 'none']) {
              const filter = { ...(model !== undefined && { model }), ...(import_id !== undefined && { import_id }) }
              const matches = everything.filter(
                (item) => (model ?? item.model) === item.model && (import_id ?? item.import_id) === item.import_id,
              )
              expect(ids(await listings(store, { ...filter, limit }))).toEqual(ids(matches))
            }
          }
          expect(await imports(store, limit)).toEqual(recordsOf(results))
          await close(store)
        },
      ),
      { numRuns: 8, examples: [[[], 1]] },
    )
  })

  test('goes on behind the same listing although more was imported in between', async () => {
    const store = await opened()
    const { import_id } = await importInto(store, bodyOf(models('A', 3)))
    const { next } = await store.ask({ about: 'listings', limit: 2 })
    expect(next).toEqual({ import_id, import_index: 1 })
    await importInto(store, bodyOf(models('B', 2)))
    expect((await listings(store, { ...(next && { behind: next }) })).map(({ model }) => model)).toEqual(['A_2', 'B_0', 'B_1'])
  })

  test('behind an import that is not in the store is refused with words', async () => {
    const store = await opened()
    const refusal = { name: 'Problem', code: 'invalid_cursor', message: expect.stringMatching(/not in this store/) }
    const after = { import_id: 'none', import_index: 0 }
    await expect(store.ask({ about: 'listings', behind: after, limit: 1 })).rejects.toMatchObject(refusal)
    await expect(store.ask({ about: 'imports', after: 'none', limit: 1 })).rejects.toMatchObject(refusal)
  })

  test('takes texts for texts, whatever they say to a database', async () => {
    const store = await opened()
    const hostile = [`' or 1=1 --`, '"', `x'; drop table imports; --`, '%', 'null', '@model', '\u202e😀']
    await importInto(store, bodyOf(hostile.map((model) => listing({ model }))))
    for (const model of hostile) {
      expect((await listings(store, { model })).map((found) => found.model)).toEqual([model])
      expect(await listings(store, { import_id: model })).toEqual([])
    }
  })

  test('ends a page early where its listings are large, and the next page goes on from there', async () => {
    const store = await opened()
    const large = models('A', 12).map((one) => ({ ...one, notes: 'x'.repeat(1_000_000) }))
    await importInto(store, bodyOf(large))
    const first = await store.ask({ about: 'listings', limit: 12 })
    expect(first.next?.import_index).toBeLessThan(11)
    expect(first.items.length).toBeGreaterThan(7_000_000)
    expect((await listings(store)).map(({ model }) => model)).toEqual(large.map(({ model }) => model))
  })
})

describe('at the same time', () => {
  test('imports are stored whole, one behind the other, and what is asked for in between is whole', async () => {
    const store = await opened()
    const sizes = Array.from({ length: 24 }, (_, index) => (index % 6 === 0 ? MANY / 2 : 1 + ((index * 37) % 90)))
    const importing = Promise.all(sizes.map((size, index) => importInto(store, bodyOf(models(`M${index}`, size)))))
    let done = false
    const ended = importing.finally(() => {
      done = true
    })
    const seen: [import_id: string, listings: number][] = []
    do {
      const found = await listings(store) // page by page, while imports come in
      const sql = 'select import_id, count(*) from gpu_listings group by import_id'
      seen.push(...tally(found), ...look((db) => db.prepare<[], [string, number]>(sql).raw().all()))
    } while (!done)

    const results = await ended
    expect(results.map(({ record_count, first_model }) => [record_count, first_model])).toEqual(
      sizes.map((size, index) => [size, `M${index}_0`]),
    )
    expect(sqliteContradictions(file)).toEqual([])
    expect(await imports(store)).toEqual(recordsOf(results))
    const sizeOf = new Map(results.map(({ import_id, record_count }) => [import_id, record_count]))
    expect(seen.filter(([import_id, listings]) => sizeOf.get(import_id) !== listings)).toEqual([])
    expect(tally(await listings(store))).toEqual([...sizeOf])
  })

  test('a question does not wait for the import before it', async () => {
    const store = await opened()
    const importing = importInto(store, bodyOf(models('A', 20 * MANY)))
    const first = await Promise.race([importing.then(() => 'import'), listings(store).then(() => 'question')])
    expect(first).toBe('question')
    await importing
  })

  test('closing waits for the imports and questions that are under way', async () => {
    const store = await SQLiteStorageEngine.open({ path: file, limits: DEFAULT_LIMITS })
    const running = Array.from({ length: 5 }, (_, index) => importInto(store, bodyOf(models(`M${index}`, MANY))))
    const asked = store.ask({ about: 'listings', limit: 10 })
    await store.close()
    const results = await Promise.all(running)
    expect(itemsOf(await asked)).toBeInstanceOf(Array)
    expect(await readdir(folder)).toEqual(['gpu.sqlite'])
    expect([count('imports'), count('gpu_listings')]).toEqual([5, 5 * MANY])
    expect(await imports(await opened())).toEqual(recordsOf(results))
    expect(sqliteContradictions(file)).toEqual([])
  })
})

describe('a closed store', () => {
  test('refuses imports and questions, and closing it again changes nothing', async () => {
    const store = await opened()
    await importInto(store, bodyOf([listing()]))
    await Promise.all([close(store), store.close()])
    const refusal = { name: 'Problem', code: 'shutting_down' }
    await expect(importInto(store, bodyOf([listing()]))).rejects.toMatchObject(refusal)
    await expect(store.ask({ about: 'listings', limit: 1 })).rejects.toMatchObject(refusal)
    await expect(store.check()).rejects.toMatchObject(refusal)
    await store.close()
    expect(count('gpu_listings')).toBe(1)
  })
})

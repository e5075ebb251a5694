import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { StoredListing } from '../dist/contract/listings.js'
import { DEFAULT_CURRENT_DAYS } from '../dist/contract/words.js'
import { DEFAULT_LIMITS, getStorageEngine } from '../dist/index.js'
import { BodyReader } from '../dist/store/body-reader.js'
import type { Answer, ListingsQuestion } from '../dist/store/engine.js'
import { IdleWork } from '../dist/store/idle-work.js'
import { migrate } from '../dist/store/migrate.js'
import { pageAnswers } from '../dist/store/page-answers.js'
import { sqliteAsking } from '../dist/store/sqlite-asking.js'
import { openReader, openWriter } from '../dist/store/sqlite-connection.js'
import { sqliteDialect } from '../dist/store/sqlite-dialect.js'
import { titleIndexer } from '../dist/store/title-index.js'
import { importWriter } from '../dist/store/write-imports.js'
import { startDaemon, temporaryFolder } from './daemon.ts'
import { bodyOf, listing } from './listings.ts'

type Filters = Omit<Partial<ListingsQuestion>, 'about' | 'behind' | 'limit' | 'format'>
type Members = Parameters<typeof listing>[0]

const bodies = new BodyReader(DEFAULT_LIMITS)
const TIME = '2026-11-01T10:00:00.000Z'

/** Listings behind the index, where all of them have to be looked at. */
const UNINDEXED = 'select count(*) from gpu_listings where position > (select indexed_position from title_progress)'

/** Listings that the index has, and has wrong. */
const MISINDEXED = `
  select g.position, g.title, folded from gpu_listings g left join listing_titles using (position) left join titles using (title_id)
  where g.position <= (select indexed_position from title_progress) and folded is not fold(g.title)`

/** What a search is to find: this, in words, for every listing. */
function hasWords(title: string | undefined, q: string): boolean {
  const words = q.split(/\s+/).filter((word) => word !== '')
  return title !== undefined && words.every((word) => title.toLowerCase().includes(word.toLowerCase()))
}

/** A store outside its threads, whose index is filled when the test says so. */
function openStore(file: string) {
  const db = openWriter(file)
  migrate(db)
  const reader = openReader(file)
  const writer = importWriter(db, bodies, DEFAULT_CURRENT_DAYS)
  const ask = sqliteAsking(reader)
  const answerTo = pageAnswers(sqliteDialect, 14)
  const indexTitles = titleIndexer(db)
  const imports: string[] = []

  function found(filters: Filters, limit = 1000): StoredListing[] {
    const listings: StoredListing[] = []
    writer.observe()
    for (let behind: Answer['next']; ; ) {
      const { items, next } = ask(answerTo({ about: 'listings', limit, ...filters, ...(behind && { behind }) }))
      listings.push(...JSON.parse(items))
      if (next === undefined) return listings
      behind = next
    }
  }

  return {
    db,
    found,
    import(listings: Members[]): void {
      const import_id = randomUUID()
      const [outcome] = writer.importGroup([
        { import_id, timestamp: TIME, handling: 'strict', body: bodyOf(listings.map((members) => listing(members))) },
      ])
      if (outcome === undefined || !('value' in outcome)) throw new Error('the import was refused')
      imports.push(import_id)
    },
    undo(import_id: string): void {
      writer.undo(import_id, TIME)
      imports.splice(imports.indexOf(import_id), 1)
    },
    imports,
    index(): void {
      while (indexTitles()) {}
    },
    /** Asks with the words, and says what the same question without them finds that has the words. */
    search(q: string, filters: Filters = {}, limit?: number) {
      const expected = found(filters).filter(({ title }) => hasWords(title, q))
      return { ids: found({ ...filters, q }, limit).map(({ id }) => id), expected: expected.map(({ id }) => id) }
    },
    close(): void {
      db.close()
      reader.close()
    },
  }
}

async function newStore() {
  const store = openStore(path.join(await temporaryFolder(), 'gpu.sqlite'))
  onTestFinished(store.close)
  return store
}

const HOSTILE = [
  'RTX 3090 Ti FTW3',
  'GeForce RTX 4090 "Founders" Edition',
  'Straße STRASSE straße',
  'İstanbul ISTANBUL ıstanbul',
  'ΟΔΟΣ οδος ΣΣ',
  '\u212Aelvin \u212B',
  'e\u0301te\u0301 été ÉTÉ',
  '👩‍👩‍👧😀🎮 GPU😀',
  '显卡 显卡全新 ｒｔｘ',
  '%_*?[a-z]\\',
  'a"b"c """ \'quoted\' \'\'',
  'NEAR(a b) AND OR NOT {x}:y ^z + -',
  '\uFFFD\uFFFE\uFFFF\uE000',
  '\u202Eright\u00A0to\u3000left\u0007',
  'aaaaaaaaaa',
]

const title = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.constantFrom(...HOSTILE)).map(([a, b]) => a.slice(0, 7) + b.slice(-6)),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const wellFormed = title.map((text) => text.toWellFormed().replaceAll('\0', ''))

const observation = fc.record(
  {
    title: wellFormed,
    model: fc.constantFrom('RTX_3090', 'RTX_4090'),
    price: fc.integer({ min: 1, max: 5 }),
    listing_id: fc.integer({ min: 1, max: 8 }).map(String),
    seen_at: fc.integer({ min: 1, max: 5 }).map((day) => `2026-10-0${day}T00:00:00Z`),
  },
  { requiredKeys: ['model', 'price', 'listing_id'] },
)

/** A part of a text, and its letters in another case. */
const part = fc
  .tuple(
    wellFormed,
    fc.nat(20),
    fc.integer({ min: 1, max: 8 }),
    fc.constantFrom('toUpperCase' as const, 'toLowerCase' as const, 'toString' as const),
  )
  .map(([text, from, length, change]) =>
    text
      .slice(from, from + length)
      .toWellFormed()
      [change](),
  )
const q = fc
  .array(part, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(' '))
  .filter((text) => text.trim() !== '')

const filters: fc.Arbitrary<Filters> = fc.record(
  {
    sort: fc.constantFrom('import', '-import', 'price', '-price', 'seen_at', '-seen_at'),
    latest: fc.constant(true),
    model: fc.constantFrom('RTX_3090', 'RTX_4090'),
    max_price: fc.integer({ min: 2, max: 5 }),
  },
  { requiredKeys: [] },
)

type Step = { import: Members[] } | { undo: number } | 'index'
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ import: fc.array(observation, { minLength: 1, maxLength: 25 }) }) },
  // Among so many others, words are rare: their listings are collected title by title.
  { weight: 1, arbitrary: fc.constant({ import: Array.from({ length: 100 }, () => ({})) }) },
  { weight: 2, arbitrary: fc.constant('index' as const) },
  { weight: 1, arbitrary: fc.record({ undo: fc.nat() }) },
)

describe('the words of q are found', () => {
  test('in exactly the titles that have them, whatever the index has of them, in every order and page by page', async () => {
    const folder = await temporaryFolder()
    let stores = 0
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 2, maxLength: 8 }),
        fc.array(fc.tuple(q, filters, fc.integer({ min: 1, max: 9 })), { minLength: 8, maxLength: 8 }),
        (steps, searches) => {
          const store = openStore(path.join(folder, `${stores++}.sqlite`))
          try {
            for (const step of steps) {
              if (step === 'index') store.index()
              else if ('import' in step) store.import(step.import)
              else if (store.imports.length > 0) store.undo(store.imports[step.undo % store.imports.length] ?? '')
              for (const [q, filters, limit] of searches) {
                const { ids, expected } = store.search(q, filters, limit)
                expect(ids).toEqual(expected)
              }
            }
            expect(
              store.db
                .function('fold', (text) => (typeof text === 'string' ? text.toLowerCase() : null))
                .prepare(MISINDEXED)
                .all(),
            ).toEqual([])
          } finally {
            store.close()
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  const searches: [q: string, titles: string[]][] = [
    ['rtx 3090', ['RTX 3090 Ti FTW3']],
    ['  3090\t\nrtx ', ['RTX 3090 Ti FTW3']],
    ['90 ftw', ['RTX 3090 Ti FTW3']],
    ['RTX 5090', []],
    ['strasse', ['Straße STRASSE straße']],
    ['STRAßE', ['Straße STRASSE straße']],
    ['οδος', ['ΟΔΟΣ οδος ΣΣ']],
    ['KELVIN', ['\u212Aelvin \u212B']],
    ['é', ['e\u0301te\u0301 été ÉTÉ']],
    ['😀🎮', ['👩‍👩‍👧😀🎮 GPU😀']],
    ['u😀', ['👩‍👩‍👧😀🎮 GPU😀']],
    ['卡全', ['显卡 显卡全新 ｒｔｘ']],
    ['ＲＴＸ', ['显卡 显卡全新 ｒｔｘ']],
    ['%', ['%_*?[a-z]\\']],
    ['_', ['%_*?[a-z]\\']],
    ['rtx*', []],
    ['""" a"b"c', ['a"b"c """ \'quoted\' \'\'']],
    ['near(a and', ['NEAR(a b) AND OR NOT {x}:y ^z + -']],
    ['{x}:y', ['NEAR(a b) AND OR NOT {x}:y ^z + -']],
    ['folded:rtx', []],
    ['\uFFFE\uFFFF\uE000', ['\uFFFD\uFFFE\uFFFF\uE000']],
    ['\uFFFD\uFFFD\uFFFD', []], // the index takes them for one
    ['aaaaaaaaaa', ['aaaaaaaaaa']],
    ['aaaaaaaaaaa', []], // every three of them are there
    ['rtx\0', []],
    ['\0', []],
  ]
  test('as data: nothing in them is a language', async () => {
    const store = await newStore()
    const titlesOf = (q: string, filters: Filters = {}) => store.found({ ...filters, q }).map(({ title }) => title)
    store.import(HOSTILE.map((title, at) => ({ title, listing_id: `${at}` })))
    const answers = () => searches.map(([q]) => [q, titlesOf(q), titlesOf(q, { latest: true })])
    const expected = searches.map(([q, titles]) => [q, titles, titles])
    expect(answers()).toEqual(expected)
    store.index()
    expect(answers()).toEqual(expected)
  })

  test('whether they are rare or frequent, in an order that the store has or in another, with and without a model', async () => {
    const store = await newStore()
    const cards = Array.from({ length: 600 }, (_, at) => ({
      title: `GeForce RTX ${at % 7 === 0 ? 3090 : 4080} no. ${at % 200}`,
      model: at % 7 === 0 ? 'RTX_3090' : 'RTX_4080',
      price: 1000 - (at % 37),
      listing_id: `${at % 300}`,
      seen_at: `2026-10-0${(at % 9) + 1}T00:00:00Z`,
    }))
    store.import(cards.slice(0, 500))
    store.index()
    store.import(cards.slice(500))
    for (const q of ['geforce', 'rtx 3090', 'no. 77', '199', 'geforce 77', 'nvidia', 'x', '9']) {
      for (const sort of ['import', '-import', 'price', '-seen_at'] as const) {
        for (const filters of [{}, { model: 'RTX_3090' }, { latest: true }, { latest: true, model: 'RTX_4080' }]) {
          const { ids, expected } = store.search(q, { sort, ...filters }, 50)
          expect(ids, `${q} ${sort} ${JSON.stringify(filters)}`).toEqual(expected)
        }
      }
    }
  })

  const searching: Filters[] = [
    { q: 'nothing' },
    { q: 'nothing', sort: 'price' },
    { q: 'nothing', latest: true },
    { q: 'x9' },
    { q: 'nothing', model: 'RTX_3090' },
    { seller: 'nobody' },
    { seller: 'nobody', latest: true, sort: 'price' },
  ]
  test('within the time of a question, or not at all, also where there is nothing to find', async () => {
    const store = await newStore()
    store.import(Array.from({ length: 600 }, (_, at) => ({ title: `RTX 3090 no. ${at}` })))
    const outOfTime = () => {
      let now = 0
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 60_000))
      try {
        return searching.filter((filters) => {
          try {
            store.found(filters)
            return true
          } catch (error) {
            expect(error).toMatchObject({ code: 'question_too_long' })
            return false
          }
        })
      } finally {
        clock.mockRestore()
      }
    }
    expect(outOfTime()).toEqual([]) // none was answered
    store.index()
    expect(outOfTime()).toEqual([{ q: 'nothing' }, { q: 'nothing', sort: 'price' }, { q: 'nothing', model: 'RTX_3090' }]) // the index knows
  })

  test('in one import, and in one offer', async () => {
    const store = await newStore()
    store.import([{ title: 'RTX 3090 new', listing_source: 'A', listing_id: '1' }, { title: 'RTX 3090' }])
    store.import([{ title: 'RTX 3090', listing_source: 'A', listing_id: '1', seen_at: '2026-11-02T00:00:00Z' }])
    store.index()
    const [import_id = ''] = store.imports
    expect(store.found({ q: '3090', import_id })).toHaveLength(2)
    const [{ offer_key } = { offer_key: undefined }] = store.found({})
    if (offer_key === undefined) throw new Error('the listing identifies its offer')
    expect(store.found({ q: '3090', offer_key })).toHaveLength(2)
    expect(store.found({ q: 'new', offer_key })).toHaveLength(1)
    expect(store.found({ q: 'new', latest: true })).toEqual([]) // it says so no longer
  })
})

describe('the index of titles', () => {
  test('is filled when the store is idle, and goes on where it was when the store is opened again', async () => {
    const folder = await temporaryFolder()
    const file = path.join(folder, 'gpu.sqlite')
    const before = openStore(file)
    before.import(HOSTILE.map((title) => ({ title })))
    before.index()
    before.import(Array.from({ length: 3000 }, (_, at) => ({ title: `RTX 3090 no. ${at}` })))
    expect(before.db.prepare(UNINDEXED).pluck().get()).toBe(3000)
    before.close()

    const store = await getStorageEngine({ db: file, limits: DEFAULT_LIMITS })
    onTestFinished(() => store.close())
    const reader = openReader(file)
    onTestFinished(() => {
      reader.close()
    })
    const unindexed = reader.prepare<[], number>(UNINDEXED).pluck()
    const find = async (q: string) => (await store.ask({ about: 'listings', limit: 1000, q })).count
    expect([await find('no. 2999'), await find('strasse')]).toEqual([1, 1])
    // It comes while the index is filled, or waits for it: it is answered, and what it stores is found either way.
    await store.import(bodyOf([listing({ title: 'RTX 3090 no. 3000' })]), { handling: 'strict' })
    expect(await find('no. 3000')).toBe(1)
    await vi.waitFor(() => expect(unindexed.get()).toBe(0), { timeout: 20_000 })
    expect([await find('no. 2999'), await find('strasse'), await find('no. 3000')]).toEqual([1, 1, 1])
  })

  test('lets a request through after each piece of its work', async () => {
    const requests = new MessageChannel()
    onTestFinished(() => requests.port1.close())
    const PIECES = 5000
    let pieces = 0
    const work = new IdleWork(() => {
      if (pieces === 0) requests.port2.postMessage('an import')
      pieces++
      return pieces < PIECES
    })
    const done = await new Promise<number>((answer) => {
      requests.port1.on('message', () => {
        work.pause()
        answer(pieces)
      })
      work.resume()
    })
    expect(done).toBeLessThan(PIECES)
    await new Promise((later) => setImmediate(later))
    expect(pieces).toBe(done) // it waits
    work.resume()
    await vi.waitFor(() => expect(pieces).toBe(PIECES), { timeout: 20_000 })
  })

  test('waits for an idle time, but not for ever', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const piece = vi.fn(() => true)
    const work = new IdleWork(piece)
    /** Requests one soon after the other. */
    const ask = (seconds: number) => {
      for (let request = 0; request < seconds * 10; request++) {
        work.pause()
        work.resume()
        vi.advanceTimersByTime(100)
      }
    }
    ask(55)
    expect(piece).not.toHaveBeenCalled()
    ask(10)
    expect(piece).toHaveBeenCalled()
  })
})

describe('GET /api/listings', () => {
  test('refuses a q of nothing but blanks, and one of too many words, also for an export', async () => {
    const daemon = await startDaemon()
    const tooMany = Array.from({ length: 11 }, (_, at) => `w${at}`).join('+')
    for (const [q, detail] of [
      ['+%09%E3%80%80', /q holds nothing but blanks/],
      [tooMany, /q has 11 words, and 10 are allowed/],
    ] as const) {
      for (const accept of ['application/json', 'text/csv']) {
        const { status, json } = await daemon.get(`/api/listings?q=${q}`, { accept })
        expect({ status, ...json }).toMatchObject({ status: 400, code: 'invalid_query', detail: expect.stringMatching(detail) })
      }
    }
  })

  test('finds words with every other filter, page by page and as an export', async () => {
    const daemon = await startDaemon()
    await daemon.post([
      listing({ title: 'Gainward RTX 3090 Phantom', price: 700 }),
      listing({ title: 'GAINWARD rtx3090', price: 650 }),
      listing({ title: 'Gainward RTX 4090', model: 'RTX_4090', price: 600 }),
      listing({ title: 'RTX 3090', price: 500 }),
      listing(),
    ])
    const url = '/api/listings?q=gainward+3090&model=RTX_3090&sort=price'
    const first = await daemon.get(`${url}&limit=1`)
    expect(first.json).toMatchObject({ items: [{ price: 650 }], next_cursor: expect.any(String) })
    const second = await daemon.get(`${url}&limit=1&cursor=${first.json['next_cursor']}`)
    expect(second.json['items']).toMatchObject([{ price: 700 }])
    expect(second.json['next_cursor']).toBeNull()
    const exported = await daemon.get(url, { accept: 'application/x-ndjson' })
    expect(
      exported.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).price),
    ).toEqual([650, 700])
  })
})

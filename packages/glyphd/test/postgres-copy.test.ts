import { existsSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { copy } from '../dist/commands/copy.js'
import { StoresDiffer } from '../dist/failure.js'
import { createServer, DEFAULT_LIMITS, getStorageEngine, importIds, type StorageEngine } from '../dist/index.js'
import { copyStore } from '../dist/store/copy.js'
import { openCopySource, openCopyTarget } from '../dist/store/open-copy.js'
import { COLUMNS } from '../dist/store/to-row.js'
import { contradictions } from './contradictions.ts'
import { temporaryFolder } from './daemon.ts'
import { arbitraryListing, bodyOf, importInto, listing } from './listings.ts'
import { testDatabase } from './postgres-databases.ts'
import { eventually, runProgram, startProgram } from './process.ts'

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
const NO_ONE = { signal: new AbortController().signal, onListings() {}, onDifference() {} }

/** A daemon on this store. */
async function daemonOf(db: string) {
  const store = await getStorageEngine({ db, limits: DEFAULT_LIMITS })
  const app = await createServer({ store })
  const stop = async () => {
    await app.close()
    await store.close()
  }
  onTestFinished(stop)
  return {
    store,
    stop,
    get: async (url: string) => (await app.inject(url)).body,
    post: async (rows: readonly unknown[], { query = '', headers = {} }: { query?: string; headers?: object } = {}) => {
      const {
        statusCode,
        headers: replied,
        body,
      } = await app.inject({
        method: 'POST',
        url: `/api/persist/listings${query}`,
        headers: { 'content-type': 'application/json', ...headers },
        payload: JSON.stringify(rows),
      })
      expect(statusCode).toBe(200)
      return { import_id: `${JSON.parse(body).import_id}`, replayed: replied['idempotent-replayed'], body }
    },
    undo: async (import_id: string) => {
      const { statusCode } = await app.inject({ method: 'DELETE', url: `/api/persist/imports/${import_id}` })
      expect(statusCode).toBe(200)
    },
  }
}

async function newStore(): Promise<string> {
  return path.join(await temporaryFolder(), 'gpu.sqlite')
}

/** Imports so many batches of so many listings. */
async function feed(store: StorageEngine, batches: number, size: number): Promise<string[]> {
  const ids: string[] = []
  for (let batch = 0; batch < batches; batch++) {
    const rows = Array.from({ length: size }, (_, row) =>
      listing({ listing_source: 'shop', listing_id: `${row}`, price: 100 + batch }),
    )
    ids.push((await importInto(store, bodyOf(rows))).import_id)
  }
  return ids
}

async function inDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url)
  await client.connect()
  return work(client).finally(() => client.end())
}

function inFile<T>(db: string, work: (file: Sqlite.Database) => T): T {
  const file = new Sqlite(db)
  try {
    return work(file)
  } finally {
    file.close()
  }
}

/** Everything that imports are made of, as a SQLite store has it, up to a position. */
function contentOf(db: string, last = Number.MAX_SAFE_INTEGER): unknown {
  const questions = [
    'select * from imports where first_position <= ? order by first_position',
    `select position, ${COLUMNS.join(', ')} from gpu_listings where position <= ? order by position`,
    'select * from rejected_rows where first_position <= ? order by first_position, row',
    'select * from idempotency_keys where first_position <= ? order by key',
    'select * from snapshots where first_position <= ? order by first_position, listing_source',
  ]
  return inFile(db, (file) => questions.map((sql) => file.prepare(sql).all(last)))
}

const copied = (from: string, to: string) => runProgram(['copy', '--from', from, '--to', to])

/** Copies in this process: what is said, and what the command ends with. */
async function copiedHere(from: string, to: string, isTTY = false): Promise<{ words: string; error: unknown }> {
  const stderr = Object.assign(new PassThrough(), { isTTY })
  const terminal = { stdin: Readable.from([]), stdout: new PassThrough(), stderr, signal: NO_ONE.signal, colours: false }
  const error = await copy({ from, to }, terminal).catch((error: unknown) => error)
  return { words: `${stderr.read() ?? ''}`, error }
}

/** What both stores have, as the last lines say. */
const checksumIn = (words: string) => /checksum ([\da-f]{64})\nverified: the same in both\n$/.exec(words)?.[1]

describe('a store that is copied to PostgreSQL and back', () => {
  test('has the same listings, imports, rejected rows and keys, and gives the same answers', async () => {
    const db = await newStore()
    const card = (id: string, price: number, days: number) =>
      listing({
        listing_source: 'shop',
        listing_id: id,
        price,
        seen_at: ago(days),
        title: 'MSI RTX 3090\t"Gaming" \\N Größe',
        condition: 'used',
      })
    const plain = { headers: { 'idempotency-key': 'plain' } }
    const lenient = { headers: { 'idempotency-key': 'lenient', prefer: 'handling=lenient' } }
    const bodies = {
      plain: [card('1', 700, 5), card('2', 650, 5), listing()],
      lenient: [{ model: 1 }, card('1', 710, 4), { price: 'no' }, card('3', 640, 4), {}],
    }
    const daemon = await daemonOf(db)
    const first = await daemon.post(bodies.plain, plain)
    const { import_id: undone } = await daemon.post([card('1', 1, 4.5), card('4', 1, 4.5)], {
      headers: { 'idempotency-key': 'undone' },
    })
    const second = await daemon.post(bodies.lenient, lenient)
    await daemon.undo(undone)
    await daemon.post([card('1', 690, 3), card('3', 640, 3), card('5', 600, 3)], { query: '?complete=true' })
    await daemon.stop()

    const url = await testDatabase()
    const back = path.join(await temporaryFolder(), 'new', 'gpu.sqlite')
    for (const [from, to] of [
      [db, url],
      [url, back],
    ] as const) {
      const { code, stdout, stderr } = await copied(from, to)
      expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: '' })
      expect(stderr).toMatch(/^copied 4 imports with 8 listings; 0 imports there already\n/)
      expect(
        stderr.match(/: 4 imports \(1 undone\), 8 listings, 3 rejected rows, 2 keys, checksum [\da-f]{64}\n/g),
      ).toHaveLength(2)
      expect(checksumIn(stderr)).toBeDefined()
    }
    expect(contentOf(back)).toEqual(contentOf(db))
    expect(checksumIn((await copiedHere(db, back)).words)).toBe(checksumIn((await copiedHere(url, db)).words))

    const questions = [
      '/api/listings?limit=1000',
      '/api/listings?latest=true&sort=-price&limit=1000',
      '/api/listings?current=true&listing_source=shop',
      '/api/deltas',
      '/api/models',
      `/api/models/RTX_3090/history?before=${ago(1)}`,
      '/api/persist/imports?undone=true',
      `/api/persist/imports/${second.import_id}/errors`,
      `/api/persist/imports/${undone}`,
    ]
    const daemons = await Promise.all([db, url, back].map(daemonOf))
    for (const question of questions) {
      const [asked, ...others] = await Promise.all(daemons.map(({ get }) => get(question)))
      expect(asked?.length).toBeGreaterThan(20)
      for (const answer of others) expect(answer).toBe(asked)
    }
    for (const { post } of daemons) {
      expect(await post(bodies.plain, plain)).toEqual({ ...first, replayed: 'true' })
      expect(await post(bodies.lenient, lenient)).toEqual({ ...second, replayed: 'true' })
    }
    for (const store of [url, back]) expect(await contradictions(store)).toEqual([])
  })

  test('has every listing to the last bit, also by way of another PostgreSQL', async () => {
    const [db, url, other, back] = [await newStore(), await testDatabase(), await testDatabase(), await newStore()]
    const { store, stop } = await daemonOf(db)
    await importInto(store, bodyOf(fc.sample(arbitraryListing, 300)))
    await stop()
    const checksums: unknown[] = []
    for (const [from, to] of [
      [db, url],
      [url, other],
      [other, back],
    ] as const) {
      checksums.push(checksumIn((await copiedHere(from, to)).words))
    }
    expect(checksums).toEqual(Array(3).fill(expect.any(String)))
    expect(new Set(checksums).size).toBe(1)
    expect(contentOf(back)).toEqual(contentOf(db))
    expect(await contradictions(other)).toEqual([])
  })
})

describe('a copy that is broken off in the middle of an import', () => {
  const goesOn = 'What was copied until then is whole: the same command goes on from there'
  const ways: [way: string, code: number | null, words: string, stored: number][] = [
    ['SIGKILL', null, '', 2],
    ['SIGINT', 130, `interrupted. ${goesOn}`, 3],
    ['a lost connection', 1, `: The database is away. ${goesOn}`, 2],
  ]
  test.each(ways)('by %s leaves whole imports, and the next one goes on', async (way, code, words, stored) => {
    const [db, url] = [await newStore(), await testDatabase()]
    const { store, post, stop } = await daemonOf(db)
    const ids = await feed(store, 2, 700)
    const { import_id } = await post([...Array(600).fill(listing()), {}], { headers: { prefer: 'handling=lenient' } })
    await feed(store, 2, 700)
    await stop()

    await inDatabase(url, async (client) => {
      // What the copy has to wait for when it has written the listings of the third import.
      await client.query('begin')
      await client.query("insert into rejected_rows values ($1, 600, '{}')", [import_id])
      const program = await startProgram(['copy', '--from', db, '--to', url])
      const waiting = "select pid from pg_stat_activity where application_name = 'glyphd copy' and wait_event_type = 'Lock'"
      await inDatabase(url, async (watcher) => {
        await eventually(async () => (await watcher.query(waiting)).rowCount === 1)
        if (way === 'SIGKILL' || way === 'SIGINT') program.kill(way)
        else await watcher.query(`select pg_terminate_backend(pid) from (${waiting}) as waiting`)
      })
      if (way !== 'SIGINT') await program.ended
      await client.query('rollback')
      const ended = await program.ended
      expect(ended.code).toBe(code)
      expect(ended.stderr).toContain(words)
    })

    const sql =
      'select import_id, record_count, (select count(*)::integer from gpu_listings g where g.import_id = i.import_id) as listings'
    const { rows } = await inDatabase(url, (client) => client.query(`${sql} from imports i order by import_id`))
    const whole = [
      ...ids.map((id) => ({ import_id: id, record_count: 700, listings: 700 })),
      { import_id, record_count: 600, listings: 600 },
    ]
    expect(rows).toEqual(whole.slice(0, stored))
    const again = await copied(db, url)
    expect(again).toMatchObject({ code: 0, stderr: expect.stringMatching(`; ${stored} imports there already\n`) })
    expect(again.stderr).toMatch(/: 5 imports, 3,400 listings, 1 rejected row, 0 keys, checksum /)
  })
})

describe('an import that is not the same in both stores', () => {
  interface Stores {
    from: string
    to: string
    import_id: string
  }
  const undo = async (db: string, import_id: string) => {
    const { undo, stop } = await daemonOf(db)
    await undo(import_id)
    await stop()
  }
  const change = (sql: string) => (stores: Stores) => inFile(stores.to, (file) => file.exec(sql))
  const cases: [what: string, differ: (stores: Stores) => unknown, words: RegExp][] = [
    [
      'a listing was changed',
      change('update gpu_listings set price = 1 where position = 2'),
      /is not the same in \S+ as in \S+: something else/,
    ],
    ['a listing is gone', change('delete from gpu_listings where position = 2'), /is not the same/],
    ['a rejected row is gone', change('delete from rejected_rows'), /is not the same/],
    ['its row was changed', change("update imports set first_model = 'V100'"), /is not the same/],
    ['its key is gone', change('delete from idempotency_keys'), /is not the same/],
    ['it is no longer complete', change('delete from snapshots'), /is not the same/],
    [
      'it was undone in the source',
      ({ from, import_id }) => undo(from, import_id),
      /was undone in .*a.sqlite at .* undo it in .*b.sqlite, too/,
    ],
    [
      'it was undone in the target',
      ({ to, import_id }) => undo(to, import_id),
      /was undone in .*b.sqlite at .* undo it in .*a.sqlite, too/,
    ],
  ]

  /** Two stores with a complete import and a lenient one with a key, of which one is a copy of the other. */
  async function twoStores(): Promise<Stores> {
    const folder = await temporaryFolder()
    const [from, to] = [path.join(folder, 'a.sqlite'), path.join(folder, 'b.sqlite')]
    const { post, stop } = await daemonOf(from)
    const shop = [listing({ listing_source: 'shop', listing_id: '1' }), listing({ listing_source: 'shop', listing_id: '2' })]
    const { import_id } = await post(shop, { query: '?complete=true' })
    await post([listing(), {}], { headers: { prefer: 'handling=lenient', 'idempotency-key': 'k' } })
    await stop()
    expect((await copiedHere(from, to)).error).toBeUndefined()
    return { from, to, import_id }
  }

  test.each(cases)('is found where %s; it is left as it is, and the others are copied', async (_, differ, words) => {
    const stores = await twoStores()
    await differ(stores)
    const before = contentOf(stores.to)
    const { store, stop } = await daemonOf(stores.from)
    const [later] = await feed(store, 1, 3)
    await stop()
    const copied = await copiedHere(stores.from, stores.to)
    expect(copied).toEqual({ words: expect.stringMatching(words), error: expect.any(StoresDiffer) })
    expect(copied.words).toMatch(/^import [\da-f-]{36} /)
    expect(copied.words).toContain('copied 1 import with 3 listings; 2 imports there already\n')
    const { place } = inFile(stores.to, (file) =>
      file.prepare('select first_position as place, record_count from imports where import_id = ?').get(later),
    ) as { place: number }
    expect(contentOf(stores.to, place - 1)).toEqual(before)
  })

  test('is none where both have undone it, each at its time', async () => {
    const { from, to, import_id } = await twoStores()
    await undo(from, import_id)
    await undo(to, import_id)
    expect((await copiedHere(from, to)).error).toBeUndefined()
  })

  test.each(['sqlite', 'postgres'])('is not copied where its key stands for another one (%s)', async (engine) => {
    const [from, to] = [await newStore(), engine === 'sqlite' ? await newStore() : await testDatabase()]
    const ids: string[] = []
    for (const db of [from, to]) {
      const { post, stop } = await daemonOf(db)
      ids.push((await post([listing()], { headers: { 'idempotency-key': 'k' } })).import_id)
      await stop()
    }
    const { code, stderr } = await copied(from, to)
    expect(code).toBe(4)
    expect(stderr).toContain(`import ${ids[0]} was not copied: in `)
    expect(stderr).toContain(`its Idempotency-Key stands for the import ${ids[1]}.`)
    expect(stderr).toContain('has 1 import more')
    expect(await contradictions(to)).toEqual([])
  })

  test('is named for the first twenty of many', async () => {
    const [from, to] = [await newStore(), await newStore()]
    const { store, stop } = await daemonOf(from)
    await feed(store, 22, 1)
    await stop()
    await copiedHere(from, to)
    inFile(to, (file) => file.exec('update gpu_listings set price = 1'))
    const { words, error } = await copiedHere(from, to)
    expect(words.match(/^import /gm)).toHaveLength(20)
    expect(`${error}`).toContain('22 imports are not the same in both stores, of which the first 20 are named above')
  })
})

describe('what is imported meanwhile', () => {
  test('is copied if it comes before the end, also with an id before those that were copied', async () => {
    const [from, to] = [await testDatabase(), await newStore()]
    const early = await getStorageEngine({
      db: from,
      limits: DEFAULT_LIMITS,
      newImportId: importIds(undefined, () => 1_700_000_000_000),
    })
    const late = await getStorageEngine({ db: from, limits: DEFAULT_LIMITS })
    onTestFinished(async () => {
      await Promise.all([early.close(), late.close()])
    })
    await feed(late, 2, 3)
    const [source, target] = [await openCopySource(from), await openCopyTarget(to)]
    onTestFinished(async () => {
      await Promise.all([source.close(), target.close()])
    })
    let isFed = false
    const { copied } = await copyStore(
      source,
      {
        ...target,
        write: async (reading) => {
          if (!isFed) await Promise.all([feed(early, 1, 5), feed(late, 1, 7)])
          isFed = true
          return target.write(reading)
        },
      },
      NO_ONE,
    )
    expect(copied).toEqual({ imports: 4, listings: 18 })
    expect(await contradictions(to)).toEqual([])
  })

  test('is part of what the target has more where it was imported there', async () => {
    const [from, to] = [await newStore(), await newStore()]
    for (const db of [from, to]) {
      const { store, stop } = await daemonOf(db)
      await feed(store, 2, 2)
      await stop()
    }
    expect((await copiedHere(from, to)).words).toMatch(/has 2 imports more, of which .* does not know\nverified/)
    expect(await contradictions(to)).toEqual([])
  })
})

describe('stores that cannot be copied are refused', () => {
  test('the same one under two names', async () => {
    const folder = await temporaryFolder()
    const [db, other, url] = [path.join(folder, 'gpu.sqlite'), path.join(folder, 'link.sqlite'), await testDatabase()]
    await (await daemonOf(db)).stop()
    await symlink(db, other)
    for (const [from, to] of [
      [db, other],
      [url, `${url}?application_name=another`],
    ] as const) {
      expect(await copied(from, to)).toMatchObject({ code: 2, stderr: 'glyphd: --from and --to are the same store\n' })
    }
  })

  test('one that is not there, or is something else, in words without the password', async () => {
    const folder = await temporaryFolder()
    const at = (name: string) => path.join(folder, name)
    await (await daemonOf(at('gpu.sqlite'))).stop()
    inFile(at('foreign.sqlite'), (file) => file.exec('create table imports (a)'))
    inFile(at('newer.sqlite'), (file) => file.exec('pragma application_id = 0x676c7970; pragma user_version = 99'))
    inFile(at('empty.sqlite'), (file) => file.exec('vacuum'))
    const url = await testDatabase()
    const elsewhere = (database: string) => url.replace(/[^/]*$/, database).replace(/:[^:@]*@/, ':secret@')
    await inDatabase(url, (client) => client.query('update glyphd_schema set version = 99'))
    const refused: [from: string, to: string, words: string][] = [
      [at('none.sqlite'), at('new.sqlite'), 'none.sqlite does not exist'],
      [at('foreign.sqlite'), at('new.sqlite'), 'foreign.sqlite is a database of another program'],
      [at('newer.sqlite'), at('new.sqlite'), 'newer.sqlite has schema version 99'],
      [at('empty.sqlite'), at('new.sqlite'), 'An older glyphd made it, or it is empty'],
      [at('gpu.sqlite'), at('foreign.sqlite'), 'foreign.sqlite is a database of another program'],
      [at('gpu.sqlite'), at('newer.sqlite'), 'newer.sqlite has schema version 99'],
      [at('gpu.sqlite'), url, 'has schema version 99'],
      [url, at('new.sqlite'), 'has schema version 99'],
      [elsewhere('postgres'), at('new.sqlite'), 'The database refuses the password'],
      ['postgres://u:secret@127.0.0.1:1/x', at('new.sqlite'), 'postgres://u:****@127.0.0.1:1/x cannot be reached'],
    ]
    for (const [from, to, words] of refused) {
      const { error } = await copiedHere(from, to)
      expect(error).toEqual(expect.objectContaining({ name: 'Problem', message: expect.stringContaining(words) }))
      expect(`${error}`).not.toContain('secret')
    }
    expect(existsSync(at('new.sqlite'))).toBe(false)
    const [from, to] = ['postgres://u:secret@127.0.0.1:1/x', at('new.sqlite')]
    const shown = /^glyphd: postgres:\/\/u:\*\*\*\*@127\.0\.0\.1:1\/x cannot be reached .*\n$/
    expect(await copied(from, to)).toMatchObject({ code: 1, stderr: expect.stringMatching(shown) })
    const mysql = await copied('mysql://u:secret@127.0.0.1/x', to)
    const expected = '--from must be the path of a SQLite file, or a URL that begins with postgres://'
    expect(mysql).toMatchObject({ code: 2, stderr: expect.stringContaining(`glyphd: ${expected}\n`) })
    expect(mysql.stderr).not.toContain('secret')
  })
})

test('a copy says on a terminal how far it is', async () => {
  const [from, to] = [await newStore(), await newStore()]
  const { store, stop } = await daemonOf(from)
  await feed(store, 1, 3)
  await stop()
  expect((await copiedHere(from, to, true)).words).toContain(' 100 %  3 of 3 listings')
})

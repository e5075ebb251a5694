import { spawnSync } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Worker } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { DEFAULT_CURRENT_DAYS } from '../dist/contract/words.js'
import { DEFAULT_LIMITS, getStorageEngine } from '../dist/index.js'
import { BodyReader } from '../dist/store/body-reader.js'
import { migrate } from '../dist/store/migrate.js'
import { openWriter } from '../dist/store/sqlite-connection.js'
import { importWriter } from '../dist/store/write-imports.js'
import { contradictions } from './contradictions.ts'
import { type Daemon, startDaemon, temporaryFolder } from './daemon.ts'
import { Feed, withSeed } from './feed.ts'
import { bodyOf, listing } from './listings.ts'
import { eventually, logOf, type ProgramOptions, runProgram, startDaemonProcess, wordsOf } from './process.ts'
import { connect, importText } from './socket.ts'

/** How often what depends on chance is tried. */
const ROUNDS = inject('fuzz_rounds') > 1 ? 20 : 2

const models = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => listing({ model: `${name}_${index}` }))

interface Reply {
  status: number
  retryAfter: string | null
  replayed: boolean
  json: Record<string, unknown>
  text: string
}

async function post(url: string, rows: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const body = JSON.stringify(rows)
  return replyOf(
    await fetch(`${url}/api/persist/listings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    }),
  )
}

async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text()
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    replayed: response.headers.get('idempotent-replayed') === 'true',
    json: JSON.parse(text),
    text,
  }
}

const get = async (url: string, target: string) => replyOf(await fetch(url + target))

function countOf(db: string): unknown {
  const reader = new Sqlite(db, { readonly: true })
  try {
    return reader.prepare('select count(*) from gpu_listings').pluck().get()
  } finally {
    reader.close()
  }
}

/** Runs a command with a small disk of its own in a folder, which nobody else sees. */
const onSmallDisk = (folder: string, megabytes: number) => [
  ...['unshare', '-rm', 'sh', '-c', 'mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@"', 'sh'],
  ...[`${megabytes}m`, folder],
]

/** Runs a command that sees a folder, and may not write to it. */
const onReadOnlyDisk = (folder: string) => [
  ...['unshare', '-rm', 'sh', '-c', 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"', 'sh'],
  folder,
]

/** Runs a command with the rights that the modes of files give, also where the tests have all. */
const withoutPrivilege = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : []

function works([command = 'true', ...rest]: readonly string[]): boolean {
  return spawnSync(command, [...rest, 'true']).status === 0
}

const mayMount = works(onSmallDisk(tmpdir(), 1)) && works(onReadOnlyDisk(tmpdir()))

describe('a disk that is full', () => {
  test('refuses the imports that it has no room for with 507, those only, and takes them when there is room', async () => {
    const file = path.join(await temporaryFolder(), 'gpu.sqlite')
    const db = openWriter(file)
    onTestFinished(() => {
      db.close()
    })
    migrate(db)
    const writer = importWriter(db, new BodyReader(DEFAULT_LIMITS), DEFAULT_CURRENT_DAYS)
    let ids = 0
    const importing = (groups: [name: string, rows: number, key?: string][]) =>
      writer
        .importGroup(
          groups.map(([name, rows, key]) => ({
            body: bodyOf(models(name, rows)),
            import_id: `${ids++}`,
            timestamp: new Date().toISOString(),
            handling: 'strict',
            ...(key !== undefined && { idempotency: { key, fingerprint: name } }),
          })),
        )
        .map((outcome) =>
          'problem' in outcome ? outcome.problem.code : 'value' in outcome ? outcome.value.kind : outcome.error,
        )

    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 10}`)
    expect(importing([['A', 10_000, 'key']])).toEqual(['disk_full'])
    expect(countOf(file)).toBe(0)
    expect(
      importing([
        ['B', 2],
        ['C', 1000],
        ['D', 3],
        ['E', 1000, 'other key'],
      ]),
    ).toEqual(['imported', 'disk_full', 'imported', 'disk_full'])
    expect(countOf(file)).toBe(5)
    expect(await contradictions(file)).toEqual([])

    db.pragma('max_page_count = 1000000')
    expect(importing([['A', 10_000, 'key']])).toEqual(['imported'])
    expect(
      importing([
        ['E', 1000, 'other key'],
        ['C', 1000],
      ]),
    ).toEqual(['imported', 'imported'])
    expect(countOf(file)).toBe(12_005)
    expect(await contradictions(file)).toEqual([])
  })

  test.skipIf(!mayMount)(
    'gives 507 whatever part of an import has no room, stores nothing, and goes on when there is room',
    async () => {
      const folder = await temporaryFolder()
      const flags = ['--log-level', 'warn', '--max-memory-bytes', `${1024 * 1024}`]
      const daemon = await startDaemonProcess(flags, { folder, through: onSmallDisk(folder, 48) })
      const disk = `/proc/${daemon.pid}/root${folder}`
      const { url } = daemon
      expect((await post(url, models('A', 100))).status).toBe(200)

      const cases: [left: number, rows: number][] = [
        [0, 4000], //        none for the rows of a body in memory
        [1_000_000, 20_000], // enough for the file of the body, and not for its rows
        [300_000, 20_000], // not enough for the file
        [0, 20_000],
      ]
      for (const [left, rows] of cases) {
        const ballast = path.join(disk, 'ballast')
        await fillDisk(ballast, left)
        const key = { 'idempotency-key': `${rows} rows` }
        const refused = [
          await post(url, models('B', rows), key),
          await post(url, models('C', rows), { prefer: 'handling=lenient' }),
        ]
        for (const reply of refused) expect([reply.status, reply.json['code']], reply.text).toEqual([507, 'disk_full'])
        expect((await get(url, '/api/listings')).json['items']).toHaveLength(100)
        // SQLite resolves this path to one that is not on the small disk: it is a copy that is looked at.
        const copy = path.join(await temporaryFolder(), 'gpu.sqlite')
        for (const end of ['', '-wal']) await copyFile(path.join(disk, `gpu.sqlite${end}`), copy + end)
        expect(countOf(copy)).toBe(100)
        expect(await contradictions(copy)).toEqual([])
        expect(readdirSync(disk).filter((name) => name.includes('body'))).toEqual([])

        await rm(ballast)
        const again = await post(url, models('B', rows), key)
        expect([again.status, again.replayed], again.text).toEqual([200, false])
        const undone = await fetch(`${url}/api/persist/imports/${again.json['import_id']}`, { method: 'DELETE' })
        expect(undone.status).toBe(200)
      }
      daemon.kill('SIGTERM')
      expect(await daemon.ended).toMatchObject({ code: 0 })
      expect(wordsOf(daemon.stderr())).toEqual([])
    },
  )
})

/** Makes a file that leaves so many bytes of its disk. */
async function fillDisk(file: string, left: number): Promise<void> {
  const handle = await open(file, 'w')
  let size = 0
  try {
    for (;;) size += (await handle.write(Buffer.alloc(4096, 1))).bytesWritten
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    await handle.close()
  }
  await truncate(file, size - left)
}

describe('a store that may only be read', () => {
  async function madeStore(): Promise<string> {
    const folder = await temporaryFolder()
    const store = await getStorageEngine({ db: path.join(folder, 'gpu.sqlite'), limits: DEFAULT_LIMITS })
    await store.import(bodyOf(models('A', 10)), { handling: 'strict' })
    await store.close()
    return folder
  }

  async function expectRefused(folder: string, options: ProgramOptions, reason: string): Promise<void> {
    const db = path.join(folder, 'gpu.sqlite')
    const before = await readFile(db)
    const { code, stdout, stderr } = await runProgram(['serve', '--db', db, '--port', '0'], options)
    expect(wordsOf(stderr)).toEqual([`glyphd: ${db} cannot be opened for writing (${reason})`])
    expect([code, stdout]).toEqual([1, ''])
    expect((await readFile(db)).equals(before)).toBe(true)
  }

  test.skipIf(!mayMount)('ends the daemon at its start with words, where the disk is read-only', async () => {
    const folder = await madeStore()
    await expectRefused(folder, { through: onReadOnlyDisk(folder) }, 'EROFS')
  })

  test.skipIf(!works(withoutPrivilege))('ends the daemon at its start with words, where the file is read-only', async () => {
    const folder = await madeStore()
    await chmod(path.join(folder, 'gpu.sqlite'), 0o400)
    await expectRefused(folder, { through: withoutPrivilege }, 'EACCES')
  })

  test.skipIf(!works(withoutPrivilege))(
    'refuses bodies for which no file can be made any more, and goes on with the others',
    async () => {
      const folder = await temporaryFolder()
      const daemon = await startDaemonProcess(['--max-memory-bytes', '8000'], { folder, through: withoutPrivilege })
      await chmod(folder, 0o500)
      const refused = await post(daemon.url, models('A', 1000))
      expect([refused.status, refused.json['code']], refused.text).toEqual([503, 'store_unavailable'])
      expect(refused.retryAfter).toMatch(/^\d+$/)
      expect((await post(daemon.url, models('A', 1))).status).toBe(200)
      await chmod(folder, 0o700)
      expect((await post(daemon.url, models('A', 1000))).status).toBe(200)
      expect(countOf(daemon.db)).toBe(1001)
    },
  )
})

describe('a store file that is damaged', () => {
  let sound: Buffer
  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'glyphd-test-'))
    const db = path.join(folder, 'gpu.sqlite')
    const store = await getStorageEngine({ db, limits: DEFAULT_LIMITS })
    await store.import(bodyOf(models('A', 2000)), { handling: 'strict' })
    await store.import(bodyOf([...models('B', 100), 'no listing']), {
      handling: 'lenient',
      idempotency: { key: 'B', fingerprint: 'B' },
    })
    await store.close()
    sound = await readFile(db)
    await rm(folder, { recursive: true })
  })

  const damages: [what: string, damaged: (bytes: Buffer) => Buffer][] = [
    ['is cut in half', (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ['is cut within its header', (bytes) => bytes.subarray(0, 50)],
    ['has lost its first page', (bytes) => Buffer.from(bytes).fill(0, 0, 8192)],
    ['has noise for its schema', (bytes) => Buffer.from(bytes).fill(0xa5, 100, 8192)],
    [
      'has lost the table of imports',
      (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('imports', 'impxrts'), 'latin1'),
    ],
    [
      'has lost a column',
      (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('last_position  integer', 'lost_position  integer'), 'latin1'),
    ],
  ]
  for (const [what, damaged] of damages) {
    test(`is refused with words and stays as it is, where it ${what}`, async () => {
      const db = path.join(await temporaryFolder(), 'gpu.sqlite')
      const bytes = damaged(sound)
      await writeFile(db, bytes)
      const opening = getStorageEngine({ db, limits: DEFAULT_LIMITS })
      await expect(opening).rejects.toMatchObject({ name: 'Problem', code: 'store_unavailable' })
      await expect(opening).rejects.toThrow(/gpu\.sqlite .* Nothing was changed in it$/)
      expect((await readFile(db)).equals(bytes)).toBe(true)
    })
  }

  test('ends the daemon at its start, with one line of words', async () => {
    const db = path.join(await temporaryFolder(), 'gpu.sqlite')
    const bytes = sound.subarray(0, 100_000)
    await writeFile(db, bytes)
    const { code, stdout, stderr } = await runProgram(['serve', '--db', db, '--port', '0'])
    expect(wordsOf(stderr)).toEqual([`glyphd: ${db} is not a sound SQLite database. Nothing was changed in it`])
    expect([code, stdout]).toEqual([1, ''])
    expect((await readFile(db)).equals(bytes)).toBe(true)
  })

  test('never makes a daemon that runs on it show anything but problems', () =>
    withSeed(async (random) => {
      const statuses = new Set<number>()
      for (let round = 0; round < ROUNDS; round++) {
        const folder = await temporaryFolder()
        const bytes = Buffer.from(sound)
        for (let holes = 1 + random.below(3); holes > 0; holes--) {
          const at = 8192 + random.below(bytes.length - 8192)
          bytes.subarray(at, at + (random.chance(0.5) ? 1 : 8192)).fill(random.below(256))
        }
        await writeFile(path.join(folder, 'gpu.sqlite'), bytes)
        const opened = await startDaemon({ folder, damaged: true }).catch((error) => {
          expect(error).toMatchObject({
            name: 'Problem',
            code: 'store_unavailable',
            message: expect.stringContaining('gpu.sqlite'),
          })
        })
        if (!opened) continue
        const replies = [
          await opened.get('/api/listings?limit=1000'),
          await opened.get('/api/listings?model=A_77'),
          await opened.get('/api/persist/imports'),
          await opened.post(models('C', 300), { 'idempotency-key': 'B' }),
          await opened.post(models('C', 300)),
          await opened.get('/api/health'),
        ]
        for (const { status, text } of replies) {
          statuses.add(status)
          expect(text).not.toMatch(/SQLITE|Sqlite|malformed|\.js:\d/)
        }
      }
      expect([...statuses].filter((status) => ![200, 422, 500, 503].includes(status))).toEqual([])
    }))
})

/** Threads that the process has started, in their order, those that ended left out. */
function watchThreads(): Worker[] {
  const threads: Worker[] = []
  const add = (thread: Worker) => {
    threads.push(thread)
    thread.once('exit', () => threads.splice(threads.indexOf(thread), 1))
  }
  process.on('worker', add)
  onTestFinished(() => {
    process.off('worker', add)
  })
  return threads
}

async function listen(daemon: Daemon): Promise<string> {
  return daemon.app.listen({ host: '127.0.0.1', port: 0 })
}

/** Whether somebody writes to the store at this moment. */
function isBeingWritten(db: string): boolean {
  const other = new Sqlite(db, { timeout: 0 })
  try {
    other.exec('begin immediate; rollback')
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: 'SQLITE_BUSY' })
    return true
  } finally {
    other.close()
  }
}

describe('a thread that dies', () => {
  test('takes no acknowledged import along, whichever it is and whenever, and leaves none in part', () =>
    withSeed(async (random) => {
      const threads = watchThreads()
      const daemon = await startDaemon({ limits: { max_memory_bytes: 256 * 1024 } })
      const url = await listen(daemon)
      const feed = new Feed(random)
      let deaths = 0
      const dying = (async () => {
        while (deaths < 15) {
          await new Promise((resolve) => setTimeout(resolve, random.below(120)))
          if (threads.length === 0) continue // each starts when it is needed again
          await random.pick(threads).terminate()
          deaths++
        }
      })()
      await feed.feed([url], { until: () => deaths >= 15 })
      await dying
      feed.verify(daemon.db)
      await feed.sendAgain(url)
      feed.verify(daemon.db)
      expect(feed.stored).toBeGreaterThan(0)
      const failures = daemon.log.filter(({ level }) => Number(level) >= 50)
      expect(failures).toEqual([])
    }))

  test('while it writes fails that import with 503, which then is stored once by the same key', async () => {
    const threads = watchThreads()
    const daemon = await startDaemon()
    const url = await listen(daemon)
    const many = models('A', 40_000)
    const importing = post(url, many, { 'idempotency-key': 'once' })
    await eventually(() => isBeingWritten(daemon.db))
    await threads[0]?.terminate() // the first one writes
    const { status, retryAfter, json, text } = await importing
    expect([status, json['code']], text).toEqual([503, 'store_unavailable'])
    expect(json['detail']).toMatch(/Send it again with the same key/)
    expect(retryAfter).toMatch(/^\d+$/)
    expect(countOf(daemon.db)).toBe(0)
    const again = await post(url, many, { 'idempotency-key': 'once' })
    expect([again.status, again.replayed]).toEqual([200, false])
    expect((await post(url, many, { 'idempotency-key': 'once' })).text).toBe(again.text)
    expect(countOf(daemon.db)).toBe(40_000)
    expect(await contradictions(daemon.db)).toEqual([])
  })

  test('while it reads fails that question with 503 at most, and the next one is answered', async () => {
    const threads = watchThreads()
    const daemon = await startDaemon()
    const url = await listen(daemon)
    await post(url, models('A', 5000))
    const asking = Array.from({ length: 20 }, () => get(url, '/api/listings?limit=1000'))
    const [, ...readers] = threads // the first one writes
    await Promise.all(readers.map((reader) => reader.terminate()))
    expect(readers.length).toBeGreaterThan(0)
    for (const { status, retryAfter, json } of await Promise.all(asking)) {
      if (status === 200) expect(json['items']).toHaveLength(1000)
      else expect([status, json['code'], retryAfter]).toEqual([503, 'store_unavailable', expect.stringMatching(/^\d+$/)])
    }
    expect((await get(url, '/api/listings?limit=1000')).json['items']).toHaveLength(1000)
    expect((await get(url, '/api/health')).status).toBe(200)
  })
})

describe('two daemons on one file', () => {
  test('both serve, whoever starts first, and hold one store together', () =>
    withSeed(async (random) => {
      const folder = await temporaryFolder()
      const flags = ['--log-level', 'warn', '--max-memory-bytes', `${256 * 1024}`]
      const daemons = await Promise.all([startDaemonProcess(flags, { folder }), startDaemonProcess(flags, { folder })])
      const feed = new Feed(random)
      let answers = 0
      const answered = () => {
        answers++
      }
      await feed.feed(
        daemons.map(({ url }) => url),
        { answered, until: () => answers >= 20 * ROUNDS },
      )
      const db = path.join(folder, 'gpu.sqlite')
      feed.verify(db)
      expect(feed.stored).toBeGreaterThan(ROUNDS)

      const before = Number(countOf(db))
      const key = { 'idempotency-key': 'the same to both' }
      const [one, other] = await Promise.all(daemons.map(({ url }) => post(url, models('A', 100), key)))
      expect([one?.status, one?.text]).toEqual([200, other?.text])
      expect([one?.replayed, other?.replayed].sort()).toEqual([false, true])
      expect(countOf(db)).toBe(before + 100)
      for (const daemon of daemons) {
        expect((await get(daemon.url, '/api/health')).status).toBe(200)
        daemon.kill('SIGTERM')
        expect(await daemon.ended).toMatchObject({ code: 0 })
        expect(logOf(daemon.stderr())).toEqual([])
        expect(wordsOf(daemon.stderr())).toEqual([])
      }
      expect(await contradictions(db)).toEqual([])
    }))
})

describe('another program that holds the write lock', () => {
  function holdLock(db: string): () => void {
    const other = new Sqlite(db)
    other.exec('begin immediate')
    let release = () => {
      release = () => {}
      other.exec('rollback')
      other.close()
    }
    onTestFinished(() => release())
    return () => release()
  }

  test('makes imports wait, and no question', async () => {
    const daemon = await startDaemonProcess()
    await post(daemon.url, models('A', 10))
    const release = holdLock(daemon.db)
    let answers = 0
    const importing = Array.from({ length: 5 }, (_, index) =>
      post(daemon.url, models(`B${index}`, 10)).finally(() => answers++),
    )
    for (let asked = 0; asked < 20; asked++) {
      expect((await get(daemon.url, '/api/listings')).json['items']).toHaveLength(10)
    }
    expect(answers).toBe(0)
    release()
    for (const reply of await Promise.all(importing)) expect(reply.status, reply.text).toBe(200)
    expect(countOf(daemon.db)).toBe(60)
  })

  test('makes imports that waited too long fail with 503 and Retry-After, and nothing of them is stored later', async () => {
    const daemon = await startDaemonProcess(['--max-wait-seconds', '1'])
    const release = holdLock(daemon.db)
    const refusals: Reply[] = []
    const importing = ['A', 'B', 'C'].map(async (name) => {
      const reply = await post(daemon.url, models(name, 10))
      if (reply.status === 503) refusals.push(reply)
      return reply.status
    })
    await eventually(() => refusals.length === 2) // the third is with the writer, which waits for the lock itself
    for (const { json, retryAfter } of refusals) {
      expect([json['code'], retryAfter]).toEqual(['waited_too_long', expect.stringMatching(/^\d+$/)])
    }
    release()
    expect((await Promise.all(importing)).sort()).toEqual([200, 503, 503])
    expect((await post(daemon.url, models('D', 10))).status).toBe(200)
    expect(countOf(daemon.db)).toBe(20)
  })

  test.runIf(ROUNDS > 2)('for half a minute fails the import that waits with 503, too', async () => {
    const daemon = await startDaemonProcess()
    const release = holdLock(daemon.db)
    const refused = await post(daemon.url, models('A', 10))
    expect([refused.status, refused.json['code']], refused.text).toEqual([503, 'store_busy'])
    expect(refused.retryAfter).toMatch(/^\d+$/)
    release()
    expect((await post(daemon.url, models('A', 10))).status).toBe(200)
  })
})

describe('a clock that jumps back', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test('changes neither the order of ids nor that of listings, also over a restart', async () => {
    const folder = await temporaryFolder()
    const clock = ['2026-11-03T10:00:00Z', '2026-11-03T09:00:00Z', '2025-01-01T00:00:00Z', '2026-11-02T00:00:00Z']
    const ids: unknown[] = []
    for (const run of [1, 2]) {
      vi.useFakeTimers({ toFake: ['Date'], now: new Date(clock[run] ?? 0) })
      const daemon = await startDaemon({ folder })
      for (const now of clock) {
        vi.setSystemTime(new Date(now))
        const { json } = await daemon.post([listing({ model: `M${ids.length}` })])
        expect(json['timestamp']).toBe(new Date(now).toISOString())
        ids.push(json['import_id'])
      }
      const { json } = await daemon.get('/api/listings')
      expect((json['items'] as { model: string }[]).map(({ model }) => model)).toEqual(ids.map((_, index) => `M${index}`))
      const imports = (await daemon.get('/api/persist/imports')).json['items'] as { import_id: string }[]
      expect(imports.map(({ import_id }) => import_id)).toEqual(ids.toReversed())
      await daemon.stop()
    }
    expect(ids.toSorted()).toEqual(ids)
  })
})

describe('SIGTERM', () => {
  test('in the midst of imports of all kinds lets each be answered or leaves nothing of it, and ends with 0', () =>
    withSeed(async (random) => {
      const folder = await temporaryFolder()
      const feed = new Feed(random)
      for (let round = 0; round < ROUNDS / 2; round++) {
        const daemon = await startDaemonProcess(['--log-level', 'warn', '--max-memory-bytes', `${256 * 1024}`], { folder })
        let left = 1 + random.below(30)
        const answered = () => {
          if (--left === 0) daemon.kill('SIGTERM')
        }
        await feed.feed([daemon.url], { answered })
        expect(await daemon.ended).toMatchObject({ code: 0 })
        expect(wordsOf(daemon.stderr())).toEqual([])
        expect(readdirSync(folder)).toEqual(['gpu.sqlite'])
        feed.verify(daemon.db)
        expect(feed.storedUnanswered).toBe(0)
      }
    }))
})

/** Files of bodies that this process holds open; none have a name. */
function openBodies(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((file) => file.includes('-body-'))
    } catch {
      return [] // that of the folder itself
    }
  })
}

const hasProc = process.platform === 'linux'

describe('a client', () => {
  const coming = importText(models('GONE', 15_000)) // more than is held for a body before its file is made

  test('that goes when its whole body is sent has imported it, and the log says so', async () => {
    const daemon = await startDaemon()
    const connection = await connect(await listen(daemon))
    await connection.send(coming)
    connection.destroy()
    await eventually(() => daemon.log.some(({ msg }) => msg === 'listings imported'))
    expect(daemon.log.find(({ msg }) => msg === 'listings imported')).toMatchObject({ record_count: 15_000 })
    expect(countOf(daemon.db)).toBe(15_000)
    expect(await contradictions(daemon.db)).toEqual([])
  })

  test.runIf(hasProc)('that goes before leaves nothing: no listing, no file, no descriptor', async () => {
    const daemon = await startDaemon({ limits: { max_memory_bytes: 0 } })
    const url = await listen(daemon)
    for (const part of [0.5, 0.9, 0.9999]) {
      const connection = await connect(url)
      await connection.send(coming.slice(0, Math.floor(coming.length * part)))
      await eventually(() => openBodies().length === 1)
      connection.destroy()
      await eventually(() => openBodies().length === 0)
    }
    expect(readdirSync(daemon.folder).filter((name) => name.includes('body'))).toEqual([])
    expect(await daemon.rows('select count(*) as imports from imports')).toEqual([{ imports: 0 }])
    expect((await post(url, models('A', 1000))).status).toBe(200)
    await eventually(() => openBodies().length === 0)
  })

  test.runIf(hasProc)('that sends slowly and then stops holds up nobody, gets 408, and nothing is left of it', async () => {
    const daemon = await startDaemon({ limits: { max_memory_bytes: 0, receive_timeout_seconds: 3 } })
    const url = await listen(daemon)
    const connections = await Promise.all(Array.from({ length: 5 }, () => connect(url)))
    for (const connection of connections) await connection.send(coming.slice(0, 400_000))
    await eventually(() => openBodies().length === 5)
    for (const from of [400_000, 400_010, 400_020]) {
      for (const connection of connections) await connection.send(coming.slice(from, from + 10))
      expect((await post(url, models('A', 1000))).status).toBe(200)
    }
    for (const connection of connections) {
      const { status, json } = await connection.reply()
      expect([status, json['code']]).toEqual([408, 'request_timeout'])
    }
    await eventually(() => openBodies().length === 0)
    expect(await daemon.rows('select count(*) as listings, max(model) as last from gpu_listings')).toEqual([
      { listings: 3000, last: 'A_999' },
    ])
  })
})

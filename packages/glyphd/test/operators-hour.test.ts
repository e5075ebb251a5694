import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createClient } from '../dist/client.js'
import { temporaryFolder } from './daemon.ts'
import { HourlyMarket } from './hourly-market.ts'
import { type DaemonProcess, type Ended, runProgram, startDaemonProcess } from './process.ts'

const repository = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url))
const SCRIPT = repository('examples/feed/feed.sh')
const PROGRAMS = {
  GLYPHSIEVE: repository('packages/glyphsieve/bin/glyphsieve.js'),
  GLYPHD: repository('packages/glyphd/bin/glyphd.js'),
}
/** Nothing listens there. */
const NOBODY = 'http://127.0.0.1:1'

/** A folder of the feed, and what is done with it. */
async function startFeed(variables: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  const at = (...names: string[]) => path.join(folder, ...names)
  await mkdir(at('incoming'))
  return {
    folder,
    at,
    bring: (name: string, content: string) => writeFile(at('incoming', name), content),
    names: (place: string) => readdir(at(place)),
    read: (...names: string[]) => readFile(at(...names), 'utf8'),
    /** Runs the script as cron does. */
    run: (more: Record<string, string> = {}) => shell([SCRIPT], { FEED_DIR: folder, ...variables, ...more }),
  }
}

/** Runs a shell to its end. */
async function shell(args: string[], variables: Record<string, string>): Promise<Ended> {
  const env = { PATH: process.env['PATH'], ...variables }
  const child = spawn('sh', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)])
  return { code, stdout, stderr }
}

describe('the script', () => {
  /** A feed whose programs are two lines of shell: `glyphsieve` writes what it read, and both end with a status. */
  async function startFeedOf({ sieved = 0, imported = 0 }: { sieved?: number; imported?: number }) {
    const feed = await startFeed()
    const program = async (name: string, lines: string) => {
      await writeFile(feed.at(name), `#!/bin/sh\n${lines}\n`)
      await chmod(feed.at(name), 0o755)
      return feed.at(name)
    }
    const read = 'while [ "$1" != --rejections ]; do shift; done; : >"$2"; cat "$5" >"$4"'
    const GLYPHSIEVE = await program('sieve', `echo "sieve $*" >&2\n[ ${sieved} -eq 0 ] || exit ${sieved}\n${read}`)
    const GLYPHD = await program('daemon', `echo "import $*" >&2\nexit ${imported}`)
    return { ...feed, run: (more: Record<string, string> = {}) => feed.run({ GLYPHSIEVE, GLYPHD, ...more }) }
  }

  test('scores with the time in the name of a file, or leaves the time to glyphsieve, and sends the oldest first', async () => {
    const feed = await startFeedOf({})
    await feed.bring('shop b-20261101T070000Z.csv', 'b')
    await feed.bring('shop c-20261101T060000Z.csv', 'c')
    await feed.bring('latest.csv', 'now')
    const { code, stdout, stderr } = await feed.run({ FEED_SIEVE_OPTIONS: '--currency USD' })
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/sieve run --seen-at 2026-11-01T07:00:00Z --currency USD --rejections .*incoming\/shop b-/)
    expect(stdout).toMatch(/sieve run --currency USD --rejections .* incoming\/latest\.csv/)
    const sent = [...stdout.matchAll(/import import --complete spool\/(\d{8}T\d{6}Z)-\d+-\d+-(.*)\.ndjson/g)]
    expect(sent.map(([, time, name]) => [time, name])).toEqual([
      ['20261101T060000Z', 'shop c-20261101T060000Z.csv'],
      ['20261101T070000Z', 'shop b-20261101T070000Z.csv'],
      [expect.any(String), 'latest.csv'],
    ])
    expect(await feed.names('archive')).toHaveLength(3)
    for (const place of ['incoming', 'spool', 'held', 'rejected']) expect(await feed.names(place), place).toEqual([])
    expect((await readdir(feed.folder)).filter((name) => /^(lock|words|waiting)/.test(name))).toEqual([])
  })

  const endings: [what: string, statuses: { sieved?: number; imported?: number }, code: number, place: string][] = [
    ['cannot be read is set aside', { sieved: 1 }, 1, 'held'],
    ['glyphsieve was killed over stays where it came', { sieved: 137 }, 1, 'incoming'],
    ['is refused is set aside', { imported: 4 }, 1, 'held'],
    ['cannot be sent now waits, and nobody is bothered', { imported: 3 }, 0, 'spool'],
    ['cannot be sent for another reason waits, and a person is told', { imported: 1 }, 1, 'spool'],
  ]
  for (const [what, statuses, status, place] of endings) {
    test(`a file that ${what}`, async () => {
      const feed = await startFeedOf(statuses)
      await feed.bring('crawl.csv', 'x')
      const { code, stderr } = await feed.run()
      expect(code).toBe(status)
      expect(stderr === '').toBe(status === 0)
      const files = (await feed.names(place)).filter((name) => !name.endsWith('.why'))
      expect(files).toEqual([expect.stringContaining('crawl.csv')])
      expect(await feed.read(place, files[0] ?? '')).toBe('x')
      if (place !== 'held') return

      const why = await feed.read(place, `${files[0]}.why`)
      expect(why).toMatch(statuses.sieved === undefined ? /^import import --complete spool/ : /^sieve run/)
      expect(why).toContain(statuses.sieved === undefined ? 'import --complete --force' : "/incoming/crawl.csv'")
      // As long as it lies there, a person has to act.
      expect(await feed.run()).toMatchObject({ code: 1, stderr: expect.stringContaining(`${files[0]} waits for a person`) })
      await rm(feed.at(place, files[0] ?? ''))
      expect(await feed.run()).toMatchObject({ code: 0, stderr: '' })
    })
  }

  test('a run leaves the work to another that is at it, and a person is told only when that takes hours', async () => {
    const feed = await startFeedOf({})
    await feed.bring('crawl.csv', 'x')
    await mkdir(feed.at('lock'))
    await writeFile(feed.at('lock', 'owner'), `${process.pid} ${Math.floor(Date.now() / 1000)}\n`)
    expect(await feed.run()).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('is still at work') })
    expect(await feed.run({ FEED_PATIENCE_HOURS: '0' })).toMatchObject({ code: 1, stderr: expect.stringContaining('too long') })
    expect(await feed.names('incoming')).toEqual(['crawl.csv'])
    expect(await feed.names('lock')).toEqual(['owner'])
  })

  test('a run takes over from one that was killed', async () => {
    const feed = await startFeedOf({})
    await feed.bring('crawl.csv', 'x')
    const { stdout } = await shell(['-c', 'echo $$'], {}) // a process that is gone
    await mkdir(feed.at('lock'))
    await writeFile(feed.at('lock', 'owner'), `${stdout.trim()} 1700000000\n`)
    expect(await feed.run()).toMatchObject({ code: 0, stderr: '' })
    expect(await feed.names('incoming')).toEqual([])
    expect((await readdir(feed.folder)).filter((name) => name.startsWith('lock'))).toEqual([])
  })
})

async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const HOURS = inject('simulated_hours')

test(`${HOURS} hours with restarts, a double run, a broken crawl and a late file leave exact histories`, {
  timeout: 600_000,
}, async () => {
  const market = new HourlyMarket(HOURS)
  const store = await temporaryFolder()
  const feed = await startFeed({ ...PROGRAMS, FEED_SIEVE_OPTIONS: '--currency USD' })
  const start = () => startDaemonProcess([], { folder: store })
  let daemon: DaemonProcess | undefined = await start()
  const run = (more: Record<string, string> = {}) => feed.run({ GLYPHD_URL: daemon?.url ?? NOBODY, ...more })
  const bring = (hour: number) => feed.bring(market.fileName(hour), market.crawl(hour))
  const held = async () => (await feed.names('held')).filter((name) => !name.endsWith('.why'))
  const well = { code: 0, stderr: '' }
  const stored: number[] = []

  for (let hour = 0; hour < HOURS; hour++) {
    switch (hour % 12) {
      case 1: // the same crawl twice
        await bring(hour)
        expect(await run()).toMatchObject(well)
        await bring(hour)
        expect(await run()).toMatchObject({ ...well, stdout: expect.stringContaining('sent before: nothing new was stored') })
        break
      case 2: {
        // two runs at once
        await bring(hour)
        const both = await Promise.all([run(), run()])
        expect(both).toEqual([expect.objectContaining(well), expect.objectContaining(well)])
        break
      }
      case 3: // the crawl of this hour comes two hours late
        continue
      case 5:
        await bring(hour)
        await bring(hour - 2)
        expect(await run()).toMatchObject(well)
        stored.push(hour - 2)
        break
      case 6: {
        // the crawl breaks off after a tenth
        await feed.bring(market.fileName(hour), market.crawl(hour, market.size(hour) / 10))
        const { code, stderr } = await run()
        expect(stderr).toMatch(/409 suspicious_snapshot: Of \d+ current offers of ash\.example, \d+ are missing/)
        expect(code).toBe(1)
        const [name = ''] = await held()
        expect(name).toContain(market.fileName(hour))
        await rm(feed.at('held', name))
        continue
      }
      case 7: // the daemon is gone
        daemon?.kill(hour < 12 ? 'SIGKILL' : 'SIGTERM')
        await daemon?.ended
        daemon = undefined
        await bring(hour)
        expect(await run()).toMatchObject({ ...well, stdout: expect.stringContaining('unsent') })
        break
      case 8: // and does not come back
        await bring(hour)
        expect(await run({ FEED_PATIENCE_HOURS: '0' })).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(/nothing could be sent for 0 hours(.|\n)*nothing listens at/),
        })
        expect(await feed.names('spool')).toHaveLength(2)
        break
      case 9:
        daemon = await start()
        await bring(hour)
        expect(await run()).toMatchObject(well)
        break
      case 10: {
        // a source gives most of its offers up, and a person says so
        await bring(hour)
        expect(await run()).toMatchObject({ code: 1, stderr: expect.stringContaining('409 suspicious_snapshot') })
        const [name = ''] = await held()
        const [, command = ''] = /^ {2}(.* --force .*)$/m.exec(await feed.read('held', `${name}.why`)) ?? []
        expect(await shell(['-c', command], {})).toMatchObject({ code: 0 })
        break
      }
      default:
        await bring(hour)
        expect(await run()).toMatchObject(well)
    }
    stored.push(hour)
  }

  for (const place of ['incoming', 'spool']) expect(await feed.names(place), place).toEqual([])
  expect(await held()).toEqual([])
  expect(await feed.names('rejected')).toHaveLength(stored.length + Math.floor((HOURS + 5) / 12))

  const url = daemon?.url ?? NOBODY
  const client = createClient({ url })
  const imports = await allOf(client.items('/api/persist/imports', { query: { limit: 1000 } }))
  expect(imports.map(({ record_count }) => record_count)).toEqual(stored.map((hour) => market.size(hour)).reverse())

  const { offers, changes } = market.truth(stored)
  const latest = await allOf(client.items('/api/listings', { query: { latest: 'true', limit: 1000 } }))
  const found = []
  for (const { id } of latest) found.push((await client.get('/api/listings/{id}', { path: { id } })).data.offer)
  const byKey = (a: { offer_key: string } | undefined, b: { offer_key: string } | undefined) =>
    `${a?.offer_key}` < `${b?.offer_key}` ? -1 : 1
  expect(found.toSorted(byKey)).toEqual(
    offers.toSorted(byKey).map(({ periods, delisted_at, ...truth }) => ({
      ...truth,
      ...(delisted_at && { delisted_at }),
      is_current: delisted_at === undefined,
      days_on_market: expect.any(Number),
      periods: periods.map((period) => expect.objectContaining({ ...period, currency: 'USD' })),
      warnings: [],
    })),
  )

  const deltas = await allOf(client.items('/api/deltas', { query: { limit: 1000 } }))
  const changeText = ({ offer_key, price_before, price, seen_before, seen_at }: (typeof changes)[number]) =>
    JSON.stringify({ offer_key, price_before, price, seen_before, seen_at })
  expect(deltas.map(changeText).sort()).toEqual(changes.map(changeText).sort())

  const exported = async (...flags: string[]) =>
    (await runProgram(['export', '--url', url, ...flags])).stdout.split('\n').length - 1
  expect(await exported()).toBe(stored.reduce((sum, hour) => sum + market.size(hour), 0))
  expect(await exported('--current')).toBe(offers.filter(({ delisted_at }) => delisted_at === undefined).length)
})

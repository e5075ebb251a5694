import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_LIMITS, getStorageEngine } from '../dist/index.js'
import { temporaryFolder } from './daemon.ts'
import { listing } from './listings.ts'
import { type DaemonProcess, eventually, logOf, runProgram, startDaemonProcess, wordsOf } from './process.ts'
import { connect, importText, requestText } from './socket.ts'

/** Enough that an import of them is still under way when the next thing happens. */
const MANY = Array.from({ length: 60_000 }, (_, index) => listing({ model: `M${index}` }))

function rowsOf(db: string, sql: string): unknown[] {
  const reader = new Sqlite(db, { readonly: true })
  try {
    return reader.prepare(sql).all()
  } finally {
    reader.close()
  }
}

async function get(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url)
  return (await response.json()) as Record<string, unknown>
}

const isShuttingDown = (daemon: DaemonProcess) => logOf(daemon.stderr()).some(({ msg }) => msg === 'shutting down')

describe('glyphd serve', () => {
  test('prints its address as the only line on stdout, serves there, and logs JSON lines on stderr', async () => {
    const daemon = await startDaemonProcess()
    expect(daemon.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    const headers = { 'content-type': 'application/json', connection: 'close' }
    const body = JSON.stringify([listing({ title: 'SECRET' })])
    const response = await fetch(`${daemon.url}/api/persist/listings`, { method: 'POST', headers, body })
    const { import_id } = (await response.json()) as { import_id: string }
    expect(response.status).toBe(200)

    daemon.kill('SIGTERM')
    const { code, stdout, stderr } = await daemon.ended
    expect(code).toBe(0)
    expect(stdout).toBe(`${daemon.url}\n`)
    expect(wordsOf(stderr)).toEqual([])
    const log = logOf(stderr)
    expect(JSON.stringify(log)).toContain(daemon.url)
    expect(JSON.stringify(log)).toContain(daemon.db)
    expect(log.find(({ msg }) => msg === 'listings imported')).toMatchObject({ import_id, record_count: 1 })
    expect(log.find(({ msg }) => msg === 'shutting down')).toMatchObject({ signal: 'SIGTERM' })
    expect(stderr).not.toContain('SECRET')
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`on ${signal} answers and stores the import that was sent before, takes none after, and exits 0`, async () => {
      const daemon = await startDaemonProcess()
      const connection = await connect(daemon.url)
      await connection.send(importText(MANY, { Connection: 'close' }))
      let answered = false
      const reply = connection.reply().finally(() => {
        answered = true
      })
      daemon.kill(signal)
      await eventually(() => isShuttingDown(daemon))
      expect(answered).toBe(false)

      const late = connect(daemon.url).then(async (other) => {
        await other.send(importText([listing({ model: 'LATE' })]))
        return (await other.reply()).status
      })
      expect([503, 'refused']).toContain(await late.catch(() => 'refused'))

      expect(await reply).toMatchObject({ status: 200, json: { record_count: MANY.length } })
      expect((await daemon.ended).code).toBe(0)
      expect(rowsOf(daemon.db, 'select count(*) as listings, max(model) as last from gpu_listings')).toEqual([
        { listings: MANY.length, last: 'M9999' },
      ])
      expect(rowsOf(daemon.db, 'select record_count from imports')).toEqual([{ record_count: MANY.length }])
    })
  }

  const lingering: [what: string, bytes: string][] = [
    ['has sent nothing', ''],
    ['has sent half a header', 'GET /api/health HTTP/1.1\r\nHost: loc'],
    ['keeps the connection on which it was answered', requestText('GET', '/api/health')],
    ['keeps the connection of an import that is under way', importText(MANY)],
    ['goes silent in its body', importText([listing()]).slice(0, -10)],
  ]
  for (const [what, bytes] of lingering) {
    test(`stops within seconds though a client ${what}`, async () => {
      const daemon = await startDaemonProcess(['--receive-timeout-seconds', '1'])
      const connection = await connect(daemon.url)
      if (bytes !== '') await connection.send(bytes)
      if (bytes.startsWith('GET') && bytes.endsWith('\r\n\r\n')) await connection.reply()
      else await new Promise((resolve) => setTimeout(resolve, 50)) // so that the daemon has taken the connection
      const started = performance.now()
      daemon.kill('SIGTERM')
      const slow = new Promise((resolve) => setTimeout(() => resolve('still running after 8 seconds'), 8000))
      expect(await Promise.race([daemon.ended, slow])).toMatchObject({ code: 0 })
      expect(performance.now() - started).toBeLessThan(8000)
    })
  }

  test('a second signal ends it at once, and the store is sound', async () => {
    const daemon = await startDaemonProcess()
    const connection = await connect(daemon.url)
    await connection.send(importText([listing(), listing()]).slice(0, -10))
    await new Promise((resolve) => setTimeout(resolve, 50)) // so that the body has begun
    daemon.kill('SIGINT')
    await eventually(() => isShuttingDown(daemon))
    daemon.kill('SIGINT')
    expect((await daemon.ended).code).toBe(130)
    expect(rowsOf(daemon.db, 'select count(*) as listings from gpu_listings')).toEqual([{ listings: 0 }])
    expect(rowsOf(daemon.db, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  test('makes the folder of its store, data/gpu.sqlite unless told otherwise, and finds its listings there again', async () => {
    const folder = await temporaryFolder()
    const first = await startDaemonProcess([], { folder })
    const headers = { 'content-type': 'application/json' }
    await fetch(`${first.url}/api/persist/listings`, { method: 'POST', headers, body: JSON.stringify([listing()]) })
    first.kill('SIGTERM')
    await first.ended
    const again = await startDaemonProcess([], { folder })
    expect(await get(`${again.url}/api/listings`)).toMatchObject({ items: [{ model: 'RTX_3090' }] })
  })

  test('takes every setting from the environment, and a flag wins over it', async () => {
    const folder = await temporaryFolder()
    const variables = {
      GLYPHD_DB: path.join(folder, 'environment', 'store.sqlite'),
      GLYPHD_PORT: '0',
      GLYPHD_HOST: 'localhost',
      GLYPHD_ALLOWED_HOST: 'gpu.example, other.example',
      GLYPHD_LOG_LEVEL: 'silent',
      GLYPHD_MAX_ROWS: '7',
      GLYPHD_MAX_DEPTH: '5',
      GLYPHD_RECEIVE_TIMEOUT_SECONDS: '9',
    }
    const db = path.join(folder, 'flag.sqlite')
    const environment = await startDaemonProcess(['--db', variables.GLYPHD_DB], { folder, variables })
    expect(await get(`${environment.url}/api/limits`)).toMatchObject({ max_rows: 7, max_depth: 5, receive_timeout_seconds: 9 })
    const connection = await connect(environment.url)
    for (const [host, status] of [
      ['gpu.example', 200],
      ['other.example:80', 200],
      ['third.example', 421],
    ] as const) {
      await connection.send(requestText('GET', '/api/health', { Host: host }))
      expect((await connection.reply()).status, host).toBe(status)
    }
    expect(environment.stderr()).toBe('')
    expect((await stat(variables.GLYPHD_DB)).isFile()).toBe(true)

    const flags = ['--db', db, '--max-rows', '8', '--log-level', 'info', '--allowed-host', 'third.example']
    const daemon = await startDaemonProcess(flags, { folder, variables })
    expect(await get(`${daemon.url}/api/limits`)).toMatchObject({ max_rows: 8, max_depth: 5 })
    expect(logOf(daemon.stderr())).not.toEqual([])
    expect((await stat(db)).isFile()).toBe(true)
    const other = await connect(daemon.url)
    for (const [host, status] of [
      ['third.example', 200],
      ['gpu.example', 421],
    ] as const) {
      await other.send(requestText('GET', '/api/health', { Host: host }))
      expect((await other.reply()).status, host).toBe(status)
    }
  })
})

describe('refuses with exit status 2, one line of words and no store:', () => {
  const refused: [what: string, args: string[], variables: Record<string, string>, words: RegExp][] = [
    ['an unknown flag', ['serve', '--colour', 'red'], {}, /--colour/],
    ['an unknown command', ['sell'], {}, /sell/],
    ['a port in words', ['serve', '--port', 'http'], {}, /--port is "http"/],
    ['a port that there is not', ['serve', '--port', '65536'], {}, /--port is "65536".*65535/],
    ['a port without a number', ['serve', '--port'], {}, /--port/],
    ['an empty port', ['serve', '--port', ''], {}, /--port/],
    ['an unknown log level', ['serve', '--log-level', 'loud'], {}, /--log-level is "loud"/],
    ['a limit of none', ['serve', '--max-rows', '0'], {}, /--max-rows/],
    ['an empty path', ['serve', '--db', ''], {}, /--db/],
    ['an unknown variable', ['serve'], { GLYPHD_PROT: '8081' }, /GLYPHD_PROT/],
    ['a variable that makes no sense', ['serve'], { GLYPHD_PORT: 'x' }, /GLYPHD_PORT is "x"/],
    ['an address that others reach', ['serve', '--host', '0.0.0.0'], {}, /0\.0\.0\.0.*--insecure/],
    ['one of the environment, too', ['serve'], { GLYPHD_HOST: '::' }, /::.*--insecure/],
  ]
  for (const [what, args, variables, words] of refused) {
    test(what, async () => {
      const folder = await temporaryFolder()
      const { code, stdout, stderr } = await runProgram(args, { variables: { GLYPHD_PORT: '0', ...variables }, folder })
      expect(stderr).toMatch(words)
      expect(stderr).not.toMatch(/\n\s+at |node_modules/)
      expect(stdout).toBe('')
      expect(code).toBe(2)
      expect(await readdir(folder)).toEqual([])
    })
  }
})

describe('fails with exit status 1 and one line of words', () => {
  test('that names the port when it is in use', async () => {
    const server = net.createServer().listen({ host: '127.0.0.1', port: 0 })
    onTestFinished(() => {
      server.close()
    })
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, stdout, stderr } = await runProgram(['serve', '--port', `${port}`])
    expect(wordsOf(stderr)).toEqual([
      expect.stringMatching(new RegExp(`^glyphd: Port ${port} of 127\\.0\\.0\\.1 is in use.*--port`)),
    ])
    expect(stderr).not.toMatch(/EADDRINUSE/)
    expect(stdout).toBe('')
    expect(code).toBe(1)
  })

  test('when the path is no database, which stays as it is', async () => {
    const folder = await temporaryFolder()
    const db = path.join(folder, 'prices.csv')
    const text = 'model,price\nRTX_3090,700\n'.repeat(1000)
    await writeFile(db, text)
    const { code, stdout, stderr } = await runProgram(['serve', '--port', '0', '--db', db])
    expect(wordsOf(stderr)).toEqual([`glyphd: ${db} is not a sound SQLite database. Nothing was changed in it`])
    expect(stdout).toBe('')
    expect(code).toBe(1)
    expect(await readFile(db, 'utf8')).toBe(text)
    expect(await readdir(folder)).toEqual(['prices.csv'])
  })

  const hopeless: [what: string, db: string, words: RegExp][] = [
    ['is a folder', '.', /^glyphd: \. cannot be opened/],
    ['lies below a file', 'file/gpu.sqlite', /^glyphd: file\/gpu\.sqlite cannot be opened/],
    ['is the address of another server', 'mysql://u:SECRET@db.example/gpu', /^glyphd: The store is a SQLite file/],
    [
      'is where no PostgreSQL is',
      'postgres://u:SECRET@127.0.0.1:1/gpu',
      /^glyphd: postgres:\/\/u:\*{4}@127\.0\.0\.1:1\/gpu cannot be reached/,
    ],
    [
      'has no right port',
      'postgres://u:SECRET@db:x/gpu',
      /^glyphd: postgres:\/\/u:\*{4}@db:x\/gpu cannot be used: "db:x" is no host/,
    ],
  ]
  for (const [what, db, words] of hopeless) {
    test(`when the path ${what}`, async () => {
      const folder = await temporaryFolder()
      await writeFile(path.join(folder, 'file'), '')
      const { code, stdout, stderr } = await runProgram(['serve', '--port', '0', '--db', db], { folder })
      expect(wordsOf(stderr)).toEqual([expect.stringMatching(words)])
      expect(stderr).not.toContain('SECRET')
      expect(stdout).toBe('')
      expect(code).toBe(1)
    })
  }

  test('when a newer glyphd wrote the store, which stays as it is', async () => {
    const folder = await temporaryFolder()
    const db = path.join(folder, 'gpu.sqlite')
    const store = await getStorageEngine({ db, limits: DEFAULT_LIMITS })
    await store.close()
    const newer = new Sqlite(db)
    newer.pragma('user_version = 99')
    newer.close()
    const before = await readFile(db)
    const { code, stdout, stderr } = await runProgram(['serve', '--port', '0', '--db', db])
    expect(wordsOf(stderr)).toEqual([expect.stringMatching(/^glyphd: .* has schema version 99, and this glyphd knows \d+/)])
    expect(stdout).toBe('')
    expect(code).toBe(1)
    expect(before.equals(await readFile(db))).toBe(true)
  })

  test('when the path is a database of another program, which stays as it is', async () => {
    const folder = await temporaryFolder()
    const db = path.join(folder, 'notes.sqlite')
    const other = new Sqlite(db)
    other.exec("create table notes (text text); insert into notes values ('mine')")
    other.close()
    const before = await readFile(db)
    const { code, stdout, stderr } = await runProgram(['serve', '--port', '0', '--db', db])
    expect(wordsOf(stderr)).toEqual([`glyphd: ${db} is a database of another program. Nothing was changed in it`])
    expect(stdout).toBe('')
    expect(code).toBe(1)
    expect(before.equals(await readFile(db))).toBe(true)
  })
})

describe('tells', () => {
  test('its commands with --help', async () => {
    const { code, stdout, stderr } = await runProgram(['--help'])
    expect(stdout).toMatch(/^Usage: glyphd/)
    expect(stdout).toMatch(/^ {2}serve\b.*\S/m)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  test('every setting of serve with its variable, and no other', async () => {
    const { code, stdout, stderr } = await runProgram(['serve', '--help'])
    const settings = [
      'db',
      'host',
      'port',
      'allowed-host',
      'insecure',
      'current-days',
      'import-connections',
      'rates',
      'log-level',
      'max-body-bytes',
      'max-rows',
      'max-row-bytes',
      'max-members',
      'max-titles',
      'max-depth',
      'receive-timeout-seconds',
      'max-memory-bytes',
      'max-queue-imports',
      'max-queue-bytes',
      'max-wait-seconds',
      'max-group-imports',
    ]
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?--([\w-]+)/gm)].map(([, flag]) => flag)
    expect(flags.sort()).toEqual([...settings, 'help'].sort())
    for (const flag of settings) expect(stdout).toContain(`[GLYPHD_${flag.toUpperCase().replaceAll('-', '_')}]`)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Default: data/gpu.sqlite. [GLYPHD_DB]')
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  test('its version with --version', async () => {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await runProgram(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })
})

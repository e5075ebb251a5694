import { createHash } from 'node:crypto'
import { appendFile, readdir, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openImportBody } from '../dist/commands/import-body.js'
import { startDaemon, temporaryFolder } from './daemon.ts'
import { eventually, type ProgramOptions, runProgram, startProgram } from './process.ts'

const ID = '019a0000-0000-7000-8000-000000000001'
const LISTINGS = '[{"model":"RTX_3090","price":700,"score":0.5}]'
const STORED = {
  import_id: ID,
  record_count: 4304,
  first_model: 'RTX_3090',
  last_model: 'H100',
  timestamp: '2026-11-01T10:00:00.000Z',
}

interface Received {
  method: string | undefined
  url: string | undefined
  headers: IncomingHttpHeaders
  body: Buffer
}

/** What the server does with one request. Without a body it reads the request first. */
type Step = { status: number; json: object; headers?: Record<string, string> } | ((exchange: Exchange) => void)
interface Exchange {
  request: IncomingMessage
  response: ServerResponse
}

const digestOf = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const listen = async (server: ReturnType<typeof createServer>) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A terminal that nobody sits at. */
function silentTerminal() {
  const [stdin, stdout, stderr] = [Readable.from([]), new PassThrough(), new PassThrough()]
  return { stdin, stdout, stderr, signal: new AbortController().signal, colours: false }
}

/** A server that does one step a request, and the last one from then on. */
async function fakeDaemon(...steps: Step[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  let count = 0
  const server = createServer(async (request, response) => {
    const step = steps[Math.min(count, steps.length - 1)]
    count += 1
    if (typeof step === 'function') return step({ request, response })
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    received.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) })
    response.writeHead(step?.status ?? 500, { 'content-type': 'application/json', ...step?.headers })
    response.end(JSON.stringify(step?.json))
  })
  const url = await listen(server)
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url, received }
}

const busy = (seconds: number | string): Step => ({
  status: 503,
  json: { code: 'store_busy', detail: 'Another program writes' },
  headers: { 'retry-after': `${seconds}` },
})
const stored: Step = { status: 200, json: STORED }
/** Reads some of the request and cuts the connection. */
const cutOff: Step = ({ request }) => {
  request.once('data', () => request.socket.resetAndDestroy())
}
/** Reads the whole request and closes the connection instead of an answer. */
const closeUnanswered: Step = ({ request }) => {
  request.resume().on('end', () => request.socket.destroy())
}

interface Sent extends ProgramOptions {
  file?: string
  content?: string | Uint8Array
  flags?: string[]
}

/** Writes a file into a new folder, which is the TMPDIR too, and imports it. */
async function importFile(url: string, { file = 'listings.json', content = LISTINGS, flags = [], ...options }: Sent = {}) {
  const folder = await temporaryFolder()
  if (file !== '-') await writeFile(path.join(folder, file), content)
  const variables = { TMPDIR: folder, ...options.variables }
  const ended = await runProgram(['import', file, '--url', url, ...flags], { ...options, folder, variables })
  expect(await readdir(folder)).toEqual(file === '-' ? [] : [file])
  return ended
}

describe('glyphd import', () => {
  test('sends a file under its digest, prints the answer on stdout and says how to take it back', async () => {
    const { url, received } = await fakeDaemon(stored)
    const { code, stdout, stderr } = await importFile(url)
    expect(JSON.parse(stdout)).toEqual(STORED)
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toBe(`key ${digestOf(LISTINGS)}\nstored 4,304 listings as import ${ID}; glyphd undo ${ID} takes it back\n`)
    expect(code).toBe(0)
    expect(received).toMatchObject([{ method: 'POST', url: '/api/persist/listings' }])
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': `${LISTINGS.length}`,
      'idempotency-key': digestOf(LISTINGS),
    })
    expect(received[0]?.headers).not.toHaveProperty('prefer')
    expect(received[0]?.headers).not.toHaveProperty('content-encoding')
    expect(received[0]?.body.toString()).toBe(LISTINGS)
  })

  test('sends gzip as it is', async () => {
    const { url, received } = await fakeDaemon(stored)
    const content = gzipSync(LISTINGS)
    expect(await importFile(url, { file: 'a.csv.gz', content })).toMatchObject({ code: 0 })
    expect(received[0]?.headers).toMatchObject({ 'content-type': 'text/csv', 'content-encoding': 'gzip' })
    expect(received[0]?.headers['idempotency-key']).toBe(digestOf(content))
    expect(received[0]?.body.equals(content)).toBe(true)
  })

  test('sends stdin by way of a file that nobody sees, also a second time', async () => {
    const { url, received } = await fakeDaemon(busy(0), stored)
    const lines = `${'{"model":"RTX_3090","price":700,"score":0.5}\n'.repeat(50_000)}`
    const { code } = await importFile(url, { file: '-', stdin: Readable.from([lines.slice(0, 10), lines.slice(10)]) })
    expect(code).toBe(0)
    expect(received).toHaveLength(2)
    for (const { headers, body } of received) {
      expect(body.toString() === lines).toBe(true)
      expect(headers).toMatchObject({ 'content-type': 'application/x-ndjson', 'idempotency-key': digestOf(lines) })
    }
  })

  test('sends gzip from stdin as gzip', async () => {
    const { url, received } = await fakeDaemon(stored)
    await importFile(url, { file: '-', stdin: Readable.from([gzipSync(LISTINGS)]) })
    expect(received[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'content-encoding': 'gzip' })
    expect(gunzipSync(received[0]?.body ?? '').toString()).toBe(LISTINGS)
  })

  test('keeps the path of the address, takes it from GLYPHD_URL, and a flag wins', async () => {
    const { url, received } = await fakeDaemon(stored)
    await importFile(`${url}/gpu/market/`, { variables: { GLYPHD_URL: 'http://127.0.0.1:9' } })
    expect(received[0]?.url).toBe('/gpu/market/api/persist/listings')
    const { code } = await runProgram(['imports'], { variables: { GLYPHD_URL: `${url}//` } })
    expect(received[1]?.url).toMatch(/^\/api\/persist\/imports\?/)
    expect(code).toBe(1) // the answer has no items
  })

  test('sends a key of one’s own', async () => {
    const { url, received } = await fakeDaemon(stored)
    const { stderr } = await importFile(url, { flags: ['--key', 'crawl 7'] })
    expect(received[0]?.headers['idempotency-key']).toBe('crawl 7')
    expect(stderr).toMatch(/^key crawl 7\n/)
  })

  test('says that nothing new was stored when the daemon had it before', async () => {
    const { url } = await fakeDaemon({ status: 200, json: STORED, headers: { 'Idempotent-Replayed': 'true' } })
    const { code, stdout, stderr } = await importFile(url)
    expect([code, JSON.parse(stdout)]).toEqual([0, STORED])
    expect(stderr).toContain(`sent before: nothing new was stored; it is import ${ID} with 4,304 listings\n`)
  })

  test('with --lenient says how many were rejected and where they are', async () => {
    const json = { ...STORED, record_count: 1, rejected_count: 1200, errors: [], errors_truncated: true }
    const { url, received } = await fakeDaemon({ status: 200, json })
    const { code, stdout, stderr } = await importFile(url, { flags: ['--lenient'] })
    expect([code, JSON.parse(stdout)]).toEqual([0, json])
    expect(received[0]?.headers['prefer']).toBe('handling=lenient')
    expect(stderr).toContain('stored 1 listing as import')
    expect(stderr).toContain(`rejected 1,200: ${url}/api/persist/imports/${ID}/errors has them\n`)
  })

  test('with --dry-run asks without a key and tells what would be new', async () => {
    const counts = { record_count: 10, rejected_count: 2, new: 5, changed: 3, unchanged: 1, without_offer_key: 1 }
    const json = { dry_run: true, ...counts, errors: [], errors_truncated: false, biggest_moves: [] }
    const { url, received } = await fakeDaemon({ status: 200, json })
    const { code, stdout, stderr } = await importFile(url, { flags: ['--dry-run', '--lenient'] })
    expect([code, JSON.parse(stdout)]).toEqual([0, json])
    expect(received[0]?.url).toBe('/api/persist/listings?dry_run=true')
    expect(received[0]?.headers).not.toHaveProperty('idempotency-key')
    expect(stderr).toBe(
      'nothing was stored: an import would store 10 listings: 5 new, 3 changed, 1 unchanged, 1 without an offer key; 2 would be rejected\n',
    )
  })

  test('says the first ten errors of a refused file, without what a terminal would act on', async () => {
    const error = { row: 3, line: 5, pointer: '/3/price', code: 'range', message: 'must be > 0', value: -1 }
    const errors = [
      error,
      { row: 4, pointer: '/4', code: 'required', message: 'must have price' },
      { ...error, value: '\u001b[2J\u202egpj' },
      ...Array.from({ length: 20 }, () => error),
    ]
    const { url, received } = await fakeDaemon({
      status: 422,
      json: { code: 'invalid_listings', detail: '230 of 500 listings are \u0007invalid', errors, error_count: 230 },
    })
    const { code, stdout, stderr } = await importFile(url)
    expect([code, stdout, received.length]).toEqual([4, '', 1])
    const lines = stderr.trimEnd().split('\n').slice(1)
    expect(lines.slice(0, 4)).toEqual([
      `glyphd: ${url} refused the listings with 422 invalid_listings: 230 of 500 listings are \\u{7}invalid`,
      '  line 5, /3/price: must be > 0 (-1)',
      '  row 4, /4: must have price',
      '  line 5, /3/price: must be > 0 (\\u{1b}[2J\\u{202e}gpj)',
    ])
    expect(lines).toHaveLength(12)
    expect(lines.at(-1)).toBe('  220 more')
  })

  test('writes what a terminal would act on as escapes of JSON on stdout, too', async () => {
    const json = { ...STORED, first_model: '\u009b2J\u202e\u{e0041}é' }
    const { url } = await fakeDaemon({ status: 200, json })
    const { stdout } = await importFile(url)
    expect(JSON.parse(stdout)).toEqual(json)
    expect(stdout).toContain('"\\u009b2J\\u202e\\udb40\\udc41é"')
  })

  test('reads an answer that comes before everything is sent', async () => {
    const { url } = await fakeDaemon(({ request, response }) => {
      request.once('data', () => {
        response.writeHead(413, { 'content-type': 'application/problem+json' })
        response.end(JSON.stringify({ code: 'body_too_large', detail: 'A body has at most 100 bytes' }))
        setTimeout(() => request.socket.destroy(), 200)
      })
    })
    const { code, stderr } = await importFile(url, { content: Buffer.alloc(30_000_000, ' ') })
    expect(stderr).toContain('refused the listings with 413 body_too_large: A body has at most 100 bytes\n')
    expect(code).toBe(4)
  })

  test('with --complete says that the file is the whole, under a key of its own, and with --force that this is meant', async () => {
    const { url, received } = await fakeDaemon(stored)
    expect(await importFile(url, { flags: ['--complete'] })).toMatchObject({ code: 0 })
    expect(await importFile(url, { flags: ['--complete', '--force'] })).toMatchObject({ code: 0 })
    expect(await importFile(url, { flags: ['--complete', '--key', 'mine'] })).toMatchObject({ code: 0 })
    expect(await importFile(url, { flags: ['--complete', '--dry-run'] })).toMatchObject({ code: 1 }) // the answer has no counts
    expect(received.map(({ url, headers }) => [url, headers['idempotency-key']])).toEqual([
      ['/api/persist/listings?complete=true', `${digestOf(LISTINGS)}-complete`],
      ['/api/persist/listings?complete=true&force=true', `${digestOf(LISTINGS)}-complete`],
      ['/api/persist/listings?complete=true', 'mine'],
      ['/api/persist/listings?dry_run=true&complete=true', undefined],
    ])
  })

  test('stores a file that was sent before anew when it is said to be the whole', async () => {
    const daemon = await startDaemon()
    const url = await daemon.app.listen({ host: '127.0.0.1', port: 0 })
    const content = '[{"model":"RTX_3090","price":700,"score":0.5,"listing_source":"s","listing_id":"1"}]'
    expect(await importFile(url, { content })).toMatchObject({ code: 0 })
    const complete = await importFile(url, { content, flags: ['--complete'] })
    expect(complete).toMatchObject({ code: 0, stderr: expect.stringContaining('stored 1 listing as import') })
    const forced = await importFile(url, { content, flags: ['--complete', '--force'] })
    expect(forced).toMatchObject({ code: 0, stdout: complete.stdout, stderr: expect.stringContaining('sent before') })
    expect(await daemon.rows('select count(*) as imports from imports')).toEqual([{ imports: 2 }])
  })

  const failures: [status: number, code: number][] = [
    [400, 1],
    [415, 1],
    [500, 1],
    [507, 1],
    [409, 4],
    [413, 4],
    [422, 4],
  ]
  for (const [status, expected] of failures) {
    test(`ends with ${expected} where the daemon answers ${status}`, async () => {
      const { url } = await fakeDaemon({ status, json: { code: 'x', detail: 'y' } })
      expect(await importFile(url)).toMatchObject({ code: expected, stderr: expect.stringContaining(`with ${status} x: y\n`) })
    })
  }

  const strange: [what: string, step: Step, words: RegExp][] = [
    ['another service', { status: 200, json: { hello: 1 } }, /answered 200, but not as a glyphd does/],
    [
      'a redirect',
      { status: 301, json: {}, headers: { location: 'http://x/' } },
      /sends the request on to http:\/\/x\/: .*--url/,
    ],
    ['a page', { status: 404, json: ['no'] }, /refused the listings with 404\n/],
  ]
  for (const [what, step, words] of strange) {
    test(`says what is wrong where ${what} answers`, async () => {
      const { url } = await fakeDaemon(step)
      const { code, stdout, stderr } = await importFile(url)
      expect(stderr).toMatch(words)
      expect([code, stdout]).toEqual([1, ''])
    })
  }
})

describe('the type of a file', () => {
  const zipped = gzipSync('{"model":"X"}\n')
  const types: [file: string, content: string | Uint8Array, type: string, gzip?: true][] = [
    ['a.json', '{}', 'application/json'],
    ['a.ndjson', '[1]', 'application/x-ndjson'],
    ['a.JSONL', '', 'application/x-ndjson'],
    ['a.csv', '[1]', 'text/csv'],
    ['a.csv.gz', zipped, 'text/csv', true],
    ['a.json.GZ', zipped, 'application/json', true],
    ['a.json', zipped, 'application/json', true],
    ['a.json.gz', '[1]', 'application/json'], // what a browser made of it
    ['a.txt', '\ufeff \r\n\t[1]', 'application/json'],
    ['a', ' {"model":1}', 'application/x-ndjson'],
    ['a.gz', zipped, 'application/x-ndjson', true],
    ['a.gz', gzipSync(`\n[${'{"model":"RTX 3090"},'.repeat(100_000)}`), 'application/json', true],
    ['a.dat', 'model,price\n', 'text/csv'],
    ['empty', '', 'text/csv'],
  ]
  for (const [name, content, media_type, gzip = false] of types) {
    test(`${name} of ${content.length} is ${media_type}${gzip ? ' in gzip' : ''}`, async () => {
      const file = path.join(await temporaryFolder(), name)
      await writeFile(file, content)
      const body = await openImportBody(file, silentTerminal())
      const size = Buffer.byteLength(content)
      expect(body).toMatchObject({ media_type, gzip, digest: digestOf(content), size })
      for (let time = 0; time < 2; time += 1) {
        const chunks: Uint8Array[] = []
        for await (const chunk of body.chunks()) chunks.push(chunk)
        expect(Buffer.concat(chunks).equals(Buffer.from(content))).toBe(true)
      }
      await body.close()
    })
  }
})

describe('glyphd import tries again', () => {
  test('after the seconds that a busy daemon asks for', async () => {
    const { url, received } = await fakeDaemon(busy(0), busy(1), stored)
    const startedAt = Date.now()
    const { code, stderr } = await importFile(url)
    expect(Date.now() - startedAt).toBeGreaterThan(1000)
    expect([code, received.length]).toEqual([0, 3])
    const words = `${url} refused the listings with 503 store_busy: Another program writes; trying again in`
    expect(stderr).toContain(`${words} 0 s (1 of 5)\n${words} 1 s (2 of 5)\nstored`)
  })

  for (const [what, step] of [
    ['was reset midway', cutOff],
    ['was closed before the answer', closeUnanswered],
    [
      'broke in the answer',
      ({ request, response }: Exchange) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"import_id":')
        setTimeout(() => request.socket.destroy(), 50)
      },
    ],
  ] as const) {
    test(`with the same key when the connection ${what}`, async () => {
      const { url, received } = await fakeDaemon(step, stored)
      const content = LISTINGS.padEnd(3_000_000)
      const { code, stderr } = await importFile(url, { content })
      expect(stderr).toMatch(/closed the connection before it answered; trying again in [\d.]+ s \(1 of 5\)\nstored 4,304/)
      expect(code).toBe(0)
      expect(received[0]?.headers['idempotency-key']).toBe(digestOf(content))
      expect(received[0]?.body.length).toBe(content.length)
    })
  }

  test('while its first attempt still runs', async () => {
    const inUse = { status: 409, json: { code: 'idempotency_key_in_use', detail: 'x' }, headers: { 'retry-after': '0' } }
    const { url, received } = await fakeDaemon(inUse, stored)
    expect(await importFile(url)).toMatchObject({ code: 0 })
    expect(received).toHaveLength(2)
  })

  test('not for ever: with 3 it says that the same command again is safe', async () => {
    const inUse = { status: 409, json: { code: 'idempotency_key_in_use', detail: 'x' }, headers: { 'retry-after': '0' } }
    const { url, received } = await fakeDaemon(inUse)
    const { code, stdout, stderr } = await importFile(url)
    expect([code, stdout, received.length]).toEqual([3, '', 6])
    expect(stderr).toMatch(
      /glyphd: .*409 idempotency_key_in_use: x: whether the listings were stored is not known\. The same command/,
    )
  })

  test('not where the daemon asks for more patience than it has', async () => {
    const { url, received } = await fakeDaemon(busy(86_400))
    const { code, stderr } = await importFile(url)
    expect([code, received.length]).toEqual([3, 1])
    expect(stderr).toContain('(it asks to wait 86400 s)\n')
    expect(stderr).not.toContain('not known')
  })

  test('not after any other conflict', async () => {
    const { url, received } = await fakeDaemon({ status: 409, json: { code: 'suspicious_snapshot', detail: 'x' } })
    expect(await importFile(url)).toMatchObject({ code: 4 })
    expect(received).toHaveLength(1)
  })

  test('once where nothing listens', async () => {
    const server = createServer()
    const url = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    const { code, stdout, stderr } = await importFile(url)
    const words = `nothing listens at ${url}: is glyphd serve running there?`
    expect(stderr).toMatch(/[;?] trying again in [\d.]+ s \(1 of 1\)\n/)
    expect(stderr.split(words)).toHaveLength(3)
    expect(stderr.endsWith(`glyphd: ${words}\n`)).toBe(true)
    expect([code, stdout]).toEqual([3, ''])
  })

  test('once where the name has no address', async () => {
    const { code, stderr } = await importFile('http://glyphd.invalid')
    expect(stderr).toContain('glyphd: http://glyphd.invalid has no address: check the name of the host\n')
    expect(code).toBe(3)
  })

  test('not where the certificate or the protocol is wrong', async () => {
    const { url } = await fakeDaemon(stored)
    const { code, stderr } = await importFile(url.replace('http:', 'https:'))
    expect(stderr).toMatch(/glyphd: https:.* does not speak TLS: is it http and not https\?\n$/)
    expect(code).toBe(3)
  })
})

describe('glyphd import', () => {
  test('gives up a file that changes while it is sent, before it has come to its end', async () => {
    const folder = await temporaryFolder()
    const file = path.join(folder, 'a.csv')
    await writeFile(file, 'model,price,score\n'.repeat(2_000_000))
    let ended: boolean | undefined
    const { url } = await fakeDaemon(({ request }) => {
      request.pause()
      void writeFile(file, 'other').then(() => request.resume())
      request.on('close', () => {
        ended = request.complete
      })
    })
    const { code, stderr } = await runProgram(['import', file, '--url', url])
    expect(stderr).toMatch(/glyphd: .*a\.csv changed while it was sent: send it when it is complete\n$/)
    expect(code).toBe(1)
    await eventually(() => ended !== undefined)
    expect(ended).toBe(false)
  })

  test('sends what a file held when it began, if it only grows', async () => {
    const folder = await temporaryFolder()
    const file = path.join(folder, 'a.csv')
    const content = 'model,price,score\n'.repeat(1000)
    await writeFile(file, content)
    const grow: Step = ({ request, response }) => {
      void appendFile(file, 'more').then(() => {
        request.resume().on('end', () => response.writeHead(503, { 'retry-after': '0' }).end())
      })
    }
    const { url, received } = await fakeDaemon(grow, stored)
    expect(await runProgram(['import', file, '--url', url])).toMatchObject({ code: 0 })
    expect(received[0]?.body.toString()).toBe(content)
  })

  const unreadable: [what: string, file: string, words: RegExp][] = [
    ['is not there', 'none.json', /glyphd: none\.json does not exist/],
    ['is a folder', '.', /glyphd: \. is a folder/],
    ['only begins like gzip', 'broken', /glyphd: broken begins like gzip, and is not/],
  ]
  for (const [what, file, words] of unreadable) {
    test(`says that a file ${what}`, async () => {
      const folder = await temporaryFolder()
      await writeFile(path.join(folder, 'broken'), Buffer.from([0x1f, 0x8b, 1, 2, 3]))
      const { code, stdout, stderr } = await runProgram(['import', file, '--url', 'http://127.0.0.1:9'], { folder })
      expect(stderr).toMatch(words)
      expect([code, stdout]).toEqual([1, ''])
    })
  }

  test('says that there is no room for stdin', async () => {
    const folder = await temporaryFolder()
    const variables = { TMPDIR: path.join(folder, 'none') }
    const { code, stderr } = await runProgram(['import', '-'], { variables, stdin: Readable.from(['[]']) })
    expect(stderr).toBe('glyphd: the temporary folder does not exist: TMPDIR can name another\n')
    expect(code).toBe(1)
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`leaves nothing behind on ${signal} while it reads stdin`, async () => {
      const folder = await temporaryFolder()
      const stdin = new PassThrough()
      const program = await startProgram(['import', '-'], { folder, variables: { TMPDIR: folder }, stdin })
      stdin.write('{"model":"RTX_3090"}\n'.repeat(10_000))
      await eventually(() => stdin.readableLength === 0)
      await new Promise((resolve) => setTimeout(resolve, 300))
      program.kill(signal)
      expect(await program.ended).toEqual({ code: 130, stdout: '', stderr: 'glyphd: interrupted\n' })
      expect(await readdir(folder)).toEqual([])
    })
  }

  test('says on Ctrl-C whether the listings may be stored', async () => {
    const folder = await temporaryFolder()
    let waiting = false
    const { url } = await fakeDaemon(({ request }) => {
      request.resume().on('end', () => {
        waiting = true
      })
    })
    const options = { folder, variables: { TMPDIR: folder }, stdin: Readable.from([LISTINGS]) }
    const program = await startProgram(['import', '-', '--url', url], options)
    await eventually(() => waiting)
    program.kill('SIGINT')
    const { code, stdout, stderr } = await program.ended
    expect(stderr).toMatch(
      /\nglyphd: interrupted: whether the listings were stored is not known\. The same command again is safe/,
    )
    expect([code, stdout]).toEqual([130, ''])
    expect(await readdir(folder)).toEqual([])
  })

  test('ends on Ctrl-C while it waits to try again', async () => {
    const { url } = await fakeDaemon(busy(100))
    const program = await startProgram(['undo', ID, '--url', url])
    await eventually(() => program.stderr().includes('trying again in 100 s'))
    program.kill('SIGINT')
    const { code, stderr } = await program.ended
    expect(stderr).toMatch(/\nglyphd: interrupted: nothing was done\n$/)
    expect(code).toBe(130)
  })
})

describe('glyphd imports', () => {
  const imported = (number: number, more: object = {}) => ({
    import_id: `import-${number}`,
    record_count: number * 1000,
    rejected_count: number,
    first_model: 'RTX_3090',
    last_model: 'H100_PCIE_80GB',
    timestamp: '2026-11-01T10:00:00.000Z',
    ...more,
  })

  test('prints a table, newest first as they come', async () => {
    const items = [imported(2), imported(1, { first_model: '\u001b[31mRTX', last_model: '顕卡' })]
    const { url, received } = await fakeDaemon({ status: 200, json: { items, next_cursor: null } })
    const { code, stdout, stderr } = await runProgram(['imports', '--url', url])
    expect(stdout).toBe(
      [
        'import_id  timestamp                 listings  rejected  first_model    last_model',
        'import-2   2026-11-01T10:00:00.000Z      2000         2  RTX_3090       H100_PCIE_80GB',
        'import-1   2026-11-01T10:00:00.000Z      1000         1  \\u{1b}[31mRTX  顕卡',
        '',
      ].join('\n'),
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(received[0]).toMatchObject({ method: 'GET', url: '/api/persist/imports?limit=20' })
  })

  test('follows the pages up to its limit, and says that there are more', async () => {
    const page = (from: number, length: number): Step => ({
      status: 200,
      json: { items: Array.from({ length }, (_, index) => imported(from - index)), next_cursor: `c&${from}` },
    })
    const { url, received } = await fakeDaemon(page(500, 100), page(400, 50))
    const { code, stdout, stderr } = await runProgram(['imports', '--url', url, '--limit', '150', '--format', 'ndjson'])
    const ids = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).import_id)
    expect(ids).toEqual(Array.from({ length: 150 }, (_, index) => `import-${500 - index}`))
    expect(received.map((request) => request.url?.split('?')[1])).toEqual(['limit=100', 'limit=50&cursor=c%26500'])
    expect([code, stderr]).toEqual([0, 'there are more: --limit shows more than these 150\n'])
  })

  test('shows those that were undone with --undone', async () => {
    const items = [imported(1, { undone_at: '2026-11-02T10:00:00.000Z' }), imported(0)]
    const { url, received } = await fakeDaemon({ status: 200, json: { items, next_cursor: null } })
    const { stdout } = await runProgram(['imports', '--url', url, '--undone'])
    expect(received[0]?.url).toBe('/api/persist/imports?limit=20&undone=true')
    expect(stdout).toMatch(/ undone_at\n.* 2026-11-02T10:00:00\.000Z\n.* -\n$/)
  })

  test('says that there are none', async () => {
    const { url } = await fakeDaemon({ status: 200, json: { items: [], next_cursor: null } })
    for (const format of ['table', 'ndjson']) {
      const ended = await runProgram(['imports', '--url', url, '--format', format])
      expect(ended).toEqual({
        code: 0,
        stdout: '',
        stderr: 'no imports: glyphd import FILE makes one; --undone lists those that were undone\n',
      })
    }
  })
})

describe('glyphd undo', () => {
  test('takes an import back and says what went', async () => {
    const json = { import_id: ID, record_count: 1, undone_at: '2026-11-02T10:00:00.000Z' }
    const { url, received } = await fakeDaemon({ status: 200, json })
    const { code, stdout, stderr } = await runProgram(['undo', ID, '--url', url])
    expect([code, JSON.parse(stdout)]).toEqual([0, json])
    expect(stderr).toBe(`undid import ${ID}: 1 listing taken out of the store\n`)
    expect(received).toMatchObject([{ method: 'DELETE', url: `/api/persist/imports/${ID}` }])
  })

  test('says that there is no such import', async () => {
    const { url } = await fakeDaemon({ status: 404, json: { code: 'not_found', detail: `There is no import ${ID}` } })
    const { code, stdout, stderr } = await runProgram(['undo', ID, '--url', url])
    expect(stderr).toBe(`glyphd: ${url} refused the undo with 404 not_found: There is no import ${ID}\n`)
    expect([code, stdout]).toEqual([1, ''])
  })
})

test('every command asks about a path in --url where the daemon has nothing', async () => {
  const daemon = await startDaemon()
  const url = `${await daemon.app.listen({ host: '127.0.0.1', port: 0 })}/docs`
  const folder = await temporaryFolder()
  await writeFile(path.join(folder, 'listings.json'), LISTINGS)
  for (const args of [['import', 'listings.json'], ['imports'], ['undo', ID], ['export']]) {
    const { code, stdout, stderr } = await runProgram([...args, '--url', url], { folder })
    expect(stderr).toMatch(/ 404 not_found: .*; is --url the daemon's address alone, without a path\?\n$/)
    expect([code, stdout]).toEqual([1, ''])
  }
  const unknown = await runProgram(['undo', ID, '--url', path.dirname(url)])
  expect(unknown.stderr).toMatch(/ 404 not_found: There is no such import in this store\n$/)
})

describe('refuses with exit status 2 and words:', () => {
  const refused: [what: string, args: string[], variables: Record<string, string>, words: RegExp][] = [
    ['an import of nothing', ['import'], {}, /missing required argument 'file'\n\(glyphd import --help lists the options\)/],
    ['an import of two files', ['import', 'a', 'b'], {}, /too many arguments.*\n\(glyphd import --help lists the options\)/],
    ['an option of no import', ['import', '--bogus'], {}, /option '--bogus'\n\(glyphd import --help lists the options\)/],
    ['--force alone', ['import', 'a', '--force'], {}, /--force goes with --complete only/],
    [
      '--complete with --lenient',
      ['import', 'a', '--complete', '--lenient'],
      {},
      /'--complete' cannot be used with.*'--lenient'/,
    ],
    ['an option of no export', ['export', '--bogus'], {}, /option '--bogus'\n\(glyphd export --help lists the options\)/],
    ['a sort that there is not', ['export', '--sort', 'colour'], {}, /Allowed choices are import, -import/],
    ['an export to no address', ['export', '--url', 'ftp://h'], {}, /--url cannot be used\. .*http address/],
    ['an option of no list', ['imports', '--bogus'], {}, /option '--bogus'\n\(glyphd imports --help lists the options\)/],
    ['an undo of nothing', ['undo'], {}, /argument 'id'\n\(glyphd undo --help lists the options\)/],
    ['an option of no daemon', ['serve', '--bogus'], {}, /option '--bogus'\n\(glyphd serve --help lists the options\)/],
    ['an unknown command', ['bogus'], {}, /unknown command 'bogus'\n\(glyphd --help lists the commands/],
    ['an address of another scheme', ['import', 'a', '--url', 'ftp://h'], {}, /--url cannot be used\. .*http address/],
    ['an address that is none', ['imports'], { GLYPHD_URL: 'localhost:8080' }, /GLYPHD_URL cannot be used\. .*http address/],
    ['a password', ['imports', '--url', 'http://me:SECRET@h/'], {}, /must not hold a user name or a password/],
    ['a query', ['imports', '--url', 'http://h/?a'], {}, /must end with its path/],
    ['a key in two lines', ['import', 'a', '--key', 'a\nb'], {}, /1 to 255 printable ASCII characters/],
    ['a limit of none', ['imports', '--limit', '0'], {}, /whole number from 1/],
    ['a format that there is not', ['imports', '--format', 'xml'], {}, /table, ndjson/],
    ['an id that is none', ['undo', '../listings'], {}, /must be the id of an import/],
    ['an unknown variable', ['imports'], { GLYPHD_ULR: 'http://h' }, /Unknown setting GLYPHD_ULR/],
  ]
  for (const [what, args, variables, words] of refused) {
    test(what, async () => {
      const { code, stdout, stderr } = await runProgram(args, { variables })
      expect(stderr).toMatch(words)
      expect(stderr).not.toMatch(/SECRET|\n\s+at /)
      expect([code, stdout]).toEqual([2, ''])
    })
  }
})

test('serve passes GLYPHD_URL over', async () => {
  const { code, stderr } = await runProgram(['serve', '--port', 'x'], { variables: { GLYPHD_URL: 'http://127.0.0.1:9' } })
  expect(stderr).toMatch(/^glyphd: --port is "x"/)
  expect(code).toBe(2)
})

test('every command has its help, also by glyphd help', async () => {
  for (const command of ['serve', 'import', 'imports', 'undo', 'export']) {
    const help = await runProgram([command, '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toMatch(new RegExp(`^Usage: glyphd ${command} `))
    expect(await runProgram(['help', command])).toEqual(help)
  }
})

import { execFile } from 'node:child_process'
import { lstat, mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { jsonLines, runCommand, startCommand, temporaryFolder } from './cli.ts'

const golden = (file: string) => fileURLToPath(new URL(`golden/${file}`, import.meta.url))
const SAMPLE = golden('listings.csv')
const ONE = 'title,price\nRTX 3090 24GB,$700\n'

describe('glyphsieve run', () => {
  // After a change that is meant: npx --no-install vitest run packages/glyphsieve/test/cli.test.ts -u
  test('turns the sample into exactly these listings and rejections, on every run', async () => {
    const folder = await temporaryFolder()
    const rejections = path.join(folder, 'rejections.ndjson')
    await writeFile(path.join(folder, 'listings.csv'), await readFile(SAMPLE))
    const args = [
      'run',
      'listings.csv',
      '--seen-at',
      '2026-11-01T10:00:00Z',
      '--rates',
      golden('rates.json'),
      '--rejections',
      rejections,
    ]
    const first = await runCommand(args, '', folder)
    expect(first.code).toBe(0)
    await expect(first.stdout).toMatchFileSnapshot(golden('listings.ndjson'))
    await expect(await readFile(rejections, 'utf8')).toMatchFileSnapshot(golden('rejections.ndjson'))
    await expect(first.stderr).toMatchFileSnapshot(golden('summary.txt'))
    expect(await runCommand(args, '', folder)).toEqual(first)
  })

  test('accounts for every row: read = accepted + merged + rejected', async () => {
    const folder = await temporaryFolder()
    const { stdout, stderr } = await runCommand(['run', SAMPLE, '--rejections', 'r.ndjson'], '', folder)
    const [, ...counts] = /^(\d+) read = (\d+) accepted \+ (\d+) merged \+ (\d+) rejected$/m.exec(stderr) ?? []
    const [read = 0, accepted, merged = 0, rejected] = counts.map(Number)
    const rejections = jsonLines(await readFile(path.join(folder, 'r.ndjson'), 'utf8'))
    expect([read, accepted, rejected]).toEqual([29, jsonLines(stdout).length, rejections.length])
    expect(read).toBe((accepted ?? 0) + merged + (rejected ?? 0))
    expect(merged).toBeGreaterThan(0)
  })

  test('rejected rows can be read again as they are', async () => {
    const folder = await temporaryFolder()
    await runCommand(['run', SAMPLE, '--rejections', 'r.ndjson', '-o', 'a.ndjson'], '', folder)
    const again = await runCommand(['run', 'r.ndjson', '--currency', 'EUR', '--rates', golden('rates.json')], '', folder)
    expect(jsonLines(again.stdout).map(({ title, currency }) => `${title} ${currency}`)).toEqual(
      expect.arrayContaining(['RTX 3060 12GB EUR', 'MSI RTX 4090 Suprim X 24GB EUR']),
    )
  })

  test('gives the same listings in another order of the rows', async () => {
    const [header, ...rows] = (await readFile(SAMPLE, 'utf8')).trimEnd().split('\n')
    const reversed = [header, ...rows.reverse()].join('\n')
    const args = ['run', '-', '--seen-at', '2026-11-01']
    const one = await runCommand(args, await readFile(SAMPLE, 'utf8'))
    const other = await runCommand(args, reversed)
    expect(other.stdout.split('\n').sort()).toEqual(one.stdout.split('\n').sort())
  })

  test('takes the time of observation from the file, and from --seen-at before that', async () => {
    const folder = await temporaryFolder()
    const file = path.join(folder, 'a.csv')
    await writeFile(file, ONE)
    await utimes(file, 1_790_000_000, 1_790_000_000)
    const seenAt = async (...more: string[]) =>
      jsonLines((await runCommand(['run', 'a.csv', ...more], '', folder)).stdout)[0]?.['seen_at']
    expect(await seenAt()).toBe(new Date(1_790_000_000_000).toISOString())
    expect(await seenAt('--seen-at', '2026-11-01')).toBe('2026-11-01T00:00:00.000Z')
  })

  test('writes to files that appear when they are complete', async () => {
    const folder = await temporaryFolder()
    const { code, stdout } = await runCommand(['run', '-', '-o', 'out.ndjson', '--rejections', 'r.ndjson'], ONE, folder)
    expect([code, stdout]).toEqual([0, ''])
    expect((await readdir(folder)).sort()).toEqual(['out.ndjson', 'r.ndjson'])
    expect(jsonLines(await readFile(path.join(folder, 'out.ndjson'), 'utf8'))).toMatchObject([
      { model: 'RTX_3090', price: 700 },
    ])
  })

  test('writes through a link to the file that it names', async () => {
    const folder = await temporaryFolder()
    await writeFile(path.join(folder, 'real.ndjson'), 'older\n')
    await symlink('real.ndjson', path.join(folder, 'link.ndjson'))
    expect((await runCommand(['run', '-', '-o', 'link.ndjson'], ONE, folder)).code).toBe(0)
    expect((await lstat(path.join(folder, 'link.ndjson'))).isSymbolicLink()).toBe(true)
    expect(jsonLines(await readFile(path.join(folder, 'real.ndjson'), 'utf8'))).toMatchObject([{ model: 'RTX_3090' }])
    expect((await readdir(folder)).sort()).toEqual(['link.ndjson', 'real.ndjson'])
  })

  test('makes the file that a link names where it is missing', async () => {
    const folder = await temporaryFolder()
    await mkdir(path.join(folder, 'deep/er'), { recursive: true })
    await symlink('deep/er', path.join(folder, 'short'))
    // Behind the link `short`, `..` is the folder `deep`.
    await symlink('short/../real.ndjson', path.join(folder, 'link.ndjson'))
    await symlink('link.ndjson', path.join(folder, 'linked-twice.ndjson'))
    expect((await runCommand(['run', '-', '-o', 'linked-twice.ndjson'], ONE, folder)).code).toBe(0)
    expect(jsonLines(await readFile(path.join(folder, 'deep/real.ndjson'), 'utf8'))).toMatchObject([{ model: 'RTX_3090' }])
    expect((await readdir(folder)).sort()).toEqual(['deep', 'link.ndjson', 'linked-twice.ndjson', 'short'])
    for (const link of ['link.ndjson', 'linked-twice.ndjson']) {
      expect((await lstat(path.join(folder, link))).isSymbolicLink()).toBe(true)
    }
  })

  test('writes into a pipe that has a name', async () => {
    const folder = await temporaryFolder()
    const pipe = path.join(folder, 'pipe')
    await promisify(execFile)('mkfifo', [pipe])
    const reader = promisify(execFile)('cat', [pipe], { timeout: 20_000 })
    const [{ code }, { stdout }] = await Promise.all([runCommand(['run', '-', '-o', 'pipe'], ONE, folder), reader])
    expect(code).toBe(0)
    expect(jsonLines(stdout)).toMatchObject([{ model: 'RTX_3090' }])
    expect((await lstat(pipe)).isFIFO()).toBe(true)
    expect(await readdir(folder)).toEqual(['pipe'])
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`leaves nothing behind on ${signal}, and what was there stays`, async () => {
      const folder = await temporaryFolder()
      await writeFile(path.join(folder, 'out.ndjson'), 'older\n')
      const { child, ended } = startCommand(['run', '-', '-o', 'out.ndjson', '--rejections', 'r.ndjson'], folder)
      child.stdin.write(ONE)
      while ((await readdir(folder)).length < 4) await new Promise((resolve) => setTimeout(resolve, 10))
      child.kill(signal)
      expect((await ended).code).toBe(130)
      expect(await readdir(folder)).toEqual(['out.ndjson'])
      expect(await readFile(path.join(folder, 'out.ndjson'), 'utf8')).toBe('older\n')
    })
  }

  test('ends quietly when nobody reads on', async () => {
    const { child, ended } = startCommand(['run', '-'], await temporaryFolder())
    child.stdout.destroy()
    child.stdin.end(ONE)
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).not.toContain('Error')
  })
})

describe('glyphsieve run --post', () => {
  interface Request {
    url: string | undefined
    headers: Record<string, unknown>
    body: string
  }

  async function daemon(
    status: number,
    answer: object,
    headers: Record<string, string> = {},
  ): Promise<{ url: string; requests: Request[] }> {
    const requests: Request[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      requests.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.close()
    })
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
  }

  test('sends the listings as one import whose key is their digest, and prints the answer', async () => {
    const { url, requests } = await daemon(200, { import_id: 'x', record_count: 1 })
    const args = ['run', '-', '--seen-at', '2026-11-01', '--post', `${url}/`]
    const { code, stdout, stderr } = await runCommand(args, ONE)
    expect([code, stdout]).toEqual([0, '{"import_id":"x","record_count":1}\n'])
    expect(stderr).toContain('1 read = 1 accepted')
    await runCommand(args, ONE)
    const [first, second] = requests
    expect(first?.url).toBe('/api/persist/listings')
    expect(first?.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'idempotency-key': expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(jsonLines(first?.body ?? '')).toMatchObject([{ model: 'RTX_3090' }])
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key'])
  })

  test('says what the daemon refuses, without what a terminal would act on', async () => {
    const errors = [{ row: 0, line: 1, pointer: '/0/price', message: 'must be a number', value: '\u001b[2J' }]
    const { url } = await daemon(422, {
      code: 'invalid_listings',
      detail: '1 of 1 listings is invalid',
      errors,
      error_count: 1,
    })
    const { code, stdout, stderr } = await runCommand(['run', '-', '--post', url], ONE)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(
      '422 invalid_listings: 1 of 1 listings is invalid\n  line 1, /0/price: must be a number (\\u{1b}[2J)\n',
    )
  })

  test('sends what it writes to a file, too', async () => {
    const { url, requests } = await daemon(200, { import_id: 'x' })
    const folder = await temporaryFolder()
    const { code } = await runCommand(['run', '-', '-o', 'out.ndjson', '--post', url], ONE, folder)
    expect([code, requests.length]).toEqual([0, 1])
    expect(requests[0]?.body).toBe(await readFile(path.join(folder, 'out.ndjson'), 'utf8'))
    expect(jsonLines(requests[0]?.body ?? '')).toMatchObject([{ model: 'RTX_3090' }])
  })

  test('sends nothing beside a pipe or a device, which keeps nothing to send, and reads nothing first', async () => {
    const { url, requests } = await daemon(200, { import_id: 'x' })
    const folder = await temporaryFolder()
    await promisify(execFile)('mkfifo', [path.join(folder, 'pipe')])
    for (const output of ['pipe', '/dev/null']) {
      const { child, ended } = startCommand(['run', '-', '-o', output, '--post', url], folder)
      const { code, stdout, stderr } = await ended // though its stdin is open
      child.stdin.end()
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(/^glyphsieve: \S+ is a device or a pipe, and --post sends what the output holds: .*\n$/)
    }
    expect(requests).toEqual([])
    expect(await readdir(folder)).toEqual(['pipe'])
  })

  test('says when a daemon that has no room asks to be asked again', async () => {
    const problem = { code: 'queue_full', detail: 'Too many imports wait to be stored. Nothing was stored; send it again' }
    const { url } = await daemon(503, problem, { 'retry-after': '5' })
    const { code, stdout, stderr } = await runCommand(['run', '-', '--post', url], ONE)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`refused the listings with 503 queue_full: ${problem.detail} (it asks to wait 5 s)\n`)
  })

  test('sends nothing where no listing was accepted, and says so', async () => {
    const { url, requests } = await daemon(200, {})
    const { code, stderr } = await runCommand(['run', '-', '--post', url], 'title,price\nbanana,$5\n')
    expect([code, requests.length]).toEqual([0, 0])
    expect(stderr).toContain('nothing was sent')
  })

  test('says that what answers is no glyphd, where the answer has no import_id', async () => {
    const { url, requests } = await daemon(200, { ok: true })
    const { code, stdout, stderr } = await runCommand(['run', '-', '--post', url], ONE)
    expect([code, stdout, requests.length]).toEqual([1, '', 1])
    expect(stderr).toContain('answered 200, but not with an import result: is it a glyphd?')
  })

  test('says where nothing listens', async () => {
    const { code, stderr } = await runCommand(['run', '-', '--post', 'http://127.0.0.1:9'], ONE)
    expect(code).toBe(1)
    expect(stderr).toMatch(/glyphsieve: .*127\.0\.0\.1:9.*\n$/)
  })
})

describe('glyphsieve match', () => {
  test('answers every line with a line, an empty one too', async () => {
    const { code, stdout } = await runCommand(['match'], 'RTX 3090 24GB\r\n\nbanana bread\nlast')
    expect(code).toBe(0)
    const answers = jsonLines(stdout)
    expect(answers.map(({ title }) => title)).toEqual(['RTX 3090 24GB', '', 'banana bread', 'last'])
    expect(answers.map(({ is_gpu }) => is_gpu)).toEqual([true, false, false, false])
    const names = 'title,is_gpu,kind,vendor,model,vram_gb,lot_size,condition,confidence,evidence,reason'
    expect(Object.keys(answers[0] ?? {}).join()).toBe(names)
  })
})

describe('glyphsieve price', () => {
  test('answers every line with a line, one that is not JSON too', async () => {
    const lines = [
      '{"text":"US $1,299.00","context":"ebay.com"}',
      'nope',
      '{"price":5}',
      '{"text":"1.299,00 €"}',
      '',
      '{"text":"99","currency":"CAD"}',
    ]
    const { code, stdout } = await runCommand(['price', '-'], lines.join('\n'))
    expect(code).toBe(0)
    expect(jsonLines(stdout).map(({ amount, currency, kind }) => [amount, currency, kind])).toEqual([
      [1299, 'USD', 'price'],
      [null, null, 'invalid'],
      [null, null, 'invalid'],
      [1299, 'EUR', 'price'],
      [null, null, 'invalid'],
      [99, 'CAD', 'price'],
    ])
  })

  test('takes a line that is no object for the price itself', async () => {
    const { stdout } = await runCommand(['price'], '$700\n')
    expect(jsonLines(stdout)).toEqual([{ amount: 700, currency: 'USD', kind: 'price', reason: null }])
  })
})

describe('glyphsieve score', () => {
  test('gives a listing of run the score that it has, and keeps every member', async () => {
    const { stdout } = await runCommand(['run', SAMPLE, '--seen-at', '2026-11-01', '--rates', golden('rates.json')])
    const again = await runCommand(['score', '--rates', golden('rates.json')], stdout)
    expect(jsonLines(again.stdout)).toEqual(jsonLines(stdout))
    expect(again.code).toBe(0)
  })

  test('scores by weights of its own under their name', async () => {
    const folder = await temporaryFolder()
    const weights = { name: 'big models', constants: { memory_exponent: { value: 2 } } }
    await writeFile(path.join(folder, 'mine.json'), JSON.stringify(weights))
    const listing = JSON.stringify({ model: 'RTX_3060', price: 230, vram_gb: 12, note: 'kept', score: 5 })
    const { stdout } = await runCommand(['score', '--weights', 'mine.json'], `${listing}\n`, folder)
    const [scored] = jsonLines(stdout)
    expect(scored).toMatchObject({ note: 'kept', pipeline_version: expect.stringMatching(/; big models$/) })
    expect(scored?.['score']).toBeLessThan(0.45)
  })

  test('says what has no score, by line', async () => {
    const folder = await temporaryFolder()
    const lines = ['{"model":"NO_SUCH","price":1}', '{"price":1}', 'x', '{"model":"RTX_3090","price":1,"currency":"EUR"}']
    const args = ['score', '--rejections', 'r.ndjson']
    const { code, stdout, stderr } = await runCommand(args, lines.join('\n'), folder)
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toContain('4 read = 0 accepted + 0 merged + 4 rejected')
    const rejections = jsonLines(await readFile(path.join(folder, 'r.ndjson'), 'utf8'))
    expect(rejections.map(({ line, code: why }) => [line, why])).toEqual([
      [1, 'not_in_catalog'],
      [2, 'unreadable'],
      [3, 'unreadable'],
      [4, 'missing_rate'],
    ])
  })
})

describe('glyphsieve explain', () => {
  test('underlines what it decides by, and multiplies the factors to the score', async () => {
    const { code, stdout } = await runCommand(['explain', 'EVGA RTX 3090 24GB used', '--price', '$700'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/RTX 3090 24GB used\n.*~~~~/)
    expect(stdout).toMatch(/memory +\(22\.5 \/ 22\.5 GB usable\)\^0\.60 += 1\.000/)
    expect(stdout).toMatch(/score +odds \/ \(1 \+ odds\) += 0\.50/)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(stdout).not.toContain('\u001b')
  })

  test('takes the words of a title without quotes, too', async () => {
    const words = await runCommand(['explain', 'RTX', '3090'])
    expect(words.stdout).toContain('  RTX_3090, 24 GB')
    expect(words).toEqual(await runCommand(['explain', 'RTX 3090']))
  })

  test('says why there is no model', async () => {
    const { code, stdout } = await runCommand(['explain', 'Water block for RTX 3090'])
    expect(code).toBe(0)
    expect(stdout).toContain('no graphics card (accessory)')
  })

  test('says that weights give no score, and no price to buy at', async () => {
    const folder = await temporaryFolder()
    const constants = { reference_bandwidth_gbs: { value: 1e-40 }, bandwidth_exponent: { value: 10 } }
    await writeFile(path.join(folder, 'w.json'), JSON.stringify({ name: 'far out', constants }))
    for (const price of [[], ['--price', '$700']]) {
      const { code, stdout } = await runCommand(['explain', 'RTX 3090', ...price, '--weights', 'w.json'], '', folder)
      expect(code).toBe(0)
      expect(stdout).toMatch(/\nScore \(far out\): .*\n {2}none: the weights give NaN, which is no score\n$/)
    }
  })

  test('shows what a terminal would act on', async () => {
    const { stdout } = await runCommand(['explain', 'RTX 3090\u001b[2J \u202egnp.exe'])
    expect(stdout).toContain('RTX 3090\\u{1b}[2J \\u{202e}gnp.exe')
    for (const hidden of ['\u001b', '\u202e']) expect(stdout).not.toContain(hidden)
  })
})

describe('glyphsieve catalog', () => {
  test('prints a variant a line, by name or by title', async () => {
    const table = await runCommand(['catalog', 'RTX_3060'])
    expect(table.stdout.split('\n')[0]).toMatch(/^model +edition +vendor +vram_gb/)
    const lines = jsonLines((await runCommand(['catalog', 'rtx 3060', '--format', 'ndjson'])).stdout)
    expect(lines.map(({ model, vram_gb }) => `${model} ${vram_gb}`).sort()).toEqual(['RTX_3060 12', 'RTX_3060 8'])
  })

  test('prints what is known from memory only', async () => {
    const { stdout } = await runCommand(['catalog', '--coverage'])
    expect(stdout).toMatch(/^vendor +models +variants +facts_filled +facts_unknown +from_memory\nnvidia /)
    expect(stdout).toMatch(/\n\nmodel +edition +vram_gb +memory_type +fact +value\n/)
  })
})

describe('glyphsieve simulate', () => {
  test('gives as many listings as asked for, the same ones every time, and run reads them', async () => {
    const args = ['simulate', '-n', '700', '--days', '5', '--sellers', '7', '--seed', '3']
    const one = await runCommand(args)
    expect(jsonLines(one.stdout)).toHaveLength(700)
    expect(await runCommand(args)).toEqual(one)
    const { stderr, code } = await runCommand(['run', '-'], one.stdout)
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^700 read = /)])
  })
})

describe('the command line', () => {
  const wrong: [args: string[], code: number, words: RegExp][] = [
    [['run'], 2, /missing required argument 'inputs'/],
    [['run', 'a.csv', '--currency', 'DOLLARS'], 2, /ISO 4217/],
    [['run', 'a.csv', '--seen-at', 'yesterday'], 2, /must be a time/],
    [['run', 'a.csv', '--post', 'localhost:8080'], 2, /must be an http address/],
    [['run', 'a.csv', '--post', 'http://u:p@host'], 2, /must not hold a user name or a password/],
    [['run', 'a.csv', '--source', ''], 2, /must not be blank/],
    [['run', 'a.csv', '--format', 'xls'], 2, /csv, ndjson, json, shopify, ebay/],
    [['fly'], 2, /unknown command/],
    [['simulate', '-n', '0'], 2, /whole number from 1/],
    [['simulate', '--start', 'soon'], 1, /^glyphsieve: /],
    [['run', 'missing.csv'], 1, /^glyphsieve: missing\.csv does not exist: /],
    [['run', 'folder'], 1, /^glyphsieve: folder is a folder: /],
    [['run', '-', '-'], 1, /^glyphsieve: stdin \(-\) can be read only once/],
    [['run', 'bad.csv'], 1, /^glyphsieve: bad\.csv: .*title/],
    [['run', 'bad.json'], 1, /^glyphsieve: bad\.json: .*line 1, column \d+/],
    [['run', 'bad.csv', '-o', 'no/where'], 1, /^glyphsieve: no\/where cannot be written: its folder does not exist/],
    [['run', 'bad.csv', '-o', 'folder'], 1, /^glyphsieve: folder is a folder: name a file/],
    [['run', 'one.csv', '-o', 'both', '--rejections', './both'], 1, /^glyphsieve: the listings and the rejections .* one file/],
    [['run', 'one.csv', '--rejections', '-'], 1, /^glyphsieve: the rejections go to a file of a name/],
    [['run', 'one.csv', '-o', '-', '--rejections', '-'], 1, /^glyphsieve: the rejections go to a file of a name/],
    [['run', 'one.csv', '-o', './one.csv'], 1, /^glyphsieve: \.\/one\.csv is an input: name another file/],
    [['run', 'one.csv', '--rejections', 'one.csv'], 1, /^glyphsieve: one\.csv is an input: name another file/],
    [['run', 'one.csv', '-o', 'link/both', '--rejections', 'folder/both'], 1, /^glyphsieve: the listings and .* one file/],
    [['run', 'one.csv', '-o', 'link/../one.csv'], 1, /^glyphsieve: link\/\.\.\/one\.csv is an input: name another file/],
    [['run', 'one.csv', '-o', 'loop'], 1, /^glyphsieve: loop cannot be written: its links lead round in a circle/],
    [['run', 'one.csv', '-o', 'astray'], 1, /^glyphsieve: astray cannot be written: its folder does not exist/],
    [['score', 'one.csv', '--rejections', './one.csv'], 1, /^glyphsieve: \.\/one\.csv is an input: name another file/],
    [['score', 'one.csv', '--rejections', '-'], 1, /^glyphsieve: the rejections go to a file of a name/],
    [['explain', ''], 2, /^error: the title must not be blank\n/],
    [['explain', ' ', ''], 2, /^error: the title must not be blank\n/],
    [['run', 'bad.csv', '--rates', 'bad.csv'], 1, /^glyphsieve: bad\.csv is not valid JSON/],
    [['run', 'bad.csv', '--rates', 'rates.json'], 1, /^glyphsieve: rates\.json: .*\/rates/],
    [['catalog', 'NO_SUCH_CARD'], 1, /^glyphsieve: the catalog has no NO_SUCH_CARD/],
    [['match', 'missing.txt'], 1, /^glyphsieve: missing\.txt does not exist/],
  ]
  for (const [args, code, words] of wrong) {
    test(`${args.join(' ')} ends with ${code} and says why in words`, async () => {
      const folder = await temporaryFolder()
      await mkdir(path.join(folder, 'folder'))
      await symlink('folder', path.join(folder, 'link'))
      await symlink('loop', path.join(folder, 'loop'))
      await symlink('no/where', path.join(folder, 'astray'))
      await writeFile(path.join(folder, 'bad.csv'), 'a,b\n1,2\n')
      await writeFile(path.join(folder, 'one.csv'), ONE)
      await writeFile(path.join(folder, 'bad.json'), '[{"title":"a"},')
      await writeFile(path.join(folder, 'rates.json'), '{"date":"2026-11-01","source":"x","rates":{"EUR":"1.1"}}')
      const before = await readdir(folder)
      const ended = await runCommand(args, '', folder)
      expect(ended.code).toBe(code)
      expect(ended.stderr).toMatch(words)
      expect(ended.stderr).not.toMatch(/\n +at /)
      expect(ended.stdout).toBe('')
      expect(await readdir(folder)).toEqual(before)
      expect(await readFile(path.join(folder, 'one.csv'), 'utf8')).toBe(ONE)
    })
  }

  test('every command has help with an example, and the program a version', async () => {
    expect((await runCommand(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    for (const command of ['run', 'match', 'price', 'score', 'explain', 'catalog', 'simulate']) {
      const { code, stdout } = await runCommand([command, '--help'])
      expect([code, stdout]).toEqual([0, expect.stringContaining(`glyphsieve ${command}`)])
      expect(stdout).toMatch(/Examples?:\n {2}\$ /)
    }
  })
})

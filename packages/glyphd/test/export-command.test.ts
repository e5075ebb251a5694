import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ListingsParameters } from '../dist/parameters.js'
import { sharedDaemon, temporaryFolder } from './daemon.ts'
import { listing } from './listings.ts'
import { runProgram, startProgram } from './process.ts'

/** A server that answers everything in one way; it tells what it was asked. */
async function answering(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    answer(response, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const lines: Record<string, string> = { 'content-type': 'application/x-ndjson; charset=utf-8' }

describe('glyphd export', () => {
  const daemon = sharedDaemon()
  const COUNT = 2500
  const listings = Array.from({ length: COUNT }, (_, index) =>
    listing({ price: index + 1, listing_source: 'shop.example', listing_id: `${index}`, title: `of "two"\nlines, ${index}` }),
  )
  let url: string | undefined
  const address = async () => {
    if (url !== undefined) return url
    url = await daemon().app.listen({ host: '127.0.0.1', port: 0 })
    expect((await daemon().post(listings)).status).toBe(200)
    return url
  }

  test('writes everything as NDJSON on stdout, and the count on stderr', async () => {
    const { code, stdout, stderr } = await runProgram(['export', '--url', await address()])
    expect([code, stderr]).toEqual([0, 'exported 2,500 listings\n'])
    const written = stdout.trimEnd().split('\n')
    expect(written.map((line) => JSON.parse(line).price)).toEqual(listings.map(({ price }) => price))
  })

  test('writes CSV to a file, in place of what was there', async () => {
    const folder = await temporaryFolder()
    await writeFile(path.join(folder, 'all.csv'), 'before')
    const ended = await runProgram(['export', '--format', 'csv', '-o', 'all.csv', '--url', await address()], { folder })
    expect(ended).toEqual({ code: 0, stdout: '', stderr: 'exported 2,500 listings\n' })
    expect(await readdir(folder)).toEqual(['all.csv'])
    const text = await readFile(path.join(folder, 'all.csv'), 'utf8')
    const again = await daemon().send({
      method: 'POST',
      url: '/api/persist/listings?dry_run=true',
      headers: { 'content-type': 'text/csv' },
      payload: text,
    })
    expect(again.json).toMatchObject({ record_count: COUNT, unchanged: COUNT })
  })

  test('writes what matches, in the order that is asked for', async () => {
    const flags = ['--max-price', '3', '--q', 'TWO lines', '--sort', '-price', '--current', '--url', await address()]
    const { stdout, stderr } = await runProgram(['export', ...flags])
    const prices = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).price)
    expect([prices, stderr]).toEqual([[3, 2, 1], 'exported 3 listings\n'])
  })

  test('writes nothing, or the header alone, where nothing matches', async () => {
    const flags = ['--model', 'P40', '--url', await address()]
    expect(await runProgram(['export', ...flags])).toEqual({ code: 0, stdout: '', stderr: 'exported 0 listings\n' })
    const csv = await runProgram(['export', '--format', 'csv', ...flags])
    expect([csv.code, csv.stderr]).toEqual([0, 'exported 0 listings\n'])
    expect(csv.stdout).toMatch(/^[\w.,]+\r\n$/)
  })

  test('says in the words of the daemon what is wrong with a filter, and leaves nothing behind', async () => {
    const folder = await temporaryFolder()
    const ended = await runProgram(['export', '--min-price', 'much', '-o', 'x', '--url', await address()], { folder })
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(/ refused to export listings with 400 invalid_query: Query parameter min_price must be/)
    expect(await readdir(folder)).toEqual([])
  })

  test('has an option for every parameter of the route but those of pages', async () => {
    const { url, asked } = await answering((response) => response.writeHead(200, lines).end())
    const { cursor, limit, ...parameters } = ListingsParameters.properties
    const flags: string[] = []
    const expected: Record<string, string> = {}
    for (const [name, schema] of Object.entries(parameters)) {
      const values = 'enum' in schema ? schema.enum.map((value) => `${value}`) : ['a b+é']
      const isSwitch = values.includes('true')
      expected[name] = isSwitch ? 'true' : (values.at(-1) ?? '')
      flags.push(`--${name.replaceAll('_', '-')}`, ...(isSwitch ? [] : [expected[name]]))
    }
    expect(await runProgram(['export', ...flags, '--url', url])).toMatchObject({ code: 0 })
    expect(Object.fromEntries(new URL(asked[0]?.url ?? '', url).searchParams)).toEqual(expected)
    expect(asked[0]?.headers.accept).toBe('application/x-ndjson')
  })

  const breaks: [how: string, breakOff: (response: ServerResponse) => void][] = [
    ['is closed', (response) => response.destroy()],
    ['is reset', (response) => response.socket?.resetAndDestroy()],
  ]
  for (const [how, breakOff] of breaks) {
    test(`fails where the connection ${how} in the middle, asks once, and leaves the file that was there`, async () => {
      const { url, asked } = await answering((response) => {
        response.writeHead(200, lines)
        response.write('{"model":"RTX_3090"}\n', () => setImmediate(breakOff, response))
      })
      const folder = await temporaryFolder()
      await writeFile(path.join(folder, 'all.ndjson'), 'before')
      const { code, stderr } = await runProgram(['export', '-o', 'all.ndjson', '--url', url], { folder })
      expect(stderr).toBe(`glyphd: ${url} broke the connection off in the middle: what was written is not all\n`)
      expect(code).toBe(3)
      expect(await readdir(folder)).toEqual(['all.ndjson'])
      expect(await readFile(path.join(folder, 'all.ndjson'), 'utf8')).toBe('before')
      expect(asked).toHaveLength(1)
      expect(await runProgram(['export', '--url', url])).toMatchObject({ code: 3 })
    })
  }

  test('tries again where the daemon asks for patience before it has begun', async () => {
    const { url, asked } = await answering((response) => {
      if (asked.length > 1) return response.writeHead(200, lines).end('{"model":"RTX_3090"}\n')
      return response.writeHead(503, { 'retry-after': '0' }).end('{"code":"store_busy"}')
    })
    expect(await runProgram(['export', '--url', url])).toMatchObject({ code: 0, stdout: '{"model":"RTX_3090"}\n' })
  })

  test('says what is wrong where another service answers', async () => {
    const { url } = await answering((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'))
    const ended = await runProgram(['export', '--url', url])
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('but not as a glyphd does') })
  })

  test.skipIf(!existsSync('/proc/self/status'))('takes no more memory for more listings', async () => {
    const chunk = Buffer.from(`${JSON.stringify(listing({ title: 'x'.repeat(1900) }))}\n`.repeat(500))
    let peak: (() => Promise<number>) | undefined
    let found = 0
    const { url } = await answering(async (response) => {
      response.writeHead(200, lines)
      for (let sent = 0; sent < 250_000_000; sent += chunk.length) {
        if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve))
      }
      found = (await peak?.()) ?? 0
      response.end()
    })
    const program = await startProgram(['export', '-o', 'all.ndjson', '--url', url])
    peak = async () => Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${program.pid}/status`, 'utf8'))?.[1])
    expect(await program.ended).toMatchObject({ code: 0 })
    expect(found).toBeGreaterThan(0)
    expect(found * 1024).toBeLessThan(200_000_000)
  })
})

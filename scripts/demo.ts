/**
 * The main job on own samples: starts a daemon on a fresh store, imports samples/listings.json through the endpoint, asks for
 * some of it again, and says how to look at the rows. `--serve` goes on serving.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

const root = path.resolve(import.meta.dirname, '..')
const goOn = process.argv.includes('--serve')
const db = path.join(mkdtempSync(path.join(tmpdir(), 'glyph-demo-')), 'gpu.sqlite')

const daemon = spawn(process.execPath, [path.join(root, 'packages/glyphd/bin/glyphd.js'), 'serve', '--port', '0', '--db', db], {
  stdio: ['ignore', 'pipe', goOn ? 'inherit' : 'ignore'],
})
try {
  const url = await addressOf(daemon)
  await demonstrate(url)
  if (goOn) {
    console.log(`\nServing on ${url} until Ctrl-C; ${url}/docs shows what you can ask.`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => daemon.kill(signal))
    await once(daemon, 'exit')
  }
} finally {
  if (daemon.exitCode === null && daemon.kill()) await once(daemon, 'exit')
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the daemon has no output')
  const line = await Promise.race([once(createInterface(stdout), 'line'), once(daemon, 'exit').then(() => undefined)])
  if (line === undefined) throw new Error('the daemon did not start: npx --no-install glyphd serve says why')
  return line[0]
}

async function demonstrate(url: string): Promise<void> {
  const body = await readFile(path.join(root, 'samples/listings.json'))
  console.log(`POST ${url}/api/persist/listings   (samples/listings.json)\n`)
  const result = await json(`${url}/api/persist/listings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  console.log(JSON.stringify(result, undefined, 2))

  console.log('\nGET /api/listings?model=RTX_3090\n')
  const { items } = await json(`${url}/api/listings?model=RTX_3090`)
  if (!Array.isArray(items)) throw new Error('the answer has no items')
  const offers = items.map(({ price, currency, score, listing_source, title }) => ({
    price,
    currency,
    score,
    listing_source,
    title: `${title}`.length > 40 ? `${`${title}`.slice(0, 39)}…` : title,
  }))
  console.table(offers)

  console.log('\nA bad listing is refused whole, by row and member:\n')
  const refused = await json(`${url}/api/persist/listings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([
      { model: 'RTX_3090', price: 700, score: 0.5 },
      { model: 'RTX_3090', price: '700 USD', score: 0.5 },
    ]),
  })
  console.log(JSON.stringify({ status: refused['status'], detail: refused['detail'], errors: refused['errors'] }, undefined, 2))

  console.log('\nThe rows are plain SQLite, and stay until you delete the folder:\n')
  console.log(`  sqlite3 ${db} "select model, price, score, listing_source, import_id from gpu_listings limit 5"`)
}

async function json(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const response = await fetch(url, init)
  const answer: unknown = await response.json()
  if (typeof answer !== 'object' || answer === null) throw new Error(`${url} answered ${response.status} without an object`)
  return { ...answer }
}

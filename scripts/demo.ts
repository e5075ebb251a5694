/**
 * The whole way on own samples: raw listings -> glyphsieve -> the import endpoint of a daemon on a fresh store -> answers. Says
 * which offers are the best and why, what was rejected and why, and how to look at the rows. `--serve` goes on serving.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { GPUListingDTO } from 'glyphsieve'

const root = path.resolve(import.meta.dirname, '..')
const samples = ['market.csv', 'auctions.json', 'shop-export.json', 'tips.ndjson'].map((file) => `samples/raw-listings/${file}`)
const goOn = process.argv.includes('--serve')
const folder = mkdtempSync(path.join(tmpdir(), 'glyph-demo-'))
const db = path.join(folder, 'gpu.sqlite')
const BEST = 5
const SURE = 0.9

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
  const accepted = path.join(folder, 'scored.ndjson')
  const rejected = path.join(folder, 'rejected.ndjson')
  console.log(`glyphsieve run ${samples.join(' ')}\n    --currency USD --rates samples/rates.json --post ${url}\n`)
  const options = ['--currency', 'USD', '--rates', 'samples/rates.json', '--seen-at', '2026-11-01T12:00:00Z']
  const result = await glyphsieve(['run', ...samples, ...options, '-o', accepted, '--rejections', rejected, '--post', url])
  console.log('The import answered:\n')
  console.log(JSON.stringify(JSON.parse(result), undefined, 2))

  const listings = linesOf<GPUListingDTO>(await readFile(accepted, 'utf8'))
  console.log(`\nThe ${BEST} best offers: 0.5 is as good as a used RTX 3090 for 700 USD, more is better\n`)
  for (const listing of bestOf(listings)) printOffer(listing)

  const rejections = linesOf<Rejected>(await readFile(rejected, 'utf8'))
  console.log('What was rejected and why, one of each kind:\n')
  for (const { title, stage, reason, count } of oneOfEachKind(rejections)) {
    console.log(
      `  ${`${count}x`.padStart(4)} ${stage.padEnd(6)} ${cut(reason, 60).padEnd(61)} ${cut(title ?? '(no title)', 46)}`,
    )
  }

  console.log('\nGET /api/listings?model=RTX_3090\n')
  const { items } = await json(`${url}/api/listings?model=RTX_3090`)
  if (!Array.isArray(items)) throw new Error('the answer has no items')
  console.table(
    items.map(({ price, currency, score, seller, title }) => ({
      price,
      currency,
      score: rounded(score),
      seller,
      title: cut(`${title}`, 46),
    })),
  )

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
  console.log(`  sqlite3 ${db} "select model, price, score, seller, import_id from gpu_listings order by score desc limit 5"`)
}

async function glyphsieve(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [path.join(root, 'packages/glyphsieve/bin/glyphsieve.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`glyphsieve ended with ${code}`)
  return text
}

/** Offers that one could buy and that are surely what they say. */
function bestOf(listings: readonly GPUListingDTO[]): GPUListingDTO[] {
  return listings
    .filter(({ quantity, match_score = 1, warnings = [] }) => {
      return quantity !== 0 && match_score >= SURE && !warnings.some((warning) => warning.startsWith('modified'))
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, BEST)
}

function printOffer({
  model,
  vram_gb,
  price,
  currency,
  score,
  title,
  score_breakdown = {},
  warnings = [],
}: GPUListingDTO): void {
  const factors = Object.entries(score_breakdown).map(([name, factor]) => `${name} ${rounded(factor)}`)
  console.log(`  ${rounded(score)}  ${model} ${vram_gb} GB for ${price} ${currency}   "${cut(title ?? '', 60)}"`)
  console.log(`        odds = ${factors.join(' x ')}`)
  for (const warning of warnings) console.log(`        note: ${warning}`)
  console.log()
}

interface Rejected {
  title?: string
  stage: string
  code: string
  reason: string
}

function oneOfEachKind(rejections: readonly Rejected[]): (Rejected & { count: number })[] {
  const kinds = new Map<string, Rejected & { count: number }>()
  for (const rejection of rejections) {
    const kind = `${rejection.stage} ${rejection.code}`
    const known = kinds.get(kind)
    if (known === undefined) kinds.set(kind, { ...rejection, count: 1 })
    else known.count++
  }
  return [...kinds.values()]
}

/** The lines of a file that glyphsieve itself wrote. */
function linesOf<T>(ndjson: string): T[] {
  return ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line))
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

async function json(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const response = await fetch(url, init)
  const answer: unknown = await response.json()
  if (typeof answer !== 'object' || answer === null) throw new Error(`${url} answered ${response.status} without an object`)
  return { ...answer }
}

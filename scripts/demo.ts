/**
 * The whole way, in a fresh store: a simulated market of 90 days and our own raw samples -> glyphsieve -> the import endpoint of a daemon
 * -> answers. Says what to buy and why, what became cheaper, what runs a 70B for the least money, and what was rejected and why.
 * `--serve` goes on serving.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, createReadStream, mkdtempSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { createClient } from 'glyphd/client'

const root = path.resolve(import.meta.dirname, '..')
const samples = ['market.csv', 'auctions.json', 'shop-export.json', 'tips.ndjson'].map((file) => `samples/raw-listings/${file}`)
const goOn = process.argv.includes('--serve')
const folder = mkdtempSync(path.join(tmpdir(), 'glyph-demo-'))
const db = path.join(folder, 'gpu.sqlite')
const rates = ['--rates', 'samples/rates.json']
const DAYS = 90
const SELLERS = 40
const SIMULATED = 100_000
const DAY_MS = 86_400_000

const daemon = spawn(
  process.execPath,
  [path.join(root, 'packages/glyphd/bin/glyphd.js'), 'serve', '--port', '0', '--db', db, ...rates, '--log-level', 'warn'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
)
try {
  const url = await addressOf(daemon)
  const client = createClient({ url })
  await importSimulated()
  await importSamples(url)
  await answer()
  if (goOn) {
    console.log(`\nServing on ${url} until Ctrl-C; ${url}/docs shows what you can ask.`)
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => daemon.kill(signal))
    await once(daemon, 'exit')
  }

  /** A crawl a day, each of which tells everything that its sources offer. */
  async function importSimulated(): Promise<void> {
    const start = new Date(Date.now() - (DAYS - 1) * DAY_MS).toISOString().slice(0, 10)
    const market = path.join(folder, 'simulated.ndjson')
    const scored = path.join(folder, 'scored.ndjson')
    const rejected = path.join(folder, 'simulated-rejected.ndjson')
    console.log(`A SIMULATED market: ${DAYS} days, ${SELLERS} sellers; every offer and every price of it is invented\n`)
    const numbers = ['-n', `${SIMULATED}`, '--days', `${DAYS}`, '--sellers', `${SELLERS}`]
    await shown('glyphsieve', ['simulate', ...numbers, '--start', start], market)
    await shown('glyphsieve', ['run', market, ...rates, '-o', scored, '--rejections', rejected])
    const days = new Map<string, string[]>()
    for await (const line of createInterface(createReadStream(scored))) {
      const [, day = ''] = /"seen_at":"(\d{4}-\d\d-\d\d)/.exec(line) ?? []
      days.set(day, [...(days.get(day) ?? []), line])
    }
    console.log('\nEvery day goes to POST /api/persist/listings?complete=true, and what a source no longer has is delisted')
    let listings = 0
    const started = performance.now()
    for (const lines of days.values()) {
      const { data } = await client.post('/api/persist/listings', {
        query: { complete: 'true', force: 'true' }, // a simulated market is small enough to lose half of a source's offers in a day
        type: 'application/x-ndjson',
        body: `${lines.join('\n')}\n`,
      })
      listings += data.record_count
    }
    const seconds = (performance.now() - started) / 1000
    console.log(`    ${listings} listings in ${days.size} imports, ${seconds.toFixed(1)} s\n`)
    await tellRejected('What of it was rejected and why, one of each kind:', rejected)
  }

  async function importSamples(address: string): Promise<void> {
    const accepted = path.join(folder, 'samples.ndjson')
    const rejected = path.join(folder, 'samples-rejected.ndjson')
    console.log('Our own raw samples, with every nasty thing that listings have:\n')
    const files = ['-o', accepted, '--rejections', rejected, '--post', address]
    const seen = new Date().toISOString()
    const result = await shown('glyphsieve', ['run', ...samples, '--currency', 'USD', ...rates, '--seen-at', seen, ...files])
    console.log('\nThe import answered:\n')
    console.log(`${JSON.stringify(JSON.parse(result), undefined, 2)}\n`)
    await tellRejected('What of them was rejected and why, one of each kind:', rejected)
  }

  async function answer(): Promise<void> {
    const { data: report } = await client.get('/api/report', { query: { limit: 5 } })
    console.log(
      'THE FIVE BEST OFFERS NOW: 0.5 is as good as a used RTX 3090 for 700 USD, more is better    (GET /api/report)\n',
    )
    for (const { id } of report.best_value.items) await printOffer(id)

    console.log(
      'THE THREE BIGGEST DROPS of the last week                                                   (GET /api/deltas)\n',
    )
    const after = new Date(Date.now() - 7 * DAY_MS).toISOString()
    const drops = []
    for await (const delta of client.items('/api/deltas', { query: { direction: 'down', after, limit: 1000 } }))
      drops.push(delta)
    drops.sort((a, b) => a.change_pct - b.change_pct)
    for (const { model, price_before, price, currency, change_pct, listing_source, title = '' } of drops.slice(0, 3)) {
      console.log(
        `  ${change_pct.toFixed(1)} %  ${model} ${price_before} -> ${price} ${currency} on ${listing_source}   "${cut(title, 48)}"`,
      )
    }

    console.log(
      '\nTHE CHEAPEST WAY TO RUN A 70B AT 8K CONTEXT                           (glyphd fit llama-3.3-70b --context 8k)\n',
    )
    await shown('glyphd', ['fit', 'llama-3.3-70b', '--context', '8k', '--limit', '1', '--url', url], undefined, false)

    console.log('\nThe rows are plain SQLite, and stay until you delete the folder:\n')
    console.log(`  sqlite3 ${db} "select model, price, score, seller, import_id from gpu_listings order by score desc limit 5"`)
  }

  async function printOffer(id: string): Promise<void> {
    const { data } = await client.get('/api/listings/{id}', { path: { id } })
    const { listing, offer, standing } = data
    const { model, vram_gb, price, currency, score, title = '', listing_source, score_breakdown = {} } = listing
    const factors = Object.entries(score_breakdown).map(([name, factor]) => `${name} ${rounded(Number(factor))}`)
    const simulated = listing.extra !== undefined && 'truth' in listing.extra ? 'simulated' : 'sample'
    console.log(`  ${rounded(score)}  ${model} ${vram_gb} GB for ${price} ${currency}   "${cut(title, 60)}"   [${simulated}]`)
    console.log(`        odds = ${factors.join(' x ')}`)
    const facts = [
      listing_source && `on ${listing_source}`,
      offer && `seen for ${offer.days_on_market.toFixed(0)} days`,
      standing?.price_to_fair === undefined
        ? 'too few comparable offers for a fair price: look twice'
        : `${(standing.price_to_fair * 100).toFixed(0)} % of the fair price`,
    ]
    console.log(`        ${facts.filter((fact) => fact).join(', ')}`)
    for (const warning of listing.warnings ?? []) console.log(`        note: ${warning}`)
    console.log()
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

/** Runs a command, says which, and gives its output: as text, or in a file. */
async function shown(command: 'glyphsieve' | 'glyphd', args: readonly string[], file?: string, quiet = true): Promise<string> {
  if (quiet)
    console.log(
      `    ${command} ${args.map((arg) => arg.replace(`${folder}${path.sep}`, '')).join(' ')}${file ? ` > ${path.basename(file)}` : ''}`,
    )
  const output = file === undefined ? 'pipe' : openSync(file, 'w')
  const child = spawn(process.execPath, [path.join(root, `packages/${command}/bin/${command}.js`), ...args], {
    cwd: root,
    stdio: ['ignore', output, quiet ? 'ignore' : 'inherit'],
  })
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    if (!quiet) process.stdout.write(chunk)
  })
  const [code] = await once(child, 'close')
  if (typeof output === 'number') closeSync(output)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`)
  return text
}

interface Rejected {
  title?: string
  stage: string
  code: string
  reason: string
}

async function tellRejected(heading: string, file: string): Promise<void> {
  console.log(`${heading}\n`)
  for (const { title, stage, reason, count } of oneOfEachKind(linesOf<Rejected>(await readFile(file, 'utf8')))) {
    console.log(
      `  ${`${count}x`.padStart(5)} ${stage.padEnd(6)} ${cut(reason, 60).padEnd(61)} ${cut(title ?? '(no title)', 46)}`,
    )
  }
  console.log()
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

import { randomInt } from 'node:crypto'
import http from 'node:http'
import { gzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { expect } from 'vitest'
import { Random } from '../../glyphsieve/dist/random.js'
import type { ListingsMediaType } from '../dist/index.js'
import { sqliteContradictions } from './contradictions.ts'

const CONNECTIONS = 6
const SIZES = [1, 1, 1, 1, 2, 5, 10, 10, 40, 100, 300, 1000, 2000, 12_000]
const MEDIA_TYPES: ListingsMediaType[] = ['application/json', 'application/x-ndjson', 'text/csv']

/** What a connection to a daemon that is gone fails with. */
const GONE: ReadonlySet<unknown> = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE'])

/** What no client may read: codes and words of the database, stacks. */
const INNARDS = /SQLITE|Sqlite|database is locked|UNIQUE constraint|\.js:\d/

interface Course {
  answered?: () => void
  until?: () => boolean
}

/** A batch as it was sent: each has a source of its own, by which it is found again. */
interface Batch {
  source: string
  size: number
  media_type: ListingsMediaType
  gzip: boolean
  lenient: boolean
  key: string | undefined
  /** Positions of its rows that are no listings. */
  bad: ReadonlySet<number>
  /** What is known of it: `sent` and `undoing` have no answer. */
  state: 'sent' | 'absent' | 'stored' | 'undoing' | 'undone'
  import_id: string | undefined
}

interface Reply {
  status: number | undefined
  headers: http.IncomingHttpHeaders
  json: Record<string, unknown>
}

/** Gives some work a source of chance, and says of a failure what it was drawn from. */
export async function withSeed(work: (random: Random) => Promise<void>): Promise<void> {
  const seed = randomInt(2 ** 32)
  const random = new Random(seed)
  random.restart(0, 0)
  try {
    await work(random)
  } catch (error) {
    throw new Error(`drawn from the seed ${seed}`, { cause: error })
  }
}

/** Imports of all sizes, formats and kinds, some undone or sent again, and what the store must hold of them whatever happens. */
export class Feed {
  readonly #random: Random
  readonly #batches: Batch[] = []
  /** Batches that a request is about. */
  readonly #busy = new Set<Batch>()
  /** Batches whose import had no answer when the store was last looked at, and whether it is there. */
  #unanswered: { batch: Batch; isStored: boolean }[] = []

  constructor(random: Random) {
    this.#random = random
  }

  /** How many imports were stored. */
  get stored(): number {
    return this.#batches.filter(({ import_id }) => import_id !== undefined).length
  }

  /**
   * Feeds one daemon or several over one store, over several connections, until one of them is gone or shuts down, or `until` is
   * true; `answered` is called in the instant of every answer.
   */
  async feed(urls: readonly string[], { answered = () => {}, until = () => false }: Course = {}): Promise<void> {
    const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
    let isOver = false
    const repeat = async (step: (url: string) => Promise<boolean>) => {
      while (!isOver && !until()) isOver = !(await step(this.#random.pick(urls))) || isOver
    }
    const step = async (url: string) => this.#step(url, agent, answered)
    await Promise.all([...Array.from({ length: CONNECTIONS }, () => repeat(step)), repeat((url) => this.#look(url, agent))])
    agent.destroy()
  }

  /** One request that changes the store; false if it had no answer, or the answer is that the daemon shuts down. */
  async #step(url: string, agent: http.Agent, answered: () => void): Promise<boolean> {
    const random = this.#random
    const idle = this.#batches.filter((batch) => batch.state === 'stored' && !this.#busy.has(batch))
    const keyed = idle.filter(({ key }) => key !== undefined)
    const isUndo = idle.length > 0 && random.chance(0.15)
    const isRepeated = !isUndo && keyed.length > 0 && random.chance(0.1)
    const batch = isUndo ? random.pick(idle) : isRepeated ? random.pick(keyed) : this.#newBatch()
    this.#busy.add(batch)
    try {
      const reply = await unlessGone(isUndo ? this.#undo(url, agent, batch) : this.#import(url, agent, batch))
      if (reply === undefined) return false
      answered()
      if (reply.status === 503) return takeRefusal(batch, reply)
      if (isUndo) expectUndone(batch, reply)
      else expectStored(batch, reply, isRepeated)
      return true
    } finally {
      this.#busy.delete(batch)
    }
  }

  /** One question, or a dry run. */
  async #look(url: string, agent: http.Agent): Promise<boolean> {
    const paths = ['/api/listings?limit=50', '/api/persist/imports?limit=20', '/api/health']
    const isDryRun = this.#random.chance(0.1)
    const body = Buffer.from(textOf({ ...this.#drawn('dry run'), media_type: 'application/json', bad: new Set() }))
    const headers = { 'content-type': 'application/json' }
    const reply = await unlessGone(
      isDryRun
        ? request(`${url}/api/persist/listings?dry_run=true`, { method: 'POST', agent, headers }, body)
        : request(url + this.#random.pick(paths), { agent }),
    )
    if (reply === undefined) return false
    if (reply.status !== 503) expect(reply.status, JSON.stringify(reply.json)).toBe(200)
    return reply.json['code'] !== 'shutting_down'
  }

  #newBatch(): Batch {
    const number = this.#batches.length
    const batch = this.#drawn(`batch ${number}`)
    if (this.#random.chance(0.5)) batch.key = `key ${number}`
    this.#batches.push(batch)
    return batch
  }

  #drawn(source: string): Batch {
    const random = this.#random
    const size = random.pick(SIZES)
    const hasBad = random.chance(0.3)
    const bad = hasBad && size > 1 ? [random.below(size - 1), random.below(size - 1)] : []
    return {
      source,
      size,
      media_type: random.pick(MEDIA_TYPES),
      gzip: random.chance(0.3),
      lenient: random.chance(0.5),
      key: undefined,
      bad: new Set(bad),
      state: 'sent',
      import_id: undefined,
    }
  }

  #import(url: string, agent: http.Agent, batch: Batch): Promise<Reply> {
    const text = textOf(batch)
    const headers = {
      'content-type': batch.media_type,
      ...(batch.gzip && { 'content-encoding': 'gzip' }),
      ...(batch.lenient && { prefer: 'handling=lenient' }),
      ...(batch.key !== undefined && { 'idempotency-key': batch.key }),
    }
    const body = batch.gzip ? gzipSync(text, { level: 1 }) : Buffer.from(text)
    const pause_ms = this.#random.chance(0.2) ? this.#random.below(30) : undefined
    return request(`${url}/api/persist/listings`, { method: 'POST', agent, headers }, body, pause_ms)
  }

  #undo(url: string, agent: http.Agent, batch: Batch): Promise<Reply> {
    batch.state = 'undoing'
    return request(`${url}/api/persist/imports/${batch.import_id}`, { method: 'DELETE', agent })
  }

  /**
   * Expects that the store holds every acknowledged import whole, each other one whole or not at all, and nothing that is undone
   * or refused. Remembers which of those without an answer are there.
   */
  verify(path: string): void {
    const db = new Sqlite(path, { readonly: true, fileMustExist: true })
    try {
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      const imports = db
        .prepare<[], { source: string; import_id: string; undone_at: string | null }>(
          "select substr(first_model, 1, instr(first_model, ' row') - 1) as source, import_id, undone_at from imports",
        )
        .all()
      const found = new Map(imports.map((one) => [one.source, one]))
      expect(found.size, 'imports of different batches').toBe(imports.length)
      this.#unanswered = []
      const live = new Map<string, Batch>()
      for (const batch of this.#batches) {
        const one = found.get(batch.source)
        const isLive = one !== undefined && one.undone_at === null
        if (batch.state === 'sent') {
          this.#unanswered.push({ batch, isStored: isLive })
          batch.state = isLive ? 'stored' : 'absent'
          batch.import_id = one?.import_id
        } else if (batch.state === 'undoing') batch.state = isLive ? 'stored' : 'undone'
        const state = one === undefined ? 'absent' : isLive ? 'stored' : 'undone'
        expect([batch.source, one?.import_id, state]).toEqual([batch.source, batch.import_id, batch.state])
        if (isLive) live.set(one.import_id, batch)
        found.delete(batch.source)
      }
      expect([...found.keys()], 'imports that nobody sent').toEqual([])
      expectRows(db, live)
    } finally {
      db.close()
    }
    expect(sqliteContradictions(path)).toEqual([])
  }

  /** How many imports had no answer when the store was last looked at, and are there nevertheless. */
  get storedUnanswered(): number {
    return this.#unanswered.filter(({ isStored }) => isStored).length
  }

  /** Sends what had no answer and has a key again, under that key: it is stored now if it was not, and never twice. */
  async sendAgain(url: string): Promise<void> {
    const agent = new http.Agent({ keepAlive: true })
    const keyed = this.#unanswered.filter(({ batch }) => batch.key !== undefined)
    await Promise.all(
      keyed.map(async ({ batch, isStored }) => {
        batch.state = 'sent'
        expectStored(batch, await this.#import(url, agent, batch), isStored)
      }),
    )
    agent.destroy()
  }
}

/** What a request resolves with, or undefined if there is nobody to answer it. */
function unlessGone(requesting: Promise<Reply>): Promise<Reply | undefined> {
  return requesting.catch((error) => {
    if (error instanceof Error && 'code' in error && GONE.has(error.code)) return undefined
    throw error
  })
}

/** Takes a 503 at its word: nothing was stored if it says so, and else nobody knows. False if the daemon shuts down. */
function takeRefusal(batch: Batch, { headers, json }: Reply): boolean {
  expect(headers['retry-after'], JSON.stringify(json)).toMatch(/^\d+$/)
  if (/Nothing was stored/.test(String(json['detail'])) || json['code'] === 'shutting_down') {
    batch.state = batch.import_id === undefined ? 'absent' : 'stored'
  }
  return json['code'] !== 'shutting_down'
}

function request(url: string, options: http.RequestOptions, body?: Buffer, pause_ms?: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = http.request(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => {
        if (INNARDS.test(text)) reject(new Error(`an answer shows what only a log should: ${text}`))
        else resolve({ status: response.statusCode, headers: response.headers, json: JSON.parse(text) })
      })
      response.on('error', reject)
    })
    sent.on('error', reject)
    if (body === undefined || pause_ms === undefined) sent.end(body)
    else {
      const half = body.length >> 1
      sent.setHeader('content-length', body.length)
      sent.write(body.subarray(0, half))
      setTimeout(() => sent.end(body.subarray(half)), pause_ms)
    }
  })
}

/** Expects the answer of an import, which may have been stored before. */
function expectStored(batch: Batch, { status, headers, json }: Reply, wasStored: boolean): void {
  const { source, size, bad, lenient } = batch
  if (bad.size > 0 && !lenient) {
    expect([status, json['code'], json['error_count']], source).toEqual([422, 'invalid_listings', bad.size])
    batch.state = 'absent'
    return
  }
  const { import_id, ...result } = json
  expect(status, `${source}: ${JSON.stringify(json)}`).toBe(200)
  expect(result).toMatchObject({ record_count: size - bad.size, last_model: modelOf(batch, size - 1) })
  if (lenient) expect(result['rejected_count']).toBe(bad.size)
  expect(headers['idempotent-replayed'], source).toBe(wasStored ? 'true' : undefined)
  if (wasStored) expect(import_id).toBe(batch.import_id)
  batch.import_id = String(import_id)
  batch.state = 'stored'
}

function expectUndone(batch: Batch, { status, json }: Reply): void {
  expect(status).toBe(200)
  expect(json).toMatchObject({ import_id: batch.import_id, record_count: batch.size - batch.bad.size })
  batch.state = 'undone'
}

/** Expects of each import all its rows at their places, the bad ones with the rejected, and its key. */
function expectRows(db: Sqlite.Database, live: ReadonlyMap<string, Batch>): void {
  const next = new Map<string, number>()
  const rows = db.prepare<[], { import_id: string; import_index: number; model: string; price: number }>(
    'select import_id, import_index, model, price from gpu_listings order by position',
  )
  for (const { import_id, import_index, model, price } of rows.iterate()) {
    const batch = live.get(import_id)
    let expected = next.get(import_id) ?? 0
    while (batch?.bad.has(expected)) expected++
    if (batch === undefined || import_index !== expected || model !== modelOf(batch, expected) || price !== expected + 1) {
      expect.fail(`${model} of import ${import_id} stands at ${import_index}: it should not`)
    }
    next.set(import_id, expected + 1)
  }
  expect(next).toEqual(new Map([...live].map(([import_id, { size }]) => [import_id, size])))

  const rejected = db
    .prepare<[], { import_id: string; row: number }>(
      'select import_id, row from rejected_rows join imports using (first_position)',
    )
    .all()
  const inOrder = (row: { import_id: string; row: number }) => `${row.import_id} ${row.row}`
  const expected = [...live].flatMap(([import_id, { bad }]) => [...bad].map((row) => ({ import_id, row })))
  expect(rejected.map(inOrder).sort()).toEqual(expected.map(inOrder).sort())

  const keys = db
    .prepare<[], [string, string]>('select import_id, key from idempotency_keys join imports using (first_position)')
    .raw()
    .all()
  expect(new Map(keys)).toEqual(
    new Map([...live].flatMap(([import_id, { key }]) => (key === undefined ? [] : [[import_id, key]]))),
  )
}

function modelOf({ source }: Batch, index: number): string {
  return `${source} row ${index}`
}

function textOf(batch: Batch): string {
  const { source, size, media_type, bad } = batch
  const rows = Array.from({ length: size }, (_, index) => {
    const model = modelOf(batch, index)
    const price = bad.has(index) ? 0 : index + 1
    return media_type === 'text/csv'
      ? `${model},${price},0.5,${source}`
      : JSON.stringify({ model, price, score: 0.5, listing_source: source })
  })
  if (media_type === 'application/json') return `[${rows.join()}]`
  return [...(media_type === 'text/csv' ? ['model,price,score,listing_source'] : []), ...rows].map((row) => `${row}\n`).join('')
}

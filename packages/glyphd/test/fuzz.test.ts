import assert from 'node:assert/strict'
import http from 'node:http'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, expect, inject, test } from 'vitest'
import type { ListingsMediaType, ReceivedBody, RejectedRow, RowError, StorageEngine } from '../dist/index.js'
import { anyBody, validBody } from './bodies.ts'
import { contradictions } from './contradictions.ts'
import { type Daemon, type Reply, startDaemon } from './daemon.ts'
import { type JudgedRow, judge, MAX_MEMBERS, MAX_ROW_BYTES, type Members, storedForm } from './judge.ts'

/** Each round has a daemon and a seed of its own. */
const ROUNDS = inject('fuzz_rounds')
/** Requests that are on their way together, so that imports share transactions, too. */
const TOGETHER = 32

/** The same store, but bodies reach it in chunks of any size, from a byte on. */
function cuttingBodies(store: StorageEngine): StorageEngine {
  const cut = (body: ReceivedBody): ReceivedBody => ({ ...body, chunks: body.chunks.flatMap(chunksOf) })
  return {
    import: (body, options) => store.import(cut(body), options),
    dryRun: (body, options) => store.dryRun(cut(body), options),
    undo: (import_id) => store.undo(import_id),
    ask: (question) => store.ask(question),
    check: () => store.check(),
    close: () => store.close(),
  }
}

function chunksOf(whole: ArrayBuffer): ArrayBuffer[] {
  const bytes = new Uint8Array(whole)
  const size = 1 + (bytes.reduce((sum, byte) => sum + byte, 0) % bytes.length)
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => whole.slice(index * size, (index + 1) * size))
}

const agent = new http.Agent({ keepAlive: true })
afterAll(() => agent.destroy())

interface Sent {
  media_type: ListingsMediaType
  gzip: boolean
  bytes: Buffer
}

interface Manner {
  lenient: boolean
  dryRun: boolean
  key?: string
  /** The body goes out in so many pieces, its length untold; at one go if 0. */
  pieces?: number
}

/** Posts a body over a connection that is kept. */
function post(url: string, { media_type, gzip, bytes }: Sent, { lenient, dryRun, key, pieces = 0 }: Manner): Promise<Reply> {
  const headers = {
    'content-type': media_type,
    ...(pieces === 0 && { 'content-length': bytes.length }),
    ...(gzip && { 'content-encoding': 'gzip' }),
    ...(lenient && { prefer: 'handling=lenient' }),
    ...(key !== undefined && { 'idempotency-key': key }),
  }
  const target = `${url}/api/persist/listings${dryRun ? '?dry_run=true' : ''}`
  return new Promise((resolve, reject) => {
    const request = http.request(target, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.on('error', reject).on('end', () => {
        resolve({ status: Number(response.statusCode), headers: response.headers, text, json: JSON.parse(text) })
      })
    })
    request.on('error', reject)
    const size = Math.ceil(bytes.length / pieces)
    for (let at = 0; pieces > 0 && at < bytes.length; at += size) request.write(bytes.subarray(at, at + size))
    request.end(pieces > 0 ? undefined : bytes)
  })
}

interface Outcome {
  sent: Sent
  manner: Manner
  reply: Reply
}

/** What the daemon made of a body against what the contract says of it. Returns how many rows were stored. */
async function verify(daemon: Daemon, { sent, manner, reply }: Outcome): Promise<number> {
  assert.ok(reply.status < 500)
  const stored = reply.status === 200 && !manner.dryRun ? Number(reply.json['record_count']) : 0
  const bytes = sent.gzip ? unpacked(sent.bytes) : sent.bytes
  if (bytes === undefined) {
    if (sent.bytes.length > 0) assert.deepEqual([reply.status, reply.json['code']], [400, 'malformed_request'])
    return stored
  }
  const judgement = judge(bytes, sent.media_type)
  if (judgement === undefined) {
    assert.ok(reply.status === 200 || reply.status === 422)
    return stored
  }
  if ('refused' in judgement) assert.deepEqual([reply.status, reply.json['code']], [422, judgement.refused])
  else await verifyRows(daemon, judgement.rows, { sent, manner, reply })
  return stored
}

const isWrong = (row: JudgedRow) => row.wrong.size > 0
const isRight = (row: JudgedRow) => row.wrong.size === 0 && row.open.size === 0

async function verifyRows(daemon: Daemon, rows: readonly JudgedRow[], { manner, reply }: Outcome): Promise<void> {
  const { status, json } = reply
  const mayPass = manner.lenient ? !rows.every(isWrong) : !rows.some(isWrong)
  const mayFail = manner.lenient ? !rows.some(isRight) : !rows.every(isRight)
  assert.ok(status === 200 ? mayPass : mayFail, `expected ${mayPass ? 200 : 422}`)
  const errors = (json['errors'] ?? []) as RowError[]
  verifyErrors(errors, json['errors_truncated'] === true, rows)
  if (status !== 200) {
    assert.deepEqual([status, json['code']], [422, 'invalid_listings'])
    assert.ok(Number(json['error_count']) >= errors.length && errors.length > 0)
    return
  }
  const rejected = Number(json['rejected_count'] ?? 0)
  assert.equal(Number(json['record_count']), rows.length - rejected)
  assert.ok(rejected >= rows.filter(isWrong).length && rejected <= rows.filter((row) => !isRight(row)).length)
  if (!manner.dryRun) await verifyStored(daemon, rows, reply)
}

/** Every row that is named is wrong, with the members and the line that are, and unless the list was cut no wrong one is missing. */
function verifyErrors(errors: readonly RowError[], isCut: boolean, rows: readonly JudgedRow[]): void {
  const named = new Map<number, Set<string>>()
  for (const { row, line, pointer } of errors) {
    assert.ok(rows[row] !== undefined && !isRight(rows[row]), `row ${row} is named and right`)
    assert.equal(line, rows[row].line)
    const [, index, member = ''] = pointer.split('/')
    assert.equal(index, `${row}`)
    named.set(row, (named.get(row) ?? new Set()).add(member.replaceAll('~1', '/').replaceAll('~0', '~')))
  }
  assert.equal(isCut && errors.length < 100, false)
  const last = errors.at(-1)?.row ?? -1
  for (const [index, row] of rows.entries()) {
    if (isCut && index >= last) return
    if (isWrong(row)) assert.ok(named.has(index), `row ${index} is wrong and not named`)
    const members = [...(named.get(index) ?? [])]
    const isExpected = (member: string) => row.wrong.has(member) || row.open.has(member) || member.endsWith('…')
    assert.deepEqual([index, members.filter((member) => !isExpected(member))], [index, []])
    if (!members.some((member) => member.endsWith('…'))) {
      assert.deepEqual([index, [...row.wrong].filter((member) => !members.includes(member))], [index, []])
    }
  }
}

/** What is stored is every right row, as it was sent and at its place; what is not is with the rejected ones. */
async function verifyStored(daemon: Daemon, rows: readonly JudgedRow[], reply: Reply): Promise<void> {
  const { import_id, record_count, first_model, last_model, timestamp } = reply.json
  const items = (await daemon.get(`/api/listings?import_id=${import_id}&limit=1000`)).json['items'] as Members[]
  assert.equal(items.length, record_count)
  const places = items.map(({ import_index }) => Number(import_index))
  const rejected = await rejectedRows(daemon, import_id)
  assert.deepEqual(
    [...places, ...rejected.map(({ row }) => row)].sort((a, b) => a - b),
    [...rows.keys()],
  )
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  )
  for (const item of items) {
    const place = Number(item['import_index'])
    const row = rows[place]
    assert.ok(row !== undefined && !isWrong(row), `row ${place} is wrong and stored`)
    if (isRight(row)) assert.deepEqual(item, storedForm(row.members, String(import_id), place, String(timestamp)))
  }
  for (const { row, line, errors } of rejected) {
    assert.equal(line, rows[row]?.line)
    assert.ok(errors.length > 0 && errors.every((error) => error.row === row))
  }
  assert.deepEqual([items[0]?.['model'], items.at(-1)?.['model']], [first_model, last_model])
}

async function rejectedRows(daemon: Daemon, import_id: unknown): Promise<RejectedRow[]> {
  const { body } = await daemon.app.inject(`/api/persist/imports/${import_id}/errors`)
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** What gzip holds, or undefined if it is not gzip from end to end. */
function unpacked(bytes: Buffer): Buffer | undefined {
  try {
    // With `info`, which the types do not know, it says how far it read: it passes over what stands behind the last member.
    const found: unknown = gunzipSync(bytes, { info: true })
    const { buffer, engine } = found as { buffer: Buffer; engine: { bytesWritten: number } }
    return engine.bytesWritten === bytes.length ? buffer : undefined
  } catch {
    return undefined
  }
}

/** Rows of the store of imports behind one, and the last of these. */
async function rowsBehind(daemon: Daemon, import_id: string): Promise<{ rows: number; last: string }> {
  const [found] = await daemon.rows(
    `select count(*) as rows, coalesce(max(cast(import_id as text)), '${import_id}') as last from gpu_listings where cast(import_id as text) > '${import_id}'`,
  )
  return { rows: Number(found?.['rows']), last: `${found?.['last']}` }
}

/** Says of a body that failed what it was; fast-check says with which seed it is made again. */
function described({ sent, manner, reply }: Outcome, error: unknown): Error {
  const body = JSON.stringify((sent.gzip ? (unpacked(sent.bytes) ?? sent.bytes) : sent.bytes).toString('latin1'))
  const { media_type, gzip } = sent
  return new Error(
    `${JSON.stringify({ ...manner, media_type, gzip })}\n${body}\n${reply.status} ${reply.text.slice(0, 3000)}`,
    { cause: error },
  )
}

test('an import of valid listings comes back exactly, in any format, style and chunks', async ({ task }) => {
  const daemon = await startDaemon({ wrap: cuttingBodies })
  const url = await daemon.app.listen({ host: '127.0.0.1', port: 0 })
  await fc.assert(
    fc.asyncProperty(validBody, fc.nat({ max: 700 }), fc.boolean(), async ({ listings, ...sent }, pieces, lenient) => {
      const reply = await post(url, sent, { lenient, dryRun: false, pieces })
      expect(reply.status, reply.text).toBe(200)
      const { import_id, timestamp } = reply.json
      const { items } = (await daemon.get(`/api/listings?import_id=${import_id}`)).json
      const expected = listings.map((members, index) => storedForm(members, String(import_id), index, String(timestamp)))
      assert.deepEqual(items, expected)
    }),
    { numRuns: ROUNDS * 150, ...withinTime(task.timeout) },
  )
})

const manner = fc.record({
  lenient: fc.boolean(),
  dryRun: fc.nat({ max: 29 }).map((draw) => draw === 29),
  pieces: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 300 }) }),
})
const severalBodies = fc.array(fc.tuple(anyBody, manner, fc.nat({ max: 7 })), {
  minLength: 1,
  maxLength: 2 * TOGETHER,
  size: 'max',
})

for (let round = 1; round <= ROUNDS; round++) {
  test(`no body gives a 5xx, is stored in part, or has a row named that is right (round ${round})`, async ({ task }) => {
    // Small limits, so that bodies pass them: rows, members, and what of a body is held in memory.
    const limits = { max_row_bytes: MAX_ROW_BYTES, max_members: MAX_MEMBERS, max_memory_bytes: 256 * 1024 }
    const daemon = await startDaemon({ limits, wrap: cuttingBodies })
    const url = await daemon.app.listen({ host: '127.0.0.1', port: 0 })
    let keys = 0
    let known = ''
    await fc.assert(
      fc.asyncProperty(severalBodies, async (bodies) => {
        let dryRuns = Promise.resolve() // one after the other: few may wait
        const outcomes = await Promise.all(
          bodies.map(async ([sent, how, draw]): Promise<Outcome> => {
            const isTwice = draw === 7 && !how.dryRun
            const manner = isTwice ? { ...how, key: `key ${keys++}` } : how
            const sending = manner.dryRun ? dryRuns.then(() => post(url, sent, manner)) : post(url, sent, manner)
            if (manner.dryRun) dryRuns = sending.then(() => {})
            const reply = await sending
            if (isTwice) verifySame(reply, await post(url, sent, manner))
            return { sent, manner, reply }
          }),
        )
        const { rows, last } = await rowsBehind(daemon, known)
        known = last
        const verifying = outcomes.map((outcome) =>
          verify(daemon, outcome).catch((error) => Promise.reject(described(outcome, error))),
        )
        const stored = await Promise.all(verifying)
        expect(rows).toBe(stored.reduce((sum, count) => sum + count, 0))
      }),
      { numRuns: inject('fuzz_bodies') / TOGETHER, ...withinTime(task.timeout) },
    )
    expect(await contradictions(daemon.db)).toEqual([])
  })
}

/** Ends a search for the smallest counterexample before the test's time limit does, so that it is told. */
function withinTime(timeout: number) {
  return { interruptAfterTimeLimit: timeout * 0.8, markInterruptAsFailure: true }
}

/** The same request with the same key: the first answer again, or again none of a stored import. */
function verifySame(first: Reply, second: Reply): void {
  assert.equal(second.status, first.status)
  if (first.status !== 200) return
  assert.equal(second.text, first.text)
  assert.equal(second.headers['idempotent-replayed'], 'true')
}

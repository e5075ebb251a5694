import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { contradictions } from './contradictions.ts'
import { type Daemon, type Reply, sharedDaemon, startDaemon, temporaryFolder } from './daemon.ts'
import { bodyOf, listing } from './listings.ts'
import { holdWriteLock } from './write-lock.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const NDJSON = { 'content-type': 'application/x-ndjson' }
const CSV = { 'content-type': 'text/csv' }
const LENIENT = { prefer: 'handling=lenient' }
const GZIP = { 'content-encoding': 'gzip' }

const shared = sharedDaemon()

let keys = 0
/** A key that no other test uses. */
const newKey = () => `key ${++keys}`

function post(daemon: Daemon, key: string, body: unknown, headers: object = {}): Promise<Reply> {
  return daemon.post(body, { ...headers, 'idempotency-key': key })
}

const importsIn = async (daemon: Daemon) => (await daemon.rows('select count(*) as n from imports'))[0]?.['n']

/** Expects that the second answer is the first one again. */
function expectReplay(first: Reply, second: Reply): void {
  expect([first.status, first.headers['idempotent-replayed']]).toEqual([200, undefined])
  expect([second.status, second.headers['idempotent-replayed']]).toEqual([200, 'true'])
  expect(second.text).toBe(first.text)
  for (const name of ['location', 'content-type']) expect(second.headers[name]).toBe(first.headers[name])
}

describe('the same request under the same key', () => {
  const rows = [listing({ model: 'A', title: 'Zwei Lüfter 😀' }), listing({ model: 'B', price: 0.1 })]
  const text = JSON.stringify(rows)
  const bad = [...rows, listing({ price: -1e-7, title: '\ud83d', warnings: Array(200).fill(1e300) }), 5]
  const requests: [what: string, body: unknown, headers: object, again?: [body: unknown, headers: object]][] = [
    ['as JSON', rows, {}],
    ['as NDJSON', rows.map((row) => `${JSON.stringify(row)}\n`).join(''), NDJSON],
    ['as CSV', 'model,price,score\nA,1,1\n', CSV],
    ['with rejected rows', bad, LENIENT],
    ['in gzip', gzipSync(text), GZIP],
    ['in gzip and then as it is', gzipSync(text), GZIP, [text, {}]],
    ['in gzip of another level', gzipSync(text, { level: 1 }), GZIP, [gzipSync(text, { level: 9 }), GZIP]],
    ['with the same handling in words', text, { prefer: 'handling=strict' }, [text, {}]],
    ['with the same media type in other words', text, { 'content-type': 'Application/JSON; charset=UTF-8' }, [text, JSON_TYPE]],
  ]
  for (const [what, body, headers, again] of requests) {
    test(`${what} is stored once and has the same answer, byte for byte`, async () => {
      const key = newKey()
      const before = Number(await importsIn(shared()))
      const first = await post(shared(), key, body, headers)
      const [bodyAgain, headersAgain] = again ?? [body, headers]
      expectReplay(first, await post(shared(), key, bodyAgain, headersAgain))
      expectReplay(first, await post(shared(), key, bodyAgain, headersAgain))
      expect(await importsIn(shared())).toBe(before + 1)
      const logged = shared().log.filter(({ import_id }) => import_id === first.json['import_id'])
      expect(logged.map(({ msg }) => msg)).toEqual(['listings imported', 'import answered again', 'import answered again'])
    })
  }

  test('without a key, or under another key, is another import', async () => {
    const key = newKey()
    const replies = [await post(shared(), key, rows), await post(shared(), key.toUpperCase(), rows), await shared().post(rows)]
    expect(replies.map(({ headers }) => headers['idempotent-replayed'])).toEqual([undefined, undefined, undefined])
    expect(new Set(replies.map(({ json }) => json['import_id'])).size).toBe(3)
  })
})

describe('a key is refused with 422 idempotency_key_reused for', () => {
  const text = JSON.stringify([listing()])
  const others: [what: string, body: unknown, headers: object][] = [
    ['other listings', [listing({ model: 'B' })], {}],
    ['the same listings in other bytes', `${text} `, {}],
    ['another handling', text, LENIENT],
    ['another media type', text, NDJSON],
    ['a third media type', text, CSV],
    ['other listings in gzip', gzipSync(`${text}\n`), GZIP],
    ['a listing that is not valid', [listing({ price: 0 })], {}],
    ['what is not JSON', '[', {}],
    ['no listings', [], {}],
  ]
  for (const [what, body, headers] of others) {
    test(`${what}, which is not stored`, async () => {
      const key = newKey()
      const first = await post(shared(), key, text)
      const before = await importsIn(shared())
      expect(await post(shared(), key, body, headers)).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } })
      expect(await importsIn(shared())).toBe(before)
      expectReplay(first, await post(shared(), key, text))
    })
  }
})

describe('a key is free again', () => {
  const failures: [what: string, body: unknown, headers: object, status: number][] = [
    ['a bad listing', [listing(), 5], {}, 422],
    ['no valid listing', [5], LENIENT, 422],
    ['too many listings', Array(51).fill(listing()), {}, 413],
    ['too many bytes', ' '.repeat(9001), {}, 413],
    ['another media type', [listing()], { 'content-type': 'text/plain' }, 415],
    ['what is not gzip', 'x', GZIP, 400],
  ]
  const small = sharedDaemon({ limits: { max_rows: 50, max_body_bytes: 9000 } })
  for (const [what, body, headers, status] of failures) {
    test(`after an import that failed for ${what}`, async () => {
      const key = newKey()
      expect((await post(small(), key, body, headers)).status).toBe(status)
      const first = await post(small(), key, [listing()])
      expectReplay(first, await post(small(), key, [listing()]))
    })
  }

  test('after its import was undone, for the same listings and for others', async () => {
    const key = newKey()
    const ids: unknown[] = []
    for (const model of ['A', 'A', 'B']) {
      const { status, headers, json } = await post(small(), key, [listing({ model })])
      expect([status, headers['idempotent-replayed'], json['first_model']]).toEqual([200, undefined, model])
      ids.push(json['import_id'])
      await small().send({ method: 'DELETE', url: `/api/persist/imports/${json['import_id']}` })
    }
    expect(new Set(ids).size).toBe(3)
    expect(await contradictions(small().db)).toEqual([])
  })

  test('or still, after a dry run, which asks for no key either', async () => {
    const key = newKey()
    const dryRun = (rows: unknown[], key: string) =>
      small().send({
        method: 'POST',
        url: '/api/persist/listings?dry_run=true',
        headers: { ...JSON_TYPE, 'idempotency-key': key },
        payload: JSON.stringify(rows),
      })
    expect(await dryRun([listing({ model: 'B' })], key)).toMatchObject({ status: 200, json: { dry_run: true } })
    const first = await post(small(), key, [listing()])
    const again = await dryRun([listing()], key)
    expect([again.status, again.json['dry_run'], again.headers['idempotent-replayed']]).toEqual([200, true, undefined])
    expect((await dryRun([listing({ model: 'B' })], key)).status).toBe(200)
    expect((await dryRun([listing()], ' ')).status).toBe(200)
    expectReplay(first, await post(small(), key, [listing()]))
  })
})

describe('a header that holds no key is refused with 400 invalid_header, and nothing is stored:', () => {
  const bad = ['', ' ', ' a', 'a ', 'x'.repeat(256), 'a\tb', 'caf\u00e9', 'a\u007f']
  for (const key of bad) {
    test(JSON.stringify(key), async () => {
      const before = await importsIn(shared())
      const reply = await post(shared(), key, [listing()])
      expect(reply).toMatchObject({ status: 400, json: { code: 'invalid_header', detail: expect.stringMatching(/1 to 255/) } })
      expect(await importsIn(shared())).toBe(before)
    })
  }

  for (const key of ['a', 'x'.repeat(255), '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '~!', "' or 1=1 --"]) {
    test(`but not ${JSON.stringify(key)}`, async () => {
      expectReplay(await post(shared(), key, [listing()]), await post(shared(), key, [listing()]))
    })
  }
})

describe('at the same time', () => {
  test('a key whose import is under way is refused with 409, whatever comes with it, until that is stored', async () => {
    const daemon = await startDaemon()
    const release = await holdWriteLock(daemon.db)
    const idempotency = { key: 'k', fingerprint: 'of another route' }
    const running = daemon.store.import(bodyOf([listing()]), { handling: 'strict', idempotency })
    for (const rows of [[listing()], [listing({ model: 'B' })], [5]]) {
      const reply = await post(daemon, 'k', rows)
      expect(reply).toMatchObject({ status: 409, json: { code: 'idempotency_key_in_use' }, headers: { 'retry-after': '1' } })
    }
    await release()
    await running
    expect(await post(daemon, 'k', [listing()])).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } })
    expect(await importsIn(daemon)).toBe(1)
  })

  test('an import under way that fails leaves its key to the next', async () => {
    const daemon = await startDaemon({ limits: { max_queue_imports: 1 } })
    const release = await holdWriteLock(daemon.db)
    const waiting = [1, 2].map(() => daemon.store.import(bodyOf([listing()]), { handling: 'strict' }))
    expect(await post(daemon, 'k', [listing()])).toMatchObject({ status: 503, json: { code: 'queue_full' } })
    await release()
    await Promise.all(waiting)
    expectReplay(await post(daemon, 'k', [listing()]), await post(daemon, 'k', [listing()]))
  })

  test('twenty times the same request is stored once, without a warning', async () => {
    const warnings: Error[] = []
    const warned = (warning: Error) => warnings.push(warning)
    process.on('warning', warned)
    onTestFinished(() => {
      process.off('warning', warned)
    })
    for (const body of [[listing()], Array(2000).fill(listing())]) {
      const key = newKey()
      const before = Number(await importsIn(shared()))
      const replies = await Promise.all(Array.from({ length: 20 }, () => post(shared(), key, body)))
      expect(replies.filter(({ status }) => status !== 200 && status !== 409)).toEqual([])
      const answered = replies.filter(({ status }) => status === 200)
      expect(answered.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1)
      expect(new Set(answered.map(({ text }) => text)).size).toBe(1)
      expect(await importsIn(shared())).toBe(before + 1)
    }
    expect(warnings).toEqual([])
  })

  test('two daemons on one store store a request once, and have one answer to it', async () => {
    const folder = await temporaryFolder()
    const both = await Promise.all([startDaemon({ folder }), startDaemon({ folder })])
    for (let round = 0; round < 4; round++) {
      const replies = await Promise.all(both.map((daemon) => post(daemon, `k${round}`, [listing({ model: `M${round}` })])))
      expect(replies.map(({ status }) => status)).toEqual([200, 200])
      const [first, second] = replies.sort((a) => (a.headers['idempotent-replayed'] === undefined ? -1 : 1))
      if (first !== undefined && second !== undefined) expectReplay(first, second)
      for (const daemon of both) {
        expect((await post(daemon, `k${round}`, [listing()])).json['code']).toBe('idempotency_key_reused')
      }
    }
    for (const daemon of both) expect(await importsIn(daemon)).toBe(4)
    expect(await contradictions(both[0]?.db ?? '')).toEqual([])
  })
})

test('a restart forgets no key, also where the limits are others then', async () => {
  const folder = await temporaryFolder()
  const rows = [listing({ model: 'A' }), listing({ price: 0 }), listing({ model: 'B' })]
  const before = await startDaemon({ folder })
  const first = await post(before, 'k', rows, LENIENT)
  await before.stop()
  const after = await startDaemon({ folder, limits: { max_rows: 1, max_row_bytes: 10 } })
  expectReplay(first, await post(after, 'k', rows, LENIENT))
  expect(await post(after, 'k', rows)).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } })
  expect(await importsIn(after)).toBe(1)
})

test('whatever is sent, sent again and undone under some keys, no request is stored twice', async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ key: fc.nat(2), body: fc.nat(2), lenient: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ undo: fc.nat(2) }) },
  )
  const bodies = [[listing({ model: 'A' })], [listing({ model: 'B' }), 5], [5]]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25, size: 'max' }), async (steps) => {
      const names = [newKey(), newKey(), newKey()]
      const known = new Map<number, { request: string; reply: Reply }>()
      for (const step of steps) {
        if ('undo' in step) {
          const { reply } = known.get(step.undo) ?? {}
          known.delete(step.undo)
          if (reply !== undefined) await shared().send({ method: 'DELETE', url: `${reply.headers['location']}` })
          continue
        }
        const { key, body, lenient } = step
        const before = Number(await importsIn(shared()))
        const reply = await post(shared(), names[key] ?? '', bodies[body], lenient ? LENIENT : {})
        const first = known.get(key)
        const request = `${body} ${lenient}`
        if (first?.request === request) expectReplay(first.reply, reply)
        else if (first !== undefined) expect(reply.json['code']).toBe('idempotency_key_reused')
        else if (body === 2 || (body === 1 && !lenient)) expect(reply.json['code']).toBe('invalid_listings')
        else {
          expect([reply.status, reply.headers['idempotent-replayed']]).toEqual([200, undefined])
          known.set(key, { request, reply })
          expect(await importsIn(shared())).toBe(before + 1)
          continue
        }
        expect(await importsIn(shared())).toBe(before)
      }
      expect(await contradictions(shared().db)).toEqual([])
    }),
    { numRuns: Math.ceil(15 * inject('drawn_share')) },
  )
})

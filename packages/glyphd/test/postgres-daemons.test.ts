import { randomBytes } from 'node:crypto'
import { expect, inject, onTestFinished, test } from 'vitest'
import { contradictions } from './contradictions.ts'
import { type Daemon, type Reply, startDaemon, temporaryFolder } from './daemon.ts'
import { bodyOf, importInto, listing } from './listings.ts'
import { modelsIn, openPostgres, rowsIn } from './postgres-stores.ts'

/** How often what depends on chance is tried. */
const ROUNDS = inject('failovers') > 1 ? 50 : 5

/** Daemons on one database of their own. */
async function startDaemons(count: number): Promise<[Daemon, Daemon, ...Daemon[]]> {
  const folder = await temporaryFolder()
  const [first, second, ...others] = await Promise.all(Array.from({ length: count }, () => startDaemon({ folder })))
  if (first === undefined || second === undefined) throw new Error('several daemons are at least two')
  return [first, second, ...others]
}

/** Rows of offers that nobody else has. */
const rowsOf = (model: string, count: number) =>
  Array.from({ length: count }, (_, index) =>
    listing({ model, price: index + 1, listing_source: 'shop', listing_id: `${model} ${index}` }),
  )

test('the same key and body sent to two daemons at once is stored once', async () => {
  const daemons = await startDaemons(2)
  for (let round = 0; round < ROUNDS; round++) {
    const rows = rowsOf(`M${round}`, round % 2 === 0 ? 1 : 2000)
    const send = (daemon: Daemon) => daemon.post(rows, { 'idempotency-key': `key ${round}` })
    const replies = await Promise.all(daemons.map(send))
    const [answer] = replies.filter(({ status }) => status === 200)
    for (const [index, daemon] of daemons.entries()) {
      const reply = replies[index]
      if (reply?.status === 409) expect(reply.json['code']).toBe('idempotency_key_in_use')
      else expect(reply?.text).toBe(answer?.text)
      const again = await send(daemon)
      expect([again.status, again.headers['idempotent-replayed'], again.text]).toEqual([200, 'true', answer?.text])
    }
    expect(
      replies.filter(({ headers }) => headers['idempotent-replayed'] === undefined && headers['retry-after'] === undefined),
    ).toHaveLength(1)
  }
  const [{ db }] = daemons
  const stored = await rowsIn(db, 'select first_model from imports order by first_model')
  expect(stored.map(({ first_model }) => first_model)).toEqual(Array.from({ length: ROUNDS }, (_, round) => `M${round}`))
  expect(await contradictions(db)).toEqual([])
})

test('one key sent to two daemons at once with different bodies stands for one of them', async () => {
  const [one, other] = await startDaemons(2)
  for (let round = 0; round < ROUNDS; round++) {
    const key = { 'idempotency-key': `key ${round}` }
    const sendings = [() => one.post(rowsOf(`A${round}`, 500), key), () => other.post(rowsOf(`B${round}`, 500), key)]
    const replies = await Promise.all(sendings.map((send) => send()))
    const statuses = replies.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    const refused = sendings[statuses.findIndex((status) => status !== 200)]
    expect([409, 422]).toContain(statuses.find((status) => status !== 200))
    expect((await refused?.())?.json['code']).toBe('idempotency_key_reused')
  }
  expect(await rowsIn(one.db, 'select count(*)::int as n from gpu_listings')).toEqual([{ n: 500 * ROUNDS }])
  expect(await contradictions(one.db)).toEqual([])
})

test('what one daemon has acknowledged, another one knows at once, in every answer', async () => {
  const [one, other] = await startDaemons(2)
  for (let round = 0; round < ROUNDS; round++) {
    const [sender, asked] = round % 2 === 0 ? [one, other] : [other, one]
    const model = `M${round}`
    const sent = await sender.post(rowsOf(model, 7))
    const import_id = String(sent.json['import_id'])
    const replies = await Promise.all([
      asked.get(`/api/listings?model=${model}`),
      asked.get(`/api/listings?model=${model}&current=true`),
      asked.get(`/api/persist/imports/${import_id}`),
      asked.get(`/api/models/${model}`),
      asked.get(`/api/listings/${import_id}.6`),
    ])
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(replies.slice(0, 2).map(({ json }) => [json['items']].flat().length)).toEqual([7, 7])
  }
  expect(await contradictions(one.db)).toEqual([])
})

test('an import that one daemon undoes is read by another one whole or not at all, while a third imports', async () => {
  const [undoing, reading, importing] = await startDaemons(3)
  const ids: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    ids.push(String((await undoing.post(rowsOf(`M${round}`, 300))).json['import_id']))
  }
  let isOver = false
  const seen = new Set<number>()
  const read = async () => {
    for (let at = 0; !isOver; at = (at + 1) % ids.length) {
      const page = await reading.get(`/api/listings?import_id=${ids[at]}&limit=1000`)
      expect(page.status).toBe(200)
      seen.add([page.json['items']].flat().length)
      const offers = await reading.get(`/api/listings?model=M${at}&current=true&limit=1000`)
      expect(offers.status).toBe(200)
      seen.add([offers.json['items']].flat().length)
    }
  }
  const store = async () => {
    for (let at = 0; !isOver; at++) {
      const reply = await importing?.post(rowsOf(`N${at}`, 50), at % 5 === 0 ? { prefer: 'handling=lenient' } : {})
      expect(reply?.status).toBe(200)
    }
  }
  const undo = async () => {
    const send = (daemon: Daemon, id: string) => daemon.send({ method: 'DELETE', url: `/api/persist/imports/${id}` })
    for (const id of ids) {
      const replies: Reply[] = await Promise.all([send(undoing, id), send(reading, id)])
      expect(replies.map(({ status }) => status)).toEqual([200, 200])
      expect(replies[1]?.text).toBe(replies[0]?.text)
    }
  }
  await Promise.all([
    read(),
    store(),
    undo().finally(() => {
      isOver = true
    }),
  ])
  expect([...seen].sort()).toEqual([0, 300])
  expect(await rowsIn(undoing.db, "select from gpu_listings where model like 'M%'")).toEqual([])
  expect(await contradictions(undoing.db)).toEqual([])
})

test('complete imports of several daemons at once take turns, and none is lost', async () => {
  const daemons = await startDaemons(3)
  await daemons[0].post(rowsOf('M', 20))
  const replies = await Promise.all(
    daemons.flatMap((daemon) =>
      Array.from({ length: 4 }, () =>
        daemon.send({
          method: 'POST',
          url: '/api/persist/listings?complete=true',
          headers: { 'content-type': 'application/json' },
          payload: JSON.stringify(rowsOf('M', 20)),
        }),
      ),
    ),
  )
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200))
  expect(await rowsIn(daemons[0].db, 'select count(*)::int as n from snapshots')).toEqual([{ n: 12 }])
  expect(await contradictions(daemons[0].db)).toEqual([])
})

test('ten daemons that start at once on an empty database make one store', async () => {
  const server = inject('postgres_url') ?? ''
  const name = `test_${randomBytes(8).toString('hex')}`
  await rowsIn(server, `create database ${name} template template0`)
  onTestFinished(async () => {
    await rowsIn(server, `drop database ${name} with (force)`)
  })
  const url = new URL(server)
  url.pathname = name
  const stores = await Promise.all(Array.from({ length: 10 }, () => openPostgres(url.href, { import_connections: 1 })))
  await Promise.all(stores.map((store, index) => importInto(store, bodyOf([listing({ model: `M${index}` })]))))
  expect(await modelsIn(url.href)).toEqual(Object.fromEntries(stores.map((_, index) => [`M${index}`, 1])))
  expect(await contradictions(url.href)).toEqual([])
})

import http from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { type Daemon, startDaemon } from './daemon.ts'
import { listing } from './listings.ts'

/** Posts rows over HTTP. Resolves with the status and the answer. */
function postTo(origin: string, agent: http.Agent, rows: unknown[]): Promise<{ status: number | undefined; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { 'content-type': 'application/json' } }
    const request = http.request(`${origin}/api/persist/listings`, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, answer: JSON.parse(text) }))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(JSON.stringify(rows))
  })
}

/** Puts the daemon behind a port, and gives an agent of so many connections to it. */
async function listen(daemon: Daemon, maxSockets: number): Promise<{ origin: string; agent: http.Agent }> {
  const agent = new http.Agent({ keepAlive: true, maxSockets })
  onTestFinished(() => agent.destroy())
  return { origin: await daemon.app.listen({ host: '127.0.0.1', port: 0 }), agent }
}

test('two large imports at once, with questions in between: no error, and every row is there', async () => {
  const daemon = await startDaemon()
  const { origin, agent } = await listen(daemon, 2)
  const batches = ['A', 'B'].map((letter) =>
    Array.from({ length: 30_000 }, (_, index) => ({ model: `${letter}${index}`, price: index + 1 })),
  )
  let under_way = true
  const imports = Promise.all(batches.map((batch) => postTo(origin, agent, batch.map(listing)))).finally(() => {
    under_way = false
  })
  const statuses: number[] = []
  while (under_way) {
    for (const path of ['/api/listings?limit=1000', '/api/listings?model=B29999', '/api/health']) {
      statuses.push((await fetch(`${origin}${path}`)).status)
    }
  }
  const answers = await imports
  expect(statuses.length).toBeGreaterThan(6)
  expect(statuses.filter((status) => status !== 200)).toEqual([])

  for (const [index, batch] of batches.entries()) {
    const { status, answer } = answers[index] ?? {}
    expect(status).toBe(200)
    const { import_id, ...result } = answer as { import_id: string }
    expect(result).toMatchObject({ record_count: 30_000, first_model: batch[0]?.model, last_model: batch.at(-1)?.model })
    const rows = await daemon.rows(
      `select model, price, import_index from gpu_listings where import_id = '${import_id}' order by import_index`,
    )
    expect(rows).toEqual(batch.map(({ model, price }, import_index) => ({ model, price, import_index })))
  }
  expect(await daemon.rows('select count(*) as n from gpu_listings')).toEqual([{ n: 60_000 }])
})

test('a thousand small imports over fifty connections: every row is stored once, as it was sent', async () => {
  const daemon = await startDaemon()
  const { origin, agent } = await listen(daemon, 50)
  const batches = Array.from({ length: 1000 }, (_, number) =>
    Array.from({ length: 1 + (number % 3) }, (_, index) =>
      listing({ model: `M${number}`, price: number + 1, score: index / 3, title: `№ ${number} 😀`, note: [number, { index }] }),
    ),
  )
  const answers = await Promise.all(batches.map((rows) => postTo(origin, agent, rows)))
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  const ids = answers.map(({ answer }) => (answer as { import_id: string }).import_id)
  expect(new Set(ids).size).toBe(1000)

  const expected = batches.flatMap((rows, number) =>
    rows.map(({ model, price, score, title, note }: Record<string, unknown>, import_index) => ({
      import_id: ids[number],
      import_index,
      model,
      price,
      score,
      title,
      extra: JSON.stringify({ note }),
    })),
  )
  const rows = await daemon.rows('select import_id, import_index, model, price, score, title, extra from gpu_listings')
  const place = ({ import_id, import_index }: Record<string, unknown>) => `${import_id}.${import_index}`
  const inOrder = (rows: Record<string, unknown>[]) => rows.sort((a, b) => (place(a) < place(b) ? -1 : 1))
  expect(inOrder(rows)).toEqual(inOrder(expected))
  expect(await daemon.rows('select sum(record_count) as n, count(*) as imports from imports')).toEqual([
    { n: rows.length, imports: 1000 },
  ])
})

test('a reader never sees half an import', async () => {
  const daemon = await startDaemon()
  // No two sums of these are the same, so that a count says which imports are there.
  const sizes = [2000, 4100, 8300, 16_700]
  const sums = [0]
  for (const size of sizes) sums.push(...sums.map((sum) => sum + size))
  const whole = new Set(sums)
  expect(whole.size).toBe(2 ** sizes.length)

  const both = async () => {
    const [found] = await daemon.rows(
      'select (select count(*) from gpu_listings) as rows, (select coalesce(sum(record_count), 0) from imports) as records',
    )
    return [Number(found?.['rows']), Number(found?.['records'])]
  }

  let under_way = true
  const answers = Promise.all(
    sizes.map((size) => daemon.post(Array.from({ length: size }, (_, index) => listing({ model: `M${index}` })))),
  ).finally(() => {
    under_way = false
  })
  const seen: (number | undefined)[] = []
  const differing: unknown[] = []
  while (under_way) {
    const [rows, records] = await both()
    if (rows !== records) differing.push({ rows, records })
    if (seen.at(-1) !== rows) seen.push(rows)
    await new Promise(setImmediate)
  }
  for (const { status } of await answers) expect(status).toBe(200)
  expect(differing).toEqual([])
  expect(seen.filter((count) => count === undefined || !whole.has(count))).toEqual([])
  expect(seen.length).toBeGreaterThan(1) // it looked while they came
  expect(await both()).toEqual([31_100, 31_100])
})

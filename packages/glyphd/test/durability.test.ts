import { randomInt } from 'node:crypto'
import http from 'node:http'
import Sqlite from 'better-sqlite3'
import { expect, inject, test } from 'vitest'
import { temporaryFolder } from './daemon.ts'
import { listing } from './listings.ts'
import { startDaemonProcess } from './process.ts'

const CONNECTIONS = 6
const SIZES = [1, 1, 10, 10, 10, 500]

/** A batch as it was sent: each has a source of its own, by which it is found again. */
interface Batch {
  source: string
  models: string[]
}

/** Answers of the daemon: import id -> the batch that it acknowledged. */
type Acknowledged = Map<string, Batch>

function post(url: string, agent: http.Agent, body: string): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = http.request(`${url}/api/persist/listings`, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

/**
 * Imports over several connections and kills the daemon in the instant in which the answer number `answers` has come.
 * Returns how many imports had no answer then.
 */
async function importUntilKilled(
  daemon: { url: string; kill(signal: 'SIGKILL'): void },
  { answers, sent, acknowledged }: { answers: number; sent: Map<string, Batch>; acknowledged: Acknowledged },
): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let left = answers
  let unanswered = 0

  async function importOn(): Promise<void> {
    while (left > 0) {
      const source = `batch ${sent.size}`
      const size = SIZES[sent.size % SIZES.length] ?? 1
      const batch = { source, models: Array.from({ length: size }, (_, index) => `${source} row ${index}`) }
      sent.set(source, batch)
      const rows = batch.models.map((model) => listing({ model, listing_source: source }))
      const reply = await post(daemon.url, agent, JSON.stringify(rows)).catch(() => undefined)
      if (reply === undefined) {
        expect(left, 'a connection broke before the daemon was killed').toBeLessThanOrEqual(0)
        unanswered++
        return
      }
      if (--left === 0) daemon.kill('SIGKILL')
      const { import_id, ...result } = JSON.parse(reply.text)
      expect(reply.status, reply.text).toBe(200)
      expect(result).toMatchObject({ record_count: size, first_model: batch.models[0], last_model: batch.models.at(-1) })
      acknowledged.set(import_id, batch)
    }
  }

  await Promise.all(Array.from({ length: CONNECTIONS }, importOn))
  agent.destroy()
  return unanswered
}

/** Expects that the store holds every acknowledged import whole, no part of any other, and nothing twice. */
function expectSound(db: string, sent: Map<string, Batch>, acknowledged: Acknowledged): void {
  const reader = new Sqlite(db, { readonly: true })
  try {
    expect(reader.pragma('integrity_check', { simple: true })).toBe('ok')
    const rows = new Map<string, Batch>()
    const wrongPlaces: unknown[] = []
    const listings = reader.prepare<[], { import_id: string; import_index: number; model: string; listing_source: string }>(
      'select import_id, import_index, model, listing_source from gpu_listings order by position',
    )
    for (const { import_id, import_index, model, listing_source } of listings.iterate()) {
      const batch = rows.get(import_id) ?? { source: listing_source, models: [] }
      rows.set(import_id, batch)
      if (import_index !== batch.models.length) wrongPlaces.push({ import_id, import_index })
      batch.models.push(model)
    }
    expect(wrongPlaces).toEqual([])

    const imports = reader
      .prepare<[], { import_id: string; record_count: number; first_model: string; last_model: string }>(
        'select import_id, record_count, first_model, last_model from imports order by first_position',
      )
      .all()
    expect(imports).toEqual(
      [...rows].map(([import_id, { models }]) => ({
        import_id,
        record_count: models.length,
        first_model: models[0],
        last_model: models.at(-1),
      })),
    )
    for (const [import_id, batch] of rows) expect(batch, import_id).toEqual(sent.get(batch.source))
    expect(new Set([...rows.values()].map(({ source }) => source)).size).toBe(rows.size)
    for (const [import_id, batch] of acknowledged) expect(rows.get(import_id), import_id).toEqual(batch)
  } finally {
    reader.close()
  }
}

test('what was answered survives kill -9 in the next instant, and what was not is whole or absent', async () => {
  const folder = await temporaryFolder()
  const sent = new Map<string, Batch>()
  const acknowledged: Acknowledged = new Map()
  const kills = inject('kills')
  let unanswered = 0
  let daemon = await startDaemonProcess(['--log-level', 'warn'], { folder })
  for (let kill = 0; kill < kills; kill++) {
    unanswered += await importUntilKilled(daemon, { answers: randomInt(1, 40), sent, acknowledged })
    expect((await daemon.ended).code).toBeNull() // killed, and not by a failure of its own
    daemon = await startDaemonProcess(['--log-level', 'warn'], { folder })
    expectSound(daemon.db, sent, acknowledged)
  }
  expect(unanswered).toBeGreaterThanOrEqual(kills) // some were under way each time
  expect(acknowledged.size).toBeGreaterThanOrEqual(kills)
})

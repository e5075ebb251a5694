import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Daemon, sharedDaemon } from './daemon.ts'

const SAMPLE = new URL('../../../../shared/data/scored-listings.json', import.meta.url)

type Members = Record<string, unknown>

/** Members of a stored listing that the store fills in where the listing has none. */
const FILLED_IN = ['id', 'import_id', 'import_index', 'offer_key', 'currency', 'price_usd', 'lot_size', 'seen_at', 'extra']

async function listingsOf(daemon: Daemon, import_id: unknown): Promise<Members[]> {
  const items: Members[] = []
  for (let cursor = ''; ; ) {
    const { json } = await daemon.get(`/api/listings?import_id=${import_id}&limit=1000${cursor}`)
    items.push(...(json['items'] as Members[]))
    if (json['next_cursor'] === null) return items
    cursor = `&cursor=${json['next_cursor']}`
  }
}

/** A stored listing with the members of the sent one, and every other that is not the store's own. */
function asSent(item: Members, sent: Members): Members {
  const members = Object.entries({ ...item, ...(item['extra'] as Members | undefined) })
  return Object.fromEntries(members.filter(([name]) => name in sent || !FILLED_IN.includes(name)))
}

describe.skipIf(!existsSync(SAMPLE))('a real sample of 2,968 scored listings', () => {
  const daemon = sharedDaemon()
  const sample = (): Members[] => JSON.parse(readFileSync(SAMPLE, 'utf8'))

  const forms: [mediaType: string, body: () => string][] = [
    ['application/json', () => readFileSync(SAMPLE, 'utf8')],
    [
      'application/x-ndjson',
      () =>
        sample()
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(''),
    ],
  ]
  for (const [mediaType, body] of forms) {
    test(`is imported whole as ${mediaType}, and every member of every row comes back, repeats too`, async () => {
      const sent = sample()
      expect(sent).toHaveLength(2968)
      const reply = await daemon().post(body(), { 'content-type': mediaType })
      expect(reply.json).toMatchObject({
        record_count: 2968,
        first_model: sent[0]?.['model'],
        last_model: sent.at(-1)?.['model'],
      })
      const { import_id, timestamp } = reply.json
      const items = await listingsOf(daemon(), import_id)
      expect(items.map((item, index) => asSent(item, sent[index] ?? {}))).toEqual(sent)
      expect(items.map(({ id }) => id)).toEqual(sent.map((_, index) => `${import_id}.${index}`))
      for (const item of items) expect(item).toMatchObject({ import_id, seen_at: timestamp, lot_size: 1 })
      expect(Object.keys(items[0]?.['extra'] ?? {})).toEqual(['source_type'])
      expect(new Set(sent.map((row) => JSON.stringify(row))).size).toBe(142) // the others are repeats, which are rows too
    })
  }
})

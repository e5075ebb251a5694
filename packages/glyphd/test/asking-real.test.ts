import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { StoredListing } from '../dist/index.js'
import { queryOf } from './asking-pages.ts'
import { contradictions } from './contradictions.ts'
import { type Daemon, sharedDaemon } from './daemon.ts'
import { sightingsOf } from './naive.ts'
import { deltaOnTheWire, inOrderOf, naiveDeltas, naiveListings } from './naive-answers.ts'

const DATA = new URL('../../../../shared/data/', import.meta.url)
const SHOP_LISTINGS = new URL('shop-listings.csv', DATA)
const SCORED_LISTINGS = new URL('scored-listings.json', DATA)

const DAY_MS = 86_400_000
const FIRST = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 3 * DAY_MS).toISOString()
const SECOND = new Date(Date.parse(FIRST) + DAY_MS).toISOString()

/** Everything that a question finds, as lines. */
async function linesOf(daemon: Daemon, question = ''): Promise<StoredListing[]> {
  const { status, text } = await daemon.get(`/api/listings?${question}`, { accept: 'application/x-ndjson' })
  expect(status).toBe(200)
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** All pages of a list. */
async function pagesOf(daemon: Daemon, path: string): Promise<unknown[]> {
  const items: unknown[] = []
  for (let cursor = ''; ; ) {
    const { json } = await daemon.get(`${path}${path.includes('?') ? '&' : '?'}limit=1000${cursor}`)
    items.push(...(json['items'] as unknown[]))
    if (json['next_cursor'] === null) return items
    cursor = `&cursor=${json['next_cursor']}`
  }
}

/** The listings a day later: every seventh has another price, up or down. */
function nextDay(listings: readonly StoredListing[]): object[] {
  return listings.map(({ price_usd: _, ...listing }, index) => {
    const price = index % 7 === 3 ? Math.round(listing.price * (index % 2 === 0 ? 90 : 115)) / 100 : listing.price
    return { ...listing, price, seen_at: SECOND }
  })
}

const bodies: [what: string, file: URL, send: (daemon: Daemon) => Promise<{ status: number }>][] = [
  [
    'shop listings, through glyphsieve',
    SHOP_LISTINGS,
    (daemon) =>
      daemon.send({
        method: 'POST',
        url: `/api/persist/raw-listings?seen_at=${FIRST}&currency=USD`,
        headers: { 'content-type': 'text/csv' },
        payload: readFileSync(SHOP_LISTINGS),
      }),
  ],
  [
    'scored listings, with their repeats',
    SCORED_LISTINGS,
    (daemon) =>
      daemon.post(JSON.parse(readFileSync(SCORED_LISTINGS, 'utf8')).map((listing: object) => ({ ...listing, seen_at: FIRST }))),
  ],
]
for (const [what, file, send] of bodies) {
  describe.skipIf(!existsSync(file))(`the real ${what}, twice, with changed prices`, () => {
    const daemon = sharedDaemon()

    test('are exactly the changes as deltas, and all other answers are those of the naive model', async () => {
      expect(await send(daemon())).toMatchObject({ status: 200 })
      const first = await linesOf(daemon())
      expect(await daemon().post(nextDay(first))).toMatchObject({ status: 200 })
      const listings = await linesOf(daemon())
      const second = listings.slice(first.length)
      expect(await contradictions(daemon().db)).toEqual([])

      // An offer that was listed several times at different prices tells no change; all others do if their price is another one.
      const changed = second.filter(({ offer_key, price }, index) => {
        const seen = sightingsOf(listings.filter((one) => one.offer_key === offer_key && offer_key !== undefined))
        return seen.every((sighting) => sighting.seen.length === 1) && price !== first[index]?.price
      })
      const deltas = await pagesOf(daemon(), '/api/deltas')
      const newest = new Map(second.map(({ offer_key, id }) => [offer_key, id]))
      expect(new Set(deltas.map((delta) => (delta as { id: string }).id))).toEqual(
        new Set(changed.map(({ offer_key }) => newest.get(offer_key))),
      )
      const world = { listings, snapshots: [] }
      expect(deltas).toEqual(naiveDeltas(world).map(deltaOnTheWire))
      expect(deltas.length).toBeGreaterThan(0)

      for (const sort of ['-seen_at', 'price', '-score', '-import'] as const) {
        expect(await pagesOf(daemon(), `/api/listings?sort=${sort}`)).toEqual(listings.toSorted(inOrderOf(sort)))
      }
      for (const question of [
        { latest: true, sort: 'price' },
        { current: true, q: 'rtx 16gb' },
        { q: 'RTX', max_price: 900 },
      ] as const) {
        expect(await pagesOf(daemon(), `/api/listings?${queryOf(question)}`)).toEqual(
          naiveListings(world, question, Date.now()),
        )
      }
    })
  })
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StoredListing } from '../dist/index.js'
import { type Asked, command, holds, MODELS, perform, worldNow } from './asking.ts'
import { startDaemon } from './daemon.ts'
import { listing } from './listings.ts'
import { newestObservations } from './naive.ts'
import { type HistoryAsked, naiveHistory, naiveModel, naiveOffer, naiveStanding } from './naive-offers.ts'

const DAY_MS = 86_400_000

/** Members of a model that tell of the catalog and not of the market. */
const OF_CATALOG = ['catalog', 'buy_below_usd', 'not_worth_having', 'variants', 'sources']

type Members = Record<string, unknown>

const without = (members: Members, names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))

/** An answer, and a time of day at which it was given. Asked for again where midnight came between. */
async function answerOf({ daemon }: Asked, url: string): Promise<{ json: Members; now: number }> {
  const now = Date.now()
  const { status, json } = await daemon.get(url)
  if (Math.floor(Date.now() / DAY_MS) !== Math.floor(now / DAY_MS)) return answerOf({ daemon, imports: [] }, url)
  expect({ url, status }).toEqual({ url, status: 200 })
  return { json, now }
}

/** How an offer of the naive model stands against one that was asked for a moment before or after. */
function alike(offer: Members | undefined): unknown {
  if (offer === undefined) return undefined
  const warnings = (offer['warnings'] as string[]).map((time) => expect.stringContaining(time))
  return { ...offer, days_on_market: expect.closeTo(Number(offer['days_on_market']), 2), warnings }
}

async function readDetail(asked: Asked, listing: StoredListing): Promise<void> {
  const { json, now } = await answerOf(asked, `/api/listings/${listing.id}`)
  const world = worldNow(asked)
  expect({ offer: json['offer'], standing: json['standing'], listing: json['listing'] }).toEqual({
    offer: alike(naiveOffer(world, listing, now)),
    standing: naiveStanding(world, listing, now),
    listing,
  })
}

async function readModels(asked: Asked): Promise<void> {
  const { json, now } = await answerOf(asked, '/api/models')
  const world = worldNow(asked)
  const items = (json['items'] as Members[]).map((item) => without(item, OF_CATALOG))
  const models = items.map(({ model }) => `${model}`)
  expect(items).toEqual(models.map((model) => naiveModel(world, model, now)))
  // All of which there is an offer, and perhaps others, of which every offer was told to be another card later.
  expect(models).toEqual([...new Set(models)].sort())
  expect(models).toEqual(expect.arrayContaining(newestObservations(world).map(({ model }) => model)))
  expect(world.listings.map(({ model }) => model)).toEqual(expect.arrayContaining(models))
  for (const model of models) {
    const { json, now } = await answerOf(asked, `/api/models/${model}`)
    expect(without(json, OF_CATALOG)).toEqual(naiveModel(world, model, now))
  }
}

async function readHistory(asked: Asked, drawn: Omit<HistoryAsked, 'now'>): Promise<void> {
  const { model, interval, after, before } = drawn
  const world = worldNow(asked)
  if (!newestObservations(world).some((listing) => listing.model === model)) return
  const bounds = Object.entries({ after, before }).flatMap(([name, time]) =>
    time === undefined ? [] : [`&${name}=${new Date(time).toISOString()}`],
  )
  const { json, now } = await answerOf(asked, `/api/models/${model}/history?interval=${interval}${bounds.join('')}`)
  // The point of the interval that goes on ends now, which the daemon knows a moment later than the test.
  const settled = (groups: Members[]) =>
    groups.map((group) => ({
      ...group,
      points: (group['points'] as Members[]).map((point) =>
        `${point['end']}`.endsWith('T23:59:59.999Z') ? point : { ...point, end: 'now' },
      ),
    }))
  expect(settled(json['groups'] as Members[])).toEqual(settled(naiveHistory(world, { ...drawn, now })))
}

test("after any changes, an offer's history and its standing are those of the naive model", async () => {
  const runs = fc.array(fc.record({ change: command, which: fc.array(fc.nat(), { minLength: 2, maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 10,
  })
  await holds(runs, 15, async (asked, steps) => {
    for (const { change, which } of steps) {
      await perform(asked, change)
      const { listings } = worldNow(asked)
      for (const number of which) {
        const listing = listings[number % listings.length]
        if (listing !== undefined) await readDetail(asked, listing)
      }
    }
  })
})

test('after any changes, models and what they cost over time are those of the naive model', async () => {
  const history: fc.Arbitrary<Omit<HistoryAsked, 'now'>> = fc.record(
    {
      model: fc.constantFrom('RTX_3060', ...MODELS),
      interval: fc.constantFrom('day' as const, 'week' as const, 'month' as const),
      after: fc.integer({ min: 0, max: 33 }).map((days) => Date.now() - days * DAY_MS),
      before: fc.integer({ min: 0, max: 33 }).map((days) => Date.now() - days * DAY_MS),
    },
    { requiredKeys: ['model', 'interval'] },
  )
  const runs = fc.array(fc.record({ change: command, history }), { minLength: 1, maxLength: 10 })
  await holds(runs, 15, async (asked, steps) => {
    for (const { change, history } of steps) {
      await perform(asked, change)
      await readModels(asked)
      await readHistory(asked, history)
    }
  })
})

test('a model that an offer had before is still one that was offered', async () => {
  const daemon = await startDaemon()
  const seen = (model: string, seen_at: string) => listing({ model, seen_at, listing_source: 'alpha', listing_id: '1' })
  await daemon.post([seen('NO_SUCH_CARD', '2026-11-01T00:00:00Z')])
  await daemon.post([seen('RTX_3060', '2026-11-02T00:00:00Z')])
  const { json } = await daemon.get('/api/models')
  expect(json['items']).toMatchObject([{ model: 'NO_SUCH_CARD', offer_count: 0, groups: [] }, { model: 'RTX_3060' }])
  expect((await daemon.get('/api/models/NO_SUCH_CARD')).status).toBe(200)
  expect((await daemon.get('/api/models/NO_SUCH_CARD/history')).json).toMatchObject({ groups: [{ model: 'NO_SUCH_CARD' }] })
})

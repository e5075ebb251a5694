import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Asked, type Command, command, holds, perform, TIMES } from './asking.ts'
import { drawnDeltas, drawnListings, drawnOffers, readDeltas, readListings } from './asking-pages.ts'
import { contradictions } from './contradictions.ts'
import { startDaemon } from './daemon.ts'
import type { SentListing } from './naive.ts'

test('after any changes, listings and price changes are those of the naive model, whatever is asked of them', async () => {
  const step = fc.record({
    change: command,
    listings: fc.array(drawnListings, { minLength: 3, maxLength: 3 }),
    deltas: drawnDeltas,
  })
  await holds(fc.array(step, { minLength: 1, maxLength: 12 }), 25, async (asked, steps) => {
    for (const { change, listings, deltas } of steps) {
      await perform(asked, change)
      for (const drawn of listings) await readListings(asked, drawn)
      await readListings(asked, { asked: { latest: true } })
      await readListings(asked, { asked: { current: true, sort: 'price' } })
      await readDeltas(asked, deltas)
      await readDeltas(asked, {})
    }
  })
})

test('pages give nothing twice and skip nothing, whatever is imported and undone between them', async () => {
  const walk = fc.record({
    before: fc.array(command, { minLength: 1, maxLength: 6 }),
    about: fc.oneof(drawnListings, drawnOffers, drawnOffers, drawnDeltas),
    limit: fc.constantFrom(1, 1, 2, 3, 5),
    between: fc.array(fc.option(command, { freq: 8 }), { minLength: 1, maxLength: 8 }),
  })
  await holds(walk, 30, async (asked, { before, about, limit, between }) => {
    for (const change of before) await perform(asked, change)
    if ('asked' in about) await readListings(asked, about, { limit, between })
    else await readDeltas(asked, about, { limit, between })
  })
})

test('a late observation between two pages does not show an offer of several prices again', async () => {
  const daemon = await startDaemon()
  const asked: Asked = { daemon, imports: [] }
  const at = (time: number, price: number): SentListing => {
    return { model: 'RTX_3060', score: 0.5, listing_source: 'alpha', listing_id: '1', price, seen_at: TIMES[time] ?? '' }
  }
  const strict = (...rows: SentListing[]): Command => ({ imports: [{ rows, manner: 'strict' }] })
  await perform(asked, strict(at(3, 100)))
  await perform(asked, strict(at(5, 100)))
  await perform(asked, strict(at(7, 110), at(7, 120)))
  const between = [strict(at(4, 100))]
  for (const sort of ['price', '-price'] as const) {
    await readListings(asked, { asked: { latest: true, sort } }, { limit: 1, between })
    expect(await contradictions(daemon.db)).toEqual([])
    await perform(asked, { undo: 3 })
  }
})

import fc from 'fast-check'
import { test } from 'vitest'
import { command, holds, perform } from './asking.ts'
import { drawnDeltas, drawnListings, drawnOffers, readDeltas, readListings } from './asking-pages.ts'

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

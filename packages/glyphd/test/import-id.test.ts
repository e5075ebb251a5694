import { describe, expect, test } from 'vitest'
import { type ImportIdGenerator, importIds } from '../dist/store/import-id.js'

const DRAWS = 100_000
const NOON = Date.UTC(2026, 10, 1, 12)
const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const draw = (newImportId: ImportIdGenerator, count: number) => Array.from({ length: count }, newImportId)
const bitsOf = (id: string) => BigInt(`0x${id.replaceAll('-', '')}`)
const millisecondOf = (id: string) => Number(bitsOf(id) >> 80n)
/** The 32 bits that count: 12 behind the version, 14 behind the variant and 6 more. */
const counterOf = (id: string) =>
  Number((((bitsOf(id) >> 64n) & 0xfffn) << 20n) | (((bitsOf(id) >> 48n) & 0x3fffn) << 6n) | ((bitsOf(id) >> 42n) & 0x3fn))
const randomOf = (id: string) => bitsOf(id) & (2n ** 42n - 1n)

/** The ids that are not greater than the one before them. */
function notGreater(ids: string[]): string[] {
  return ids.filter((id, index) => index > 0 && !(id > (ids[index - 1] ?? '')))
}

/** A clock that shows these times one after the other, and the last one from then on. */
const ticking = (...times: number[]) => counting((tick) => times[Math.min(tick, times.length - 1)] ?? 0)

function counting(timeAt: (tick: number) => number): () => number {
  let tick = 0
  return () => timeAt(tick++)
}

describe('an import id', () => {
  test('is a UUID of version 7 with the variant of RFC 9562, in lower case', () => {
    for (const id of draw(importIds(undefined), 1000)) expect(id).toMatch(V7)
  })

  test('begins with the milliseconds of the clock whenever the clock moves on', () => {
    const times = [0, 1, NOON, NOON + 1, NOON + 86_400_000, 2 ** 47, 2 ** 48 - 1]
    expect(draw(importIds(undefined, ticking(...times)), times.length).map(millisecondOf)).toEqual(times)
  })

  test('takes the time from the system clock if no other is given', () => {
    const before = Date.now()
    const [id = ''] = draw(importIds(undefined), 1)
    expect(millisecondOf(id)).toBeGreaterThanOrEqual(before)
    expect(millisecondOf(id)).toBeLessThanOrEqual(Date.now())
  })
})

describe('each import id is greater than the one before', () => {
  const clocks: [what: string, now: () => number][] = [
    ['that stands still', () => NOON],
    ['that stands at zero', () => 0],
    ['that moves', Date.now],
    ['that steps back an hour', ticking(NOON, NOON + 1, NOON + 2, NOON - 3_600_000)],
    ['that runs backwards', counting((tick) => NOON - tick)],
    ['that jumps to and fro', counting((tick) => NOON + ((tick * 7919) % 1000))],
  ]
  for (const [what, now] of clocks) {
    test(`with a clock ${what}`, () => expect(notGreater(draw(importIds(undefined, now), DRAWS))).toEqual([]))
  }

  test('by a counter that grows by one while the clock does not move on, and the time stays', () => {
    const ids = draw(importIds(undefined, ticking(NOON, NOON, NOON - 5000)), DRAWS)
    const [first = ''] = ids
    expect(new Set(ids.map(millisecondOf))).toEqual(new Set([NOON]))
    const wrong = ids.filter((id, index) => counterOf(id) !== counterOf(first) + index)
    expect(wrong).toEqual([])
  })

  test('with room for two thousand million ids in a millisecond, from a counter that begins at random', () => {
    const counters = draw(
      importIds(
        undefined,
        counting((tick) => NOON + tick),
      ),
      1000,
    ).map(counterOf)
    expect(Math.max(...counters)).toBeLessThan(2 ** 31)
    expect(Math.max(...counters)).toBeGreaterThan(2 ** 30)
    expect(new Set(counters).size).toBeGreaterThan(990)
  })
})

describe('after an id that is stored', () => {
  const followed: [what: string, after: string, now: number, millisecond: number][] = [
    ['of an hour ago the time is that of the clock', idAt(NOON - 3_600_000), NOON, NOON],
    // The stored counter may be anything, even the last: the new one may not begin below it in the same millisecond.
    ['of this millisecond the time is the next one', idAt(NOON), NOON, NOON + 1],
    ['of the next year the time goes on from there', idAt(NOON + 31_536_000_000), NOON, NOON + 31_536_000_001],
  ]
  for (const [what, after, now, millisecond] of followed) {
    test(what, () => {
      const ids = draw(
        importIds(after, () => now),
        DRAWS,
      )
      expect(notGreater([after, ...ids])).toEqual([])
      expect(new Set(ids.map(millisecondOf))).toEqual(new Set([millisecond]))
    })
  }

  test('of the future the time is that of the clock again once the clock has passed it', () => {
    const newImportId = importIds(idAt(NOON + 10), ticking(NOON, NOON + 11, NOON + 12))
    expect(draw(newImportId, 3).map(millisecondOf)).toEqual([NOON + 11, NOON + 11, NOON + 12])
  })

  const strangers: [what: string, after: string | undefined][] = [
    ['if nothing is stored', undefined],
    ['after the empty text', ''],
    ['after a word', 'import-7'],
    ['after a UUID of version 4', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
    ['after a UUID of another variant', 'ffffffff-ffff-7fff-cfff-ffffffffffff'],
    ['after an id with something behind it', `${idAt(NOON + 5000)}0`],
  ]
  for (const [what, after] of strangers) {
    test(`the time is that of the clock ${what}`, () => {
      const ids = draw(
        importIds(after, () => NOON),
        10,
      )
      expect(ids.filter((id) => !V7.test(id))).toEqual([])
      expect(ids.map(millisecondOf)).toEqual(ids.map(() => NOON))
    })
  }
})

test('two generators that start in one millisecond do not draw one id twice', () => {
  const now = () => NOON
  const ids = [...draw(importIds(undefined, now), DRAWS), ...draw(importIds(undefined, now), DRAWS)]
  expect(new Set(ids).size).toBe(2 * DRAWS)
  // The bits behind the counter differ also where the counters of the two meet, up to a birthday in 2^42.
  expect(new Set(ids.map(randomOf)).size).toBeGreaterThan(2 * DRAWS - 10)
})

/** The greatest id of a millisecond. */
function idAt(millisecond: number): string {
  const time = millisecond.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7fff-bfff-ffffffffffff`
}

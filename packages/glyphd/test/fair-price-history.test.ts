import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { marketOf } from '../dist/answers/market.js'
import type { PricePeriod, Snapshot } from '../dist/answers/offers.js'
import { type HistoryQuestion, priceHistory } from '../dist/answers/price-history.js'
import type { HistoryInterval, ModelHistory } from '../dist/contract/market.js'
import { arbitraryState, marketOffer } from './market-offers.ts'
import { naiveMarket, naivePrices } from './naive-market.ts'

const DAY_MS = 86_400_000
const utc = (ms: number) => new Date(ms).toISOString()
const QUESTION: HistoryQuestion = {
  model: 'RTX_3090',
  interval: 'day',
  now: '2026-09-30T12:00:00.000Z',
  current_days: 14,
}

let offers = 0

/** A time of a used RTX 3090 for 700 USD, seen once, on September 1st at noon. */
function period(members: Partial<PricePeriod> = {}): PricePeriod {
  const { position: _, score: __, match_score: ___, lot_size: ____, shipping_usd: _____, ...state } = marketOffer()
  const first_seen = members.first_seen ?? '2026-09-01T12:00:00.000Z'
  return { ...state, offer: ++offers, first_seen, last_seen: first_seen, until: null, ...members }
}

/** Days of the points of a history that has one group at most. */
const endsOf = ({ groups }: ModelHistory) => {
  expect(groups.length).toBeLessThan(2)
  return groups.flatMap(({ points }) => points.map(({ end }) => end.slice(0, 16)))
}
const lowsOf = ({ groups }: ModelHistory) =>
  groups.flatMap(({ points }) => points.map(({ start, withheld }) => [start.slice(5, 10), withheld?.low]))

describe('a history', () => {
  test('has the fair price at the end of every day', () => {
    const prices = [100, 110, 120, 130, 140]
    const periods = prices.map((price, index) => period({ price, first_seen: `2026-09-0${index + 1}T09:00:00.000Z` }))
    const history = priceHistory(periods, [], { ...QUESTION, now: '2026-09-05T10:00:00.000Z' })
    expect(history).toMatchObject({ model: 'RTX_3090', interval: 'day', truncated: false })
    expect(history.groups).toEqual([
      {
        model: 'RTX_3090',
        vram_gb: 24,
        condition_class: 'used',
        currency: 'USD',
        modified: false,
        points: [
          { start: '2026-09-01T00:00:00.000Z', end: '2026-09-01T23:59:59.999Z', withheld: { n: 1, low: 100, high: 100 } },
          { start: '2026-09-02T00:00:00.000Z', end: '2026-09-02T23:59:59.999Z', withheld: { n: 2, low: 100, high: 110 } },
          { start: '2026-09-03T00:00:00.000Z', end: '2026-09-03T23:59:59.999Z', withheld: { n: 3, low: 100, high: 120 } },
          { start: '2026-09-04T00:00:00.000Z', end: '2026-09-04T23:59:59.999Z', withheld: { n: 4, low: 100, high: 130 } },
          {
            start: '2026-09-05T00:00:00.000Z',
            end: '2026-09-05T10:00:00.000Z',
            fair_price: { n: 5, median: 120, p25: 110, p75: 130, low: 100, high: 140 },
          },
        ],
      },
    ])
  })

  test('follows the price of an offer from period to period', () => {
    const offer = [
      period({ offer: -1, price: 700, until: '2026-09-03T00:00:00.000Z' }),
      period({ offer: -1, price: 650, first_seen: '2026-09-03T00:00:00.000Z', last_seen: '2026-09-04T08:00:00.000Z' }),
    ]
    expect(lowsOf(priceHistory(offer, [], { ...QUESTION, current_days: 2 }))).toEqual([
      ['09-01', 700],
      ['09-02', 700],
      ['09-03', 650],
      ['09-04', 650],
      ['09-05', 650], // 16 hours after it was seen last, then 40, then no more
    ])
  })

  test('leaves out an offer from the snapshot on that does not have it', () => {
    const snapshot = (seen_at: string, listing_source = 'Bidhollow'): Snapshot => ({ listing_source, seen_at })
    const snapshots = [
      snapshot('2026-09-01T12:00:00.000Z'), // the one that has it
      snapshot('2026-09-02T00:00:00.000Z', 'Swapyard'),
      snapshot('2026-09-05T00:00:00.000Z'),
      snapshot('2026-09-03T23:59:59.999Z'),
    ]
    expect(endsOf(priceHistory([period()], snapshots, QUESTION))).toEqual(['2026-09-01T23:59', '2026-09-02T23:59'])
    expect(endsOf(priceHistory([period({ listing_source: null })], snapshots, QUESTION))).toHaveLength(14)
  })

  test('counts an offer for less than the days that it stays current', () => {
    const seen = (first_seen: string) => endsOf(priceHistory([period({ first_seen })], [], { ...QUESTION, current_days: 1 }))
    expect(seen('2026-09-01T23:59:59.999Z')).toEqual(['2026-09-01T23:59'])
    expect(seen('2026-09-02T00:00:00.000Z')).toEqual(['2026-09-02T23:59'])
  })

  test('has a point where everything is sold out, and none where nothing is offered', () => {
    const periods = [
      period({ offer: -2, quantity: 0, until: '2026-09-02T13:00:00.000Z' }),
      period({ offer: -2, quantity: 3, first_seen: '2026-09-02T13:00:00.000Z' }),
      period({ first_seen: '2026-09-20T00:00:00.000Z' }),
    ]
    const [group] = priceHistory(periods, [], { ...QUESTION, current_days: 2 }).groups
    expect(group?.points.map(({ start, withheld }) => [start.slice(8, 10), withheld?.n])).toEqual([
      ['01', 0],
      ['02', 1],
      ['03', 1],
      ['20', 1],
      ['21', 1],
    ])
  })

  const calendars: [interval: HistoryInterval, first_seen: string, points: [start: string, end: string][]][] = [
    // 2026-08-30 is a Sunday.
    [
      'week',
      '2026-08-30T12:00:00.000Z',
      [
        ['08-24', '08-30T23:59'],
        ['08-31', '09-06T23:59'],
        ['09-07', '09-09T10:00'],
      ],
    ],
    [
      'month',
      '2026-07-31T23:59:59.999Z',
      [
        ['07-01', '07-31T23:59'],
        ['08-01', '08-31T23:59'],
        ['09-01', '09-09T10:00'],
      ],
    ],
    [
      'day',
      '2026-09-08T00:00:00.000Z',
      [
        ['09-08', '09-08T23:59'],
        ['09-09', '09-09T10:00'],
      ],
    ],
  ]
  test.each(calendars)('goes by the %s', (interval, first_seen, points) => {
    const question = { ...QUESTION, interval, now: '2026-09-09T10:00:00.000Z', current_days: 90 }
    const { groups } = priceHistory([period({ first_seen })], [], question)
    expect(groups[0]?.points.map(({ start, end }) => [start.slice(5, 10), end.slice(5, 16)])).toEqual(points)
  })

  test('begins a month of February, and a year, where the calendar does', () => {
    const question = { ...QUESTION, interval: 'month', now: '2024-03-01T00:00:00.000Z', current_days: 900 } as const
    const ends = endsOf(priceHistory([period({ first_seen: '2023-12-31T00:00:00.000Z' })], [], question))
    expect(ends).toEqual(['2023-12-31T23:59', '2024-01-31T23:59', '2024-02-29T23:59', '2024-03-01T00:00'])
  })

  test('has the points whose end lies from `after` to before `before`', () => {
    const between = (after?: string, before?: string) =>
      endsOf(priceHistory([period()], [], { ...QUESTION, now: '2026-09-04T12:00:00.000Z', after, before })).map((end) =>
        end.slice(8),
      )
    expect(between('2026-09-02T23:59:59.999Z')).toEqual(['02T23:59', '03T23:59', '04T12:00'])
    expect(between('2026-09-03T00:00:00.000Z')).toEqual(['03T23:59', '04T12:00'])
    expect(between(undefined, '2026-09-03T00:00:00.000Z')).toEqual(['01T23:59', '02T23:59'])
    expect(between(undefined, '2026-09-02T23:59:59.999Z')).toEqual(['01T23:59'])
    expect(between(undefined, '2026-09-04T12:00:00.000Z')).toEqual(['01T23:59', '02T23:59', '03T23:59'])
    expect(between('2026-09-03T00:00:00.000Z', '2026-09-03T00:00:00.000Z')).toEqual([])
    expect(between('2027-01-01T00:00:00.000Z')).toEqual([])
  })

  test('does not know what is to come', () => {
    const now = '2026-09-01T12:00:00.000Z'
    expect(endsOf(priceHistory([period()], [], { ...QUESTION, now }))).toEqual(['2026-09-01T12:00'])
    expect(endsOf(priceHistory([period({ first_seen: '2026-09-01T12:00:00.001Z' })], [], { ...QUESTION, now }))).toEqual([])
  })

  test('of nothing is empty', () => expect(priceHistory([], [], QUESTION)).toMatchObject({ groups: [], truncated: false }))

  test('has the newest 1,000 points, and says that there are more', () => {
    const from = (first_seen: string) => priceHistory([period({ first_seen, last_seen: QUESTION.now })], [], QUESTION)
    const days = (count: number) => utc(Date.parse('2026-09-30T00:00:00.000Z') - (count - 1) * DAY_MS)
    expect([endsOf(from(days(1000))).length, from(days(1000)).truncated]).toEqual([1000, false])
    expect([endsOf(from(days(1001))).length, from(days(1001)).truncated]).toEqual([1000, true])
    expect(endsOf(from('0000-01-01T00:00:00.000Z')).at(-1)).toBe('2026-09-30T12:00')
  })

  test('of a card seen in the first week of the calendar begins with a year that RFC 3339 knows', () => {
    const question = { ...QUESTION, interval: 'week' } as const
    const { groups } = priceHistory([period({ first_seen: '0000-01-01T00:00:00.000Z' })], [], question)
    expect(groups[0]?.points[0]?.start).toBe('0000-01-01T00:00:00.000Z')
  })
})

/** Periods of some offers in three months, as the store keeps them: one behind another, most by their end. */
const START = Date.parse('2026-07-15T00:00:00.000Z')
const HOUR_MS = DAY_MS / 24
const arbitraryPeriods = fc
  .array(
    fc.record({
      listing_source: fc.constantFrom(null, 'Bidhollow', 'Swapyard'),
      begins: fc.integer({ min: 0, max: 80 * 24 }),
      states: fc.array(fc.record({ state: arbitraryState, hours: fc.nat(200), gap: fc.integer({ min: 1, max: 500 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
    { maxLength: 25, size: 'max' },
  )
  .map((all) =>
    all.flatMap(({ listing_source, begins, states }, offer) => {
      let at = START + begins * HOUR_MS
      return states.map(({ state, hours, gap }, index): PricePeriod => {
        const [first_seen, last_seen] = [utc(at), utc(at + hours * HOUR_MS)]
        at += (hours + gap) * HOUR_MS
        const until = index === states.length - 1 ? null : utc(at)
        return { ...state, model: 'RTX_3060', offer, listing_source, first_seen, last_seen, until }
      })
    }),
  )
const arbitrarySnapshots = fc.array(
  fc.record({
    listing_source: fc.constantFrom('Bidhollow', 'Swapyard', 'Fleapost'),
    seen_at: fc.integer({ min: 0, max: 90 * 24 }).map((hours) => utc(START + hours * HOUR_MS)),
  }),
  { maxLength: 8 },
)
const arbitraryQuestion = fc.record({
  interval: fc.constantFrom('day', 'week', 'month'),
  now: fc.integer({ min: 0, max: 100 * 24 }).map((hours) => utc(START + hours * HOUR_MS)),
  current_days: fc.constantFrom(1, 14, 30),
})

/** The periods that stand at a moment, word for word. */
function standing(periods: readonly PricePeriod[], snapshots: readonly Snapshot[], days: number, moment: string) {
  return periods.filter(({ first_seen, last_seen, until, listing_source }) => {
    if (first_seen > moment || (until !== null && moment >= until)) return false
    if (moment <= last_seen) return true
    const young = Date.parse(moment) - Date.parse(last_seen) < days * DAY_MS
    const gone = snapshots.some((of) => of.listing_source === listing_source && last_seen < of.seen_at && of.seen_at <= moment)
    return young && !gone
  })
}

/** The last moment of every interval up to now, with its beginning: millisecond by day, by what a calendar says. */
function naiveIntervals(interval: HistoryInterval, now: string): [start: string, end: string][] {
  const isFirstDay = (date: Date) =>
    interval === 'day' || (interval === 'week' ? date.getUTCDay() === 1 : date.getUTCDate() === 1)
  const starts: number[] = []
  for (let day = Date.parse('2026-06-01T00:00:00.000Z'); day <= Date.parse(now); day += DAY_MS) {
    if (isFirstDay(new Date(day))) starts.push(day)
  }
  return starts.map((start, index) => {
    const next = starts[index + 1]
    return [utc(start), next === undefined ? now : utc(next - 1)]
  })
}

/** Points by the names of their group and end. */
const byName = (points: readonly { vram_gb: number | null; condition_class: string; currency: string; end: string }[]) =>
  Object.fromEntries(
    points.map((point) => [[point.vram_gb, point.condition_class, point.currency, point.end].join(' '), point]),
  )

describe('a history of any periods', () => {
  test('is the naive market at the end of every interval', () => {
    fc.assert(
      fc.property(arbitraryPeriods, arbitrarySnapshots, arbitraryQuestion, (periods, snapshots, asked) => {
        const expected = naiveIntervals(asked.interval, asked.now).flatMap(([start, end]) =>
          naiveMarket(standing(periods, snapshots, asked.current_days, end)).map(
            ({ vram_gb, condition_class, currency, votes }) => ({
              vram_gb,
              condition_class,
              currency,
              start,
              end,
              ...naivePrices(votes),
            }),
          ),
        )
        const { groups } = priceHistory(periods, snapshots, { ...asked, model: 'RTX_3060' })
        const points = groups.flatMap(({ vram_gb = null, condition_class, currency, points }) =>
          points.map((point) => ({ vram_gb, condition_class, currency, ...point })),
        )
        expect(points).toHaveLength(expected.length)
        expect(byName(points)).toEqual(byName(expected))
        for (const { points } of groups) expect(points.map(({ end }) => end)).toEqual(points.map(({ end }) => end).toSorted())
      }),
      { numRuns: 200 },
    )
  })

  test('ends with the market of now', () => {
    fc.assert(
      fc.property(arbitraryPeriods, arbitrarySnapshots, arbitraryQuestion, (periods, snapshots, asked) => {
        const { groups } = priceHistory(periods, snapshots, { ...asked, model: 'RTX_3060' })
        const latest = groups.flatMap(({ points, ...key }) => {
          const last = points.at(-1)
          return last?.end === asked.now ? [{ ...key, prices: last.fair_price ?? last.withheld }] : []
        })
        const current = standing(periods, snapshots, asked.current_days, asked.now)
        const market = marketOf(current.map((of) => marketOffer(of)))
        expect(latest).toEqual(
          market.groups.map(({ offer_count: _, sold_out_count: __, suspect_count: ___, fair_price, withheld, ...key }) => ({
            ...key,
            prices: fair_price ?? withheld,
          })),
        )
      }),
    )
  })

  test('does not depend on their order', () => {
    fc.assert(
      fc.property(arbitraryPeriods, arbitrarySnapshots, arbitraryQuestion, (periods, snapshots, asked) => {
        const question = { ...asked, model: 'RTX_3060' }
        expect(priceHistory(periods.toReversed(), snapshots.toReversed(), question)).toEqual(
          priceHistory(periods, snapshots, question),
        )
      }),
      { numRuns: 50 },
    )
  })
})

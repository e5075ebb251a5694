import fc from 'fast-check'
import { Value } from 'glyphsieve/typebox'
import { describe, expect, test } from 'vitest'
import { marketOf } from '../dist/answers/market.js'
import type { MarketOffer } from '../dist/answers/offers.js'
import { movesAfter, movesOf, type OfferChange } from '../dist/answers/price-moves.js'
import {
  type ReportRequest,
  type ReportRows,
  rankedPositions,
  rankedReport,
  reportAnswer,
  scoreVersion,
} from '../dist/answers/report.js'
import { Report } from '../dist/contract/report.js'
import type { StoredListing } from '../dist/index.js'
import { arbitraryOffers, marketOffer } from './market-offers.ts'
import { naiveMarket, naiveQuantile } from './naive-market.ts'

const NOW = '2026-09-10T12:00:00.000Z'
const SCORE_1 = 'glyphsieve 0.1.0; catalog 2026-11; score 1'
const SCORE_2 = 'glyphsieve 0.2.0; catalog 2026-11; score 2'

/** The listing of an offer; its id names the position. */
function listingOf(offer: MarketOffer): StoredListing {
  const { position, model, price, score, seller } = offer
  return {
    id: `listing.${position}`,
    import_id: '019a0000-0000-7000-8000-000000000001',
    import_index: position,
    ...{ model, price, score },
    ...(seller !== null && { seller }),
    title: `offer ${position}`,
    seen_at: offer.last_seen,
  }
}

interface Given extends Partial<Pick<ReportRows, 'rejecting' | 'rejected_rows'>>, Partial<ReportRequest> {
  changes?: readonly OfferChange[]
  /** By offer, in their order. Default: none says a version. */
  versions?: readonly (string | undefined)[]
}

function reportOn(offers: readonly MarketOffer[], given: Given = {}): Report {
  const { versions = [], limit = 10, include_all = false, changes = [], ...rows } = given
  const market = marketOf(offers)
  const places = new Map(offers.map((offer, index) => [offer.position, index]))
  const offerAt = (position: number) => {
    const offer = offers[places.get(position) ?? -1]
    if (offer === undefined) throw new Error(`no offer lies at ${position}`)
    return offer
  }
  const ranked = rankedReport(
    {
      now: NOW,
      market,
      pipelineVersionAt: (position) => versions[places.get(position) ?? -1],
      moves: movesOf(changes, market),
      listing_count: offers.length,
      imports: [],
      rejecting: [],
      rejected_rows: [],
      ...rows,
    },
    { limit, include_all },
  )
  return reportAnswer(ranked, new Map(rankedPositions(ranked).map((position) => [position, listingOf(offerAt(position))])))
}

/** Offers of different sellers at these prices. */
const priced = (...prices: number[]) => prices.map((price, index) => marketOffer({ price, seller: `seller ${index}` }))
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)
const idOf = ({ position }: MarketOffer) => `listing.${position}`

describe('the best value', () => {
  test('ranks by score, and equal scores as they were stored', () => {
    const offers = [0.4, 0.6, 0.5, 0.6].map((score) => marketOffer({ score }))
    const { best_value } = reportOn(offers, { limit: 3 })
    const [, second, third, fourth] = offers.map(idOf)
    expect(idsOf(best_value.items)).toEqual([second, fourth, third])
    expect(best_value).toMatchObject({ offer_count: 4, left_out: {} })
  })

  test('leaves out what rankings leave out, each under one reason, and counts it', () => {
    const plain = priced(700, 710, 720, 730, 740)
    const offers = [
      ...plain,
      marketOffer({ price: 70, score: 0.9 }),
      marketOffer({ condition: 'for_parts', quantity: 0, score: 0.9 }),
      marketOffer({ vram_gb: 48, score: 0.9 }),
      marketOffer({ quantity: 0, score: 0.9 }),
      marketOffer({ match_score: 0.89, score: 0.9 }),
      marketOffer({ match_score: 0.9, score: 0.3 }),
    ]
    const { best_value, counts } = reportOn(offers)
    expect(best_value.left_out).toEqual({ suspect: 1, for_parts: 1, modified: 1, sold_out: 1, low_match: 1 })
    expect(best_value.offer_count).toBe(6)
    expect(best_value.items.filter(({ marks }) => marks !== undefined)).toEqual([])
    expect(counts).toMatchObject({ current_offers: 11, ranked_offers: 6, models: 1, sources: 1 })

    const all = reportOn(offers, { include_all: true })
    expect(all.best_value).toMatchObject({ offer_count: 11, left_out: {} })
    expect(all.best_value.items.slice(0, 5).map(({ marks }) => marks)).toEqual([
      ['suspect'],
      ['for_parts', 'sold_out'],
      ['modified'],
      ['sold_out'],
      ['low_match'],
    ])
    expect(all.counts).toEqual(counts)
  })

  const versions: [what: string, versions: (string | undefined)[], compared: string | undefined, places: number[]][] = [
    ['the one of most offers', [SCORE_2, SCORE_1, SCORE_1], 'score 1', [1, 2]],
    ['of equally many, that of the offer stored last', [SCORE_2, SCORE_1, SCORE_1, SCORE_2], 'score 2', [0, 3]],
    ['whatever pipeline and catalog are', [SCORE_1, 'glyphsieve 9; catalog 9; score 1', SCORE_2], 'score 1', [0, 1]],
    ['none, where most say none', [undefined, SCORE_1, undefined], undefined, [0, 2]],
    ['one of its own', [SCORE_1, 'glyphsieve 0.1.0; catalog 2026-11; big models', ' big models '], 'big models', [1, 2]],
  ]
  test.each(versions)('compares scores of one version: %s', (_, stated, compared, places) => {
    const offers = stated.map((_, index) => marketOffer({ score: 1 - index / 10 }))
    const { best_value } = reportOn(offers, { versions: stated, include_all: true })
    expect(best_value.score_version).toBe(compared)
    expect(idsOf(best_value.items)).toEqual(places.map((place) => idOf(offers[place] ?? marketOffer())))
    expect(best_value.left_out).toEqual({ other_version: stated.length - places.length })
  })

  test('counts versions of ranked offers only', () => {
    const suspicious = [0, 1, 2].map(() => marketOffer({ match_score: 0.1 }))
    const { best_value } = reportOn([...suspicious, marketOffer()], { versions: [SCORE_2, SCORE_2, SCORE_2, SCORE_1] })
    expect(best_value).toMatchObject({ score_version: 'score 1', offer_count: 1, left_out: { low_match: 3 } })
  })

  test('knows a version by the end of what a listing says', () => {
    expect([SCORE_1, 'score 1', 'a; ', ';', '', undefined].map(scoreVersion)).toEqual([
      ...['score 1', 'score 1'],
      ...[undefined, undefined, undefined, undefined],
    ])
  })
})

describe('what is below the fair price', () => {
  test('ranks by price to fair, of those below it, and tells what it is not of', () => {
    const used = priced(100, 96, 104, 98, 102)
    const alone = marketOffer({ condition: 'new', price: 50 })
    const scam = marketOffer({ price: 10 })
    const { below_fair_price } = reportOn([...used, alone, scam])
    expect(below_fair_price.items.map(({ id, price_to_fair }) => [id, price_to_fair])).toEqual([
      [idOf(used[1] ?? alone), 0.96],
      [idOf(used[3] ?? alone), 0.98],
    ])
    expect(below_fair_price).toMatchObject({ offer_count: 2, left_out: { suspect: 1 } })
  })
})

describe('the biggest moves', () => {
  const offer = marketOffer({ price: 90 })
  const change = (price_before: number, price: number, day = 5, of: Partial<OfferChange> = {}): OfferChange => ({
    position: offer.position,
    seen_at: `2026-09-0${day}T00:00:00.000Z`,
    seen_before: `2026-09-0${day - 1}T00:00:00.000Z`,
    ...{ price_before, price, currency: 'USD', ...of },
  })
  const cases: [what: string, changes: OfferChange[], before: number | undefined][] = [
    ['one change', [change(100, 90)], 100],
    ['the first of several that go on from each other', [change(120, 100), change(100, 95, 6), change(95, 90, 7)], 120],
    ['nothing that came and went', [change(90, 9), change(9, 90, 6)], undefined],
    ['only what leads to the price of now', [change(100, 80)], undefined],
    ['only what lies behind the last gap', [change(500, 100), change(95, 90, 6)], 95],
    ['only the same currency', [change(100, 95, 5, { currency: 'EUR' }), change(95, 90, 6)], 95],
    ['nothing of offers that are gone', [change(100, 90, 5, { position: -1 })], undefined],
  ]
  test.each(cases)('count %s', (_, changes, before) => {
    const [move, ...others] = reportOn([offer], { changes }).biggest_moves.items
    expect(move?.price_before).toBe(before)
    expect(others).toEqual([])
    if (move === undefined || before === undefined) return
    expect(move.change_pct).toBeCloseTo((90 / before - 1) * 100, 9)
    expect(move.changed_at).toBe(changes.at(-1)?.seen_at)
    expect(move.seen_before).toBe(changes.find(({ price_before }) => price_before === before)?.seen_before)
  })

  test('are those of seven days', () => {
    expect(movesAfter(NOW)).toBe('2026-09-03T12:00:00.000Z')
  })

  test('rank upwards and downwards alike, without suspect offers', () => {
    const offers = priced(90, 100, 102, 98, 125)
    const scam = marketOffer({ price: 10 })
    const changes = [...offers, scam].map(({ position, price }) => change(100, price, 5, { position }))
    const given = { changes: changes.filter(({ price }) => price !== 100) }
    const { biggest_moves } = reportOn([...offers, scam], given)
    expect(biggest_moves.items.map(({ price }) => price)).toEqual([125, 90, 102, 98])
    expect(biggest_moves).toMatchObject({ offer_count: 4, left_out: { suspect: 1 } })
    const [first] = reportOn([...offers, scam], { ...given, include_all: true }).biggest_moves.items
    expect(first).toMatchObject({ price: 10, marks: ['suspect'] })
  })
})

describe('the rest of the page', () => {
  test('names thin markets, those with most offers first', () => {
    const offers = [
      ...priced(700, 710, 720, 730, 740),
      marketOffer({ model: 'P40' }),
      ...[1, 2].map((price) => marketOffer({ model: 'A2000', price: 300 + price })),
    ]
    const { thin_markets } = reportOn(offers, { limit: 1 })
    expect(thin_markets.group_count).toBe(2)
    expect(thin_markets.items).toMatchObject([{ model: 'A2000', offer_count: 2, withheld: { n: 2, low: 301, high: 302 } }])
  })

  test('counts refused rows by code, each once for every code', () => {
    const row = (...errors: [code: 'type' | 'required', pointer: string][]) => ({
      row: 3,
      errors: errors.map(([code, pointer]) => ({ row: 3, code, pointer, message: 'expected better' })),
    })
    const { refused } = reportOn([], {
      rejecting: [{ rejected_count: 7 }, { rejected_count: 1 }],
      rejected_rows: [row(['type', '/3/price'], ['type', '/3/score']), row(['required', '/3/model'], ['type', '/3'])],
    })
    expect(refused).toEqual({
      import_count: 2,
      rejected_count: 8,
      counted_rows: 2,
      reasons: [
        { code: 'type', rows: 2, example: 'price: expected better' },
        { code: 'required', rows: 1, example: 'model: expected better' },
      ],
    })
  })

  test('names what made the offers, most offers first', () => {
    const offers = priced(1, 2, 3, 4)
    const { versions } = reportOn(offers, { versions: [SCORE_1, undefined, SCORE_2, SCORE_1], limit: 2 })
    expect(versions.pipeline_count).toBe(3)
    expect(versions.pipelines).toEqual([{ pipeline_version: SCORE_1, offer_count: 2 }, { offer_count: 1 }])
  })
})

test('rankings are those of a naive model, whatever is on offer', () => {
  const drawn = fc.tuple(
    arbitraryOffers,
    fc.array(fc.tuple(fc.constantFrom(SCORE_1, SCORE_1, SCORE_2, undefined), fc.integer({ min: 0, max: 9 })), {
      minLength: 60,
      maxLength: 60,
    }),
    fc.record({ limit: fc.constantFrom(1, 3, 100), include_all: fc.boolean() }),
  )
  fc.assert(
    fc.property(drawn, ([states, facts, request]) => {
      const offers = states.map((offer, index) => ({ ...offer, score: (facts[index]?.[1] ?? 0) / 10 }))
      const versions = offers.map((_, index) => facts[index]?.[0])
      const report = reportOn(offers, { ...request, versions })
      expect(Value.Errors(Report, report)).toEqual([])
      expect({ best: outlineOf(report.best_value), below: outlineOf(report.below_fair_price) }).toEqual(
        naiveRankings(offers, { ...request, versions }),
      )
    }),
    { numRuns: 150 },
  )
})

function outlineOf({ offer_count, left_out, items }: Report['best_value'] | Report['below_fair_price']) {
  return { offer_count, left_out, ids: idsOf(items) }
}

/** Both rankings as docs/api.md describes them, worked out without a thought for time. */
function naiveRankings(
  offers: readonly MarketOffer[],
  { limit, include_all, versions }: ReportRequest & { versions: readonly (string | undefined)[] },
) {
  const judged = naiveMarket(offers).flatMap((group) =>
    group.offers.map((state) => {
      const index = offers.findIndex((one) => Object.is(one, state))
      const offer = offers[index]
      if (offer === undefined) throw new Error('a group has other offers')
      const reasons: [string, boolean][] = [
        ['suspect', group.suspects.includes(state)],
        ['for_parts', offer.condition === 'for_parts'],
        ['modified', group.modified],
        ['sold_out', offer.quantity === 0],
        ['low_match', offer.match_score !== null && offer.match_score < 0.9],
      ]
      const reason = include_all ? undefined : reasons.find(([, holds]) => holds)?.[0]
      const to_fair = group.votes.length < 5 ? undefined : offer.price / naiveQuantile(group.votes, 0.5)
      return { offer, reason, to_fair, version: versions[index] }
    }),
  )
  const ranked = judged.filter(({ reason }) => reason === undefined)
  const shares = [...new Set(ranked.map(({ version }) => version))].map((version) => {
    const share = ranked.filter((one) => one.version === version)
    return { version, size: share.length, newest: Math.max(...share.map(({ offer }) => offer.position)) }
  })
  const [most] = shares.sort((a, b) => b.size - a.size || b.newest - a.newest)
  const ranking = (ones: typeof judged, rankOf: (one: (typeof judged)[number]) => number) => {
    const left_out: Record<string, number> = {}
    for (const { reason } of ones) if (reason !== undefined) left_out[reason] = (left_out[reason] ?? 0) + 1
    const stay = ones.filter(({ reason }) => reason === undefined)
    stay.sort((a, b) => rankOf(a) - rankOf(b) || a.offer.position - b.offer.position)
    return { offer_count: stay.length, left_out, ids: stay.slice(0, limit).map(({ offer }) => idOf(offer)) }
  }
  const ofVersion = judged.map((one) => ({
    ...one,
    reason: one.reason ?? (one.version === most?.version ? undefined : 'other_version'),
  }))
  return {
    best: ranking(ofVersion, ({ offer }) => -offer.score),
    below: ranking(
      judged.filter(({ to_fair = 1 }) => to_fair < 1),
      ({ to_fair = 1 }) => to_fair,
    ),
  }
}

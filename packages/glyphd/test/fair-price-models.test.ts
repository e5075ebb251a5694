import fc from 'fast-check'
import { Check, Errors, type TSchema } from 'glyphsieve/typebox'
import { describe, expect, test } from 'vitest'
import { type Market, marketOf } from '../dist/answers/market.js'
import { cheapestPositions, type PlacedModel, placedDetail, placedSummaries, withIds } from '../dist/answers/models.js'
import { priceHistory } from '../dist/answers/price-history.js'
import { MarketGroup, ModelDetail, ModelHistory, ModelSummary } from '../dist/contract/market.js'
import { arbitraryOffers, delistedOffer, marketOffer } from './market-offers.ts'

const NOTHING = marketOf([])
/** A model with an id in the place of the position that it names. */
function named<T extends PlacedModel>(model: T) {
  return withIds(model, new Map(cheapestPositions([model]).map((position) => [position, `import.${position}`])))
}
const modelSummaries = (models: Iterable<string>, market: Market) => placedSummaries(models, market).map(named)
const modelDetail = (model: string, market: Market) => named(placedDetail(model, market))
const summary = (model: string, market: Market = NOTHING) => modelSummaries([model], market)[0]

describe('a model on the overview', () => {
  test('has what its variants agree on', () => {
    // The RTX 3060 was sold with 8 GB and 12 GB, and those differ in bandwidth; a 4090 at 831 USD is as good as the reference deal.
    expect(summary('RTX_3060')?.catalog).toEqual({
      vendor: 'nvidia',
      vram_gb: [8, 12],
      tdp_watts: 170,
      architecture: 'Ampere',
    })
    expect(summary('RTX_4090')).toEqual({
      model: 'RTX_4090',
      catalog: { vendor: 'nvidia', vram_gb: [24], mem_bandwidth_gbs: 1008, tdp_watts: 450, architecture: 'Ada Lovelace' },
      buy_below_usd: expect.closeTo(831, 0),
      offer_count: 0,
      ranked_count: 0,
      groups: [],
    })
  })

  const worths: [model: string, members: object][] = [
    ['GT_710', { not_worth_having: true }], // running it costs more
    ['B100', {}], //                           its memory is not known
    ['NO_SUCH_CARD', {}],
  ]
  test.each(worths)('%s has of its worth %j', (model, members) => {
    const { buy_below_usd, not_worth_having } = summary(model) ?? {}
    expect(Object.entries({ buy_below_usd, not_worth_having }).filter(([, value]) => value !== undefined)).toEqual(
      Object.entries(members),
    )
  })

  test('counts its offers, and names the cheapest that is ranked', () => {
    const market = marketOf([
      marketOffer({ position: 1, price_usd: 700 }),
      marketOffer({ position: 2, price_usd: 640, quantity: 0 }),
      marketOffer({ position: 3, price_usd: 650, match_score: 0.5 }),
      marketOffer({ position: 6, price_usd: 660, currency: 'EUR' }),
      marketOffer({ position: 5, price_usd: 660, condition: 'new' }),
      marketOffer({ position: 7, price_usd: null, currency: 'GBP' }),
      marketOffer({ position: 8, price_usd: 1, model: 'RTX_4090' }),
    ])
    expect(summary('RTX_3090', market)).toMatchObject({
      offer_count: 6,
      ranked_count: 4,
      cheapest: { id: 'import.5', price_usd: 660 },
      groups: [{ condition_class: 'new' }, { currency: 'EUR' }, { currency: 'GBP' }, { currency: 'USD', offer_count: 3 }],
    })
  })

  test('has no cheapest where none is ranked, or none has a price in dollars', () => {
    for (const members of [{ condition: 'for_parts' }, { price_usd: null }] as const) {
      expect(summary('RTX_3090', marketOf([marketOffer(members)]))).not.toHaveProperty('cheapest')
    }
  })

  test('comes once for every name that was asked for, in that order', () => {
    const market = marketOf(['B', 'A', 'C'].map((model) => marketOffer({ model })))
    expect(modelSummaries(['C', 'Z', 'A'], market).map(({ model, groups }) => [model, groups.length])).toEqual([
      ['C', 1],
      ['Z', 0],
      ['A', 1],
    ])
  })
})

describe('everything about a model', () => {
  test('has every fact of every variant with its source', () => {
    const { variants, sources, groups } = modelDetail('RTX_4090', marketOf([marketOffer({ model: 'RTX_4090' })]))
    expect(groups).toHaveLength(1)
    expect(variants).toHaveLength(1)
    expect(variants[0]?.facts).toContainEqual({ fact: 'tdp_watts', value: 450, source: 'huggingface' })
    expect(variants[0]?.facts).toContainEqual({ fact: 'nvlink', value: false, source: 'memory' })
    expect(sources).toEqual([
      { id: 'huggingface', title: expect.stringContaining('Hugging Face'), url: expect.stringMatching(/^https:/) },
      { id: 'memory', title: expect.stringContaining('Not read anywhere') },
    ])
  })

  test('has the variants of a family, each with its own worth', () => {
    const { variants } = modelDetail('V100', NOTHING)
    const worth = new Map(variants.map(({ model, buy_below_usd }) => [model, buy_below_usd]))
    expect(worth.get('V100_PCIE_32GB')).toBeGreaterThan(worth.get('V100_SXM2_32GB') ?? Infinity)
  })

  test('of a model that the catalog does not know is its market', () => {
    const market = marketOf([marketOffer({ model: 'NO_SUCH_CARD' }), marketOffer()])
    expect(modelDetail('NO_SUCH_CARD', market)).toMatchObject({ offer_count: 1, groups: [{}], variants: [], sources: [] })
  })
})

test('every answer is of the shape that describes it', () => {
  const models = ['RTX_3060', 'V100', 'NO_SUCH_CARD', 'GT_710']
  const now = '2026-09-30T12:00:00.000Z'
  fc.assert(
    fc.property(arbitraryOffers, (offers) => {
      const market = marketOf(offers, { delisted: offers.map((offer) => delistedOffer({ ...offer })), now })
      for (const group of market.groups) expectShape(MarketGroup, group)
      for (const of of modelSummaries(models, market)) expectShape(ModelSummary, of)
      for (const model of models) expectShape(ModelDetail, modelDetail(model, market))
      const periods = offers.map((offer) => ({ ...offer, offer: offer.position, until: null }))
      const asked = { model: 'RTX_3060', interval: 'week', now, current_days: 14 } as const
      expectShape(
        ModelHistory,
        priceHistory(
          periods.filter(({ model }) => model === asked.model),
          [],
          asked,
        ),
      )
    }),
    { numRuns: 30 },
  )
})

function expectShape(shape: TSchema, answer: unknown): void {
  const sent: unknown = JSON.parse(JSON.stringify(answer))
  if (!Check(shape, sent)) expect.fail(JSON.stringify(Errors(shape, sent)))
  expect(sent).toEqual(answer)
}

import {
  buyBelow,
  type CatalogEntry,
  catalogSources,
  FACTS,
  type Stated,
  scoreListing,
  specsOf,
  variantsOf,
} from 'glyphsieve/stages'
import type { CatalogFact, FactSource, MarketGroup, ModelDetail, ModelSummary, ModelVariant } from '../contract/market.ts'
import { type Market, whyUnranked } from './market.ts'
import { at } from './offers.ts'

/** A line or the whole of a model as long as only the place of its cheapest offer in the store is known. */
export interface PlacedModel {
  cheapest?: { position: number; price_usd: number }
}
type Placed<T extends ModelSummary> = Omit<T, 'cheapest'> & PlacedModel

/** A line for each of the models, in their order. Models that `models` does not name are left out. */
export function placedSummaries(models: Iterable<string>, market: Market): Placed<ModelSummary>[] {
  const groups = new Map<string, MarketGroup[]>()
  for (const group of market.groups) {
    const known = groups.get(group.model)
    if (known === undefined) groups.set(group.model, [group])
    else known.push(group)
  }
  const counts = countsOf(market)
  return Array.from(models, (model) => summaryOf(model, groups.get(model) ?? [], counts.get(model)))
}

/** Everything about a model that the market or the catalog knows. `market` may be that of this model alone. */
export function placedDetail(model: string, market: Market): Placed<ModelDetail> {
  const groups = market.groups.filter((group) => group.model === model)
  const variants = variantsOf(model).map(variantOf)
  return {
    ...summaryOf(model, groups, countsOf(market).get(model)),
    variants,
    sources: sourcesOf(variants.flatMap(({ facts }) => facts)),
  }
}

/** The positions whose ids these models need. */
export function cheapestPositions(models: readonly PlacedModel[]): number[] {
  return models.flatMap(({ cheapest }) => (cheapest === undefined ? [] : [cheapest.position]))
}

/** A model with the id in the place of the position. */
export function withIds<T extends PlacedModel>(
  model: T,
  ids: ReadonlyMap<number, string>,
): Omit<T, 'cheapest'> & Pick<ModelSummary, 'cheapest'> {
  const { cheapest, ...others } = model
  if (cheapest === undefined) return others
  return { ...model, cheapest: { id: at(ids, cheapest.position), price_usd: cheapest.price_usd } }
}

function summaryOf(model: string, groups: MarketGroup[], counts: Counts | undefined): Placed<ModelSummary> {
  const { offer_count = 0, ranked_count = 0, cheapest } = counts ?? {}
  const catalog = catalogLine(variantsOf(model))
  return {
    model,
    ...(catalog !== undefined && { catalog }),
    ...worthOf(model, {}),
    offer_count,
    ranked_count,
    ...(cheapest !== undefined && { cheapest }),
    groups,
  }
}

interface Counts {
  offer_count: number
  ranked_count: number
  /** Of the ranked offers with a price in US dollars; of several, the one stored first. */
  cheapest?: { position: number; price_usd: number }
}

function countsOf({ marks }: Market): Map<string, Counts> {
  const counts = new Map<string, Counts>()
  for (const mark of marks.values()) {
    const { model, position, price_usd } = mark.offer
    const of = counts.get(model) ?? { offer_count: 0, ranked_count: 0 }
    if (of.offer_count++ === 0) counts.set(model, of)
    if (whyUnranked(mark).length > 0) continue
    of.ranked_count++
    if (price_usd === null) continue
    const best = of.cheapest
    const isCheaper =
      best === undefined || price_usd < best.price_usd || (price_usd === best.price_usd && position < best.position)
    if (isCheaper) of.cheapest = { position, price_usd }
  }
  return counts
}

type Worth = Pick<ModelSummary, 'buy_below_usd' | 'not_worth_having'>

/** The price below which a card is worth its money. Neither member where a spec is not known. */
function worthOf(model: string, stated: Stated): Worth {
  const specs = specsOf(model, stated)
  if (specs === undefined) return {}
  const buy_below_usd = buyBelow(specs)
  if (buy_below_usd !== undefined) return { buy_below_usd }
  return 'score' in scoreListing({ price_usd: 1 }, specs) ? { not_worth_having: true } : {}
}

function catalogLine(variants: readonly CatalogEntry[]): ModelSummary['catalog'] {
  const [first] = variants
  if (first === undefined) return undefined
  const { vendor, mem_bandwidth_gbs, tdp_watts, architecture } = first
  const agree = (fact: 'mem_bandwidth_gbs' | 'tdp_watts' | 'architecture') =>
    variants.every((variant) => variant[fact] === first[fact])
  const sizes = new Set(variants.flatMap(({ vram_gb }) => vram_gb ?? []))
  return {
    vendor,
    vram_gb: [...sizes].sort((a, b) => a - b),
    ...(mem_bandwidth_gbs !== null && agree('mem_bandwidth_gbs') && { mem_bandwidth_gbs }),
    ...(tdp_watts !== null && agree('tdp_watts') && { tdp_watts }),
    ...(architecture !== null && agree('architecture') && { architecture }),
  }
}

function variantOf(entry: CatalogEntry): ModelVariant {
  const { model, edition, vram_gb, memory_type, form_factor, sources } = entry
  const facts = FACTS.flatMap((fact): CatalogFact[] => {
    const [value, source] = [entry[fact], sources[fact]]
    return value === null || source === undefined ? [] : [{ fact, value, source }]
  })
  return {
    model,
    ...(edition !== null && { edition }),
    ...worthOf(model, { vram_gb, memory_type, edition, form_factor }),
    facts,
  }
}

/** Where these facts were read. */
export function sourcesOf(facts: readonly CatalogFact[]): FactSource[] {
  const sources = catalogSources()
  const named = new Set(facts.map(({ source }) => source))
  return [...named].sort().map((id) => {
    const { what, address } = sources.get(id) ?? {}
    return { id, title: what ?? id, ...(address !== undefined && { url: address }) }
  })
}

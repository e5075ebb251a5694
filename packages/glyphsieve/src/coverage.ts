import { readFileSync } from 'node:fs'
import { catalogEntries, FROM_MEMORY } from './catalog.ts'
import type { CatalogEntry } from './catalog-entry.ts'
import { FACTS, type Fact, VENDORS, type Vendor } from './catalog-facts.ts'

/** Facts that only cards of some makers have: elsewhere their absence is no gap. */
const MAKERS_OF_FACT: Partial<Record<Fact, readonly Vendor[]>> = {
  compute_capability: ['nvidia'],
  gfx: ['amd'],
  support: ['amd', 'intel'],
}

/** How much of the catalog is filled, and from where, for the cards of one maker. */
export interface Coverage {
  vendor: Vendor
  models: number
  variants: number
  facts_filled: number
  /** Facts that such a card has and that nobody filled. */
  facts_unknown: number
  /** Source id -> number of facts. */
  by_source: Record<string, number>
}

/** How much of the catalog is filled, and from where, a line for each maker. Families are not counted: they add no fact. */
export function coverage(entries: readonly CatalogEntry[] = catalogEntries()): Coverage[] {
  return VENDORS.flatMap((vendor) => {
    const variants = entries.filter((entry) => entry.vendor === vendor && !entry.variants_of_family)
    if (variants.length === 0) return []
    const sources = variants.flatMap((variant) => Object.values(variant.sources))
    const possible = FACTS.filter((fact) => MAKERS_OF_FACT[fact]?.includes(vendor) ?? true).length * variants.length
    const bySource: Record<string, number> = {}
    for (const source of sources.toSorted()) bySource[source] = (bySource[source] ?? 0) + 1
    return {
      vendor,
      models: new Set(variants.map((variant) => variant.model)).size,
      variants: variants.length,
      facts_filled: sources.length,
      facts_unknown: possible - sources.length,
      by_source: bySource,
    }
  })
}

/** Where facts were read. */
export interface CatalogSource {
  what: string
  /** Absent where it is not public. */
  address?: string
}

let sources: ReadonlyMap<string, CatalogSource> | undefined

/** Every source that a fact may name, by its id. Read once, at the first question. */
export function catalogSources(): ReadonlyMap<string, CatalogSource> {
  if (sources === undefined) {
    const named: Record<string, CatalogSource> = JSON.parse(
      readFileSync(new URL('../data/sources.json', import.meta.url), 'utf8'),
    )
    sources = new Map(Object.entries(named))
  }
  return sources
}

/** One fact of one variant that was not read anywhere. */
export interface FactFromMemory {
  model: string
  edition: string | null
  vram_gb: number | null
  memory_type: string | null
  fact: Fact
  value: string | number | boolean | null
}

/** Every fact whose only source is memory, so that a person can check them one by one. */
export function factsFromMemory(entries: readonly CatalogEntry[] = catalogEntries()): FactFromMemory[] {
  return entries
    .filter((entry) => !entry.variants_of_family)
    .flatMap((entry) =>
      FACTS.filter((fact) => entry.sources[fact] === FROM_MEMORY).map((fact) => ({
        model: entry.model,
        edition: entry.edition,
        vram_gb: entry.vram_gb,
        memory_type: entry.memory_type,
        fact,
        value: entry[fact],
      })),
    )
}

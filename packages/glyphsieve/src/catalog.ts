import { readdirSync, readFileSync } from 'node:fs'
import type { CatalogEntry } from './catalog-entry.ts'
import { COOLINGS, FACTS, type Fact, FORM_FACTORS, SUPPORTS, VENDORS } from './catalog-facts.ts'

/** Version of the facts: another one may match, enrich and score the same title differently. */
export const CATALOG_VERSION = '2026-11'

/** The source of a fact that was not read anywhere. */
export const FROM_MEMORY = 'memory'
const COLUMNS = ['model', 'edition', 'vendor', ...FACTS, 'sources'] as const
type Column = (typeof COLUMNS)[number]
const COLUMN_INDEX = new Map<Column, number>(COLUMNS.map((column, index) => [column, index]))

const MODEL_NAME = /^[A-Z0-9]+(?:_[A-Z0-9]+)*$/
const NUMBER = /^(?:0|[1-9]\d*)(?:\.\d+)?$/
const WORDS = /^[^\s"\p{C}](?:[^"\p{C}]*[^\s"\p{C}])?$/u
const WHOLE_NUMBER = /^(?:0|[1-9]\d*)$/

/** Models whose name ends in bus and memory, and which are also named without the one, the other or both. */
const BUS_AND_MEMORY = /^(V100|A100|A800|H100|H800|H200|H20)_([A-Z]+\d?)_(\d+GB)$/
/** Models whose long names are shortened to the bare name only. */
const BARE_NAME = /^(P100)_[A-Z]+\d?_\d+GB$/

interface Catalog {
  entries: readonly CatalogEntry[]
  variants: ReadonlyMap<string, readonly CatalogEntry[]>
  families: ReadonlySet<string>
}

let loaded: Catalog | undefined

/** Every variant in the order of the files, then the families derived from them. Read once, at the first question. */
export function catalogEntries(): readonly CatalogEntry[] {
  return catalog().entries
}

/** The variants that a name may stand for: those of a model, or all under a family name. Empty for a name that is neither. */
export function variantsOf(model: string): readonly CatalogEntry[] {
  return catalog().variants.get(model) ?? []
}

/** Whether the name leaves open which of several models it is, such as `A100_80GB`. */
export function isFamily(model: string): boolean {
  return catalog().families.has(model)
}

function catalog(): Catalog {
  loaded ??= buildCatalog(readCatalog())
  return loaded
}

/** The variants of all catalog files, in the order of the files' names. */
function readCatalog(): CatalogEntry[] {
  const folder = new URL('../data/', import.meta.url)
  const sources: unknown = JSON.parse(readFileSync(new URL('sources.json', folder), 'utf8'))
  const sourceIds = new Set(Object.keys(sources ?? {}))
  const files = readdirSync(new URL('catalog/', folder)).filter((file) => file.endsWith('.csv'))
  return files.sort().flatMap((file) => parseCatalog(readFileSync(new URL(`catalog/${file}`, folder), 'utf8'), file, sourceIds))
}

/** Variants, and the families derived from them, ready to be asked. */
export function buildCatalog(leaves: readonly CatalogEntry[]): Catalog {
  const variants = new Map<string, CatalogEntry[]>()
  for (const leaf of leaves) append(variants, leaf.model, leaf)
  const members = new Map<string, CatalogEntry[]>()
  for (const leaf of leaves) {
    for (const family of familyNames(leaf.model)) if (!variants.has(family)) append(members, family, leaf)
  }
  const families = [...members].map(([name, of]) => agreement(name, of))
  return {
    entries: [...leaves, ...families],
    variants: new Map([...variants, ...members]),
    families: new Set(members.keys()),
  }
}

function append(map: Map<string, CatalogEntry[]>, name: string, entry: CatalogEntry): void {
  const entries = map.get(name)
  if (entries) entries.push(entry)
  else map.set(name, [entry])
}

function familyNames(model: string): string[] {
  const [, base, bus, memory] = BUS_AND_MEMORY.exec(model) ?? []
  if (base) return [base, `${base}_${bus}`, `${base}_${memory}`]
  const bare = BARE_NAME.exec(model)?.[1]
  return bare ? [bare] : []
}

/** A family's entry: the facts that all its variants share; a shared fact is as good as the worst of its sources. */
function agreement(model: string, of: readonly CatalogEntry[]): CatalogEntry {
  const [first] = of
  if (!first) throw new Error(`${model} is a family of nothing`)
  const entry: CatalogEntry = {
    ...first,
    model,
    edition: of.every((variant) => variant.edition === first.edition) ? first.edition : null,
    sources: {},
    variants_of_family: [...new Set(of.map((variant) => variant.model))],
  }
  for (const fact of FACTS) {
    if (of.some((variant) => variant[fact] !== first[fact])) entry[fact] = null
    if (entry[fact] === null) continue
    const sources = of.map((variant) => variant.sources[fact] ?? FROM_MEMORY)
    entry.sources[fact] = sources.includes(FROM_MEMORY) ? FROM_MEMORY : (sources[0] ?? FROM_MEMORY)
  }
  return entry
}

/**
 * Reads one catalog file: a header line, then a variant a line, cells parted by commas and never quoted, lines ended by LF. An
 * empty cell is unknown. Anything else than the documented columns, and any cell that is not what its column holds, throws an
 * error that names file and line: a catalog that is half right is not used at all.
 */
export function parseCatalog(text: string, file: string, sourceIds: ReadonlySet<string>): CatalogEntry[] {
  const lines = text.split('\n')
  const fail = (index: number, what: string): never => {
    throw new Error(`${file}:${index + 1}: ${what}`)
  }
  if (lines.pop() !== '') fail(lines.length, 'the file does not end with a line feed')
  const header = lines[0]?.split(',') ?? []
  for (let i = 0; i < Math.max(header.length, COLUMNS.length); i++) {
    const [got, expected] = [header[i] ?? 'missing', COLUMNS[i] ?? 'no more columns']
    if (got !== expected) fail(0, `column ${i + 1} is ${got}, expected ${expected}`)
  }
  const readVariant = variantReader(sourceIds)
  return lines.slice(1).map((line, index) => {
    const cells = line.split(',')
    if (cells.length !== COLUMNS.length) fail(index + 1, `expected ${COLUMNS.length} cells, got ${cells.length}`)
    try {
      return readVariant(cells)
    } catch (error) {
      if (error instanceof BadCell) fail(index + 1, error.message)
      throw error
    }
  })
}

class BadCell extends Error {}

/** Reads row after row. One reader for a file and not one for each row, because the catalog is read whenever a command starts. */
function variantReader(sourceIds: ReadonlySet<string>): (row: readonly string[]) => CatalogEntry {
  let cells: readonly string[] = []
  const cell = (column: Column): string => cells[COLUMN_INDEX.get(column) ?? -1] ?? ''
  const bad = (column: Column, expected: string): never => {
    throw new BadCell(`${column} is ${JSON.stringify(cell(column))}, expected ${expected}`)
  }
  const words = (column: Column): string | null => {
    const value = cell(column)
    if (value !== '' && !WORDS.test(value)) bad(column, 'text without quotes, control characters and outer spaces')
    return value === '' ? null : value
  }
  const number = (column: Fact): number | null => {
    const value = cell(column)
    if (value !== '' && !NUMBER.test(value)) bad(column, 'a number')
    return value === '' ? null : Number(value)
  }
  const integer = (column: Fact): number | null => {
    const value = cell(column)
    if (value !== '' && !WHOLE_NUMBER.test(value)) bad(column, 'a whole number')
    return value === '' ? null : Number(value)
  }
  const flag = (column: Fact): boolean | null => {
    const value = cell(column)
    if (value !== '' && value !== '0' && value !== '1') bad(column, '0, 1 or nothing')
    return value === '' ? null : value === '1'
  }
  const oneOf = <T extends string>(column: Column, allowed: readonly T[]): T | null => {
    const value = cell(column)
    return value === '' ? null : (allowed.find((name) => name === value) ?? bad(column, `one of ${allowed.join(', ')}`))
  }
  const sources = sourcesReader(sourceIds)

  return (row) => {
    cells = row
    if (!MODEL_NAME.test(cell('model'))) bad('model', 'a name in UPPER_SNAKE')
    return {
      model: cell('model'),
      edition: words('edition'),
      vendor: oneOf('vendor', VENDORS) ?? bad('vendor', `one of ${VENDORS.join(', ')}`),
      vram_gb: number('vram_gb'),
      gpus: integer('gpus'),
      memory_type: words('memory_type'),
      mem_bandwidth_gbs: number('mem_bandwidth_gbs'),
      tdp_watts: integer('tdp_watts'),
      fp16_dense_tflops: number('fp16_dense_tflops'),
      fp32_tflops: number('fp32_tflops'),
      fp8_dense_tflops: number('fp8_dense_tflops'),
      int8_dense_tops: number('int8_dense_tops'),
      mig_support: integer('mig_support'),
      nvlink: flag('nvlink'),
      pcie_generation: integer('pcie_generation'),
      form_factor: oneOf('form_factor', FORM_FACTORS),
      slots: number('slots'),
      cooling: oneOf('cooling', COOLINGS),
      architecture: words('architecture'),
      release_year: integer('release_year'),
      compute_capability: words('compute_capability'),
      gfx: words('gfx'),
      support: oneOf('support', SUPPORTS),
      sources: sources(
        cell('sources'),
        FACTS.filter((fact) => cell(fact) !== ''),
      ),
    }
  }
}

/** Reads `SOURCE:fact fact;SOURCE:fact`. Rows often agree in it, and then share the object. */
function sourcesReader(sourceIds: ReadonlySet<string>): (text: string, filled: readonly Fact[]) => Record<string, string> {
  const seen = new Map<string, Record<string, string>>()
  return (text, filled) => {
    const key = `${text}|${filled.join()}`
    let sources = seen.get(key)
    if (!sources) {
      const named = namedSources(text, filled, sourceIds)
      sources = Object.fromEntries(filled.map((fact) => [fact, named.get(fact) ?? FROM_MEMORY]))
      seen.set(key, sources)
    }
    return sources
  }
}

function namedSources(text: string, filled: readonly Fact[], sourceIds: ReadonlySet<string>): Map<string, string> {
  const named = new Map<string, string>()
  for (const group of text === '' ? [] : text.split(';')) {
    const colon = group.indexOf(':')
    const id = group.slice(0, Math.max(colon, 0))
    if (!sourceIds.has(id)) throw new BadCell(`sources has the unknown source ${JSON.stringify(id || group)}`)
    for (const name of group.slice(colon + 1).split(' ')) {
      if (!filled.some((fact) => fact === name))
        throw new BadCell(`sources has ${JSON.stringify(name)}, which is no filled fact`)
      if (named.has(name)) throw new BadCell(`sources has two sources for ${name}`)
      named.set(name, id)
    }
  }
  return named
}

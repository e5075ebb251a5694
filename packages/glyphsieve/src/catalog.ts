import { readdirSync, readFileSync } from 'node:fs'
import Type, { type Static, type TSchema } from 'typebox'

/** Version of the facts: another one may match, enrich and score the same title differently. */
export const CATALOG_VERSION = '2026-11'

export const VENDORS = ['nvidia', 'amd', 'intel', 'other'] as const
const FORM_FACTORS = ['pcie', 'sxm2', 'sxm3', 'sxm4', 'sxm5', 'sxm6', 'oam', 'mxm'] as const
const COOLINGS = ['active', 'passive', 'liquid'] as const
const SUPPORTS = ['vendor', 'unofficial', 'none'] as const

const known = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()])
const text = (description: string) => known(Type.String({ minLength: 1, description }))
const positive = (description: string) => known(Type.Number({ exclusiveMinimum: 0, description }))
const whole = (minimum: number, maximum: number, description: string) => known(Type.Integer({ minimum, maximum, description }))

const Facts = Type.Object({
  vram_gb: positive('Memory of the whole board in GiB; 0.5 is 512 MB.'),
  gpus: whole(1, 8, 'GPUs on the board.'),
  memory_type: text('Such as `GDDR6X` or `HBM2e`.'),
  mem_bandwidth_gbs: positive('Memory bandwidth of the whole board in GB/s (10^9 bytes), caches not counted.'),
  tdp_watts: whole(1, 5000, 'Default board power in watts.'),
  fp16_dense_tflops: positive(
    'FP16 of the whole board without sparsity: with FP32 accumulation where there are matrix units, else the vector rate.',
  ),
  fp32_tflops: positive('Vector FP32 of the whole board at boost clock.'),
  fp8_dense_tflops: positive('FP8 without sparsity.'),
  int8_dense_tops: positive('INT8 without sparsity.'),
  mig_support: whole(0, 7, 'Multi-instance GPU: the most instances; 0 is none.'),
  nvlink: known(Type.Boolean({ description: 'Whether the card has NVLink, by bridge or by module.' })),
  pcie_generation: whole(1, 6, 'PCIe generation of the link to the host.'),
  form_factor: known(Type.Enum([...FORM_FACTORS], { description: 'What the board plugs into.' })),
  slots: known(Type.Number({ minimum: 0.5, maximum: 5, description: 'Slots that the reference board covers.' })),
  cooling: known(Type.Enum([...COOLINGS], { description: 'How the reference board is cooled.' })),
  architecture: text('Such as `Ampere`, `RDNA3`, `Xe-HPG`.'),
  release_year: whole(1995, 2030, 'Year in which this variant was launched.'),
  compute_capability: known(
    Type.String({ pattern: '^\\d{1,2}\\.\\d$', description: 'NVIDIA only, such as `8.6`: text, since 12.0 is not 12.' }),
  ),
  gfx: known(Type.String({ pattern: '^gfx[0-9a-f]{3,4}$', description: 'AMD only, such as `gfx1100`.' })),
  support: known(
    Type.Enum([...SUPPORTS], {
      description: 'AMD and Intel only: whether an LLM inference stack runs on it, by the vendor, unofficially or not.',
    }),
  ),
})

/**
 * One variant of a model as it was sold, or, with `variants_of_family`, what the variants of a family agree on. Null is unknown
 * or not applicable, never a guess.
 */
export const CatalogEntry = Type.Object(
  {
    model: Type.String({ pattern: '^[A-Z0-9]+(_[A-Z0-9]+)*$', description: 'Canonical name, such as `RTX_4070_TI_SUPER`.' }),
    edition: text('What tells variants of one model and size apart beyond the memory type.'),
    vendor: Type.Enum([...VENDORS], { description: 'Maker of the chip.' }),
    ...Facts.properties,
    sources: Type.Record(Type.String(), Type.String(), {
      description: 'Fact -> id of its source in `sources.json`; `memory` is a fact that was not read anywhere.',
    }),
    variants_of_family: Type.Optional(
      Type.Array(Type.String(), { description: 'The models that a family name leaves open, such as `A100_PCIE_80GB`.' }),
    ),
  },
  { additionalProperties: false, description: 'One variant of a model, with the source of each fact.' },
)
export type CatalogEntry = Static<typeof CatalogEntry>

export type Vendor = CatalogEntry['vendor']
export type Fact = keyof Static<typeof Facts>

/** Names of the facts, in the order of the columns. (The cast: Object.keys forgets the names.) */
export const FACTS = Object.keys(Facts.properties) as Fact[]

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

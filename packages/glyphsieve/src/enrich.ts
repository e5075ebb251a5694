import { variantsOf } from './catalog.ts'
import type { CatalogEntry } from './catalog-entry.ts'

/** The facts of the catalog that capacity and score need, for one listing. Null is unknown. */
export interface Specs
  extends Pick<
    CatalogEntry,
    | 'vendor'
    | 'vram_gb'
    | 'gpus'
    | 'mem_bandwidth_gbs'
    | 'tdp_watts'
    | 'fp16_dense_tflops'
    | 'fp32_tflops'
    | 'mig_support'
    | 'nvlink'
    | 'form_factor'
    | 'architecture'
    | 'compute_capability'
    | 'support'
  > {
  /** What was assumed or overruled, in words. */
  warnings: string[]
}

/** What the listing says beyond the model's name. Null or an absent member is not stated. */
export interface Stated {
  vram_gb?: number | null | undefined
  memory_type?: string | null | undefined
  edition?: string | null | undefined
  form_factor?: string | null | undefined
}

type SpecFact = Exclude<keyof Specs, 'warnings' | 'vendor'>

/** Orders two known values of a fact, the one that makes the lower score first. */
type Order = (a: unknown, b: unknown) => number

const least: Order = (a, b) => Number(a) - Number(b)
const most: Order = (a, b) => Number(b) - Number(a)
const earliestIn =
  (values: readonly unknown[]): Order =>
  (a, b) =>
    values.indexOf(a) - values.indexOf(b)
const leastHosted = earliestIn(['oam', 'mxm', 'sxm6', 'sxm5', 'sxm4', 'sxm3', 'sxm2', 'pcie'])
const leastSupported = earliestIn(['none', 'unofficial', 'vendor'])

/** Answers of `specsOf`, so many at most that hostile input does not fill the memory. */
const weighed = new Map<string, Specs>()
const MAX_WEIGHED = 4096

/**
 * The specs of what a listing offers, or undefined for a model that the catalog does not have. A family name counts as a model.
 *
 * Variants that contradict what is stated are left out. Where several are left, each fact on which they differ has the value
 * that is least favourable for the score, and one warning says so; where one of them does not know the fact, the others decide,
 * so that a gap in a rare variant does not take the score from a common one. A stated size that the model was never sold with is
 * a modified card: it has the memory that is stated, and the other specs of its model.
 */
export function specsOf(model: string, stated: Stated): Specs | undefined {
  const variants = variantsOf(model)
  if (variants.length < 2) return specsOfVariants(variants, stated)
  // Weighing variants against each other costs more than all other work on a listing, and listings repeat each other.
  const key = [model, stated.vram_gb, stated.memory_type, stated.edition, stated.form_factor].join('\n')
  let specs = weighed.get(key)
  if (!specs) {
    specs = specsOfVariants(variants, stated)
    if (weighed.size === MAX_WEIGHED) weighed.clear()
    if (specs) weighed.set(key, specs)
  }
  return specs && { ...specs, warnings: [...specs.warnings] }
}

/** `specsOf` for variants at hand. */
export function specsOfVariants(variants: readonly CatalogEntry[], stated: Stated): Specs | undefined {
  const warnings: string[] = []
  const size = sizeOf(variants, stated.vram_gb ?? undefined, warnings)
  const ofType = ofMemoryType(size.variants, stated.memory_type ?? undefined, warnings)
  const ofBus = ofFormFactor(ofType, stated.form_factor ?? undefined)
  const left = ofEdition(ofBus, stated.edition ?? undefined)
  const [first] = left
  if (!first) return undefined

  const assumed: string[] = []
  const incomplete: string[] = []
  const take = <K extends SpecFact>(fact: K, order: Order): CatalogEntry[K] => {
    if (left.every((variant) => variant[fact] === first[fact])) return first[fact]
    const values = left.map((variant) => variant[fact]).filter((value) => value !== null)
    assumed.push(fact)
    if (values.length < left.length) incomplete.push(fact)
    return values.reduce((worst, value) => (order(value, worst) < 0 ? value : worst))
  }
  const specs: Specs = {
    vendor: first.vendor,
    vram_gb: size.vram_gb ?? take('vram_gb', least),
    gpus: take('gpus', most),
    mem_bandwidth_gbs: take('mem_bandwidth_gbs', least),
    tdp_watts: take('tdp_watts', most),
    fp16_dense_tflops: take('fp16_dense_tflops', least),
    fp32_tflops: take('fp32_tflops', least),
    mig_support: take('mig_support', least),
    nvlink: take('nvlink', least),
    form_factor: take('form_factor', leastHosted),
    // No architecture is worse than another: where the variants differ it is not known.
    architecture: left.every((variant) => variant.architecture === first.architecture) ? first.architecture : null,
    compute_capability: take('compute_capability', least),
    support: take('support', leastSupported),
    warnings,
  }
  if (assumed.length > 0) {
    const gap = incomplete.length > 0 ? ` (of some the catalog does not know ${incomplete.join(', ')})` : ''
    warnings.push(`${openQuestion(left, size.modified)} taken for ${assumed.join(', ')}${gap}`)
  }
  return specs
}

/** The variants of the stated size, and what the size is; every variant where nothing is stated, or nothing sold has that size. */
function sizeOf(variants: readonly CatalogEntry[], stated: number | undefined, warnings: string[]) {
  if (stated === undefined) return { variants, vram_gb: undefined, modified: false }
  const agreeing = variants.filter(({ vram_gb }) => vram_gb === stated || vram_gb === null)
  if (agreeing.length > 0) return { variants: agreeing, vram_gb: stated, modified: false }
  const perGpu = variants.filter(
    ({ vram_gb, gpus }) => vram_gb !== null && gpus !== null && gpus > 1 && vram_gb === stated * gpus,
  )
  const board = perGpu[0]?.vram_gb ?? undefined
  if (board !== undefined) {
    warnings.push(`${stated} GB stated is the memory of each GPU: the board has ${board} GB`)
    return { variants: perGpu.filter(({ vram_gb }) => vram_gb === board), vram_gb: board, modified: false }
  }
  if (variants.length > 0) {
    const sold = [...new Set(variants.map(({ vram_gb }) => vram_gb))].sort(least).map((gb) => `${gb} GB`)
    warnings.push(`modified: ${stated} GB stated, sold with ${listed(sold, 'or')}`)
  }
  return { variants, vram_gb: stated, modified: true }
}

/** The variants with the stated memory type; sellers often leave out the G of GDDR. One never sold is warned of and ignored. */
function ofMemoryType(variants: readonly CatalogEntry[], stated: string | undefined, warnings: string[]) {
  if (stated === undefined) return variants
  const type = stated.toUpperCase()
  for (const wanted of [type, `G${type}`]) {
    const agreeing = variants.filter(({ memory_type }) => memory_type?.toUpperCase() === wanted)
    if (agreeing.length > 0) return agreeing
  }
  const sold = [...new Set(variants.flatMap(({ memory_type }) => memory_type ?? []))]
  if (sold.length > 0) warnings.push(`${stated} stated, sold with ${listed(sold, 'or')}`)
  return variants
}

/** The variants that plug into what is stated; all of them where none does. */
function ofFormFactor(variants: readonly CatalogEntry[], stated: string | undefined) {
  const agreeing = variants.filter(({ form_factor }) => form_factor === stated)
  return agreeing.length > 0 ? agreeing : variants
}

/** The variants of the stated edition; an edition that the catalog does not tell apart is the plain one, if there is one. */
function ofEdition(variants: readonly CatalogEntry[], stated: string | undefined) {
  if (stated === undefined) return variants
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s-]/g, '')
  for (const wanted of [plain(stated), '']) {
    const agreeing = variants.filter(({ edition }) => plain(edition ?? '') === wanted)
    if (agreeing.length > 0) return agreeing
  }
  return variants
}

/** What tells variants apart, the first that suffices named first. */
const DISTINCTIONS: [name: string, of: (variant: CatalogEntry) => string][] = [
  ['bus', ({ model }) => model.replace(/_\d+GB$/, '').replace(/^[^_]+_/, '')],
  ['memory size', ({ vram_gb }) => `${vram_gb ?? '?'} GB`],
  ['memory type', ({ memory_type }) => memory_type ?? 'unknown'],
  ['edition', ({ edition }) => edition ?? 'standard'],
]

/** Such as `memory type not stated: least favourable of GDDR5 and DDR4`. */
function openQuestion(variants: readonly CatalogEntry[], modified: boolean): string {
  const open: { name: string; values: string[] }[] = []
  let groups = [[...variants]]
  for (const [name, of] of DISTINCTIONS) {
    const split = groups.map((group) =>
      [...new Set(group.map(of))].map((value) => group.filter((variant) => of(variant) === value)),
    )
    if (split.some((parts) => parts.length > 1)) open.push({ name, values: [...new Set(variants.map(of))] })
    groups = split.flat()
  }
  const names = open.map(({ name }) => (modified && name === 'memory size' ? 'original memory size' : name))
  const [only] = open
  const of = only && open.length === 1 ? listed(only.values, 'and') : `${variants.length} variants`
  return `${names.length > 0 ? listed(names, 'and') : 'variant'} not stated: least favourable of ${of}`
}

function listed(words: readonly string[], conjunction: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}

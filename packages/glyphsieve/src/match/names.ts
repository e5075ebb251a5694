import { catalogEntries } from '../catalog.ts'
import { BRAND, type Brand } from './brands.ts'

const bits = (...brands: Brand[]) => brands.reduce((all, brand) => all | BRAND[brand], 0)

const GEFORCE = bits('rtx', 'gtx', 'gts', 'gt', 'geforce')

/** How much has to stand around a number for it to be read as this name. */
export type Need = 'nothing' | 'some evidence' | 'brand in the title' | 'brand beside it'

/**
 * One way in which a product is named: letters and digits of its number, words that may stand around it, and what follows. Every
 * name has every member, in the same order: V8 reads objects of one shape several times as fast.
 */
export interface Name {
  model: string
  vendor: 'nvidia' | 'amd' | 'intel' | 'other'
  /** Memory sizes with which it was sold, GiB. */
  sizes: readonly number[]
  /** Brands that fit. */
  brands: number
  need: Need
  /** `ti super`, `xt`; empty if nothing follows the number. */
  suffix: string
  /** Tells products of one number apart. */
  generation: 'fermi' | 'turing' | 'ampere' | 'ada' | 'blackwell' | undefined
  sff: boolean
  /** No other product bears its name. */
  is_distinct: boolean
  /** It exists as an MXM module only. */
  is_module: boolean
  /** The brand that its name begins with, where namesakes differ by it. */
  own: Brand | undefined
  /** Its name has two numbers: `P106-100`. */
  two_numbers: boolean
  /** The product is named with bus and memory behind this base: `A100`. */
  base: string | undefined
}

/** Endings of a number that make another product. */
export const SUFFIX_WORDS: ReadonlySet<string> = new Set([
  'ti',
  'super',
  'xt',
  'xtx',
  'gre',
  'd',
  'x',
  'x2',
  'se',
  'le',
  'gme',
  'boost',
  'v2',
  'gt',
  'gtx',
  'gts',
  'gs',
  'ultra',
  'plus',
  'duo',
  'dual',
  'gso',
  'ge',
  'gx2',
])

export interface NameIndex {
  /** By the number with the letters that belong to it: `4070`, `a6000`, `40hx`. */
  byNumber: ReadonlyMap<string, readonly Name[]>
  /** Names without a number, by their words: `titan rtx`. */
  byWords: ReadonlyMap<string, Name>
  byModel: ReadonlyMap<string, Name>
  /** Products that are named with bus and memory, by their base: those of `A100`. */
  byBase: ReadonlyMap<string, readonly Name[]>
  /** Numbers that occur in names; most numbers of titles do not. */
  numbers: ReadonlySet<string>
}

const OWN_BRANDS: Readonly<Record<string, Brand>> = { RTX: 'rtx', GTX: 'gtx', GTS: 'gts', GT: 'gt' }
const BASES = new Set(['V100', 'A100', 'A800', 'H100', 'H800', 'H200', 'P100', 'H20'])
const BUS_AND_MEMORY = /^([A-Z]+\d+)_(?:PCIE|SXM\d?|NVL|FHHL)_\d+GB$/

/** Names that no other product bears. */
const DISTINCT =
  /^(A100|A800|H100|H800|H200|V100|V100S|L40S?|A100X|A10G|GV100|H20|B[23]00|GH200|K80|INSTINCT_.*|CMP_.*|P10\d_\d+|RADEON_PRO_W.*|GRID_.*|QUADRO_(GP100|RTX_.*))$/

/** How a product is named around its number. */
interface Form {
  key: string
  brands: number
  need: Need
  suffix?: string
  generation?: Name['generation']
  sff?: boolean
}

type Spoken = (parts: string[]) => Form

const lower = (text: string | undefined) => (text ?? '').toLowerCase()
/** `_TI_SUPER` -> `ti super`. */
const ending = (text: string | undefined) => lower(text).slice(1).replaceAll('_', ' ')

/** How the models of a series are spoken of, read off the canonical name; the first that fits holds. `parts[1]` is the first group. */
const SPOKEN: readonly [pattern: RegExp, form: Spoken][] = [
  [
    /^RTX_PRO_(\d+)_(SFF_)?BLACKWELL$/,
    ([, digits, sff]) => ({
      key: lower(digits),
      brands: bits('rtx', 'pro', 'quadro', 'blackwell', 'nvidia'),
      need: 'brand beside it',
      generation: 'blackwell',
      sff: sff !== undefined,
    }),
  ],
  [
    /^RTX_(\d+)_(SFF_)?ADA$/,
    ([, digits, sff]) => ({
      key: lower(digits),
      brands: bits('rtx', 'quadro', 'ada', 'nvidia'),
      need: 'brand beside it',
      generation: 'ada',
      sff: sff !== undefined,
    }),
  ],
  [
    /^QUADRO_RTX_(\d+)$/,
    ([, digits]) => ({
      key: lower(digits),
      brands: bits('quadro', 'rtx', 'nvidia'),
      need: 'brand beside it',
      generation: 'turing',
    }),
  ],
  [/^RTX_(A\d+)$/, ([, number]) => ({ key: lower(number), brands: bits('rtx', 'quadro', 'nvidia'), need: 'some evidence' })],
  [
    /^(?:RTX|GTX|GTS|GT)_(\d{3,4})(MX?)?(?!.*_(?:MXM|MOBILE)$)((?:_[A-Z0-9]+)*)$/,
    ([, digits = '', mobile = '', words]) => ({
      key: lower(`${digits}${mobile}`),
      brands: GEFORCE | BRAND.nvidia,
      need: geforceNeed(digits, ending(words)),
      suffix: ending(words),
    }),
  ],
  [
    /^GEFORCE_(G?\d{3,4})((?:_[A-Z0-9]+)*)$/,
    ([, digits, words]) => ({
      key: lower(digits),
      brands: GEFORCE,
      need: /^_GT[XS]?/.test(words ?? '') ? 'some evidence' : 'brand beside it',
      suffix: ending(words),
    }),
  ],
  [
    /^QUADRO_FX_(\d+)$/,
    ([, digits]) => ({ key: lower(digits), brands: bits('fx', 'quadro', 'nvidia'), need: 'brand beside it' }),
  ],
  [
    /^QUADRO_([KMPGV]+\d+[A-Z]*)$/,
    ([, number]) => ({ key: lower(number), brands: bits('quadro', 'nvidia', 'pro', 'rtx'), need: 'some evidence' }),
  ],
  [
    /^QUADRO_(\d+D?)$/,
    ([, number]) => ({ key: lower(number), brands: bits('quadro'), need: 'brand beside it', generation: 'fermi' }),
  ],
  [/^NVS_(\d+)$/, ([, digits]) => ({ key: lower(digits), brands: bits('nvs'), need: 'brand beside it' })],
  [/^CMP_(\d+HX)$/, ([, number]) => ({ key: lower(number), brands: bits('cmp', 'nvidia'), need: 'nothing' })],
  [/^CMP_(\d+)_(\d+)$/, ([, first, second]) => ({ key: `${first}-${second}`, brands: bits('cmp'), need: 'brand beside it' })],
  [
    /^(P\d{3})_(\d{3})$/,
    ([, first, second]) => ({
      key: `${lower(first)}-${second}`,
      brands: bits('nvidia', 'geforce', 'gtx', 'cmp'),
      need: 'nothing',
    }),
  ],
  [/^GRID_([KM]\d+)$/, ([, number]) => ({ key: lower(number), brands: bits('grid', 'nvidia'), need: 'brand beside it' })],
  [
    /^RX_VEGA_(\d+)$/,
    ([, digits]) => ({ key: `vega ${digits}`, brands: bits('rx', 'vega', 'radeon', 'amd'), need: 'nothing' }),
  ],
  [
    /^RX_(\d{3,4})([MD]?)((?:_[A-Z0-9]+)*)$/,
    ([, digits = '', mobile, words]) => ({
      key: lower(`${digits}${mobile}`),
      brands: bits('rx', 'radeon', 'amd'),
      need: digits.length < 4 ? 'brand beside it' : words ? 'some evidence' : 'brand in the title',
      suffix: ending(words),
    }),
  ],
  [
    /^R([579])_(\d{3})(X2|X|E)?$/,
    ([, series, digits, letter]) => ({
      key: lower(digits),
      brands: bits(series === '5' ? 'r5' : series === '7' ? 'r7' : 'r9', 'radeon', 'amd'),
      need: letter === undefined ? 'brand beside it' : 'brand in the title',
      suffix: lower(letter),
    }),
  ],
  [
    /^RADEON_HD_(\d{4})((?:_[A-Z0-9]+)*)$/,
    ([, digits, words]) => ({
      key: lower(digits),
      brands: bits('hd', 'radeon', 'amd'),
      need: 'brand beside it',
      suffix: ending(words),
    }),
  ],
  [/^RADEON_(\d{3,4})$/, ([, digits]) => ({ key: lower(digits), brands: bits('radeon', 'amd'), need: 'brand beside it' })],
  [
    /^RADEON_AI_PRO_(R\d+[A-Z]?)$/,
    ([, number]) => ({ key: lower(number), brands: bits('radeon', 'amd', 'pro'), need: 'some evidence' }),
  ],
  [
    /^RADEON_PRO_(W\d+X?|V\d+)(_DUO)?$/,
    ([, number, duo]) => ({
      key: lower(number),
      brands: bits('radeon', 'amd', 'pro'),
      need: 'some evidence',
      suffix: duo === undefined ? '' : 'duo',
    }),
  ],
  [
    /^RADEON_PRO_WX_(\d+)$/,
    ([, digits]) => ({ key: `wx${digits}`, brands: bits('radeon', 'amd', 'pro'), need: 'some evidence' }),
  ],
  [
    /^FIREPRO_([A-Z]?\d+X?)(_X2)?$/,
    ([, number, twin]) => ({
      key: lower(number),
      brands: bits('firepro', 'amd', 'radeon', 'pro'),
      need: 'brand in the title',
      suffix: twin === undefined ? '' : 'x2',
    }),
  ],
  [
    /^INSTINCT_(MI\d+[A-Z]?)$/,
    ([, number]) => ({ key: lower(number), brands: bits('instinct', 'radeon', 'amd'), need: 'some evidence' }),
  ],
  [/^ARC_([AB]\d+)$/, ([, number]) => ({ key: lower(number), brands: bits('arc', 'intel'), need: 'brand in the title' })],
  [
    /^ARC_PRO_([AB]\d+)(_DUAL)?$/,
    ([, number, dual]) => ({
      key: lower(number),
      brands: bits('arc', 'intel', 'pro'),
      need: 'brand in the title',
      suffix: dual === undefined ? '' : 'dual',
    }),
  ],
  [
    /^(FLEX|MAX)_(\d+)$/,
    ([, series, digits]) => ({
      key: `${lower(series)} ${digits}`,
      brands: bits(series === 'FLEX' ? 'flex' : 'max', 'intel'),
      need: 'brand in the title',
    }),
  ],
  [/^MATROX_LUMA_(A\d+F?)$/, ([, number]) => ({ key: lower(number), brands: bits('matrox'), need: 'brand beside it' })],
  [
    /^MATROX_([A-Z]\d+)((?:_[A-Z0-9]+)*)$/,
    ([, number, words]) => ({ key: lower(number), brands: bits('matrox'), need: 'brand in the title', suffix: ending(words) }),
  ],
  [
    /^([A-Z]{1,3}\d{1,4}[A-Z]?)$/,
    ([, number]) => ({ key: lower(number), brands: bits('tesla', 'nvidia', 'quadro', 'grid'), need: 'some evidence' }),
  ],
]

/** Numbers since the GTX 10 stand for themselves; older ones are names of many things. */
function geforceNeed(digits: string, suffix: string): Need {
  if (/^(?:10[1-8]|16|20|30|40|50)\d/.test(digits) && digits.length === 4) return 'some evidence'
  if (suffix === 'ti') return 'some evidence'
  return /^9[5678]0$/.test(digits) ? 'brand in the title' : 'brand beside it'
}

function formOf(model: string): Form | undefined {
  for (const [pattern, form] of SPOKEN) {
    const parts = pattern.exec(model)
    if (parts !== null) return form([...parts])
  }
  return undefined
}

/** Names without a number of their own. */
const WORD_FORMS: Record<string, string[]> = {
  GTX_TITAN: ['gtx titan', 'geforce titan'],
  GTX_TITAN_BLACK: ['titan black', 'gtx titan black'],
  GTX_TITAN_X: ['gtx titan x', 'titan x maxwell', 'geforce gtx titan x', 'titan x'],
  GTX_TITAN_Z: ['titan z', 'gtx titan z'],
  TITAN_X_PASCAL: ['titan x pascal', 'titan xp pascal', 'pascal titan x', 'nvidia titan x pascal'],
  TITAN_XP: ['titan xp', 'titan xp collectors'],
  TITAN_V: ['titan v'],
  TITAN_RTX: ['titan rtx', 'rtx titan'],
  RADEON_VII: ['radeon vii', 'radeon 7 16', 'vega vii'],
  RADEON_PRO_VII: ['radeon pro vii', 'pro vii'],
  RADEON_PRO_DUO: ['pro duo'],
  RADEON_PRO_SSG: ['pro ssg'],
  RADEON_VEGA_FRONTIER_EDITION: ['vega frontier edition', 'vega frontier', 'vega fe'],
  R9_FURY: ['r 9 fury', 'radeon fury'],
  R9_FURY_X: ['r 9 fury x', 'fury x', 'radeon fury x'],
  R9_NANO: ['r 9 nano', 'radeon nano', 'fury nano'],
  RADEON_PRO_VEGA_II: ['pro vega ii', 'vega ii'],
  RADEON_PRO_VEGA_II_DUO: ['pro vega ii duo', 'vega ii duo'],
  MATROX_QID: ['matrox qid', 'matrox graphics qid'],
  INTEL_DG1: ['intel dg 1', 'iris xe dg 1'],
}
export const WORD_NAME_MODELS: Readonly<Record<string, string[]>> = WORD_FORMS

let index: NameIndex | undefined

/** The names of all models of the catalog; made when first asked for. */
export function nameIndex(): NameIndex {
  index ??= makeIndex()
  return index
}

function makeIndex(): NameIndex {
  const byNumber = new Map<string, Name[]>()
  const byWords = new Map<string, Name>()
  const byModel = new Map<string, Name>()
  const byBase = new Map<string, Name[]>()
  const sizesOf = new Map<string, Set<number>>()
  const vendorOf = new Map<string, Name['vendor']>()
  const onBoards = new Set<string>()
  for (const entry of catalogEntries()) {
    const base = BUS_AND_MEMORY.exec(entry.model)?.[1]
    const names = base !== undefined && BASES.has(base) ? [entry.model, base] : [entry.model]
    for (const model of names) {
      const sizes = sizesOf.get(model) ?? new Set()
      if (entry.vram_gb !== null) sizes.add(entry.vram_gb)
      sizesOf.set(model, sizes)
      vendorOf.set(model, entry.vendor)
      if (entry.form_factor !== 'mxm') onBoards.add(model)
    }
  }
  for (const [model, sizes] of sizesOf) {
    const vendor = vendorOf.get(model) ?? 'other'
    const named: Name = {
      model,
      vendor,
      sizes: [...sizes].sort((a, b) => a - b),
      brands: 0,
      need: 'some evidence',
      suffix: '',
      generation: undefined,
      sff: false,
      is_distinct: DISTINCT.test(model),
      is_module: !onBoards.has(model),
      own: undefined,
      two_numbers: false,
      base: undefined,
    }
    byModel.set(model, named)
    const base = BUS_AND_MEMORY.exec(model)?.[1]
    if (base !== undefined) {
      byBase.set(base, [...(byBase.get(base) ?? []), named])
      continue
    }
    const form = formOf(model)
    if (form !== undefined) {
      const series = /^(?:RTX|GTX|GTS|GT)(?=_)/.exec(model)?.[0]
      const isNamesake = series !== undefined && form.generation === undefined && form.suffix !== undefined
      const name: Name = {
        ...named,
        brands: form.brands,
        need: form.need,
        suffix: form.suffix ?? '',
        generation: form.generation,
        sff: form.sff === true,
        own: isNamesake ? OWN_BRANDS[series] : undefined,
        two_numbers: form.key.includes('-'),
        base: BASES.has(model) ? model : undefined,
      }
      byNumber.set(form.key, [...(byNumber.get(form.key) ?? []), name])
    }
    for (const words of WORD_FORMS[model] ?? []) byWords.set(words, { ...named, need: 'nothing' })
  }
  const numbers = new Set([...byNumber.keys()].flatMap((key) => key.match(/\d+/g) ?? []))
  return { byNumber, byWords, byModel, byBase, numbers }
}

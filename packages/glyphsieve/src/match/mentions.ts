import { BRAND, brandOfWord, distance, VENDOR_BRANDS } from './brands.ts'
import { wordSet } from './letters.ts'
import { type Name, nameIndex, SUFFIX_WORDS, WORD_NAME_MODELS } from './names.ts'
import { GAP, type Token } from './tokens.ts'

/** A place of a title that names a product. */
export interface Mention {
  /** What it may name; several where the title has to tell them apart. */
  names: readonly Name[]
  /** First and last token, brand words and ending included. */
  from: number
  to: number
  /** Where the number is. */
  at: number
  /** How plainly the words around it make it a card: by its series, by its form, or by nothing. */
  strength: 'series' | 'form' | 'bare'
  /** The ending as printed, in canonical order. */
  suffix: string
  /** Brands that stand beside it. */
  brands: number
  /** The letters behind a number that no product has, such as the OEM's `E` of `A4000E`. */
  odd?: string
}

const SERIES_BRANDS =
  Object.values(BRAND).reduce((all, bit) => all | bit, 0) &
  ~VENDOR_BRANDS &
  ~BRAND.pro &
  ~BRAND.max &
  ~BRAND.ada &
  ~BRAND.blackwell
/** Series of AMD, which share numbers. */
const AMD_SERIES = BRAND.rx | BRAND.hd | BRAND.r5 | BRAND.r7 | BRAND.r9 | BRAND.vega | BRAND.firepro | BRAND.instinct
/** Prefixes that may stand apart from their number: `MI 50`, `WX 7100`. */
const SPACED_PREFIXES = new Set(['mi', 'wx', 'gp', 'gv'])
const SPACED_AFTER_BRAND = wordSet(`
  a p k m t w v l h b s r
`)
/** Signs of trademarks and words that stand between a brand and its number and say nothing. */
const NOISE = wordSet(`
  r tm series c card gpu professional graphics ai generation
`)
const LONGEST_BRAND_RUN = 8

const word = (tokens: readonly Token[], at: number) => tokens[at]?.text

/** Every place of a title that names a product, from left to right, none inside another. */
export function mentionsOf(tokens: readonly Token[]): Mention[] {
  const mentions: Mention[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) continue
    const mention =
      token.type === 'number'
        ? mentionAtNumber(tokens, at, listBrands(tokens, at, mentions.at(-1)))
        : mentionInWords(tokens, at)
    if (mention === undefined) continue
    const last = mentions.at(-1)
    if (last !== undefined && mention.from <= last.to) {
      if (mention.at <= last.to) continue
      mention.from = last.to + 1
    }
    mentions.push(mention)
    at = Math.max(at, mention.to)
  }
  return mentions
}

/** What a number inherits that goes on with a list: `RX 580/570`. */
function listBrands(tokens: readonly Token[], at: number, last: Mention | undefined): number {
  return last?.to === at - 1 && ((tokens[at]?.gap ?? 0) & GAP.slash) !== 0 ? last.brands : 0
}

const longestWordNames = new Map<string, string[][]>()
for (const forms of Object.values(WORD_NAME_MODELS)) {
  for (const form of forms) {
    const words = form.split(' ')
    const first = words[0] ?? ''
    longestWordNames.set(
      first,
      [...(longestWordNames.get(first) ?? []), words].sort((a, b) => b.length - a.length),
    )
  }
}

function mentionInWords(tokens: readonly Token[], at: number): Mention | undefined {
  const candidates = longestWordNames.get(word(tokens, at) ?? '')
  if (candidates === undefined) return undefined
  for (const words of candidates) {
    if (!words.every((text, index) => word(tokens, at + index) === text)) continue
    let to = at + words.length - 1
    let name = nameIndex().byWords.get(words.join(' '))
    if (name === undefined) continue
    const after = word(tokens, to + 1)
    if (name.model === 'GTX_TITAN' && after !== undefined && /^(x|z|xp|v|rtx|black)$/.test(after)) continue
    if (name.model === 'GTX_TITAN_X') name = titanX(tokens, at, to) ?? name
    if (after === 'pascal' || after === 'maxwell') to++
    const run = brandRun(tokens, at)
    return { names: [name], from: run.from, to, at, strength: 'series', suffix: '', brands: run.brands }
  }
  return undefined
}

/** Two cards are called Titan X: the GTX of 2015, and that of 2016, which has no GTX in its name. */
function titanX(tokens: readonly Token[], from: number, to: number): Name | undefined {
  const near = tokens.slice(Math.max(0, from - 3), to + 8).map(({ text }) => text)
  const pascal = near.includes('pascal') || (near.includes('gddr') && near[near.indexOf('gddr') + 2] === 'x')
  return pascal && !near.includes('maxwell') ? nameIndex().byModel.get('TITAN_X_PASCAL') : undefined
}

function mentionAtNumber(tokens: readonly Token[], at: number, inherited: number): Mention | undefined {
  const token = tokens[at]
  if (token === undefined || token.text.length > 6 || token.text.includes('.') || isOtherNumber(tokens, at)) return undefined
  const gigabyte = gigabyteCode(tokens, at) ?? makersCode(tokens, at) ?? splitNumber(tokens, at)
  if (gigabyte !== undefined) return gigabyte
  if (!nameIndex().numbers.has(token.text)) return undefined
  const prefix = prefixBefore(tokens, at)
  const letters = lettersBehind(tokens, at)
  // letters that belong to the number make it another one: `W5700`, `WX 9070`
  const isApart =
    prefix === '' || isBrandPrefix(prefix) || (token.gap !== GAP.none && !SPACED_PREFIXES.has(prefix)) || prefix.length > 2
  const find = (before: string, behind: string): Mention | undefined => {
    const isPlain = before === '' || isBrandPrefix(before) || /^[2-4]$/.test(word(tokens, at + 2) ?? '')
    const isLost =
      behind === '' && letters !== '' && !(isPlain && isEnding(letters)) && !isIgnorable(before, letters, tokens, at)
    const names = isLost ? undefined : lookUp(tokens, at, before, behind)
    return names === undefined ? undefined : mentionOf(tokens, at, names, before, behind, inherited)
  }
  let mention = letters === '' ? undefined : find(prefix, letters)
  mention ??= find(prefix, '')
  if (mention !== undefined || prefix === '' || !isApart) return mention
  return (letters === '' ? undefined : find('', letters)) ?? find('', '')
}

const PROCESSORS = wordSet('ryzen threadripper epyc xeon athlon opteron celeron pentium gold silver bronze platinum')

/** `Ryzen 5 7600X`, `i7-4790K`, `1920 x 1080`. */
function isOtherNumber(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]
  const second = tokens[at - 2]
  if (before === undefined) return false
  if (before.text === 'x') return Number(second?.text) >= 640 // pixels
  if (second?.text === 'ryzen') return true
  if (before.text === 'core') return second?.text !== 'tensor'
  if (before.type === 'word') return PROCESSORS.has(before.text)
  return second?.text === 'i' && before.gap === GAP.none && /^[3579]$/.test(before.text)
}

/** `GV-N3060`, `GV-R76XT`: letters that stand for the series in a maker's codes. */
function isBrandPrefix(prefix: string): boolean {
  return (
    prefix === 'n' ||
    prefix === 'rx' ||
    prefix === 'gt' ||
    prefix === 'nv' ||
    prefix === 'hd' ||
    prefix === 'fx' ||
    prefix === 'gf'
  )
}

function prefixBefore(tokens: readonly Token[], at: number): string {
  const number = tokens[at]
  const before = tokens[at - 1]
  if (number === undefined || before?.type !== 'word' || before.text.length > 3) return ''
  if (number.gap === GAP.none || number.gap === GAP.hyphen) return before.text
  if (number.gap !== GAP.space) return ''
  if (SPACED_PREFIXES.has(before.text)) return before.text
  const brand = brandOfWord.get(word(tokens, at - 2) ?? '')
  return brand !== undefined && SPACED_AFTER_BRAND.has(before.text) && before.text.length === 1 ? before.text : ''
}

function lettersBehind(tokens: readonly Token[], at: number): string {
  const behind = tokens[at + 1]
  if (behind?.text === 'hx') return (behind.gap & ~(GAP.space | GAP.hyphen)) === 0 ? 'hx' : ''
  return behind?.type === 'word' && behind.gap === GAP.none && behind.text.length <= 2 ? behind.text : ''
}

function isEnding(letters: string): boolean {
  return (
    SUFFIX_WORDS.has(letters) ||
    letters === 's' ||
    letters === 'o' ||
    letters === 'oc' ||
    letters === 'lp' ||
    letters === 'ts' ||
    letters === 'm' ||
    letters === 'gx' ||
    letters === 'dv'
  )
}

/** Letters that an OEM or a cooling version adds to a professional card: `A4000E`, `K40m`, `S7150CG`. */
function isIgnorable(prefix: string, letters: string, tokens: readonly Token[], at: number): boolean {
  if (letters === 'g' || letters === 'gb') return false
  if (prefix === '' || isBrandPrefix(prefix)) return letters === 'e' || letters === 'xr' || letters === 'v' || letters === 'i'
  if (/^(?:e|c|cg|ac)$/.test(letters)) return true
  // K40m, K20c: how a Tesla is cooled; a Quadro with an m is the chip of a laptop
  return /^[km]$/.test(prefix) && tokens[at]?.text.length === 2 && /^[mcst]$/.test(letters)
}

function lookUp(tokens: readonly Token[], at: number, prefix: string, letters: string): readonly Name[] | undefined {
  const index = nameIndex().byNumber
  const number = tokens[at]?.text ?? ''
  const next = tokens[at + 1]
  if (prefix === 'p' && /^10[246]$/.test(number) && next?.type === 'number' && letters === '')
    return index.get(`p${number}-${next.text}`)
  if (prefix === '' && number === '100' && next?.text === '210' && (next.gap & ~(GAP.space | GAP.hyphen)) === 0)
    return index.get('100-210')
  if (prefix === '' || prefix === 'n') {
    const before = word(tokens, at - 1)
    if (before === 'vega' || before === 'flex' || (before === 'max' && /^1\d{3}$/.test(number)))
      return index.get(`${before} ${number}${letters}`)
  }
  if (prefix === 'rx' || isBrandPrefix(prefix)) return index.get(number + letters)
  return index.get(prefix + number + letters)
}

const ONLY_AMD = wordSet('sapphire powercolor xfx')
const ONLY_NVIDIA = wordSet('evga zotac palit gainward pny inno3d galax kfa2 leadtek manli')

/** The series of a maker that builds cards with the chips of one maker only: `powercolor 580`. */
function impliedBrand(tokens: readonly Token[]): number {
  for (const { text } of tokens) {
    if (ONLY_AMD.has(text)) return BRAND.radeon
    if (ONLY_NVIDIA.has(text)) return BRAND.geforce
  }
  return 0
}

interface BrandRun {
  from: number
  brands: number
}

/** The brand words that lead up to a number, sizes of memory and signs between them skipped. */
function brandRun(tokens: readonly Token[], at: number): BrandRun {
  let from = at
  let brands = 0
  for (let look = at - 1; look >= 0 && at - look <= LONGEST_BRAND_RUN; look--) {
    const token = tokens[look]
    if (token === undefined || ((tokens[look + 1]?.gap ?? 0) & (GAP.comma | GAP.slash | GAP.plus)) !== 0) break
    const brand = token.brand || radeonR(tokens, look)
    if (brand) {
      brands |= brand
      from = look
    } else if (!NOISE.has(token.text) && !(token.type === 'number' && radeonR(tokens, look - 1) !== undefined)) break
  }
  return { from, brands }
}

/** `R9 290X`, `R7-240`: a series whose name has a number. */
function radeonR(tokens: readonly Token[], at: number): number | undefined {
  if (word(tokens, at) !== 'r') return undefined
  const number = tokens[at + 1]
  if (number === undefined || number.gap === GAP.comma) return undefined
  if (number.text === '5') return BRAND.r5
  if (number.text === '7') return BRAND.r7
  return number.text === '9' ? BRAND.r9 : undefined
}

interface Ending {
  /** Words in the order `ti super`, as names have them. */
  suffix: string
  to: number
}

/** The words behind a number that may make it another product. */
function endingOf(tokens: readonly Token[], at: number, glued: string, twins: boolean): Ending {
  const words: string[] = []
  let to = at
  let look = at + (glued === '' ? 1 : 2)
  if (glued !== '') to = at + 1
  for (; look < tokens.length && words.length < 4; look++) {
    const token = tokens[look]
    if (token === undefined || (token.gap & (GAP.comma | GAP.slash | GAP.plus | GAP.open)) !== 0) break
    const text = isSuper(token.text) ? 'super' : token.text
    const next = tokens[look + 1]
    if (text === 'ts' && token.gap === GAP.none) {
      words.push('ti', 'super')
      to = look
      continue
    }
    const standsAlone = next === undefined || next.type === 'number'
    if (text === 's' && (token.gap === GAP.none || words.at(-1) === 'ti' || (standsAlone && token.gap === GAP.space))) {
      words.push('super')
      to = look
      continue
    }
    if (token.type === 'number') {
      if (text === '2048' && next?.text === 'sp') to = look + 1
      break
    }
    if (!SUFFIX_WORDS.has(text)) {
      if (text === 'dv' && next?.text === '2' && next.gap === GAP.none) {
        words.push('d', 'v2')
        to = look + 1
        look++
        continue
      }
      if (text === 'gx' && next?.text === '2' && next.gap === GAP.none) {
        words.push('gx2')
        to = look + 1
        look++
        continue
      }
      if (text === 'v' && next?.text === '2' && next.gap === GAP.none && words.includes('d')) {
        words.push('v2')
        to = look + 1
        look++
        continue
      }
      break
    }
    if (
      text === 'd' &&
      (next?.gap === GAP.none ||
        (next?.gap === GAP.hyphen && next.text === 'rgb') ||
        (token.gap === GAP.hyphen && next?.gap === GAP.hyphen && next.text !== 'v'))
    )
      break
    if (text === 'x') {
      if (next?.gap === GAP.none && next.type === 'number') {
        if (tokens[look + 2]?.text === 'mms') {
          words.push(`x${next.text} mms`)
          to = look + 2
          break
        }
        if (next.text === '2' && twins) {
          words.push('x2')
          to = look + 1
          look++
          continue
        }
        break
      }
      if (token.gap !== GAP.none) break
    }
    if (words.includes(text)) break
    words.push(text)
    to = look
  }
  return { suffix: canonical(words), to }
}

/** `super` with one letter wrong. */
function isSuper(text: string): boolean {
  return text.length >= 4 && text.length <= 6 && text.startsWith('s') && text !== 'suprim' && distance(text, 'super') <= 1
}

const ORDER = ['d', 'v2', 'ti', 'super', 'xt', 'xtx', 'gre', 'boost']
function canonical(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  const rank = (text: string) => (ORDER.includes(text) ? ORDER.indexOf(text) : ORDER.length)
  const ordered = [...words].sort((a, b) => rank(a) - rank(b))
  return ordered.join(' ')
}

function mentionOf(
  tokens: readonly Token[],
  at: number,
  names: readonly Name[],
  prefix: string,
  letters: string,
  inherited = 0,
): Mention | undefined {
  const numberFrom = prefix === '' ? at : at - 1
  const run = brandRun(tokens, numberFrom)
  const isOpen = (run.brands & SERIES_BRANDS) === 0 && names.some(({ need }) => need !== 'nothing' && need !== 'some evidence')
  const implied = isOpen ? impliedBrand(tokens) & names.reduce((all, name) => all | name.brands, 0) : 0
  let brands = (run.brands === 0 ? inherited : run.brands) | implied
  if (isBrandPrefix(prefix) || prefix === 'r') {
    if (prefix === 'n' || prefix === 'nv' || prefix === 'gf') brands |= BRAND.geforce
    else brands |= brandOfWord.get(prefix) ?? 0
  }
  const code = word(tokens, run.from - 1)
  const coded = code !== undefined && /^(vcq|vcn|tcs)$/.test(code) && tokens[run.from]?.gap === GAP.none
  const codedPrefix = prefix !== '' && /^(vcq|vcn|tcs)$/.test(word(tokens, at - 2) ?? '') && tokens[at - 1]?.gap === GAP.none
  if (coded || codedPrefix)
    brands |= (code ?? word(tokens, at - 2)) === 'vcq' || word(tokens, at - 2) === 'vcq' ? BRAND.quadro : BRAND.nvidia
  const multi = names[0]?.two_numbers === true
  const numberTo = multi ? at + 1 : at
  const ending = endingOf(
    tokens,
    numberTo,
    letters,
    names.some((name) => name.suffix.startsWith('x2')),
  )
  let { suffix, to } = ending
  let from = Math.min(run.from, numberFrom)
  const before = reversedSuffix(tokens, run.from, numberFrom)
  const joined =
    before === undefined ? '' : canonical([...before.suffix.split(' '), ...suffix.split(' ').filter((text) => text !== '')])
  if (before !== undefined && names.some((name) => name.suffix === joined)) {
    suffix = joined
    from = Math.min(from, before.from)
    brands |= before.brands
  }
  const after = brandAfter(tokens, to)
  const stretched =
    suffix === '' || !names.some((name) => name.suffix === suffix) ? suffixBehindMemory(tokens, to, names, suffix) : undefined
  if (stretched !== undefined) {
    suffix = stretched.suffix
    to = stretched.to
  }
  if (after !== undefined && (brands & SERIES_BRANDS) === 0) {
    brands |= after.brands
    to = Math.max(to, after.to)
  }
  // Palit's Super JetStream is a cooler, unless a card of that number is a SUPER
  if (
    /(?:^| )super$/.test(suffix) &&
    /^(jetstream|jet|clocked|overclocked)$/.test(word(tokens, to + 1) ?? '') &&
    !names.some((name) => name.suffix === suffix)
  ) {
    suffix = suffix.replace(/ ?super$/, '')
  }
  const glued = lettersBehind(tokens, numberTo)
  const letter = tokens[to + 1]
  if (suffix === '' && glued !== '' && names.some((name) => name.suffix === glued)) suffix = glued
  else if (
    suffix === '' &&
    letter?.text === 'x' &&
    (tokens[to + 2]?.type !== 'number' || tokens[to + 2]?.gap !== GAP.none) &&
    names.some((name) => name.suffix === 'x')
  ) {
    suffix = 'x'
    to++
  }
  const fitting = fit(names, suffix, brands)
  if (fitting.length === 0) {
    const spoken = brands & SERIES_BRANDS & union(names)
    if (spoken === 0 && (names.every(({ need }) => need === 'brand beside it') || (brands & SERIES_BRANDS) !== 0))
      return undefined
    return { names: [], from, to, at, strength: spoken !== 0 ? 'series' : 'bare', suffix, brands }
  }
  const strength =
    coded || codedPrefix || (brands & ~implied & SERIES_BRANDS & union(fitting)) !== 0
      ? 'series'
      : suffix !== '' || (brands & VENDOR_BRANDS) !== 0 || fitting.every(({ need }) => need === 'nothing')
        ? 'form'
        : 'bare'
  const mention: Mention = { names: fitting, from, to, at, strength, suffix, brands }
  return mention
}

const union = (names: readonly Name[]) => names.reduce((all, { brands }) => all | brands, 0)

/** The names of a number that its ending and the brands beside it allow. */
function fit(names: readonly Name[], suffix: string, brands: number): Name[] {
  const spoken = names.reduce((all, name) => all | name.brands, 0)
  const series = brands & SERIES_BRANDS & (spoken | ~(BRAND.hd | BRAND.fx))
  const makers = brands & VENDOR_BRANDS
  let usual = names.filter((name) => name.suffix === suffix)
  for (let words = suffix.split(' '); usual.length === 0 && words.length > 0 && isCoolerWord(words.at(-1) ?? '', names); ) {
    words = words.slice(0, -1)
    usual = names.filter((name) => name.suffix === words.join(' '))
  }
  const fitting = usual.filter((name) => {
    if ((name.brands & BRAND.fx) !== 0 && (brands & BRAND.fx) === 0) return false
    if ((brands & (BRAND.fx | BRAND.nvs) & ~name.brands) !== 0) return false
    // the Quadros of 2010 have a number and nothing else
    if (name.generation === 'fermi' && (brands & SERIES_BRANDS & ~name.brands) !== 0) return false
    if (makers !== 0 && name.vendor !== 'other' && !vendorAllows(makers, name.vendor)) return false
    const spokenOf = name.vendor === 'amd' ? brands : series
    const isOtherSeries =
      (spokenOf & AMD_SERIES & ~name.brands) !== 0 || (name.vendor === 'amd' && (series & ~AMD_SERIES & ~BRAND.radeon) !== 0)
    if (isOtherSeries) return false
    if (series === 0)
      return (
        name.need !== 'brand beside it' ||
        (makers !== 0 && (name.brands & makers) !== 0 && name.generation !== undefined && name.generation !== 'fermi')
      )
    return (name.brands & series) !== 0
  })
  const exact = fitting.filter((name) => (series & ~name.brands) === 0)
  const left = exact.length > 0 ? exact : fitting
  const own = left.filter((name) => name.own !== undefined && (series & BRAND[name.own]) !== 0)
  return own.length > 0 ? own : left
}

const NO_ENDINGS = wordSet('x se ultra plus gs le boost x2 dual duo gt gtx gts')

/** Endings of some products that behind any other say something else: `RTX 3060 Ultra`, `RTX 5070 X2`. */
function isCoolerWord(word: string, names: readonly Name[]): boolean {
  return NO_ENDINGS.has(word) && (word !== 'x' || names.every(({ vendor }) => vendor === 'nvidia'))
}

function vendorAllows(makers: number, vendor: Name['vendor']): boolean {
  return (
    ((makers & BRAND.nvidia) !== 0 && vendor === 'nvidia') ||
    ((makers & BRAND.amd) !== 0 && vendor === 'amd') ||
    ((makers & BRAND.intel) !== 0 && vendor === 'intel')
  )
}

/** `Ti 3060`, `SUPER 4070`, right before the number or before its brand. */
function reversedSuffix(
  tokens: readonly Token[],
  runFrom: number,
  numberFrom: number,
): { suffix: string; from: number; brands: number } | undefined {
  for (const look of [numberFrom - 1, runFrom - 1]) {
    const text = word(tokens, look)
    if (text !== 'ti' && text !== 'super' && text !== 'xt' && text !== 'xtx') continue
    if (text !== 'ti' && look !== numberFrom - 1) continue
    const run = brandRun(tokens, look)
    const second = word(tokens, look - 1)
    if (text === 'super' && second === 'ti') return { suffix: 'ti super', from: look - 1, brands: run.brands }
    // behind another number it belongs to that one
    if (tokens[look - 1]?.type === 'number') return undefined
    return { suffix: text, from: run.from, brands: run.brands }
  }
  return undefined
}

function brandAfter(tokens: readonly Token[], to: number): { brands: number; to: number } | undefined {
  let brands = 0
  let last = to
  for (let look = to + 1; look <= to + 2; look++) {
    const token = tokens[look]
    if (token === undefined || token.gap !== GAP.space) break
    const brand = brandOfWord.get(token.text)
    if (brand === undefined || tokens[look + 1]?.type === 'number') break
    brands |= brand
    last = look
  }
  return brands === 0 ? undefined : { brands, to: last }
}

/** `4080 16GB SUPER`: an ending behind the size of the memory. */
function suffixBehindMemory(tokens: readonly Token[], to: number, names: readonly Name[], suffix: string): Ending | undefined {
  const number = tokens[to + 1]
  const unit = tokens[to + 2]
  const ending = tokens[to + 3]
  if (number?.type !== 'number' || unit === undefined || !/^(gb|g|go)$/.test(unit.text) || ending === undefined)
    return undefined
  if (ending.text !== 'super' && ending.text !== 'ti' && ending.text !== 'xt') return undefined
  const joined = suffix === '' ? ending.text : `${suffix} ${ending.text}`
  return names.some((name) => name.suffix === joined) ? { suffix: joined, to: to + 3 } : undefined
}

/** Gigabyte's codes leave out the zeros of the number: `GV-N406TGAMING` is an RTX 4060 Ti, `GV-R76XT` an RX 7600 XT. */
function gigabyteCode(tokens: readonly Token[], at: number): Mention | undefined {
  const letter = tokens[at - 1]
  const digits = tokens[at]?.text ?? ''
  if (tokens[at]?.gap !== GAP.none || word(tokens, at - 2) !== 'gv' || letter === undefined || tokens[at]?.gap !== GAP.none)
    return undefined
  const behind = tokens[at + 1]?.gap === GAP.none ? (word(tokens, at + 1) ?? '') : ''
  const index = nameIndex().byNumber
  let names: readonly Name[] | undefined
  let suffix = ''
  if (letter.text === 'n' && digits.length === 4) {
    names = index.get(digits)
    suffix = behind.startsWith('ts') ? 'ti super' : /^t(?!w)/.test(behind) ? 'ti' : /^s(?!p)/.test(behind) ? 'super' : ''
  }
  if (letter.text === 'r' && digits.length === 4) {
    names = index.get(digits)
    suffix = behind.startsWith('xtx') ? 'xtx' : behind.startsWith('xt') ? 'xt' : behind.startsWith('gre') ? 'gre' : ''
  }
  if (letter.text === 'n' && digits.length === 3 && /^[12345]0[5-9]$|^16[0-9]$/.test(digits)) {
    suffix = behind.startsWith('ts') ? 'ti super' : behind.startsWith('t') ? 'ti' : behind.startsWith('s') ? 'super' : ''
    names = index.get(`${digits}0`)
  } else if (letter.text === 'r' && digits.length === 2) {
    suffix = behind.startsWith('xtx') ? 'xtx' : behind.startsWith('xt') ? 'xt' : behind.startsWith('gre') ? 'gre' : ''
    names = index.get(`${digits}00`) ?? index.get(`${digits}0`)
    if (
      digits === '67' ||
      digits === '66' ||
      digits === '77' ||
      digits === '78' ||
      digits === '79' ||
      digits === '76' ||
      digits === '68' ||
      digits === '69'
    )
      names = index.get(`${digits}00`)
  }
  const fitting = names?.filter(
    (name) =>
      name.suffix === suffix &&
      (letter.text === 'n'
        ? name.vendor === 'nvidia' && name.model.includes('TX_')
        : name.vendor === 'amd' && name.model.startsWith('RX_')),
  )
  if (fitting === undefined || fitting.length !== 1) return undefined
  return {
    names: fitting,
    from: at - 2,
    to: at + (suffix === '' ? 0 : 1),
    at,
    strength: 'series',
    suffix,
    brands: letter.text === 'n' ? BRAND.geforce : BRAND.rx,
  }
}

/**
 * Codes of makers that spell the number and write one letter or digit for what follows it: PNY's `VCG4070TS16...`, Zotac's
 * `ZT-D40710...`, Inno3D's `N50702-12D7`.
 */
function makersCode(tokens: readonly Token[], at: number): Mention | undefined {
  const digits = tokens[at]?.text ?? ''
  const glued = tokens[at]?.gap === GAP.none
  if (!glued || digits.length < 4) return undefined
  const before = word(tokens, at - 1) ?? ''
  const second = word(tokens, at - 2) ?? ''
  const behind = tokens[at + 1]?.gap === GAP.none ? (word(tokens, at + 1) ?? '') : ''
  const index = nameIndex().byNumber
  const of = (number: string, suffix: string, from: number): Mention | undefined => {
    const names = index.get(number)?.filter((name) => name.suffix === suffix && name.vendor === 'nvidia')
    return names?.length === 1 ? { names, from, to: at, at, strength: 'series', suffix, brands: BRAND.geforce } : undefined
  }
  if (before === 'vcg' && /^\d{4,6}$/.test(digits)) {
    const suffix =
      digits.length > 4
        ? ''
        : behind.startsWith('ts')
          ? 'ti super'
          : behind.startsWith('t')
            ? 'ti'
            : behind.startsWith('s')
              ? 'super'
              : ''
    return of(digits.slice(0, 4), suffix, at - 1)
  }
  if (second === 'zt' && /^[abd]$/.test(before) && /^\d{5}$/.test(digits)) {
    return of(digits.slice(0, 4), ['', 'ti', 'super', 'ti super'][Number(digits[4])] ?? 'unknown', at - 2)
  }
  if (before === 'n' && /^[345]0[5-9]0[1-9]$/.test(digits))
    return of(digits.slice(0, 4), behind.startsWith('s') ? 'super' : '', at - 1)
  return undefined
}

/** `RTX 40 60 Ti`: a number that is written in two. */
function splitNumber(tokens: readonly Token[], at: number): Mention | undefined {
  const first = tokens[at]
  const second = tokens[at + 1]
  if (first?.text.length !== 2 || second?.type !== 'number' || second.text.length !== 2 || second.gap !== GAP.space)
    return undefined
  if (brandOfWord.get(word(tokens, at - 1) ?? '') === undefined) return undefined
  const names = nameIndex().byNumber.get(first.text + second.text)
  if (names === undefined) return undefined
  const joined = [
    ...tokens.slice(0, at),
    { ...first, text: first.text + second.text, end: second.end },
    ...tokens.slice(at + 2),
  ]
  const mention = mentionOf(joined, at, names, '', '')
  return mention === undefined ? undefined : { ...mention, to: mention.to + 1 }
}

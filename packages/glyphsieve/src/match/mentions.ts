import { brandAfter, brandRun, impliedBrand, SERIES_BRANDS } from './brand-runs.ts'
import { BRAND, brandOfWord, VENDOR_BRANDS } from './brands.ts'
import { canonical, endingOf, isCoolerWord, reversedSuffix, suffixBehindMemory } from './endings.ts'
import { wordSet } from './letters.ts'
import { codedName } from './maker-codes.ts'
import { type Name, nameIndex, SUFFIX_WORDS, WORD_NAME_MODELS } from './names.ts'
import { itemAt, textAt } from './places.ts'
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
  /** Brands that stand beside it. */
  brands: number
}

/** Series of AMD, which share numbers. */
const AMD_SERIES = BRAND.rx | BRAND.hd | BRAND.r5 | BRAND.r7 | BRAND.r9 | BRAND.vega | BRAND.firepro | BRAND.instinct
/** Prefixes that may stand apart from their number: `MI 50`, `WX 7100`. */
const SPACED_PREFIXES = new Set(['mi', 'wx', 'gp', 'gv'])
const SPACED_AFTER_BRAND = wordSet(`
  a p k m t w v l h b s r
`)

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
  const candidates = longestWordNames.get(textAt(tokens, at) ?? '')
  if (candidates === undefined) return undefined
  for (const words of candidates) {
    if (!words.every((text, index) => textAt(tokens, at + index) === text)) continue
    let to = at + words.length - 1
    let name = nameIndex().byWords.get(words.join(' '))
    if (name === undefined) continue
    const after = textAt(tokens, to + 1)
    if (name.model === 'GTX_TITAN' && after !== undefined && /^(x|z|xp|v|rtx|black)$/.test(after)) continue
    if (name.model === 'GTX_TITAN_X') name = titanX(tokens, at, to) ?? name
    if (after === 'pascal' || after === 'maxwell') to++
    const run = brandRun(tokens, at)
    return { names: [name], from: run.from, to, at, strength: 'series', brands: run.brands }
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
  const coded = codedName(tokens, at)
  if (coded !== undefined) {
    const { name, from, to } = coded
    return { names: [name], from, to, at, strength: 'series', brands: name.brands & SERIES_BRANDS }
  }
  const split = splitNumber(tokens, at)
  if (split !== undefined) return split
  if (!nameIndex().numbers.has(token.text)) return undefined
  const prefix = prefixBefore(tokens, at)
  const letters = lettersBehind(tokens, at)
  // letters that belong to the number make it another one: `W5700`, `WX 9070`
  const isApart =
    prefix === '' || isBrandPrefix(prefix) || (token.gap !== GAP.none && !SPACED_PREFIXES.has(prefix)) || prefix.length > 2
  const find = (before: string, behind: string): Mention | undefined => {
    const isPlain = before === '' || isBrandPrefix(before) || /^[2-4]$/.test(textAt(tokens, at + 2) ?? '')
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
  const before = itemAt(tokens, at - 1)
  const second = itemAt(tokens, at - 2)
  if (before === undefined) return false
  if (before.text === 'x') return Number(second?.text) >= 640 // pixels
  if (second?.text === 'ryzen') return true
  if (before.text === 'core') return second?.text !== 'tensor'
  if (before.type === 'word') return PROCESSORS.has(before.text)
  return second?.text === 'i' && before.gap === GAP.none && /^[3579]$/.test(before.text)
}

const BRAND_PREFIXES = wordSet('n rx gt nv hd fx gf')

/** Letters before a number that stand for its series: `N3060`, `RX580`. */
function isBrandPrefix(prefix: string): boolean {
  return BRAND_PREFIXES.has(prefix)
}

function prefixBefore(tokens: readonly Token[], at: number): string {
  const number = tokens[at]
  const before = itemAt(tokens, at - 1)
  if (number === undefined || before?.type !== 'word' || before.text.length > 3) return ''
  if (number.gap === GAP.none || number.gap === GAP.hyphen) return before.text
  if (number.gap !== GAP.space) return ''
  if (SPACED_PREFIXES.has(before.text)) return before.text
  const brand = brandOfWord.get(textAt(tokens, at - 2) ?? '')
  return brand !== undefined && SPACED_AFTER_BRAND.has(before.text) && before.text.length === 1 ? before.text : ''
}

function lettersBehind(tokens: readonly Token[], at: number): string {
  const behind = tokens[at + 1]
  if (behind?.text === 'hx') return (behind.gap & ~(GAP.space | GAP.hyphen)) === 0 ? 'hx' : ''
  return behind?.type === 'word' && behind.gap === GAP.none && behind.text.length <= 2 ? behind.text : ''
}

const ENDINGS_GLUED = wordSet('s o oc lp ts m gx dv')

function isEnding(letters: string): boolean {
  return SUFFIX_WORDS.has(letters) || ENDINGS_GLUED.has(letters)
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
    const before = textAt(tokens, at - 1)
    if (before === 'vega' || before === 'flex' || (before === 'max' && /^1\d{3}$/.test(number)))
      return index.get(`${before} ${number}${letters}`)
  }
  if (prefix === 'rx' || isBrandPrefix(prefix)) return index.get(number + letters)
  return index.get(prefix + number + letters)
}

/** What surrounds a number: the ending, the brands, and how far all of it reaches. */
interface Surroundings {
  suffix: string
  brands: number
  from: number
  to: number
}

function mentionOf(
  tokens: readonly Token[],
  at: number,
  names: readonly Name[],
  prefix: string,
  letters: string,
  inherited = 0,
): Mention | undefined {
  const run = brandRun(tokens, prefix === '' ? at : at - 1)
  const isUnbranded = (run.brands & SERIES_BRANDS) === 0
  const needsBrand = names.some(({ need }) => need === 'brand beside it' || need === 'brand in the title')
  const implied = isUnbranded && needsBrand ? impliedBrand(tokens) & union(names) : 0
  const coded = codedBrand(tokens, run.from, at, prefix)
  const beside = (run.brands === 0 ? inherited : run.brands) | implied | brandOfPrefix(prefix) | coded
  const { suffix, brands, from, to } = surroundingsOf(tokens, at, names, letters, {
    suffix: '',
    brands: beside,
    from: Math.min(run.from, prefix === '' ? at : at - 1),
    to: names[0]?.two_numbers === true ? at + 1 : at,
  })

  const fitting = fit(names, suffix, brands)
  if (fitting.length === 0) {
    const spoken = brands & SERIES_BRANDS & union(names)
    const isAnything = names.every(({ need }) => need === 'brand beside it') || (brands & SERIES_BRANDS) !== 0
    if (spoken === 0 && isAnything) return undefined
    return { names: [], from, to, at, strength: spoken === 0 ? 'bare' : 'series', brands }
  }
  const isBySeries = coded !== 0 || (brands & ~implied & SERIES_BRANDS & union(fitting)) !== 0
  const isByForm = suffix !== '' || (brands & VENDOR_BRANDS) !== 0 || fitting.every(({ need }) => need === 'nothing')
  return { names: fitting, from, to, at, strength: isBySeries ? 'series' : isByForm ? 'form' : 'bare', brands }
}

/** `N3060`, `RX580`: a prefix that is a brand. */
function brandOfPrefix(prefix: string): number {
  if (prefix === 'n' || prefix === 'nv' || prefix === 'gf') return BRAND.geforce
  return isBrandPrefix(prefix) ? (brandOfWord.get(prefix) ?? 0) : 0
}

const PNY_CODES = wordSet('vcq vcn tcs')

/** The brand of a code of PNY that spells its product: `VCQP2200`, `VCNRTXA6000`, `TCSL40S`; 0 if there is none. */
function codedBrand(tokens: readonly Token[], runFrom: number, at: number, prefix: string): number {
  const places = prefix === '' ? [runFrom] : [runFrom, at - 1]
  for (const place of places) {
    const code = textAt(tokens, place - 1)
    if (code !== undefined && tokens[place]?.gap === GAP.none && PNY_CODES.has(code)) {
      return code === 'vcq' ? BRAND.quadro : BRAND.nvidia
    }
  }
  return 0
}

/** Takes in the endings before and behind the number, and a brand behind it. */
function surroundingsOf(
  tokens: readonly Token[],
  at: number,
  names: readonly Name[],
  letters: string,
  start: Surroundings,
): Surroundings {
  const has = (suffix: string) => names.some((name) => name.suffix === suffix)
  const numberTo = start.to
  const numberFrom = start.from === at || tokens[at]?.gap === GAP.space ? at : Math.max(start.from, at - 1)
  const ending = endingOf(
    tokens,
    numberTo,
    letters,
    names.some((name) => name.suffix.startsWith('x2')),
  )
  let { suffix, to } = ending
  let { brands, from } = start
  const before = reversedSuffix(tokens, from, numberFrom)
  const joined =
    before === undefined ? '' : canonical([...before.suffix.split(' '), ...suffix.split(' ')].filter((text) => text !== ''))
  if (before !== undefined && has(joined)) {
    suffix = joined
    from = Math.min(from, before.from)
    brands |= before.brands
  }
  const after = brandAfter(tokens, to)
  const stretched = suffix === '' || !has(suffix) ? suffixBehindMemory(tokens, to, names, suffix) : undefined
  if (stretched !== undefined) ({ suffix, to } = stretched)
  if (after !== undefined && (brands & SERIES_BRANDS) === 0) {
    brands |= after.brands
    to = Math.max(to, after.to)
  }
  // Palit's Super JetStream is a cooler, unless a card of that number is a SUPER
  if (SUPER_COOLERS.has(textAt(tokens, to + 1) ?? '') && !has(suffix)) suffix = suffix.replace(/(?:^| )super$/, '')
  if (suffix === '') {
    const glued = lettersBehind(tokens, numberTo)
    const letter = tokens[to + 1]
    const next = tokens[to + 2]
    if (glued !== '' && has(glued)) suffix = glued
    else if (letter?.text === 'x' && has('x') && (next?.type !== 'number' || next.gap !== GAP.none)) {
      suffix = 'x' // `R9 290 X`
      to++
    }
  }
  return { suffix, brands, from, to }
}

const SUPER_COOLERS = wordSet('jetstream jet clocked overclocked')

const union = (names: readonly Name[]) => names.reduce((all, { brands }) => all | brands, 0)

/** The names of a number that its ending and the brands beside it allow. */
function fit(names: readonly Name[], suffix: string, brands: number): Name[] {
  const series = brands & SERIES_BRANDS & (union(names) | ~(BRAND.hd | BRAND.fx))
  const makers = brands & VENDOR_BRANDS
  const fitting = endingIn(names, suffix).filter((name) => {
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
  if (fitting.length <= 1) return fitting
  const exact = fitting.filter((name) => (series & ~name.brands) === 0)
  const left = exact.length > 0 ? exact : fitting
  const own = left.filter((name) => name.own !== undefined && (series & BRAND[name.own]) !== 0)
  return own.length > 0 ? own : left
}

/** The names with this ending; where there are none, with what is left of it without the words of coolers at its end. */
function endingIn(names: readonly Name[], suffix: string): readonly Name[] {
  let usual = names.filter((name) => name.suffix === suffix)
  if (usual.length > 0 || suffix === '') return usual
  for (let words = suffix.split(' '); usual.length === 0 && words.length > 0 && isCoolerWord(words.at(-1) ?? '', names); ) {
    words = words.slice(0, -1)
    usual = names.filter((name) => name.suffix === words.join(' '))
  }
  return usual
}

function vendorAllows(makers: number, vendor: Name['vendor']): boolean {
  return (
    ((makers & BRAND.nvidia) !== 0 && vendor === 'nvidia') ||
    ((makers & BRAND.amd) !== 0 && vendor === 'amd') ||
    ((makers & BRAND.intel) !== 0 && vendor === 'intel')
  )
}

/** `RTX 40 60 Ti`: a number that is written in two. */
function splitNumber(tokens: readonly Token[], at: number): Mention | undefined {
  const first = tokens[at]
  const second = tokens[at + 1]
  if (first?.text.length !== 2 || second?.type !== 'number' || second.text.length !== 2 || second.gap !== GAP.space)
    return undefined
  if (brandOfWord.get(textAt(tokens, at - 1) ?? '') === undefined) return undefined
  const names = nameIndex().byNumber.get(first.text + second.text)
  if (names === undefined) return undefined
  const { start, gap, depth, brand, node } = first
  const number: Token = { text: first.text + second.text, type: 'number', start, end: second.end, gap, depth, brand, node }
  const joined = [...tokens.slice(0, at), number, ...tokens.slice(at + 2)]
  const mention = mentionOf(joined, at, names, '', '')
  if (mention !== undefined) mention.to++
  return mention
}

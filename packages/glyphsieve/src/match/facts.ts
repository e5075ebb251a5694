import { wordSet } from './letters.ts'
import { MEANS } from './lexicon.ts'
import type { Phrase } from './phrases.ts'
import { itemAt, textAt } from './places.ts'
import { GAP, type Token } from './tokens.ts'

/** A size of memory that a title states. */
export interface Memory {
  gib: number
  /** How many times, as in `2x12GB`; 1 if it says nothing. */
  times: number
  /** Of a computer, or of a drive. */
  system: boolean
  /** Denied, as in `not the 8GB version`. */
  denied: boolean
  /** Part of a code, as in `11330-02-20G`: taken only if the card was sold with it. */
  coded: boolean
  from: number
  to: number
}

export type Bus = 'pcie' | 'sxm' | 'sxm2' | 'sxm3' | 'sxm4' | 'sxm5' | 'sxm6' | 'nvl' | 'fhhl' | 'mxm' | 'oam'
export interface StatedBus {
  bus: Bus
  from: number
  to: number
}

const GIB = wordSet(`
  gb go gib gig gigs giga gbyte gd гб гиг gbgddr gddr gbd
`)
const GLUED_GIB = new Set(['g', 'г', 'goc', 'gb', 'gd', 'gddr'])
const MIB = new Set(['mb', 'mo', 'mib', 'мб'])
const LARGEST_GIB = 1152
const SYSTEM_MEMORY = new Set([
  'ram',
  'ssd',
  'nvme',
  'hdd',
  'emmc',
  'sata',
  'dimm',
  'rdimm',
  'озу',
  'sodimm',
  'storage',
  'arbeitsspeicher',
  'memoria ram',
  'rom',
  'speicher',
])

/** Sizes of memory in a title, with what they are of. */
export function memoriesOf(tokens: readonly Token[], phrases: readonly Phrase[]): Memory[] {
  const memories: Memory[] = []
  for (let at = 0; at < tokens.length; at++) {
    const number = tokens[at]
    const unit = tokens[at + 1]
    if (number?.type !== 'number' || unit === undefined) continue
    const gib = sizeOf(number.text, unit, tokens[at + 2])
    if (gib === undefined) continue
    const times = timesBefore(tokens, at)
    const to = at + 1
    memories.push({
      gib,
      times,
      system: isOfSystem(tokens, at, gib),
      denied: isDenied(phrases, tokens, at),
      coded: number.gap === GAP.hyphen && itemAt(tokens, at - 1)?.type === 'number',
      from: times > 1 ? at - 2 : at,
      to,
    })
  }
  return memories
}

function sizeOf(digits: string, unit: Token, behind: Token | undefined): number | undefined {
  const value = Number(digits)
  if (!(value > 0) || (unit.gap !== GAP.none && unit.gap !== GAP.space && unit.gap !== GAP.hyphen)) return undefined
  const rate = behind !== undefined && (behind.gap & GAP.slash) !== 0 && behind.text === 's'
  if (rate) return undefined
  if (unit.gap === GAP.hyphen && !GIB.has(unit.text)) return undefined
  if (GIB.has(unit.text) || (unit.gap === GAP.none && GLUED_GIB.has(unit.text))) {
    return value <= LARGEST_GIB ? value : undefined
  }
  if (
    MIB.has(unit.text) ||
    (unit.gap === GAP.none && unit.text === 'm' && (value === 256 || value === 512 || value === 1024))
  ) {
    return value >= 4 && value <= 49_152 ? value / 1024 : undefined
  }
  return undefined
}

function timesBefore(tokens: readonly Token[], at: number): number {
  const cross = textAt(tokens, at - 1)
  const count = itemAt(tokens, at - 2)
  if ((cross !== 'x' && cross !== 'х') || count?.type !== 'number') return 1
  const value = Number(count.text)
  return tokens[at]?.gap === GAP.none &&
    (value === 2 || value === 4) &&
    (itemAt(tokens, at - 3)?.type !== 'word' || itemAt(tokens, at - 2)?.gap !== GAP.none)
    ? value
    : 1
}

function isOfSystem(tokens: readonly Token[], at: number, gib: number): boolean {
  for (let next = at + 2; next <= at + 3; next++) {
    const text = textAt(tokens, next)
    if (text === undefined || ((tokens[next]?.gap ?? 0) & (GAP.comma | GAP.plus)) !== 0) return false
    if (SYSTEM_MEMORY.has(text)) return true
    if (text === 'ddr' || text === 'lpddr') {
      const generation = textAt(tokens, next + 1)
      return (generation === '5' && gib > 8) || (generation === '4' && gib > 4)
    }
    if (text.startsWith('gddr') || text === 'vram' || text === 'hbm') return false
  }
  const before = textAt(tokens, at - 1)
  return before === 'ram' || before === 'ddr' || before === 'ssd' || before === 'озу'
}

const MAY_STAND_IN_DENIAL = wordSet(`
  the a or and version only it is die das der oder gb g le la ou et card
`)
const FORMER = new Set(['was', 'originally', 'formerly', 'statt', 'war', 'ursprunglich', 'instead', 'from'])

/** `not the 3GB or 5GB version`, `was 5GB`. */
function isDenied(phrases: readonly Phrase[], tokens: readonly Token[], at: number): boolean {
  if (isCheaperVersion(tokens, at) || FORMER.has(textAt(tokens, at - 1) ?? '')) return true
  return phrases.some(({ means, to }) => {
    if ((means & MEANS.not) === 0 || to >= at || at - to > 6) return false
    for (let between = to + 1; between < at; between++) {
      const token = tokens[between]
      if (token?.type === 'word' && !MAY_STAND_IN_DENIAL.has(token.text)) return false
      if (((token?.gap ?? 0) & (GAP.comma | GAP.close | GAP.open)) !== 0) return false
    }
    return true
  })
}

/** `cheaper version of the 16GB` names what is not sold. */
function isCheaperVersion(tokens: readonly Token[], at: number): boolean {
  return (
    textAt(tokens, at - 1) === 'the' && textAt(tokens, at - 2) === 'of' && (textAt(tokens, at - 3) ?? '').startsWith('version')
  )
}

/** Which buses a title names, denied ones left out. */
export function busesOf(tokens: readonly Token[], phrases: readonly Phrase[]): StatedBus[] {
  const buses: StatedBus[] = []
  for (let at = 0; at < tokens.length; at++) {
    const found = busAt(tokens, at)
    if (found === undefined) continue
    const denied = phrases.some(({ means, to }) => (means & (MEANS.not | MEANS.without)) !== 0 && at - to === 1)
    if (!denied) buses.push({ bus: found.bus, from: at, to: found.to })
    at = found.to
  }
  return buses
}

function busAt(tokens: readonly Token[], at: number): { bus: Bus; to: number } | undefined {
  const text = textAt(tokens, at)
  const next = tokens[at + 1]
  switch (text) {
    case 'sxm':
      return next !== undefined && /^[2-6]$/.test(next.text) && (next.gap & ~GAP.hyphen) === 0
        ? { bus: `sxm${next.text}` as Bus, to: at + 1 }
        : { bus: 'sxm', to: at }
    case 'pcie':
      return { bus: 'pcie', to: at }
    case 'pci':
      return next?.text === 'e' || next?.text === 'express' ? { bus: 'pcie', to: at + 1 } : undefined
    case 'nvl':
      return { bus: 'nvl', to: at }
    case 'fhhl':
      return { bus: 'fhhl', to: at }
    case 'mxm':
      return { bus: 'mxm', to: at }
    case 'oam':
      return { bus: 'oam', to: at }
    default:
      return undefined
  }
}

/** The type of memory as the catalog writes it, if the title names one. */
export function memoryTypeOf(tokens: readonly Token[]): string | undefined {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    const next = tokens[at + 1]
    const behind = tokens[at + 2]
    if (token === undefined || next?.type !== 'number') continue
    const glued = next.gap === GAP.none || next.gap === GAP.space
    if (!glued) continue
    const generation = next.text
    const letter = behind?.gap === GAP.none ? behind.text : ''
    if (
      token.text === 'gddr' ||
      token.text === 'gbgddr' ||
      ((token.text === 'gd' || token.text === 'd') && next.gap === GAP.none && itemAt(tokens, at - 1)?.type === 'number')
    ) {
      if (generation === '5' || generation === '6') return `GDDR${generation}${letter === 'x' ? 'X' : ''}`
      if (generation === '7') return 'GDDR7'
      if ((generation === '3' || generation === '4') && token.text !== 'gddr' && token.text !== 'gbgddr')
        return `DDR${generation}`
      if (generation === '3') return 'GDDR3'
    }
    if (token.text === 'd' && next.gap === GAP.none && (generation === '5' || generation === '6'))
      return `GDDR${generation}${letter === 'x' ? 'X' : ''}`
    if (token.text === 'hbm' && next.gap === GAP.none) return `HBM${generation}${letter === 'e' ? 'e' : ''}`
    if (token.text === 'ddr' && /^[2345]$/.test(generation)) return generation === '5' ? 'GDDR5' : `DDR${generation}`
  }
  return undefined
}

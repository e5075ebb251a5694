import { brandRun } from './brand-runs.ts'
import { distance } from './brands.ts'
import { wordSet } from './letters.ts'
import { type Name, SUFFIX_WORDS } from './names.ts'
import { itemAt, textAt } from './places.ts'
import { GAP, type Token } from './tokens.ts'

/** What stands behind a number and may make it another product. */
export interface Ending {
  /** Words in the order `ti super`, as names have them. */
  suffix: string
  to: number
}

const NO_ENDINGS = wordSet('x se ultra plus gs le boost x2 dual duo gt gtx gts')

/** The words behind a number that may make it another product. */
export function endingOf(tokens: readonly Token[], at: number, glued: string, twins: boolean): Ending {
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

/** `super`, or that with one letter wrong. */
function isSuper(text: string): boolean {
  if (text === 'super') return true
  return text.length >= 4 && text.length <= 6 && text.startsWith('s') && text !== 'suprim' && distance(text, 'super') <= 1
}

const ORDER = ['d', 'v2', 'ti', 'super', 'xt', 'xtx', 'gre', 'boost']

/** Words of an ending as names have them: `super ti` is `ti super`. */
export function canonical(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  const rank = (text: string) => (ORDER.includes(text) ? ORDER.indexOf(text) : ORDER.length)
  const ordered = [...words].sort((a, b) => rank(a) - rank(b))
  return ordered.join(' ')
}

/** `Ti 3060`, `SUPER 4070`, right before the number or before its brand. */
export function reversedSuffix(
  tokens: readonly Token[],
  runFrom: number,
  numberFrom: number,
): { suffix: string; from: number; brands: number } | undefined {
  for (const look of [numberFrom - 1, runFrom - 1]) {
    const text = textAt(tokens, look)
    if (text !== 'ti' && text !== 'super' && text !== 'xt' && text !== 'xtx') continue
    if (text !== 'ti' && look !== numberFrom - 1) continue
    const run = brandRun(tokens, look)
    const second = textAt(tokens, look - 1)
    if (text === 'super' && second === 'ti') return { suffix: 'ti super', from: look - 1, brands: run.brands }
    // behind another number it belongs to that one
    if (itemAt(tokens, look - 1)?.type === 'number') return undefined
    return { suffix: text, from: run.from, brands: run.brands }
  }
  return undefined
}

/** `4080 16GB SUPER`: an ending behind the size of the memory. */
export function suffixBehindMemory(
  tokens: readonly Token[],
  to: number,
  names: readonly Name[],
  suffix: string,
): Ending | undefined {
  const number = tokens[to + 1]
  const unit = tokens[to + 2]
  const ending = tokens[to + 3]
  if (number?.type !== 'number' || unit === undefined || !/^(gb|g|go)$/.test(unit.text) || ending === undefined)
    return undefined
  if (ending.text !== 'super' && ending.text !== 'ti' && ending.text !== 'xt') return undefined
  const joined = suffix === '' ? ending.text : `${suffix} ${ending.text}`
  return names.some((name) => name.suffix === joined) ? { suffix: joined, to: to + 3 } : undefined
}

/** Endings of some products that behind any other say something else: `RTX 3060 Ultra`, `RTX 5070 X2`. */
export function isCoolerWord(word: string, names: readonly Name[]): boolean {
  return NO_ENDINGS.has(word) && (word !== 'x' || names.every(({ vendor }) => vendor === 'nvidia'))
}

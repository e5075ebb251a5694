import { remembering } from '../memory.ts'
import { brandOfWord, misspelt } from './brands.ts'
import { fold, isLetter, isUnspaced } from './letters.ts'
import { type Node, nodeOf } from './lexicon.ts'

/** Longest title, in UTF-16 code units, that is looked at: what the wire takes of a title. */
const MAX_TITLE_LENGTH = 2000
const LONGEST_ENTITY = 10

/** What lies between two neighbouring tokens; several may. */
export const GAP = { none: 0, space: 1, hyphen: 2, slash: 4, plus: 8, comma: 16, open: 32, close: 64 } as const

/**
 * A piece of a title: a run of letters, a number, or one character of a script that writes no spaces. `RTX4090` is two tokens
 * without a gap. Tokens are written with all members in this order and never spread: to V8 that would be objects of several
 * shapes, and all that reads them would take half as long again.
 */
export interface Token {
  /** In lower case, full-width forms and accents folded: `Für` is `fur`. */
  text: string
  type: 'word' | 'number' | 'character'
  /** Where it is in the title, in UTF-16 code units; the end is exclusive. */
  start: number
  end: number
  /** What lies before it: an OR of `GAP`s, `GAP.none` if it touches the token before it. */
  gap: number
  /** How many brackets are open around it. */
  depth: number
  /** The brand that it names, rightly spelt or not; 0 if none. */
  brand: number
  /** Where the lexicon goes on from it. */
  node: Node | undefined
}

/** What is known of a word, whatever title it is in. */
interface Word {
  text: string
  brand: number
  node: Node | undefined
  /** How many letters the first of two words has that are written as one; 0 if it is one word. */
  split: number
}

/** A word looked up, once for all titles: nearly all words of a market come back. */
const wordOf = remembering(50_000, (printed): Word => {
  const text = fold(printed)
  const split = text.length === printed.length ? firstOfGlued(text) : 0
  return { text, brand: brandOfWord.get(text) ?? misspelt(text), node: nodeOf(text), split }
})

const OTHER = 0
const LETTER = 1
const DIGIT = 2

/** Cuts a title into tokens, in one pass. Only its first 2,000 code units are read. */
export function tokensOf(title: string): Token[] {
  const tokens: Token[] = []
  const length = Math.min(title.length, MAX_TITLE_LENGTH)
  let gap: number = GAP.space
  let depth = 0
  for (let at = 0; at < length; ) {
    const code = title.charCodeAt(at)
    const kind = kindOf(code)
    if (kind === LETTER) {
      const end = endOfWord(title, at, length)
      pushWord(title, at, end, gap, depth, tokens)
      at = end
      gap = GAP.none
    } else if (kind === DIGIT) {
      const end = endOfNumber(title, at, length)
      const printed = title.slice(at, end)
      const { text, node } = wordOf(printed)
      tokens.push({ text, type: 'number', start: at, end, gap, depth, brand: 0, node })
      at = end
      gap = GAP.none
    } else if (code > 0x7f && isUnspaced(code)) {
      const { text, node } = wordOf(title.charAt(at))
      tokens.push({ text, type: 'character', start: at, end: at + 1, gap, depth, brand: 0, node })
      at++
      gap = GAP.none
    } else if (code === 0xd7 || (code === 0x2a && kindOf(title.charCodeAt(at + 1)) === DIGIT)) {
      tokens.push({ text: 'x', type: 'word', start: at, end: at + 1, gap, depth, brand: 0, node: undefined }) // a sign of multiplication
      at++
      gap = GAP.none
    } else if (code === 0x2b && gap === GAP.none && tokens.length > 0 && kindOf(title.charCodeAt(at + 1)) === OTHER) {
      const { text, brand, node } = wordOf('plus') // `Nitro+`, `GTX+`
      tokens.push({ text, type: 'word', start: at, end: at + 1, gap, depth, brand, node })
      at++
    } else {
      if (isOpening(code)) depth++
      else if (isClosing(code) && depth > 0) depth--
      const entity = code === 0x26 ? entityLength(title, at) : 0
      gap |= entity === 0 ? gapOf(code) : entityGap(title, at)
      at += Math.max(entity, 1)
    }
  }
  return joinSpelled(tokens)
}

const SHORTEST_SPELLED = 5

/** Puts words and numbers together again that are spelled out: `R X 6 9 0 0 X T`. */
function joinSpelled(tokens: Token[]): Token[] {
  let run = 0
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    run =
      token !== undefined && token.text.length === 1 && token.type !== 'character' && (run === 0 || token.gap === GAP.space)
        ? run + 1
        : 0
    if (run < SHORTEST_SPELLED) continue
    const from = at - run + 1
    let to = at
    while (tokens[to + 1]?.text.length === 1 && tokens[to + 1]?.gap === GAP.space && tokens[to + 1]?.type !== 'character') to++
    const joined: Token[] = []
    for (const part of tokens.slice(from, to + 1)) {
      const last = joined.at(-1)
      if (last?.type === part.type) {
        last.text += part.text
        last.end = part.end
      } else {
        if (joined.length > 0) part.gap = GAP.none
        joined.push(part)
      }
    }
    for (const part of joined) {
      const { text, brand, node } = wordOf(part.text)
      part.text = text
      part.brand = brand
      part.node = node
    }
    tokens.splice(from, to - from + 1, ...joined)
    at = from + joined.length - 1
    run = 0
  }
  return tokens
}

function kindOf(code: number): number {
  if (code < 0x80) {
    if ((code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return LETTER
    return code >= 0x30 && code <= 0x39 ? DIGIT : OTHER
  }
  if (code >= 0xff10 && code <= 0xff19) return DIGIT
  if (isUnspaced(code)) return OTHER
  return isLetter(code) ? LETTER : OTHER
}

/** An apostrophe between letters belongs to the word: `don't`. */
function endOfWord(title: string, from: number, length: number): number {
  let at = from + 1
  while (at < length) {
    const code = title.charCodeAt(at)
    if (kindOf(code) === LETTER) at++
    else if ((code === 0x27 || code === 0x2019) && at + 1 < length && kindOf(title.charCodeAt(at + 1)) === LETTER) at += 2
    else break
  }
  return at
}

/** A point between digits belongs to the number: `PCIe 4.0`. */
function endOfNumber(title: string, from: number, length: number): number {
  let at = from + 1
  let points = 0
  while (at < length) {
    const code = title.charCodeAt(at)
    if (kindOf(code) === DIGIT) at++
    else if (code === 0x2e && points === 0 && at - from <= 2 && at + 1 < length && kindOf(title.charCodeAt(at + 1)) === DIGIT) {
      points++
      at += 2
    } else break
  }
  return at
}

/** Name words that are written onto each other or onto a code: `TISUPER`, `PRIMEGEFORCE`, `VCNRTXA6000`, `RXVEGA`. */
const GLUED =
  /^(?:(ti)(super|s|boost|mobile)|(x)(duo)|(titan)(xp|x|v|z|rtx|black)|(gtx|rtx)(titan[a-z]*)|(grid)(k)|(firepro)([vws])|(geforce)(g)|(rx)(vega)|(ax)(rx)|(xtx?)(gaming|eagle|oc)|(super)(oc|gaming|ventus|dual|eagle|trinity)|(geforce|radeon|quadro|nvidia)([a-z]{2,})|(quadro|tesla|nvidia)([kmptalvhbc]|gv|gp)|(radeon)(w)|(arc)(pro[ab]?|[ab])|(instinct|radeon)(mi)|(pro)(wx?|[vab])|([a-z]{2,})(geforce|radeon|quadro|rtxa|rtx|gtx)|(rtx|gtx)(titan|pro|a)|(vcq|vcn|tcs|vcg)([a-z]{1,3}))$/

function pushWord(title: string, start: number, end: number, gap: number, depth: number, tokens: Token[]): void {
  const { text, brand, node, split } = wordOf(title.slice(start, end))
  if (split === 0) {
    tokens.push({ text, type: 'word', start, end, gap, depth, brand, node })
    return
  }
  pushWord(title, start, start + split, gap, depth, tokens)
  pushWord(title, start + split, end, GAP.none, depth, tokens)
}

function firstOfGlued(text: string): number {
  if (text.length < 3 || text.length > 24) return 0
  return (
    GLUED.exec(text)
      ?.slice(1)
      .find((part) => part)?.length ?? 0
  )
}

function isOpening(code: number): boolean {
  return code === 0x28 || code === 0x5b || code === 0x7b || code === 0x3010 || code === 0xff08
}

function isClosing(code: number): boolean {
  return code === 0x29 || code === 0x5d || code === 0x7d || code === 0x3011 || code === 0xff09
}

function gapOf(code: number): number {
  if (isOpening(code)) return GAP.open
  if (isClosing(code)) return GAP.close
  switch (code) {
    case 0x2d: // -
    case 0x5f: // _
    case 0x2010:
    case 0x2011:
      return GAP.hyphen
    case 0x2f: // /
    case 0x5c: // \
    case 0x3001: // ideographic comma, which lists
      return GAP.slash
    case 0x2b: // +
    case 0x26: // &
      return GAP.plus
    case 0x2c: // ,
    case 0x3b: // ;
    case 0x3a: // :
    case 0x7c: // |
    case 0x21: // !
    case 0x3f: // ?
    case 0x2013: // en dash
    case 0x2014: // em dash
    case 0xff0c: // full-width comma
      return GAP.comma
    case 0x200b:
    case 0x200c:
    case 0x200d:
    case 0xfeff:
      return GAP.none
    default:
      return GAP.space
  }
}

/** Length of the HTML entity that begins at this `&`, or 0 if none does. */
function entityLength(title: string, at: number): number {
  for (let end = at + 1; end < title.length && end - at <= LONGEST_ENTITY; end++) {
    const code = title.charCodeAt(end)
    if (code === 0x3b) return end - at > 1 ? end - at + 1 : 0
    if (code !== 0x23 && (code > 0x7f || kindOf(code) === OTHER)) return 0
  }
  return 0
}

function entityGap(title: string, at: number): number {
  return title.startsWith('&amp;', at) ? GAP.plus : GAP.space
}

/** Whether any of these gaps lies between two tokens, that before the second included. */
export function hasGap(tokens: readonly Token[], from: number, to: number, gaps: number): boolean {
  for (let at = from + 1; at <= to; at++) if (((tokens[at]?.gap ?? 0) & gaps) !== 0) return true
  return false
}

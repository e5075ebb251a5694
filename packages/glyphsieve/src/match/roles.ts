import { wordSet } from './letters.ts'
import { MEANS } from './lexicon.ts'
import type { Mention } from './mentions.ts'
import type { Phrase } from './phrases.ts'
import { itemAt } from './places.ts'
import { GAP, type Token } from './tokens.ts'

/** What part a thing plays in the title: what is sold, or why it is named although it is not. */
export type Role =
  /** It may be what is sold. */
  | 'head'
  /** It comes with a card. */
  | 'extra'
  /** It is said not to be there. */
  | 'absent'
  /** A card is used in it, or taken from it. */
  | 'host'
  /** Nothing else is sold. */
  | 'only'
  /** It is made for something. */
  | 'for'

/** Words that name things. */
export const THINGS =
  MEANS.accessory |
  MEANS.accessory_maker |
  MEANS.part |
  MEANS.box |
  MEANS.licence |
  MEANS.service |
  MEANS.wanted |
  MEANS.merchandise |
  MEANS.component |
  MEANS.product |
  MEANS.video |
  MEANS.computer |
  MEANS.host |
  MEANS.cpu |
  MEANS.storage
/** Words that decide wherever they stand. */
const DECISIVE = MEANS.box | MEANS.wanted | MEANS.service
const COMPUTERS = MEANS.computer | MEANS.host | MEANS.cpu
const LONGEST_REACH = 6
/** `only`, where it stands behind its noun; in most languages it stands before, and then begins something else. */
const ONLY_BEHIND = wordSet('only の だ 만')
const MISSING = /^(missing|fehlt|manca|manquant|falta)$/

/** The part that every phrase plays, in the order of the phrases. */
export function rolesOf(tokens: readonly Token[], phrases: readonly Phrase[], mention: Mention | undefined): Role[] {
  let mode: Role = 'head'
  let modeFrom = 0
  let cardSeen = false
  return phrases.map((phrase, index) => {
    const { means, from, to } = phrase
    if (mention !== undefined ? mention.to < from : isCardNoun(tokens, phrases, index - 1)) cardSeen = true
    if (mode !== 'head' && (breaksBetween(tokens, modeFrom, from) || from - modeFrom > LONGEST_REACH)) mode = 'head'
    // a cable joined to a card comes with it; a processor makes it a bundle
    const joined = cardSeen && isJoined(tokens, from) && (means & (MEANS.accessory | MEANS.part | MEANS.accessory_maker)) !== 0
    const next = joined ? 'extra' : (means & THINGS) !== 0 && index === 0 ? undefined : modeOf(means, cardSeen)
    if (next !== undefined) {
      mode = next
      modeFrom = to
    }
    return (means & THINGS) === 0 ? 'head' : roleOf(tokens, phrases, index, mode, cardSeen)
  })
}

/** `+ cable`, `+ 2 adapters`. */
function isJoined(tokens: readonly Token[], from: number): boolean {
  const first = itemAt(tokens, from - 1)?.type === 'number' ? from - 1 : from
  return ((tokens[first]?.gap ?? 0) & GAP.plus) !== 0
}

/** What a small word makes of what follows it. */
function modeOf(means: number, cardSeen: boolean): Role | undefined {
  if ((means & MEANS.from) !== 0 && cardSeen) return 'host'
  if ((means & MEANS.for) !== 0) return cardSeen ? 'host' : 'head'
  if ((means & (MEANS.without | MEANS.not)) !== 0) return 'absent'
  if ((means & MEANS.with) !== 0 && cardSeen) return 'extra'
  return undefined
}

function roleOf(tokens: readonly Token[], phrases: readonly Phrase[], index: number, mode: Role, cardSeen: boolean): Role {
  const { means = 0, from = 0, to = 0 } = phrases[index] ?? {}
  const before = itemAt(phrases, index - 1)
  const next = phrases[index + 1]
  const second = phrases[index + 2]
  const follows = next !== undefined && next.from === to + 1
  const isNear = next !== undefined && next.from - to <= 2 && !breaksBetween(tokens, to, next.from)
  const adjoins = before !== undefined && before.to === from - 1

  if ((means & DECISIVE) !== 0) return 'head'
  if (follows && MISSING.test(tokens[next.from]?.text ?? '')) return 'absent'
  if ((means & MEANS.part) !== 0 && tokens[to]?.text === 'only') return 'only'
  if ((means & COMPUTERS) !== 0) {
    // `gaming PC graphics card`, `carte graphique PC gamer`, `(for Z4)`: what the card is used in
    if (follows && (next.means & MEANS.card) !== 0) return 'host'
    if (adjoins && (before.means & MEANS.card) !== 0 && !breaksBetween(tokens, before.to, from)) return 'host'
    if (cardSeen && ((tokens[from]?.gap ?? 0) & GAP.open) !== 0) return 'host'
  }
  if ((means & MEANS.accessory) !== 0 && cardSeen && adjoins && (before.means & MEANS.included) !== 0) return 'extra'
  if ((means & (MEANS.accessory | MEANS.part)) !== 0 && !cardSeen && adjoins && (before.means & MEANS.only) !== 0) return 'only'
  if (isNear) {
    if ((next.means & (MEANS.not | MEANS.without)) !== 0 && second !== undefined && (second.means & MEANS.included) !== 0)
      return 'absent'
    if ((next.means & MEANS.included) !== 0 && (next.means & MEANS.new) === 0 && cardSeen) return 'extra'
    if ((next.means & MEANS.only) !== 0 && ONLY_BEHIND.has(tokens[next.from]?.text ?? '')) return 'only'
    const isFor = (next.means & MEANS.for) !== 0 && (means & (MEANS.accessory | MEANS.part | MEANS.merchandise)) !== 0
    if (isFor && !cardSeen && mode === 'head') return 'for'
  }
  return mode
}

/** A word for cards that stands for the card itself, and not as in `graphics card holder` or `fan for graphics card`. */
export function isCardNoun(tokens: readonly Token[], phrases: readonly Phrase[], index: number): boolean {
  const phrase = phrases[index]
  if (phrase === undefined || (phrase.means & MEANS.card) === 0) return false
  const previous = itemAt(phrases, index - 1)
  const second = itemAt(phrases, index - 2)
  if (previous !== undefined && !breaksBetween(tokens, previous.to, phrase.from)) {
    if ((previous.means & MEANS.accessory) !== 0 && phrase.from - previous.to <= 2) return false
    const isFor = previous.to === phrase.from - 1 && (previous.means & MEANS.for) !== 0
    if (isFor && second !== undefined && (second.means & (MEANS.accessory | MEANS.part)) !== 0) return false
  }
  const next = phrases[index + 1]
  if (next === undefined || next.from !== phrase.to + 1 || (next.means & MEANS.with) !== 0) return true
  const qualifies = MEANS.accessory | MEANS.service | MEANS.part | MEANS.video | MEANS.licence
  return ((tokens[next.from]?.gap ?? 0) & ~(GAP.space | GAP.hyphen)) !== 0 || (next.means & qualifies) === 0
}

/** Whether a comma, a bracket or a dash lies between two tokens. */
export function breaksBetween(tokens: readonly Token[], from: number, to: number): boolean {
  for (let at = Math.max(0, from + 1); at <= to; at++) {
    const gap = tokens[at]?.gap ?? 0
    // a hyphen between spaces is a dash
    if ((gap & (GAP.comma | GAP.open | GAP.close)) !== 0 || gap === (GAP.hyphen | GAP.space)) return true
  }
  return false
}

import { MEANS } from './lexicon.ts'
import type { Phrase } from './phrases.ts'
import { itemAt, textAt } from './places.ts'
import { GAP, hasGap, type Token } from './tokens.ts'

export type TitleCondition = 'new' | 'refurbished' | 'used' | 'for_parts'

/** The condition that a title states. `For parts` in any language outweighs all else. */
export function conditionOf(tokens: readonly Token[], phrases: readonly Phrase[]): TitleCondition | null {
  let found: TitleCondition | null = null
  for (const [index, { means, from }] of phrases.entries()) {
    if ((means & MEANS.for_parts) !== 0) {
      const previous = itemAt(phrases, index - 1)
      const negated =
        previous !== undefined &&
        previous.to >= from - 2 &&
        (previous.means & (MEANS.without | MEANS.not)) !== 0 &&
        !hasGap(tokens, previous.to, from, GAP.comma)
      const ofPart = previous !== undefined && previous.to === from - 1 && (previous.means & MEANS.accessory) !== 0
      const tested = /^(not|isnt|kein|keine|no)$/.test(textAt(tokens, from - 1) ?? '')
      if (!negated && !tested && !ofPart) return 'for_parts'
    }
    if (found === null) {
      if ((means & MEANS.refurbished) !== 0) found = 'refurbished'
      else if ((means & MEANS.used) !== 0) found = 'used'
      else if ((means & MEANS.new) !== 0 && !isOfExtra(phrases, index)) found = 'new'
    }
  }
  return found
}

/** `with new fans`: what is new is not the card. */
function isOfExtra(phrases: readonly Phrase[], index: number): boolean {
  const before = itemAt(phrases, index - 1)
  const here = phrases[index]
  const next = phrases[index + 1]
  if (here === undefined) return false
  const isWith = before !== undefined && before.to === here.from - 1 && (before.means & MEANS.with) !== 0
  return isWith || (next !== undefined && next.from === here.to + 1 && (next.means & MEANS.accessory) !== 0)
}

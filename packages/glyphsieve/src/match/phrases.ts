import type { Token } from './tokens.ts'

/** A phrase of the lexicon in a title. */
export interface Phrase {
  /** An OR of `MEANS`. */
  means: number
  /** First and last token. */
  from: number
  to: number
}

/** Finds the phrases of a title, the longest at each place, from left to right. */
export function phrasesOf(tokens: readonly Token[]): Phrase[] {
  const phrases: Phrase[] = []
  for (let from = 0; from < tokens.length; ) {
    const token = tokens[from]
    let node = token?.node
    let to = -1
    let means = 0
    for (let at = from; node !== undefined; ) {
      if (node.means !== 0) {
        to = at
        means = node.means
      }
      at++
      const next = node.next === undefined || at >= tokens.length ? undefined : tokens[at]
      node = next === undefined ? undefined : node.next?.get(next.text)
    }
    if (to === -1) from++
    else {
      phrases.push({ means, from, to })
      from = to + 1
    }
  }
  return phrases
}

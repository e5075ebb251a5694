import { Problem } from '../problem.ts'

/** Each word is looked for in the titles that are left by those before. */
const MAX_WORDS = 10

/** The form in which titles and words are compared: lower case, as Unicode and JavaScript have it. */
export function folded(text: string): string {
  return text.toLowerCase()
}

/** The words of a search, folded. @throws Problem if there are none, or too many. */
export function wordsOf(q: string): string[] {
  const words = q.split(/\s+/u).filter((word) => word !== '')
  if (words.length === 0) throw new Problem('invalid_query', 'q holds nothing but blanks: give it a word, or leave it out')
  if (words.length > MAX_WORDS) {
    throw new Problem(
      'invalid_query',
      `q has ${words.length} words, and ${MAX_WORDS} are allowed: leave out the more common ones`,
    )
  }
  return [...new Set(words.map(folded))]
}

/**
 * What the index is asked for titles that may have all words: every three characters in a row, each as a text of FTS5, in which nothing
 * but the quote has a meaning. Undefined where all words are too short for the index.
 */
export function trigramsOf(words: readonly string[]): string | undefined {
  const trigrams = new Set<string>()
  for (const word of words) {
    if (word.includes('\0')) continue // ends a question to FTS5; no title has it
    const characters = [...word]
    for (let at = 2; at < characters.length; at++) trigrams.add(characters.slice(at - 2, at + 1).join(''))
  }
  if (trigrams.size === 0) return undefined
  return [...trigrams].map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ')
}

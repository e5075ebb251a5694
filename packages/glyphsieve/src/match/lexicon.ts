import { fold } from './letters.ts'
import { type Meaning, WORDS } from './words.ts'

const MEANINGS = Object.keys(WORDS) as Meaning[]
export const MEANS: Readonly<Record<Meaning, number>> = Object.fromEntries(
  MEANINGS.map((meaning, index) => [meaning, 1 << index]),
) as Record<Meaning, number>

/** Words, numbers, and characters of scripts without spaces, as titles are cut. */
const PIECES =
  /\d+(?:\.\d+)?|[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e01-\u0e4e\uf900-\ufaff]|[^\s\d\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\u0e01-\u0e4e\uf900-\ufaff]+/g

/** A word as the beginning of phrases: what it means if it ends one, and what may follow. */
export interface Node {
  means: number
  next: Map<string, Node> | undefined
}

/** Words whose ending does not matter, by their beginning. */
const stems = new Map<string, Node>()
const root = new Map<string, Node>()
/** Ends of compound words: `Lüfterhalterung`. */
const tails = new Map<string, Node>()
/** Letters of the longest word whose stem or tail is looked for. */
const LONGEST_WORD = 40
let shortestStem = Number.POSITIVE_INFINITY
let shortestTail = Number.POSITIVE_INFINITY

for (const meaning of MEANINGS) for (const phrase of WORDS[meaning]) addPhrase(phrase, MEANS[meaning])

function addPhrase(phrase: string, means: number): void {
  const words = (phrase.replaceAll('*', '').match(PIECES) ?? []).map(fold)
  const [first, ...rest] = words
  if (first === undefined) return
  if (phrase.startsWith('*')) {
    childOf(tails, first).means |= means
    shortestTail = Math.min(shortestTail, first.length)
    return
  }
  if (phrase.endsWith('*')) {
    stems.set(first, { means: (stems.get(first)?.means ?? 0) | means, next: undefined })
    shortestStem = Math.min(shortestStem, first.length)
    return
  }
  let node = childOf(root, first)
  for (const word of rest) {
    node.next ??= new Map()
    node = childOf(node.next, word)
  }
  node.means |= means
}

function childOf(nodes: Map<string, Node>, word: string): Node {
  const known = nodes.get(word)
  if (known !== undefined) return known
  const node = { means: 0, next: undefined }
  nodes.set(word, node)
  return node
}

/** What a word begins or means, of whatever ending. */
export function nodeOf(word: string): Node | undefined {
  const known = root.get(word)
  if (known !== undefined || word.length > LONGEST_WORD) return known
  for (let length = word.length; length >= shortestStem; length--) {
    const found = stems.get(word.slice(0, length))
    if (found !== undefined) return found
  }
  for (let length = word.length - 3; length >= shortestTail; length--) {
    const found = tails.get(word.slice(-length))
    if (found !== undefined) return found
  }
  return undefined
}

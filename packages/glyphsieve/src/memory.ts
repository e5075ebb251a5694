/** Longer texts are asked once. */
const LONGEST_TEXT = 500

/**
 * A function that remembers its answers: at most so many, then it forgets them all, which is cheaper than to know which one was
 * asked least and bounds the memory as well. For answers that depend on the text alone.
 */
export function remembering<Answer>(most: number, answer: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, { answer: Answer }>()
  return (text) => {
    const old = known.get(text)
    if (old !== undefined) return old.answer
    const found = answer(text)
    if (text.length > LONGEST_TEXT) return found
    if (known.size >= most) known.clear()
    known.set(text, { answer: found })
    return found
  }
}

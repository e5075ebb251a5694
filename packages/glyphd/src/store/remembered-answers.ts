import type { Answer, MarketQuestion } from './engine.ts'

const MOST_ANSWERS = 200
/** Characters of all answers together. */
const MOST_CHARACTERS = 8 * 1024 * 1024

interface Remembered {
  answer: Answer
  version: unknown
  until: number
}

/** Answers that were given, for as long as nothing is stored: whoever shows a market asks the same again and again. */
export class RememberedAnswers {
  readonly #answers = new Map<string, Remembered>()
  #characters = 0

  /** `version` is that of the store, and `now` in milliseconds. */
  get(question: MarketQuestion, version: unknown, now: number): Answer | undefined {
    const known = this.#answers.get(JSON.stringify(question))
    return known !== undefined && known.version === version && now < known.until ? known.answer : undefined
  }

  add(question: MarketQuestion, remembered: Remembered): void {
    const key = JSON.stringify(question)
    this.#forget(key)
    this.#answers.set(key, remembered)
    this.#characters += remembered.answer.items.length
    // The one that was added first is the first to go.
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MOST_ANSWERS && this.#characters <= MOST_CHARACTERS) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    this.#characters -= this.#answers.get(key)?.answer.items.length ?? 0
    this.#answers.delete(key)
  }
}

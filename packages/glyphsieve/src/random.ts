const WARM_UP = 12
const TWO_TO_32 = 4_294_967_296
const SQRT_3 = 1.7320508075688772

/**
 * The generator sfc32 of Chris Doty-Humphrey (PractRand, public domain, https://pracrand.sourceforge.net/). It is started anew
 * for each thing that is drawn, so that what one thing draws changes nothing about the next.
 *
 * Every draw is the same on every engine: only integer operations and `+ - * /` decide, which IEEE 754 defines to the last bit.
 */
export class Random {
  #seed: number
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  constructor(seed: number) {
    this.#seed = seed
  }

  /** The draws that belong to these two whole numbers, of which the lowest 32 bits count. */
  restart(thing: number, part: number): void {
    this.#a = this.#seed | 0
    this.#b = thing | 0
    this.#c = part | 0
    this.#counter = 1
    for (let round = 0; round < WARM_UP; round++) this.#next()
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** At least 0 and below 1. */
  fraction(): number {
    return this.#next() / TWO_TO_32
  }

  /** A whole number of at least 0 and below `size`. */
  below(size: number): number {
    return Math.floor(this.fraction() * size)
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least)
  }

  chance(share: number): boolean {
    return this.fraction() < share
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** Nearly log-normal with median 1: the exponent is a sum of four uniform draws, within 3.5 standard deviations. */
  logNormal(sigma: number): number {
    const sum = this.fraction() + this.fraction() + this.fraction() + this.fraction()
    return growth((sum - 2) * SQRT_3 * sigma)
  }
}

/** e to the x, for small x to 0.1 %. Not `Math.exp`, whose last bits ECMAScript leaves to the engine. */
export function growth(x: number): number {
  let power = 1 + x / 1024
  for (let squaring = 0; squaring < 10; squaring++) power *= power
  return power
}

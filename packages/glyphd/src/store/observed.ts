import { type Asking, rowsOf } from './asking.ts'
import type { Dialect } from './dialect.ts'
import type { Question } from './engine.ts'

/** Offers do not tell yet what is stored: the question is to be asked again when they do. */
export class OffersBehind extends Error {
  override readonly name = 'OffersBehind'
}

/** Whether an answer is made of what offers tell, and not of listings alone. */
export function isAboutOffers(question: Question): boolean {
  if (question.about === 'listings') {
    return question.latest === true || question.current === true || question.offer_key !== undefined
  }
  return question.about !== 'imports' && question.about !== 'rejected_rows'
}

/** What offers tell of. */
export interface Observed {
  /** The position up to which they tell what the listings do. */
  position: number
  /** Another one when something was stored since. */
  version: string | number
}

/**
 * How far offers have come.
 *
 * @param isAskedAgain Whether they were brought up to date since the question came. What was stored later still is none of its business
 *   then, as long as no import is taken over in part.
 * @throws OffersBehind if the question has to wait.
 */
export function* askObserved({ observed }: Dialect, isAskedAgain: boolean): Asking<Observed> {
  type Named = readonly [position: number, version: string | number, isBehind: number, isPartial: number]
  const [row] = yield* rowsOf<Named>(observed)
  const [position, version, isBehind, isPartial] = row ?? [0, 0, 0, 0]
  if (isBehind === 1 && (!isAskedAgain || isPartial === 1)) throw new OffersBehind()
  return { position, version }
}

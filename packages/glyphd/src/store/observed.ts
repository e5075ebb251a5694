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

/**
 * The position up to which offers tell what the listings do.
 *
 * @param isAskedAgain Whether they were brought up to date since the question came. What was stored later still is none of its business
 *   then, as long as no import is taken over in part.
 * @throws OffersBehind if the question has to wait.
 */
export function* observedPosition({ observed }: Dialect, isAskedAgain: boolean): Asking<number> {
  const [row] = yield* rowsOf<readonly [position: number, isBehind: number, isPartial: number]>(observed)
  const [position, isBehind, isPartial] = row ?? [0, 0, 0]
  if (isBehind === 1 && (!isAskedAgain || isPartial === 1)) throw new OffersBehind()
  return position
}

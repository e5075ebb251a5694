import type { Database } from 'better-sqlite3'
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

/** What tells readers how far offers have come. */
export interface Observed {
  /** The position up to which they tell what the listings do. */
  position(): number
  /**
   * @param isAskedAgain Whether they were brought up to date since the question came. What was stored later still is none of its
   *   business then, as long as no import is taken over in part.
   * @throws OffersBehind if the question has to wait.
   */
  refuseIfBehind(isAskedAgain: boolean): void
}

export function observedIn(db: Database): Observed {
  const position = db.prepare<[], number>('select position from observed').pluck()
  const lastPosition = db.prepare<[], number>('select last_position from imports order by first_position desc limit 1').pluck()
  const lastBefore = db
    .prepare<[number], number>(
      'select last_position from imports where first_position <= ? order by first_position desc limit 1',
    )
    .pluck()
  return {
    position: () => position.get() ?? 0,
    refuseIfBehind(isAskedAgain) {
      const observed = position.get() ?? 0
      if (observed >= (lastPosition.get() ?? 0)) return
      const isWhole = (lastBefore.get(observed) ?? 0) === observed
      if (!isAskedAgain || !isWhole) throw new OffersBehind()
    },
  }
}

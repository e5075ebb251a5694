import type { Database } from 'better-sqlite3'
import type { OfferWriter } from './write-offers.ts'

/** Positions that one statement takes over: it sorts them, and a million at once would take memory for it. */
const MOST_AT_ONCE = 50_000

/**
 * Offers follow the listings: an import that is not complete stores listings alone, and what they tell is taken over when nobody waits
 * for an import. Questions about offers have it done before they are answered (`observed.ts`).
 */
export interface CatchUp {
  /** The position up to which offers tell what the listings do. */
  position(): number
  /** How many positions are stored of which they do not tell yet. */
  behind(): number
  /** Takes over so many positions at most, in the order of their imports and in the transaction at hand, and says whether more are left. */
  step(positions: number): boolean
  /** Takes note that all up to a position is taken over. */
  setObserved(position: number): void
}

interface ImportRange {
  last_position: number
  undone_at: string | null
}

export function catchUp(db: Database, offers: OfferWriter): CatchUp {
  const observed = db.prepare<[], number>('select position from observed').pluck()
  const position = () => observed.get() ?? 0
  const setObserved = db.prepare<[number]>('update observed set position = ?')
  const lastPosition = db.prepare<[], number>('select last_position from imports order by first_position desc limit 1').pluck()
  // Each import begins where the one before it ends.
  const importAt = db.prepare<[number], ImportRange>(
    'select last_position, undone_at from imports where first_position <= ? order by first_position desc limit 1',
  )
  const listingsIn = db
    .prepare<[{ first: number; last: number }], number>(
      'select count(*) from gpu_listings where position between @first and @last',
    )
    .pluck()
  const behind = () => (lastPosition.get() ?? 0) - position()

  return {
    position,
    behind,

    step(positions) {
      let left = positions
      while (left > 0 && behind() > 0) {
        const first = position() + 1
        const range = importAt.get(first)
        if (range === undefined) throw new Error(`no import has position ${first}`)
        const { last_position, undone_at } = range
        const last = undone_at === null ? Math.min(last_position, first + Math.min(left, MOST_AT_ONCE) - 1) : last_position
        if (undone_at === null) {
          const part = { first, last }
          offers.observe(part, listingsIn.get(part) ?? 0, undefined)
          left -= last - first + 1
        }
        setObserved.run(last)
      }
      return behind() > 0
    },

    setObserved(position) {
      setObserved.run(position)
    },
  }
}

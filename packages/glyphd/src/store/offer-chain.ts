import type { Database } from 'better-sqlite3'
import { newestOf } from '../answers/offer-history.ts'

/** Positions from the first to the last, both inclusive. */
export interface PositionRange {
  first: number
  last: number
}

interface Link {
  position: number
  seen_at: string
  price: number
  currency: string
  earlier_position: number | null
  is_late: number | null
}

/** The observations of an offer, the one stored last first, as `earlier_observations` links them. */
export interface ObservationChain {
  /** The observation of the same offer that was stored before. */
  before(position: number): number | undefined
  /**
   * Of this observation and those stored before it, the newest: several where the newest time has several prices. Walks no further
   * back than observations came late.
   */
  newestFrom(position: number): { position: number; seen_at: string }[]
}

export function observationChain(db: Database): ObservationChain {
  const before = db.prepare<[number], number>('select earlier_position from earlier_observations where position = ?').pluck()
  const link = db.prepare<[number], Link>(
    `select g.position, g.seen_at, g.price, g.currency, e.earlier_position, e.is_late
     from gpu_listings g left join earlier_observations e using (position) where g.position = ?`,
  )
  return {
    before: (position) => before.get(position),
    newestFrom(position) {
      const observations: Link[] = []
      let inOrder: string | undefined
      for (let at: number | null = position; at !== null; ) {
        const observation = link.get(at)
        if (observation === undefined || (inOrder !== undefined && observation.seen_at !== inOrder)) break
        observations.push(observation)
        // It was the newest when it was stored: all before it are as old or older.
        if (observation.is_late !== 1) inOrder ??= observation.seen_at
        at = observation.earlier_position
      }
      return newestOf(observations)
    },
  }
}

/** What changes the chains of offers. */
export interface ChainWriter {
  /** Puts an observation, which may be older than others of its offer, at the beginning of the chain. */
  addLate(position: number, offer: number): void
  /** Takes the observations of an import out of a chain, and gives the observation that was stored last of the others. */
  remove(offer: number, range: PositionRange): number | undefined
}

export function chainWriter(db: Database, chain: ObservationChain): ChainWriter {
  const newestOfOffer = db.prepare<[number], number>('select newest_position from offers where offer = ?').pluck()
  const addLink = db.prepare<[number, number]>(
    `insert into earlier_observations (position, earlier_position, is_late)
     select ?, newest_position, 1 from offers where offer = ?`,
  )
  const moveBeginning = db.prepare<{ newest: number; offer: number }>(
    'update offers set newest_position = @newest where offer = @offer or twin_of = @offer',
  )
  const relink = db.prepare<[number, number]>('update earlier_observations set earlier_position = ? where position = ?')
  const unlink = db.prepare<[number]>('delete from earlier_observations where position = ?')
  return {
    addLate(position, offer) {
      addLink.run(position, offer)
      moveBeginning.run({ newest: position, offer })
    },

    remove(offer, { first, last }) {
      const newest = newestOfOffer.get(offer)
      let behind: number | undefined
      let at = newest
      while (at !== undefined && at > last) {
        behind = at
        at = chain.before(at)
      }
      while (at !== undefined && at >= first) {
        const earlier = chain.before(at)
        unlink.run(at)
        at = earlier
      }
      if (behind === undefined) {
        if (at !== undefined) moveBeginning.run({ newest: at, offer })
        return at
      }
      if (at === undefined) unlink.run(behind)
      else relink.run(at, behind)
      return newest
    },
  }
}

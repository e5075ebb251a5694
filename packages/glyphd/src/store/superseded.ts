import type { Database } from 'better-sqlite3'
import { observationChain } from './offer-chain.ts'

/**
 * Of every offer that was observed behind `head`, the positions of its newest observations up to there. Only what was stored since is
 * walked back.
 */
export function supersededPositions(db: Database, head: number): number[] {
  const chain = observationChain(db)
  const observedSince = db
    .prepare<[number, number], number>(
      `select o.newest_position from (select distinct offer_key from gpu_listings where position > ? and offer_key is not null)
       join offers o using (offer_key) where o.newest_position > ?`,
    )
    .pluck()
  return observedSince.all(head, head).flatMap((newest) => {
    let at: number | undefined = newest
    while (at !== undefined && at > head) at = chain.before(at)
    return at === undefined ? [] : chain.newestFrom(at).map(({ position }) => position)
  })
}

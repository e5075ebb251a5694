import type { Database } from 'better-sqlite3'
import { historyOf, type Observation } from '../answers/offer-history.ts'
import type { ObservationChain } from './offer-chain.ts'

/** Members of a listing that an offer has from its newest observation. */
export const MEMBERS = [
  'model',
  'price',
  'score',
  'currency',
  'price_usd',
  'shipping',
  'lot_size',
  'quantity',
  'listing_source',
  'seller',
  'region',
  'condition',
  'vram_gb',
  'match_score',
]

/** What works out anew what the observations of an offer come to, where what is known cannot just be carried on. */
export interface OfferDeriver {
  /** From all of its observations. */
  derive(offer: number): void
  /** After its newest observation is gone, which was one of one price: from the newest of the others, as far as that goes. */
  takeBack(offer: number): void
}

interface KnownOffer {
  offer_key: string
  newest_position: number
  first_seen: string
  seen_at: string
  since: string
  is_ambiguous: number
}

export function offerDeriver(db: Database, chain: ObservationChain): OfferDeriver {
  const offerOf = db.prepare<[number], KnownOffer>(
    'select offer_key, newest_position, first_seen, seen_at, since, is_ambiguous from offers where offer = ?',
  )
  const observationsOf = db.prepare<[number], Observation>(
    `with recursive chain (position) as (
       select newest_position from offers where offer = ?
       union all
       select e.earlier_position from chain join earlier_observations e using (position)
     )
     select position, listing_source, seen_at, model, vram_gb, condition, currency, price, price_usd, seller, quantity
     from chain join gpu_listings using (position)`,
  )
  const clearPeriods = db.prepare<[number]>('delete from price_periods where offer = ?')
  const clearChanges = db.prepare<[number]>('delete from price_changes where offer = ?')
  const clearTwins = db.prepare<[number]>('delete from offers where twin_of = ?')
  const clearOffer = db.prepare<[number]>('delete from offers where offer = ?')
  // Never an update: the triggers are for observations in the order of time.
  const insertOffer = db.prepare(
    `insert into offers
       (offer, offer_key, newest_position, position, first_seen, seen_at, since, is_ambiguous, twin_of, ${MEMBERS.join(', ')})
     select @offer, @offer_key, @newest_position, position, @first_seen, seen_at, @since, @is_ambiguous, @twin_of, ${MEMBERS.join(', ')}
     from gpu_listings where position = @position`,
  )
  const insertPeriod = db.prepare(
    `insert into price_periods
       (offer, first_seen, position, last_seen, until, model, vram_gb, condition, currency, price, seller, listing_source, quantity)
     values (@offer, @first_seen, @position, @seen_at, @until, @model, @vram_gb, @condition, @currency, @price, @seller,
       @listing_source, iif(@quantity = 0, 0, null))`,
  )
  const insertChange = db.prepare(
    `insert into price_changes
       (position, earlier_position, offer, seen_at, seen_before, model, currency, price, price_before, change_pct)
     values (@position, @earlier_position, @offer, @seen_at, @seen_before, @model, @currency, @price, @price_before, @change_pct)`,
  )
  const periodsUntil = db.prepare<[number, string], { position: number; first_seen: string }>(
    'select position, first_seen from price_periods where offer = ? and until = ?',
  )
  const dropPeriod = db.prepare<[number, string, number]>(
    'delete from price_periods where offer = ? and first_seen = ? and position = ?',
  )

  function derive(offer: number): void {
    const known = offerOf.get(offer)
    const observations = observationsOf.all(offer)
    clearPeriods.run(offer)
    clearChanges.run(offer)
    clearTwins.run(offer)
    clearOffer.run(offer)
    if (known === undefined || observations.length === 0) return

    const { first_seen, periods, changes } = historyOf(observations)
    for (const period of periods) {
      if (period.until !== undefined) insertPeriod.run({ ...period.last, ...period, last: null, offer })
    }
    for (const { before, after, change_pct } of changes) {
      const earlier = { earlier_position: before.position, seen_before: before.seen_at, price_before: before.price }
      insertChange.run({ ...after, ...earlier, offer, change_pct })
    }
    const newest = periods.filter(({ until }) => until === undefined)
    for (const [index, period] of newest.entries()) {
      const isMain = index === newest.length - 1
      insertOffer.run({
        ...known,
        offer: isMain ? offer : -period.last.position,
        offer_key: isMain ? known.offer_key : null,
        position: period.last.position,
        first_seen,
        since: period.first_seen,
        is_ambiguous: newest.length > 1 ? 1 : 0,
        twin_of: isMain ? null : offer,
      })
    }
  }

  /** Since when the offer has been as the observation at a position tells, which is now its newest. */
  function sinceOf(
    offer: number,
    { since, seen_at }: KnownOffer,
    newest: { position: number; seen_at: string },
  ): string | undefined {
    if (since < seen_at) return since // what is gone told nothing new
    const [period, ...others] = periodsUntil.all(offer, seen_at)
    if (period?.position !== newest.position || others.length > 0) return undefined
    dropPeriod.run(offer, period.first_seen, period.position)
    return period.first_seen
  }

  return {
    derive,
    takeBack(offer) {
      const known = offerOf.get(offer)
      const [newest, ...others] = known === undefined ? [] : chain.newestFrom(known.newest_position)
      const isPlain = known?.is_ambiguous === 0 && newest !== undefined && others.length === 0 && newest.seen_at < known.seen_at
      const since = isPlain ? sinceOf(offer, known, newest) : undefined
      if (known === undefined || newest === undefined || since === undefined) return derive(offer)
      clearOffer.run(offer)
      insertOffer.run({ ...known, offer, position: newest.position, since, twin_of: null })
    },
  }
}

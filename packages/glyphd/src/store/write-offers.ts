import type { Database } from 'better-sqlite3'
import { delistingCheck } from './delisting.ts'
import { MEMBERS, offerDeriver } from './derive-offers.ts'
import type { Completeness } from './engine.ts'
import { chainWriter, observationChain, type PositionRange } from './offer-chain.ts'

/** What keeps `offers` and all that hangs on it in step with `gpu_listings`, within the transaction at hand. */
export interface OfferWriter {
  /**
   * Takes over the listings of an import, which are stored.
   *
   * @throws Problem if a complete one names no source, or would delist too much.
   */
  observe(range: PositionRange, count: number, complete: Completeness | undefined): void
  /** Takes back what the listings of an import told. They are still stored when it is called. */
  forget(range: PositionRange): void
}

/** Members of which a change is the end of a time in which an offer stood unchanged; `quantity` only to nothing and back. */
const TOLD = ['model', 'price', 'currency', 'vram_gb', 'condition', 'seller', 'listing_source']

/** Whether two rows tell the same of an offer: as `agree` has it for two observations. */
const agree = (a: string, b: string) => `
  ${a}.price = ${b}.price and ${a}.currency = ${b}.currency and ${a}.model = ${b}.model
  and ${a}.vram_gb is ${b}.vram_gb and ${a}.condition is ${b}.condition and ${a}.seller is ${b}.seller
  and ${a}.listing_source is ${b}.listing_source and (${a}.quantity is 0) = (${b}.quantity is 0)`
const AGREES = agree('excluded', 'offers')

/** Whether nothing has been made yet of a listing `g` that names an offer. */
const IS_LEFT = `
  not exists (select 1 from offers known where known.offer = g.position)
  and not exists (select 1 from earlier_observations e where e.position = g.position)`

/**
 * New offers, and newer observations of known ones. Ordered by offer and time, so that several observations in one import are taken
 * one after the other, and the pages of the index are visited once. What the triggers of `offers` add is in the migration.
 */
const observe = (listings: string, condition: string, updated: string[]) => `
  insert into offers (offer, offer_key, newest_position, position, first_seen, seen_at, since, ${MEMBERS.join(', ')})
  select position, offer_key, position, position, seen_at, seen_at, seen_at, ${MEMBERS.join(', ')}
  from gpu_listings g where position between @first and @last and ${listings} order by offer_key, seen_at, position
  on conflict (offer_key) do update set
    newest_position = excluded.newest_position, position = excluded.position, seen_at = excluded.seen_at,
    ${updated.join(', ')}
  where offers.is_ambiguous = 0 and ${condition}`

const excluded = (members: readonly string[]) => members.map((member) => `${member} = excluded.${member}`)

/** Most observations tell nothing new: that leaves most of an offer and its index on the model alone, which saves a quarter. */
const OBSERVE_SAME = observe(
  'true',
  `excluded.seen_at >= offers.seen_at and ${AGREES}`,
  excluded(MEMBERS.filter((member) => !TOLD.includes(member))),
)

const OBSERVE_CHANGED = observe(
  IS_LEFT,
  `(excluded.seen_at > offers.seen_at or (excluded.seen_at = offers.seen_at and ${AGREES}))`,
  [`since = iif(${AGREES}, offers.since, excluded.seen_at)`, ...excluded(MEMBERS)],
)

/** Whether an observation `g` lies inside of a time in which its offer `o` stood unchanged: what borders on it is the same without it. */
const isInside = (condition: (period: string) => string) => `
  (o.is_ambiguous = 0 and g.seen_at > o.since and g.seen_at < o.seen_at and ${condition('o')})
  or exists (
    select 1 from price_periods p
    where p.offer = o.offer and p.first_seen < g.seen_at and p.last_seen > g.seen_at and ${condition('p')})`

/** Observations that were passed over: older than what is known, or of another price at the same time. */
const PASSED_OVER = `
  select g.position, o.offer, ${isInside((period) => agree('g', period))} as is_inside
  from gpu_listings g join offers o on o.offer_key = g.offer_key
  where g.position between @first and @last and ${IS_LEFT}
  order by o.offer, g.position`

/** Observations of an import, by offer, and whether each is the newest. */
const OBSERVATIONS = `
  select o.offer, g.position = o.position as is_newest, ${isInside(() => 'true')} as is_inside
  from gpu_listings g join offers o on o.offer_key = g.offer_key
  where g.position between @first and @last order by o.offer`

const LISTINGS = 'select listing_source, seen_at, offer_key from gpu_listings where position between @first and @last'

/** @param current_days Days after which an offer that was not seen again counts as gone. */
export function offerWriter(db: Database, current_days: number): OfferWriter {
  const checkDelisting = delistingCheck(db, LISTINGS, current_days)
  const insertSnapshots = db.prepare<[PositionRange]>(
    `insert into snapshots (listing_source, seen_at, first_position)
     select listing_source, min(seen_at), @first from (${LISTINGS}) where listing_source is not null group by listing_source`,
  )
  const observeSame = db.prepare(OBSERVE_SAME)
  const observeChanged = db.prepare(OBSERVE_CHANGED)
  const passedOver = db.prepare<[PositionRange], { position: number; offer: number; is_inside: number }>(PASSED_OVER)
  const observationsIn = db.prepare<[PositionRange], { offer: number; is_newest: number; is_inside: number }>(OBSERVATIONS)
  const chain = observationChain(db)
  const { addLate, remove } = chainWriter(db, chain)
  const { derive, takeBack } = offerDeriver(db, chain)

  return {
    observe(range, count, complete) {
      if (complete !== undefined) {
        checkDelisting(range, complete)
        insertSnapshots.run(range)
      }
      const same = observeSame.run(range).changes
      if (same === count || same + observeChanged.run(range).changes === count) return
      const changed = new Set<number>()
      for (const { position, offer, is_inside } of passedOver.all(range)) {
        addLate(position, offer)
        if (is_inside === 0) changed.add(offer)
      }
      for (const offer of changed) derive(offer)
    },

    forget(range) {
      // Offers of which nothing is left go all at once. A twin lies at minus its position.
      db.prepare(
        `delete from price_periods where offer in
           (select offer from offers where offer between @first and @last and newest_position <= @last)`,
      ).run(range)
      db.prepare('delete from snapshots where first_position = @first').run(range)
      db.prepare('delete from price_changes where position between @first and @last').run(range)
      db.prepare('delete from offers where twin_of between @first and @last and newest_position <= @last').run(range)
      db.prepare('delete from offers where offer between @first and @last and newest_position <= @last').run(range)
      const left = new Map<number, { is_newest: boolean; is_inside: boolean }>()
      for (const { offer, is_newest, is_inside } of observationsIn.all(range)) {
        const known = left.get(offer)
        left.set(offer, {
          is_newest: known === undefined && is_newest === 1, // and the only one of this import
          is_inside: known?.is_inside !== false && is_inside === 1,
        })
      }
      const rest = [...left].map(([offer, gone]) => ({ offer, ...gone, newest: remove(offer, range) }))
      db.prepare('delete from gpu_listings where position between @first and @last').run(range)
      for (const { offer, is_newest, is_inside, newest } of rest) {
        if (is_inside && newest !== undefined) continue
        if (is_newest && newest !== undefined) takeBack(offer)
        else derive(offer)
      }
      // Of the offers of which nothing was left.
      db.prepare('delete from earlier_observations where position between @first and @last').run(range)
    },
  }
}

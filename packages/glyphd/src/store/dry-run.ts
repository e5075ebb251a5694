import type { Database } from 'better-sqlite3'
import { offerKey, utcTimestamp } from 'glyphsieve'
import type { DryRunResult } from '../contract/imports.ts'
import type { Limits } from '../contract/operations.ts'
import { readListings } from '../ingest/read-listings.ts'
import type { ReceivedBody } from '../ingest/received-body.ts'
import { delistingCheck } from './delisting.ts'
import { type Comparison, comparisons, OFFER_FACTS } from './dry-run-comparison.ts'
import type { DryRunOptions } from './engine.ts'

const MEMBERS = ['position', ...OFFER_FACTS]

/** Offers that do not tell yet what was stored last, as they will. A dry run asks no writer to see to that. */
const BEHIND = `
  with behind as (
    select *, min(seen_at) over (partition by offer_key) as first_seen,
      row_number() over (partition by offer_key order by seen_at desc, position desc) as place
    from gpu_listings where position > (select position from observed) and offer_key is not null
  )
  insert into temp.behind_offers
  select offer_key, min(b.first_seen, coalesce(o.first_seen, b.first_seen)),
    ${MEMBERS.map((member) => `iif(o.seen_at > b.seen_at, o.${member}, b.${member})`).join(', ')}
  from behind b left join offers o using (offer_key) where place = 1`

const KNOWN_OFFERS = `(
  select offer_key, first_seen, ${MEMBERS.join(', ')} from offers where offer_key not in (select offer_key from temp.behind_offers)
  union all select * from temp.behind_offers)`

const LISTINGS = 'select listing_source, seen_at, offer_key from temp.body_offers'

/**
 * What the import of a body would do, on a connection that cannot write. The offers of the body wait in a temporary table, which is
 * a file when it is large.
 *
 * @throws Problem that the import would meet.
 */
export function dryRun(
  db: Database,
  body: ReceivedBody,
  { handling, complete }: DryRunOptions,
  { limits, current_days }: { limits: Limits; current_days: number },
): DryRunResult {
  db.exec(`
    create temp table body_offers (
      row integer primary key, offer_key text, model text not null, price real not null, currency text not null, shipping real,
      quantity integer, listing_source text, seen_at text not null
    );
    create temp table behind_offers (offer_key text primary key, first_seen text, ${MEMBERS.join(', ')})`)
  try {
    const insert = db.prepare('insert into body_offers values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    const now = new Date().toISOString()
    let record_count = 0
    let without_offer_key = 0
    let first_model = ''
    let last_model = ''
    const batches = readListings(body, handling, limits)
    let step = batches.next()
    db.exec('begin')
    for (; step.done !== true; step = batches.next()) {
      const { listings, rows } = step.value
      for (const [index, listing] of listings.entries()) {
        if (record_count === 0) first_model = listing.model
        last_model = listing.model
        record_count++
        const key = offerKey(listing)
        if (key === undefined) without_offer_key++
        const { model, price, currency, shipping, quantity, listing_source } = listing
        const seen_at = (listing.seen_at && utcTimestamp(listing.seen_at)) ?? now
        const amounts = [price, currency ?? 'USD', shipping ?? null, quantity ?? null]
        insert.run(rows[index], key ?? null, model, ...amounts, listing_source ?? null, seen_at)
      }
    }
    db.exec(BEHIND)
    const { rejected_count, errors, errors_truncated } = step.value
    const result = {
      dry_run: true as const,
      record_count,
      rejected_count,
      errors,
      errors_truncated,
      first_model,
      last_model,
      ...compare(db),
      without_offer_key,
      ...(complete && { delisted: delistingCheck(db, LISTINGS, current_days, KNOWN_OFFERS)({ first: 0, last: 0 }, complete) }),
    }
    db.exec('commit')
    return result
  } finally {
    if (db.inTransaction) db.exec('rollback')
    db.exec('drop table if exists temp.body_offers; drop table if exists temp.behind_offers')
  }
}

function compare(db: Database): Pick<DryRunResult, 'new' | 'changed' | 'unchanged' | 'biggest_moves'> {
  const counting = comparisons()
  const compared = db.prepare<[], Comparison>(`
    select b.*, o.position as stored_position, o.price as stored_price, o.currency as stored_currency,
      o.shipping as stored_shipping, o.quantity as stored_quantity
    from body_offers b left join ${KNOWN_OFFERS} o using (offer_key) where b.offer_key is not null order by b.row`)
  for (const comparison of compared.iterate()) counting.add(comparison)
  return counting.result()
}

import type { Database } from 'better-sqlite3'
import { Problem } from '../problem.ts'
import { shown } from '../shown.ts'
import type { Completeness } from './engine.ts'

/** What a complete import would leave of what its sources offered. */
interface DelistingCheck {
  /** The import, by its first position, whose own snapshots do not count; 0: it is not stored. */
  first: number
  last: number
}

/**
 * What says how many offers a complete import delists. `listings` is what it holds, as the text of a query that gives the
 * `listing_source`, `seen_at` and `offer_key` of each of its listings; it may name @first and @last. An import of a source is of the
 * time at which the first of its listings was seen. `offers` is the text of what is known of them.
 *
 * The result throws a Problem if no listing names a source, or if it delists more than half of what one offered and is not forced.
 */
export function delistingCheck(db: Database, listings: string, current_days: number, offers = 'offers') {
  const delisted = db.prepare<
    [DelistingCheck & { current_days: number }],
    { listing_source: string; offered: number; delisted: number }
  >(`
    with complete as materialized (
      select listing_source, min(seen_at) as seen_at,
        strftime('%Y-%m-%dT%H:%M:%fZ', min(seen_at), '-' || @current_days || ' days') as seen_after
      from (${listings}) where listing_source is not null group by listing_source
    )
    select c.listing_source, count(*) as offered,
      sum(o.seen_at < c.seen_at and o.offer_key not in (
        select offer_key from (${listings}) where offer_key is not null)) as delisted
    from ${offers} o cross join complete c on c.listing_source = o.listing_source
    where o.seen_at > c.seen_after and o.first_seen < c.seen_at and o.offer_key is not null and not exists (
      select 1 from snapshots s where s.listing_source = o.listing_source and s.seen_at > o.seen_at and s.seen_at <= c.seen_at
        and s.first_position <> @first)
    group by c.listing_source`)
  const sources = db.prepare<[DelistingCheck], number>(`select count(distinct listing_source) from (${listings})`)

  return (range: DelistingCheck, { force }: Completeness): number => {
    if (sources.pluck().get(range) === 0) {
      throw new Problem('no_source', 'complete=true needs a listing_source: without one, nobody knows whose everything this is')
    }
    const found = delisted.all({ ...range, current_days })
    const suspicious = found.find(({ offered, delisted }) => delisted * 2 > offered)
    if (suspicious === undefined || force) return found.reduce((sum, { delisted }) => sum + delisted, 0)
    throw suspiciousSnapshot(suspicious)
  }
}

/** Why a complete import is not stored that leaves out too much of what a source offered. */
export function suspiciousSnapshot(source: { listing_source: string; offered: number; delisted: number }): Problem {
  const { listing_source, offered, delisted } = source
  return new Problem(
    'suspicious_snapshot',
    `Of ${offered} current offers of ${shown(listing_source)}, ${delisted} are missing, which looks like a crawl that broke off. ` +
      'Nothing was stored; if they are gone indeed, send it again with force=true',
  )
}

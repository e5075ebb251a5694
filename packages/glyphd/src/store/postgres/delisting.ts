import type pg from 'pg'
import { Problem } from '../../problem.ts'
import { suspiciousSnapshot } from '../delisting.ts'
import type { Completeness } from '../engine.ts'

const DAY_MS = 86_400_000

/** Listings that are everything their sources offer: those of a stored import, or of a table of a dry run. */
export interface CompleteListings {
  /** Name of the table. */
  table: string
  /** Those of this import only. */
  import_id: string | undefined
  /** Where the offers are that are known; `offers`, or what a dry run makes of it. */
  offers: string
}

/**
 * How many offers complete listings delist.
 *
 * @throws Problem if no listing names a source, or if they delist more than half of what one offered and are not forced.
 */
export async function delistedBy(
  client: pg.Client,
  { table, import_id, offers }: CompleteListings,
  { force }: Completeness,
  current_days: number,
): Promise<number> {
  const listings = `(select listing_source, seen_at, offer_key from ${table} ${import_id === undefined ? '' : `where import_id = '${import_id}'`})`
  const { rows: snapshots } = await client.query<{ listing_source: string; seen_at: string }>(
    `select listing_source, min(seen_at) as seen_at from ${listings} l where listing_source is not null group by listing_source`,
  )
  if (snapshots.length === 0) {
    throw new Problem('no_source', 'complete=true needs a listing_source: without one, nobody knows whose everything this is')
  }
  const sources = snapshots.map(({ listing_source, seen_at }) => {
    const seen_after = new Date(Math.max(0, Date.parse(seen_at) - current_days * DAY_MS)).toISOString()
    return { listing_source, seen_at, seen_after }
  })
  const { rows: found } = await client.query<{ listing_source: string; offered: number; delisted: number }>(
    `with complete as (
       select * from json_to_recordset($1) as r (listing_source text, seen_at text, seen_after text)
     ),
     kept as (select distinct offer_key from ${listings} l where offer_key is not null)
     select c.listing_source, count(*) as offered, count(*) filter (where o.seen_at < c.seen_at and k.offer_key is null) as delisted
     from ${offers} o join complete c on c.listing_source = o.listing_source left join kept k on k.offer_key = o.offer_key
     where o.seen_at > c.seen_after collate "C" and o.first_seen < c.seen_at collate "C" and o.offer_key is not null and not exists (
       select 1 from snapshots s where s.listing_source = o.listing_source and s.seen_at > o.seen_at and s.seen_at <= c.seen_at collate "C")
     group by c.listing_source`,
    [JSON.stringify(sources)],
  )
  const suspicious = found.find(({ offered, delisted }) => delisted * 2 > offered)
  if (suspicious !== undefined && !force) throw suspiciousSnapshot(suspicious)
  return found.reduce((sum, { delisted }) => sum + delisted, 0)
}

import Sqlite from 'better-sqlite3'
import { DEFAULT_CURRENT_DAYS } from '../dist/contract/words.js'
import { catchUp } from '../dist/store/catch-up.js'
import { Connection } from '../dist/store/postgres/connection.js'
import { isPostgresUrl } from '../dist/store/postgres/connection-string.js'
import { Follower } from '../dist/store/postgres/follower.js'
import { openWriter } from '../dist/store/sqlite-connection.js'
import { offerWriter } from '../dist/store/write-offers.js'
import { CHAIN_CONTRADICTIONS, OFFER_CONTRADICTIONS } from './offer-contradictions.ts'

/** Questions to which a sound store has no answer. */
const CONTRADICTIONS: Record<string, string> = {
  'a listing that is not where its import says, or whose import is undone or unknown': `
    select import_id, import_index, position from gpu_listings left join imports using (import_id)
    where first_position is null or undone_at is not null or import_index < 0
      or position != first_position + import_index or position > last_position`,
  'an import whose row does not agree with its listings': `
    select imports.* from imports
    where undone_at is null and (
      record_count != (select count(*) from gpu_listings where position between first_position and last_position)
      or record_count + rejected_count < last_position - first_position + 1
      or first_model is distinct from (
        select model from gpu_listings where position between first_position and last_position order by position limit 1)
      or last_model is distinct from (select model from gpu_listings where position = last_position))`,
  'an import whose positions are those of another, too': `
    select * from (select *, lag(last_position) over (order by first_position) as before from imports) as ranges
    where first_position <= before or last_position < first_position`,
  'a sum of record_count that is not the number of listings': `
    select * from (
      select coalesce(sum(record_count), 0) as sum, (select count(*) from gpu_listings) as listings
      from imports where undone_at is null) as sums where sum != listings`,
  'an import with more or fewer rejected rows than it says, or with some though it is undone': `
    select * from imports i
    where (select count(*) from rejected_rows r where r.first_position = i.first_position)
      != case when undone_at is null then rejected_count else 0 end`,
  'a rejected row or a key without an import that lives': `
    select first_position from (select first_position from rejected_rows union select first_position from idempotency_keys) as of_imports
    where first_position not in (select first_position from imports where undone_at is null)`,
  ...OFFER_CONTRADICTIONS,
}

/**
 * What of a store contradicts what its tables say of each other; empty in a sound one, once offers are up to date. Read as any SQL reader
 * would.
 */
export async function contradictions(db: string): Promise<unknown[]> {
  return isPostgresUrl(db) ? inPostgres(db) : sqliteContradictions(db)
}

/** The same of a SQLite store. */
export function sqliteContradictions(path: string): unknown[] {
  bringOffersUpToDate(path)
  const db = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    return db.transaction(() =>
      Object.entries({ ...CONTRADICTIONS, ...CHAIN_CONTRADICTIONS }).flatMap(([what, sql]) =>
        db
          .prepare(sql)
          .all()
          .map((found) => [what, found]),
      ),
    )()
  } finally {
    db.close()
  }
}

/** Has offers follow the listings, as a question about them would. */
function bringOffersUpToDate(path: string): void {
  const db = openWriter(path)
  try {
    const { step } = catchUp(db, offerWriter(db, DEFAULT_CURRENT_DAYS))
    db.transaction(() => step(Number.POSITIVE_INFINITY)).immediate()
  } finally {
    db.close()
  }
}

/** The tables as they are on SQLite: everything that belongs to an import by its position. */
const AS_ON_SQLITE = `
  create temp table gpu_listings as
    select i.first_position + g.import_index as position, g.* from public.gpu_listings g join public.imports i using (import_id);
  create unique index on gpu_listings (position);
  create index on gpu_listings using hash (offer_key);
  create temp table rejected_rows as select first_position, r.* from public.rejected_rows r join public.imports i using (import_id);
  create index on rejected_rows (first_position);
  create temp table idempotency_keys as select first_position, k.* from public.idempotency_keys k join public.imports i using (import_id);
  analyze`

/** What only PostgreSQL could get wrong. */
const POSTGRES_CONTRADICTIONS = {
  'a listing, rejected row or key whose import is unknown': `
    select import_id from public.gpu_listings where import_id not in (select import_id from imports)
    union all select import_id from public.rejected_rows where import_id not in (select import_id from imports)
    union all select import_id from public.idempotency_keys where import_id not in (select import_id from imports)`,
  'an offer key of two offers':
    'select offer_key from offers where offer_key is not null group by offer_key having count(*) > 1',
  'an offer or a price change with another place than its position says': `
    select o.position from offers o join imports i using (import_id) where o.position <> i.first_position + o.import_index
    union all select c.position from price_changes c join imports i using (import_id) where c.position <> i.first_position + c.import_index
    union all select c.position from price_changes c join imports i on i.import_id = c.import_id_before
      where c.earlier_position <> i.first_position + c.import_index_before`,
  'a key without its answer': 'select key from public.idempotency_keys where answer is null',
}

async function inPostgres(url: string): Promise<unknown[]> {
  const connection = new Connection(url, 'contradictions')
  const follower = new Follower(DEFAULT_CURRENT_DAYS)
  try {
    return await connection.use(async (client) => {
      const last = await follower.lastWaiting(client)
      while (last !== undefined && (await follower.step(client, last)));
      await client.query('begin isolation level repeatable read')
      await client.query(AS_ON_SQLITE)
      const found: unknown[] = []
      for (const [what, sql] of Object.entries({ ...CONTRADICTIONS, ...POSTGRES_CONTRADICTIONS })) {
        for (const row of (await client.query(sql)).rows) found.push([what, row])
      }
      return found
    })
  } finally {
    await connection.close()
  }
}

import Sqlite from 'better-sqlite3'
import { DEFAULT_CURRENT_DAYS } from '../dist/contract/words.js'
import { catchUp } from '../dist/store/catch-up.js'
import { openWriter } from '../dist/store/sqlite-connection.js'
import { offerWriter } from '../dist/store/write-offers.js'
import { OFFER_CONTRADICTIONS } from './offer-contradictions.ts'

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
      or first_model is not (
        select model from gpu_listings where position between first_position and last_position order by position limit 1)
      or last_model is not (select model from gpu_listings where position = last_position))`,
  'an import whose positions are those of another, too': `
    select * from (select *, lag(last_position) over (order by first_position) as before from imports)
    where first_position <= before or last_position < first_position`,
  'a sum of record_count that is not the number of listings': `
    select coalesce(sum(record_count), 0) as sum, (select count(*) from gpu_listings) as listings
    from imports where undone_at is null having sum != listings`,
  'an import with more or fewer rejected rows than it says, or with some though it is undone': `
    select imports.*, count(row) as rows from imports left join rejected_rows using (first_position)
    group by first_position having rows != iif(undone_at is null, rejected_count, 0)`,
  'a rejected row or a key without an import that lives': `
    select first_position from (select first_position from rejected_rows union select first_position from idempotency_keys)
    where first_position not in (select first_position from imports where undone_at is null)`,
  ...OFFER_CONTRADICTIONS,
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

/** What of a store contradicts what its tables say of each other; empty in a sound one, once offers are up to date. Read as any SQL reader would. */
export function contradictions(path: string): unknown[] {
  bringOffersUpToDate(path)
  const db = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    return db.transaction(() =>
      Object.entries(CONTRADICTIONS).flatMap(([what, sql]) =>
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

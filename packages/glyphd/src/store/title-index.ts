import type { Database } from 'better-sqlite3'
import { folded } from './title-words.ts'

/** How long one transaction may go on, after which an import has its turn. */
const STEP_MS = 20
/** Listings that are fetched at a time. */
const BATCH = 200

/**
 * What takes stored listings over into the index of titles, in the order of their positions.
 *
 * @returns what does a short part of that in one transaction, and says whether there may be more to do.
 */
export function titleIndexer(db: Database): () => boolean {
  const indexedPosition = db.prepare<[], number>('select indexed_position from title_progress').pluck()
  const nextListings = db.prepare<[number, number], { position: number; title: string | null }>(
    'select position, title from gpu_listings where position > ? order by position limit ?',
  )
  const findTitle = db.prepare<[string], { title_id: number; newest_position: number }>(
    'select title_id, newest_position from titles join title_heads using (title_id) where folded = ?',
  )
  const insertTitle = db.prepare<[string]>('insert into titles (folded) values (?)')
  const insertSearch = db.prepare<[number | bigint, string]>('insert into title_search (rowid, folded) values (?, ?)')
  const insertHead = db.prepare<[number | bigint, number]>(
    'insert into title_heads (title_id, newest_position, listings) values (?, ?, 1)',
  )
  const moveHead = db.prepare<[number, number]>(
    'update title_heads set newest_position = ?, listings = listings + 1 where title_id = ?',
  )
  const insertListing = db.prepare<[number, number | bigint, number | null]>(
    'insert into listing_titles (position, title_id, earlier_position) values (?, ?, ?)',
  )
  const setProgress = db.prepare<[number]>('update title_progress set indexed_position = ?')

  function add(position: number, title: string): void {
    const text = folded(title)
    const known = findTitle.get(text)
    if (known !== undefined) {
      insertListing.run(position, known.title_id, known.newest_position)
      moveHead.run(position, known.title_id)
      return
    }
    const title_id = insertTitle.run(text).lastInsertRowid
    insertSearch.run(title_id, text)
    insertListing.run(position, title_id, null)
    insertHead.run(title_id, position)
  }

  const step = db.transaction((): boolean => {
    const end = performance.now() + STEP_MS
    const begin = indexedPosition.get() ?? 0
    let done = begin
    for (let isInTime = true; isInTime; ) {
      const listings = nextListings.all(done, BATCH)
      for (const { position, title } of listings) {
        if (title !== null) add(position, title)
        done = position
        isInTime = performance.now() < end
        if (!isInTime) break
      }
      if (isInTime && listings.length < BATCH) break
    }
    if (done > begin) setProgress.run(done)
    return done > begin
  })

  // Whether there is something to do is asked first: to begin writing where there is not would hold up another process.
  return () => nextListings.get(indexedPosition.get() ?? 0, 1) !== undefined && step.immediate()
}

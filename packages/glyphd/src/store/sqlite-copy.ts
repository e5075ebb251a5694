import { existsSync, statSync } from 'node:fs'
import Sqlite, { type Database } from 'better-sqlite3'
import { Problem } from '../problem.ts'
import { BATCH, type CopySource, type CopyTarget, charactersIn, type ImportRow, type RejectedText } from './copy-store.ts'
import { listingInserter } from './insert-listings.ts'
import { migrate, refuseUnknownStore } from './migrate.ts'
import { packRows } from './packed-rows.ts'
import { describingFailure, openReader, openWriter } from './sqlite-connection.ts'
import { COLUMNS, type Row } from './to-row.ts'

/** Ids that are asked for at a time. */
const PAGE = 1000

/** An import with its key. It is complete if `snapshots` says so of its sources, of any of which the time is known. */
const FIND_IMPORT = `
  select i.import_id, i.record_count, i.rejected_count, i.first_model, i.last_model, i.timestamp, i.undone_at,
    i.last_position - i.first_position as last_index,
    exists (
      select 1 from (
        select listing_source, min(seen_at) as seen_at from gpu_listings
        where position between i.first_position and i.last_position and listing_source is not null group by listing_source limit 1
      ) source
      join snapshots s on s.listing_source = source.listing_source and s.seen_at = source.seen_at and s.first_position = i.first_position
    ) as is_complete,
    k.key, k.fingerprint, k.answer, i.first_position, i.last_position
  from imports i left join idempotency_keys k on k.first_position = i.first_position where i.import_id = ?`

interface PlacedImport extends ImportRow {
  first_position: number
  last_position: number
}

/** Opens a store that is only read. @throws Problem if there is none, or none that this version knows. */
export function openSQLiteSource(path: string): CopySource {
  if (!existsSync(path)) throw new Problem('store_unavailable', `${path} does not exist: name the store to copy from`)
  const db = openReader(path)
  try {
    refuseUnknownStore(db)
    return sourceOf(db, path)
  } catch (error) {
    db.close()
    if (!(error instanceof Sqlite.SqliteError) || error.code !== 'SQLITE_ERROR') throw error
    const advice = `An older glyphd made it, or it is empty: glyphd serve --db ${path} brings it up to date`
    throw new Problem('store_unavailable', `${path} does not have all tables of a store. ${advice}`)
  }
}

/** Opens a store that is written to, and makes it if there is none. @throws Problem if it is none that this version knows. */
export function openSQLiteTarget(path: string): CopyTarget {
  return describingFailure(path, () => {
    const db = openWriter(path)
    migrate(db)
    return targetOf(db, path)
  })
}

function sourceOf(db: Database, path: string): CopySource {
  const size = db.prepare<[], { imports: number; listings: number }>(
    'select count(*) as imports, coalesce(sum(record_count) filter (where undone_at is null), 0) as listings from imports',
  )
  const idsBehind = db
    .prepare<[string | null], string>(
      `select import_id from imports where first_position > coalesce((select first_position from imports where import_id = ?), 0)
       order by first_position limit ${PAGE}`,
    )
    .pluck()
  const findImport = db.prepare<[string], PlacedImport>(FIND_IMPORT)
  const listings = db
    .prepare<[number, number], Row>(
      `select ${COLUMNS.join(', ')} from gpu_listings where position between ? and ? order by position`,
    )
    .raw()
  const rejected = db
    .prepare<[number, number], RejectedText>(
      'select row, rejection from rejected_rows where first_position = ? and row >= ? order by row',
    )
    .raw()
  const importIndex = COLUMNS.indexOf('import_index')
  const { dev, ino } = statSync(path)

  return {
    name: path,
    identity: `file ${dev} ${ino}`,
    size: async () => size.get() ?? { imports: 0, listings: 0 },
    idsBehind: async (import_id) => idsBehind.all(import_id ?? null),

    async read(import_id, look) {
      db.exec('begin')
      try {
        const found = findImport.get(import_id)
        if (found === undefined) return undefined
        const { first_position, last_position, ...row } = found
        return await look({
          row,
          listings: () =>
            batchesOf(
              (next) => listings.iterate(first_position + next, last_position),
              (listing) => Number(listing[importIndex]),
            ),
          rejected: () =>
            batchesOf(
              (next) => rejected.iterate(first_position, next),
              ([at]) => at,
            ),
        })
      } finally {
        db.exec('commit')
      }
    },

    close: async () => {
      db.close()
    },
  }
}

function targetOf(db: Database, path: string): CopyTarget {
  const missing = db
    .prepare<[string], string>('select value from json_each(?) where value not in (select import_id from imports) order by key')
    .pluck()
  const isThere = db.prepare<[string], 1>('select 1 from imports where import_id = ?').pluck()
  const lastPosition = db.prepare<[], number>('select last_position from imports order by first_position desc limit 1').pluck()
  const insertImport = db.prepare(
    `insert into imports
       (first_position, last_position, import_id, record_count, rejected_count, first_model, last_model, timestamp, undone_at)
     values
       (@first_position, @last_position, @import_id, @record_count, @rejected_count, @first_model, @last_model, @timestamp, @undone_at)`,
  )
  const insertListings = listingInserter(db)
  const insertRejected = db.prepare('insert into rejected_rows (first_position, row, rejection) values (?, ?, ?)')
  const keyOf = db
    .prepare<[string], string>('select import_id from idempotency_keys join imports using (first_position) where key = ?')
    .pluck()
  const insertKey = db.prepare('insert into idempotency_keys (key, first_position, fingerprint, answer) values (?, ?, ?, ?)')
  const insertSnapshots = db.prepare<[{ first: number; last: number }]>(
    `insert into snapshots (listing_source, seen_at, first_position)
     select listing_source, min(seen_at), @first from gpu_listings
     where position between @first and @last and listing_source is not null group by listing_source`,
  )

  return {
    ...sourceOf(db, path),
    missing: async (import_ids) => missing.all(JSON.stringify(import_ids)),

    async write(reading) {
      const { last_index, is_complete, key, fingerprint, answer, ...row } = reading.row
      if (isThere.get(row.import_id) !== undefined) return 'is_there' // most often: without a lock
      db.exec('begin immediate')
      try {
        if (isThere.get(row.import_id) !== undefined) return 'is_there'
        const key_of = key === null ? undefined : keyOf.get(key)
        if (key_of !== undefined) return { key_of }
        const first = (lastPosition.get() ?? 0) + 1
        const last = first + last_index
        insertImport.run({ ...row, first_position: first, last_position: last })
        for await (const rows of reading.listings()) insertListings(packRows(rows), first)
        for await (const rows of reading.rejected())
          for (const [at, rejection] of rows) insertRejected.run(first, at, rejection)
        if (key !== null) insertKey.run(key, first, fingerprint, answer)
        if (is_complete === 1) insertSnapshots.run({ first, last })
        db.exec('commit')
        return 'stored'
      } finally {
        if (db.inTransaction) db.exec('rollback')
      }
    },
  }
}

/** Rows in batches, each by a statement of its own: none is open while somebody works on a batch. */
async function* batchesOf<Values extends (string | number | null)[]>(
  rowsFrom: (next: number) => Iterable<Values>,
  placeOf: (values: Values) => number,
): AsyncGenerator<Values[], void, undefined> {
  for (let next = 0; ; ) {
    const rows: Values[] = []
    let characters = 0
    for (const values of rowsFrom(next)) {
      rows.push(values)
      next = placeOf(values) + 1
      characters += charactersIn(values)
      if (rows.length === BATCH.rows || characters > BATCH.characters) break
    }
    if (rows.length === 0) return
    yield rows
  }
}

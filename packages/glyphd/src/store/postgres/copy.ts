import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { Problem } from '../../problem.ts'
import {
  BATCH,
  type CopySource,
  type CopyTarget,
  charactersIn,
  type ImportReading,
  type ImportRow,
  type RejectedText,
  type Written,
} from '../copy-store.ts'
import { COLUMNS, type Row } from '../to-row.ts'
import { Connection, inTransaction } from './connection.ts'
import { masked } from './connection-string.ts'
import { COPY_COLUMNS, copyLine } from './copy-text.ts'
import { migrate, schemaVersion } from './migrate.ts'
import { Partitions } from './partitions.ts'

/** Rows that are fetched at first, of which nobody knows how long they are. */
const FIRST_ROWS = 20
/** Ids that are asked for at a time. */
const PAGE = 1000
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

/** An import with its key. */
const FIND_IMPORT = `
  select i.import_id, i.record_count, i.rejected_count, i.first_model, i.last_model, i.timestamp, i.undone_at, i.last_index,
    i.is_complete and i.undone_at is null as is_complete, k.key, k.fingerprint, k.answer
  from imports i left join idempotency_keys k on k.import_id = i.import_id where i.import_id = $1`
const LISTINGS = `select ${COLUMNS.join(', ')} from gpu_listings where import_id = $1 order by import_index`
const REJECTED = 'select row, rejection from rejected_rows where import_id = $1 order by row'

const INSERT_IMPORT = `
  insert into imports
    (import_id, record_count, rejected_count, first_model, last_model, timestamp, undone_at, last_index, is_complete)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (import_id) do nothing`
const INSERT_KEY =
  'insert into idempotency_keys (key, import_id, fingerprint, answer) values ($1, $2, $3, $4) on conflict (key) do nothing'
const INSERT_REJECTED =
  'insert into rejected_rows (import_id, row, rejection) select $1, * from unnest($2::integer[], $3::json[])'
const COPY = `copy gpu_listings (${COPY_COLUMNS.join(', ')}) from stdin`

/** Opens a store that is only read. @throws Problem if there is none, or none that this version knows. */
export function openPostgresSource(url: string): Promise<CopySource> {
  return open(url, { default_transaction_read_only: 'on' }, async (client, connection) => {
    if ((await schemaVersion(client)) === 0) {
      throw new Problem('store_unavailable', `${masked(url)} is no store of glyphd: name the one to copy from`)
    }
    await migrate(client) // refuses what it does not know
    return sourceOf(client, connection, url)
  })
}

/** Opens a store that is written to, and makes it in an empty database. @throws Problem if it is none that this version knows. */
export function openPostgresTarget(url: string): Promise<CopyTarget> {
  return open(url, {}, async (client, connection) => {
    await migrate(client)
    return targetOf(client, await sourceOf(client, connection, url))
  })
}

async function open<Store>(
  url: string,
  settings: Record<string, string>,
  prepare: (client: pg.Client, connection: Connection) => Promise<Store>,
): Promise<Store> {
  const connection = new Connection(url, 'glyphd copy', { settings })
  try {
    return await prepare(await connection.client(), connection)
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function sourceOf(client: pg.Client, connection: Connection, url: string): Promise<CopySource> {
  const { rows } = await client.query<{ identity: string }>(
    `select concat_ws(' ', 'database', pg_postmaster_start_time(), d.oid, 'glyphd_schema'::regclass::oid) as identity
     from pg_database d where d.datname = current_database()`,
  )
  let cursors = 0

  /** The rows of a query, through a cursor, which the transaction at hand closes when it ends. */
  async function* fetched<Values extends unknown[]>(sql: string, import_id: string): AsyncGenerator<Values[], void, undefined> {
    const cursor = `copied_${++cursors}`
    await client.query(`declare ${cursor} no scroll cursor for ${sql}`, [import_id])
    for (let count = FIRST_ROWS; ; ) {
      const { rows } = await client.query<Values>({ text: `fetch ${count} from ${cursor}`, rowMode: 'array' })
      if (rows.length > 0) yield rows
      if (rows.length < count) return
      // As many as come to a batch, if the next ones are like these.
      const characters = rows.reduce((sum, row) => sum + charactersIn(row), 1)
      count = Math.max(1, Math.min(BATCH.rows, Math.floor((count * BATCH.characters) / characters)))
    }
  }

  return {
    name: masked(url),
    identity: rows[0]?.identity ?? '',

    async size() {
      const { rows } = await client.query<{ imports: number; listings: number }>(
        'select count(*) as imports, coalesce(sum(record_count) filter (where undone_at is null), 0) as listings from imports',
      )
      return rows[0] ?? { imports: 0, listings: 0 }
    },

    async idsBehind(import_id = FIRST_ID) {
      const { rows } = await client.query<{ import_id: string }>(
        `select import_id from imports where import_id > $1 order by import_id limit ${PAGE}`,
        [import_id],
      )
      return rows.map(({ import_id }) => import_id)
    },

    read: (import_id, look) =>
      inTransaction(
        client,
        async () => {
          const { rows } = await client.query<ImportRow>(FIND_IMPORT, [import_id])
          const [row] = rows
          if (row === undefined) return undefined
          return look({
            row,
            listings: () => fetched<Row>(LISTINGS, import_id),
            rejected: () => fetched<RejectedText>(REJECTED, import_id),
          })
        },
        'begin isolation level repeatable read read only',
      ),

    close: () => connection.close(),
  }
}

function targetOf(client: pg.Client, source: CopySource): CopyTarget {
  const partitions = new Partitions()
  return {
    ...source,

    async missing(import_ids) {
      const { rows } = await client.query<{ import_id: string }>(
        `select import_id from unnest($1::uuid[]) with ordinality as given (import_id, place)
         where not exists (select 1 from imports i where i.import_id = given.import_id) order by place`,
        [import_ids],
      )
      return rows.map(({ import_id }) => import_id)
    },

    async write(reading) {
      await partitions.ensure(client, reading.row.import_id)
      return inTransaction(client, () => writeImport(client, reading))
    },
  }
}

/** Stores an import in the transaction at hand. Where it does not, it has written nothing. */
async function writeImport(client: pg.Client, reading: ImportReading): Promise<Written> {
  const { import_id, record_count, rejected_count, first_model, last_model, timestamp, undone_at, last_index } = reading.row
  const { is_complete, key, fingerprint, answer } = reading.row
  const found = await client.query('select 1 from imports where import_id = $1', [import_id])
  if (found.rowCount === 1) return 'is_there'
  // The key first: of two that copy the same import at once, one waits here.
  if (key !== null && (await client.query(INSERT_KEY, [key, import_id, fingerprint, answer])).rowCount === 0) {
    const taken = await client.query<{ import_id: string }>('select import_id from idempotency_keys where key = $1', [key])
    const key_of = taken.rows[0]?.import_id ?? 'that was undone just now'
    return key_of === import_id ? 'is_there' : { key_of }
  }
  const row = [import_id, record_count, rejected_count, first_model, last_model, timestamp, undone_at, last_index, is_complete]
  if ((await client.query(INSERT_IMPORT, row)).rowCount === 0) return 'is_there'
  await pipeline(linesOf(reading.listings()), client.query(copyFrom(COPY)))
  for await (const rows of reading.rejected()) {
    const [places, rejections] = [rows.map(([at]) => at), rows.map(([, rejection]) => rejection)]
    await client.query(INSERT_REJECTED, [import_id, places, rejections])
  }
  return 'stored'
}

async function* linesOf(listings: AsyncIterable<Row[]>): AsyncGenerator<string, void, undefined> {
  for await (const rows of listings) yield rows.map(copyLine).join('')
}

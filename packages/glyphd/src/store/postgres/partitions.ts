import type pg from 'pg'
import { hasTable, inTransaction } from './connection.ts'

/** Whoever makes a partition holds the lock of this name: "glyp" in ASCII, and one more. */
const PARTITION_LOCK = 0x676c7971

/** Ids of other times lie in the partition `gpu_listings_other`. */
const FIRST_YEAR = 2020
const LAST_YEAR = 2100

/** A month of import ids. */
interface Month {
  table: string
  /** Ids from here on, and before the other one. */
  from: string
  to: string
}

/** The month in which an import id lies by its first 48 bits, or undefined if that is no time that a store would have. */
export function monthOf(import_id: string): Month | undefined {
  const time = new Date(Number.parseInt(import_id.slice(0, 8) + import_id.slice(9, 13), 16))
  const year = time.getUTCFullYear()
  if (Number.isNaN(year) || year < FIRST_YEAR || year >= LAST_YEAR) return undefined
  const month = time.getUTCMonth()
  const from = new Date(Date.UTC(year, month))
  return {
    table: `gpu_listings_${from.toISOString().slice(0, 7).replace('-', '_')}`,
    from: idAt(from.getTime()),
    to: idAt(Date.UTC(year, month + 1)),
  }
}

/** The least id of a moment. */
function idAt(time_ms: number): string {
  const hex = time_ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** What makes sure that the partition of an import exists before its listings come. */
export class Partitions {
  /** By connection: the next one may be to a standby that never heard of it. */
  readonly #known = new WeakMap<pg.Client, Set<string>>()

  async ensure(client: pg.Client, import_id: string): Promise<void> {
    const month = monthOf(import_id)
    const known = this.#known.get(client) ?? new Set()
    this.#known.set(client, known)
    if (month === undefined || known.has(month.table)) return
    if (!(await hasTable(client, month.table))) await create(client, month)
    known.add(month.table)
  }
}

/** Made apart and attached then: to create it in its place would keep everybody out of the listings meanwhile. */
async function create(client: pg.Client, { table, from, to }: Month): Promise<void> {
  await inTransaction(client, async () => {
    await client.query('select pg_advisory_xact_lock($1)', [PARTITION_LOCK])
    if (await hasTable(client, table)) return
    await client.query(`create table ${table} (like gpu_listings including defaults including constraints)`)
    await client.query(`alter table gpu_listings attach partition ${table} for values from ('${from}') to ('${to}')`)
  })
}

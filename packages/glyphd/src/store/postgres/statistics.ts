import type pg from 'pg'

/** Whatever plan is good enough for fewer listings. */
const LEAST_LISTINGS = 20_000
const GROWTH = 3

/**
 * Has the server count the tables anew when the store has grown to several times of what it was. It does so by itself, within a minute or more of
 * a change; until then, it may plan for an empty store, and look at millions of rows one by one. The table of all partitions it never counts.
 */
export class Statistics {
  #counted: number | undefined

  /** `position` is that up to which offers tell of listings. */
  async refresh(client: pg.Client, position: number): Promise<void> {
    if (position < LEAST_LISTINGS) return
    this.#counted ??= await countedListings(client)
    if (position < GROWTH * this.#counted) return
    this.#counted = position
    // What somebody else is counting needs no second count.
    await client.query('analyze (skip_locked) gpu_listings, offers, price_periods, price_changes, titles, imports, snapshots')
  }
}

/** How many there were when they were counted last. */
async function countedListings(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ counted: number }>(
    "select greatest(reltuples, 0) as counted from pg_class where oid = 'gpu_listings'::regclass",
  )
  return rows[0]?.counted ?? 0
}

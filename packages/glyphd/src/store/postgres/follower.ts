import type pg from 'pg'
import { historyOf, type Observation } from '../../answers/offer-history.ts'
import type { Completeness } from '../engine.ts'
import { inTransaction } from './connection.ts'
import { delistedBy } from './delisting.ts'
import * as SQL from './take-over.ts'
import { ADD_TITLES } from './title-search.ts'

/** Listings that one transaction takes over, more only where one import has more: some hundred milliseconds of work. */
const MOST_LISTINGS = 20_000
/** Imports that one transaction takes over. */
const MOST_IMPORTS = 1_000
/** Observations of one offer that are taken over one after the other; of more, its history is worked out anew. */
const MOST_TURNS = 20
/** Offers whose histories are worked out at a time. */
const OFFERS_AT_ONCE = 200

/** An import that offers do not tell of yet. */
interface WaitingImport {
  import_id: string
  record_count: number
  last_index: number
}

interface PlacedObservation extends Observation {
  offer: number
  offer_key: string
  import_id: string
  import_index: number
}

/**
 * Has offers follow the listings. Imports store listings alone; whoever holds the lock on `observed` takes them over import by import and
 * gives them their positions, so that one order holds for all daemons.
 */
export class Follower {
  readonly #current_days: number

  /** @param current_days Days after which an offer that was not seen again counts as gone. */
  constructor(current_days: number) {
    this.#current_days = current_days
  }

  /** The greatest id of the imports that wait to be taken over. */
  async lastWaiting(client: pg.Client): Promise<string | undefined> {
    const { rows } = await client.query<{ import_id: string }>(
      'select import_id from imports where first_position is null and undone_at is null order by import_id desc limit 1',
    )
    return rows[0]?.import_id
  }

  /** The position up to which offers tell what the listings do. */
  async position(client: pg.Client): Promise<number> {
    const { rows } = await client.query<{ position: number }>('select position from observed')
    return rows[0]?.position ?? 0
  }

  /** Takes over some imports in a transaction of its own, and says whether there may be more up to the import `last`. */
  async step(client: pg.Client, last: string): Promise<boolean> {
    await client.query(SQL.CREATE_INCOMING)
    return inTransaction(client, async () => {
      const position = await lockObserved(client)
      const waiting = await waitingImports(client)
      await this.#takeOver(client, waiting, position)
      const { import_id } = waiting.at(-1) ?? {}
      return import_id !== undefined && import_id < last
    })
  }

  /**
   * Takes over an import that is everything its sources offer, in the transaction that stores it, and before it whatever else is waiting.
   *
   * @throws Problem if it names no source, or would delist too much.
   */
  async observeComplete(client: pg.Client, import_id: string, complete: Completeness): Promise<void> {
    await client.query(SQL.CREATE_INCOMING)
    let position = await lockObserved(client)
    for (;;) {
      const waiting = await waitingImports(client, import_id)
      if (waiting.length === 0) break
      position = await this.#takeOver(client, waiting, position)
    }
    await delistedBy(client, { table: 'gpu_listings', import_id, offers: 'offers' }, complete, this.#current_days)
    const { rows } = await client.query<WaitingImport>(
      'select import_id, record_count, last_index from imports where import_id = $1',
      [import_id],
    )
    await this.#takeOver(client, rows, position)
  }

  /** Takes back what the listings of an import told, in the transaction that deletes them; they are still there when it is called. */
  async forget(client: pg.Client, import_id: string): Promise<void> {
    await lockObserved(client)
    const found = await client.query<{ first: number | null; last: number | null }>(
      'select first_position as first, last_position as last from imports where import_id = $1',
      [import_id],
    )
    const { first, last } = found.rows[0] ?? { first: null, last: null }
    if (first === null || last === null) {
      await client.query('delete from gpu_listings where import_id = $1', [import_id])
      return
    }
    // Offers of which nothing is left go all at once. A twin lies at minus its position.
    for (const table of ['price_periods', 'price_changes']) {
      await client.query(
        `delete from ${table} where offer in (select offer from offers where offer between $1 and $2 and newest_position <= $2)`,
        [first, last],
      )
    }
    await client.query('delete from snapshots where first_position = $1', [first])
    await client.query('delete from offers where twin_of between $1 and $2 and newest_position <= $2', [first, last])
    await client.query('delete from offers where offer between $1 and $2 and newest_position <= $2', [first, last])
    await stepByStep(client)
    const left = await client.query<{ offer: number }>(SQL.FORGET, [import_id, first, last])
    await client.query('delete from gpu_listings where import_id = $1', [import_id])
    await derive(
      client,
      left.rows.map(({ offer }) => offer),
    )
    await client.query('update observed set version = default')
  }

  /** Gives imports their positions, and takes their listings over. @returns the last position. */
  async #takeOver(client: pg.Client, imports: readonly WaitingImport[], behind: number): Promise<number> {
    if (imports.length === 0) return behind
    let position = behind
    const ranges = imports.map(({ import_id, last_index }) => {
      const first_position = position + 1
      position = first_position + last_index
      return { import_id, first_position, last_position: position }
    })
    await client.query(
      `update imports i set first_position = r.first_position, last_position = r.last_position
       from json_to_recordset($1) as r (import_id uuid, first_position bigint, last_position bigint) where i.import_id = r.import_id`,
      [JSON.stringify(ranges)],
    )
    await stepByStep(client)
    await client.query('truncate incoming')
    const ids = imports.map(({ import_id }) => import_id)
    await client.query(SQL.FILL_INCOMING, [ids])
    await client.query(SQL.INSERT_SNAPSHOTS)
    await client.query(ADD_TITLES, [ids])
    const { rows } = await client.query<{ turns: number | null }>('select max(turn) as turns from incoming')
    const turns = rows[0]?.turns ?? 0
    const late = new Set<number>()
    for (let turn = 1; turn <= Math.min(turns, MOST_TURNS); turn++) {
      const passedOver = await client.query<{ known: number }>(SQL.TAKE_TURN, [turn])
      for (const { known } of passedOver.rows) late.add(known)
    }
    if (turns > MOST_TURNS) {
      const others = await client.query<{ offer: number }>(
        'select distinct o.offer from incoming n join offers o on o.offer_key = n.offer_key where n.turn > $1',
        [MOST_TURNS],
      )
      for (const { offer } of others.rows) late.add(offer)
    }
    await derive(client, [...late])
    await client.query('update observed set position = $1, version = default', [position])
    return position
  }
}

/** The position up to which offers tell what the listings do. Until the transaction ends, nobody else changes that. */
async function lockObserved(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ position: number }>('select position from observed for update')
  const [observed] = rows
  if (observed === undefined) throw new Error('the table observed has lost its row')
  return observed.position
}

/** Imports that wait to be taken over, in their order: so many that their listings are one piece of work. */
async function waitingImports(client: pg.Client, except?: string): Promise<WaitingImport[]> {
  const { rows } = await client.query<WaitingImport>(
    `select import_id, record_count, last_index from imports
     where first_position is null and undone_at is null and import_id is distinct from $1::uuid order by import_id limit $2`,
    [except ?? null, MOST_IMPORTS],
  )
  let listings = 0
  const end = rows.findIndex(({ record_count }, index) => {
    listings += record_count
    return index > 0 && listings > MOST_LISTINGS
  })
  return end === -1 ? rows : rows.slice(0, end)
}

/** Has the planner go from what came in to what is known, offer by offer: it knows nothing of the sizes of the table that was just filled. */
async function stepByStep(client: pg.Client): Promise<void> {
  await client.query(
    'set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off; set local jit = off',
  )
}

/** Works out anew what the observations of offers come to. */
async function derive(client: pg.Client, offers: readonly number[]): Promise<void> {
  for (let at = 0; at < offers.length; at += OFFERS_AT_ONCE) await derivePart(client, offers.slice(at, at + OFFERS_AT_ONCE))
}

async function derivePart(client: pg.Client, offers: readonly number[]): Promise<void> {
  const { rows } = await client.query<PlacedObservation>(SQL.OBSERVATIONS_OF, [offers])
  const byOffer = new Map<number, PlacedObservation[]>()
  for (const observation of rows) {
    const known = byOffer.get(observation.offer)
    if (known === undefined) byOffer.set(observation.offer, [observation])
    else known.push(observation)
  }
  for (const sql of SQL.CLEAR_OFFERS) await client.query(sql, [offers])
  const derived = [...byOffer.values()].map(rowsOf)
  for (const [sql, table] of [
    [SQL.INSERT_OFFERS, derived.flatMap(({ offers }) => offers)],
    [SQL.INSERT_PERIODS, derived.flatMap(({ periods }) => periods)],
    [SQL.INSERT_CHANGES, derived.flatMap(({ changes }) => changes)],
  ] as const) {
    if (table.length > 0) await client.query(sql, [JSON.stringify(table)])
  }
}

/** What the observations of one offer come to, as rows. */
function rowsOf(observations: readonly PlacedObservation[]): { offers: object[]; periods: object[]; changes: object[] } {
  const { first_seen, periods, changes } = historyOf(observations)
  const places = new Map(observations.map(({ position, import_id, import_index }) => [position, { import_id, import_index }]))
  const placeOf = ({ position }: Observation) => places.get(position) ?? { import_id: '', import_index: 0 } // all of them are there
  const [{ offer, offer_key }] = observations as [PlacedObservation] // there is one, or it would not be known
  const newest_position = observations.reduce((newest, { position }) => Math.max(newest, position), 0)
  const newest = periods.filter(({ until }) => until === undefined)
  return {
    offers: newest.map(({ last, first_seen: since }, index) => {
      const isMain = index === newest.length - 1
      return {
        offer: isMain ? offer : -last.position,
        offer_key: isMain ? offer_key : null,
        newest_position,
        position: last.position,
        ...placeOf(last),
        first_seen,
        since,
        is_ambiguous: newest.length > 1 ? 1 : 0,
        twin_of: isMain ? null : offer,
      }
    }),
    periods: periods
      .filter(({ until }) => until !== undefined)
      .map(({ first_seen, last, until }) => {
        const { position, seen_at, model, vram_gb, condition, currency, price, seller, listing_source, quantity } = last
        const state = {
          model,
          vram_gb,
          condition,
          currency,
          price,
          seller,
          listing_source,
          quantity: quantity === 0 ? 0 : null,
        }
        return { offer, first_seen, position, last_seen: seen_at, until, ...state }
      }),
    changes: changes.map(({ before, after, change_pct }) => {
      const { position, seen_at, model, currency, price } = after
      const earlier = placeOf(before)
      return {
        offer,
        ...placeOf(after),
        position,
        earlier_position: before.position,
        import_id_before: earlier.import_id,
        import_index_before: earlier.import_index,
        seen_at,
        seen_before: before.seen_at,
        model,
        currency,
        price,
        price_before: before.price,
        change_pct,
      }
    }),
  }
}

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { offerKey, utcTimestamp } from 'glyphsieve'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { DryRunResult } from '../../contract/imports.ts'
import { type Rejections, readListings } from '../../ingest/read-listings.ts'
import type { ReceivedBody } from '../../ingest/received-body.ts'
import { type Comparison, comparisons, OFFER_FACTS } from '../dry-run-comparison.ts'
import type { DryRunOptions } from '../engine.ts'
import { inTransaction } from './connection.ts'
import { copyText } from './copy-text.ts'
import { delistedBy } from './delisting.ts'
import type { ThreadData } from './thread-data.ts'

/** Comparisons that are fetched at a time. */
const FETCH = 5_000

const BODY_COLUMNS = ['row', 'offer_key', 'model', 'price', 'currency', 'shipping', 'quantity', 'listing_source', 'seen_at']

/** Tables that live as long as the transaction: what the body offers, and the offers that do not tell yet what was stored last. */
const CREATE_TABLES = `
  create temp table body_offers (
    row integer, offer_key text collate "C", model text collate "C", price double precision, currency text collate "C",
    shipping double precision, quantity bigint, listing_source text collate "C", seen_at text collate "C"
  ) on commit drop;
  create temp table known_offers (
    offer_key text collate "C", first_seen text collate "C", position bigint, seen_at text collate "C", listing_source text collate "C",
    price double precision, currency text collate "C", shipping double precision, quantity bigint
  ) on commit drop`

/** The offers of the body, and with a complete one those of its sources, as they will be when all that is stored has been taken over. */
const FILL_KNOWN_OFFERS = `
  with behind as (
    select g.offer_key, g.import_id, g.import_index, ${OFFER_FACTS.map((fact) => `g.${fact}`).join(', ')},
      min(g.seen_at) over (partition by g.offer_key) as first_seen,
      row_number() over (partition by g.offer_key order by g.seen_at desc, g.import_id desc, g.import_index desc) as place
    from gpu_listings g join imports i using (import_id)
    where i.first_position is null and i.undone_at is null and g.offer_key is not null
  ),
  wanted as (
    select offer_key from body_offers where offer_key is not null
    union
    select o.offer_key from offers o where $1 = 1 and o.offer_key is not null
      and o.listing_source in (select listing_source from body_offers where listing_source is not null)
    union
    select b.offer_key from behind b where $1 = 1 and b.listing_source in (select listing_source from body_offers where listing_source is not null)
  )
  insert into known_offers (offer_key, first_seen, position, ${OFFER_FACTS.join(', ')})
  select w.offer_key, least(b.first_seen, o.first_seen), coalesce(o.position, 0),
    ${OFFER_FACTS.map((fact) => `case when b.offer_key is null or o.seen_at > b.seen_at then o.${fact} else b.${fact} end`).join(', ')}
  from wanted w left join (select * from behind where place = 1) b on b.offer_key = w.offer_key left join offers o on o.offer_key = w.offer_key
  where b.offer_key is not null or o.offer_key is not null`

const COMPARE = `
  select b.*, o.position as stored_position, o.price as stored_price, o.currency as stored_currency, o.shipping as stored_shipping,
    o.quantity as stored_quantity
  from body_offers b left join known_offers o on o.offer_key = b.offer_key where b.offer_key is not null order by b.row`

/** What a body comes to by itself. */
type BodyFacts = Pick<DryRunResult, 'record_count' | 'without_offer_key' | 'first_model' | 'last_model'> & Rejections

/**
 * What the import of a body would do. It writes into temporary tables only, and waits for no import.
 *
 * @throws Problem that the import would meet.
 */
export async function dryRun(
  client: pg.Client,
  body: ReceivedBody,
  { handling, complete }: DryRunOptions,
  { limits, current_days }: ThreadData,
): Promise<DryRunResult> {
  return inTransaction(
    client,
    async () => {
      await client.query(CREATE_TABLES)
      const { rejected_count, errors, errors_truncated, ...facts } = await copyBody(client, body, handling, limits)
      await client.query('analyze body_offers')
      await client.query(FILL_KNOWN_OFFERS, [complete === undefined ? 0 : 1])
      await client.query('analyze known_offers')
      const compared = await compare(client)
      const listings = { table: 'body_offers', import_id: undefined, offers: 'known_offers' }
      const delisted = complete && (await delistedBy(client, listings, complete, current_days))
      const { record_count, without_offer_key, first_model, last_model } = facts
      return {
        dry_run: true as const,
        record_count,
        rejected_count,
        errors,
        errors_truncated,
        first_model,
        last_model,
        ...compared,
        without_offer_key,
        ...(delisted !== undefined && { delisted }),
      }
    },
    'begin isolation level repeatable read',
  )
}

async function copyBody(
  client: pg.Client,
  body: ReceivedBody,
  handling: DryRunOptions['handling'],
  limits: ThreadData['limits'],
): Promise<BodyFacts> {
  const facts = { record_count: 0, without_offer_key: 0, first_model: '', last_model: '' }
  let rejections: Rejections = { rejected_count: 0, errors: [], errors_truncated: false }
  const now = new Date().toISOString()
  function* lines(): Generator<string, void> {
    const batches = readListings(body, handling, limits)
    let step = batches.next()
    for (; step.done !== true; step = batches.next()) {
      const { listings, rows } = step.value
      let text = ''
      for (const [index, listing] of listings.entries()) {
        const key = offerKey(listing)
        const { model, price, currency, shipping, quantity, listing_source } = listing
        if (facts.record_count++ === 0) facts.first_model = model
        facts.last_model = model
        if (key === undefined) facts.without_offer_key++
        const seen_at = (listing.seen_at && utcTimestamp(listing.seen_at)) ?? now
        const values = [rows[index], key, model, price, currency ?? 'USD', shipping, quantity, listing_source, seen_at]
        text += `${values.map((value) => (value == null ? '\\N' : copyText(`${value}`))).join('\t')}\n`
      }
      if (text !== '') yield text
    }
    rejections = step.value
  }
  await pipeline(Readable.from(lines()), client.query(copyFrom(`copy body_offers (${BODY_COLUMNS.join(', ')}) from stdin`)))
  return { ...facts, ...rejections }
}

async function compare(client: pg.Client) {
  const counting = comparisons()
  await client.query(`declare compared no scroll cursor for ${COMPARE}`)
  for (;;) {
    const { rows } = await client.query<Comparison>(`fetch ${FETCH} from compared`)
    for (const row of rows) counting.add(row)
    if (rows.length < FETCH) break
  }
  await client.query('close compared')
  return counting.result()
}

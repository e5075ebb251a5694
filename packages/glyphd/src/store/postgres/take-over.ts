import { MEMBERS } from '../derive-offers.ts'

/** Members of which a change is the end of a time in which an offer stood unchanged; `quantity` only to nothing and back. */
const STATE = ['model', 'price', 'currency', 'vram_gb', 'condition', 'seller', 'listing_source']

/** Whether two rows tell the same of an offer: as `agree` has it for two observations. */
const agreeing = (a: string, b: string) =>
  [
    ...STATE.map((member) => `${a}.${member} is not distinct from ${b}.${member}`),
    `(${a}.quantity is not distinct from 0) = (${b}.quantity is not distinct from 0)`,
  ].join(' and ')

const names = (prefix: string, members: readonly string[]) => members.map((member) => `${prefix}.${member}`).join(', ')

/**
 * What is taken over by one transaction, with the turn in which each observation of an offer comes, and the positions of those of the offer
 * that were stored first and last. The table lives as long as the connection.
 */
export const CREATE_INCOMING = `
  create temp table if not exists incoming (
    turn integer not null, first_stored bigint not null, last_stored bigint not null, position bigint not null, import_id uuid not null, import_index integer not null,
    offer_key text collate "C", seen_at text collate "C" not null,
    model text collate "C", price double precision, score double precision, currency text collate "C", price_usd double precision,
    shipping double precision, lot_size bigint, quantity bigint, listing_source text collate "C", seller text collate "C",
    region text collate "C", condition text collate "C", vram_gb double precision, match_score double precision
  ) on commit delete rows`

/** The listings of imports, by their ids, that have their positions: those of one offer take turns in the order of time. */
export const FILL_INCOMING = `
  insert into incoming (turn, first_stored, last_stored, position, import_id, import_index, offer_key, seen_at, ${MEMBERS.join(', ')})
  select case when offer_key is null then 1 else row_number() over (partition by offer_key order by seen_at, position) end,
    case when offer_key is null then position else min(position) over (partition by offer_key) end,
    case when offer_key is null then position else max(position) over (partition by offer_key) end,
    position, import_id, import_index, offer_key, seen_at, ${MEMBERS.join(', ')}
  from (
    select i.first_position + g.import_index as position, g.*
    from gpu_listings g join imports i using (import_id) where g.import_id = any($1::uuid[])
  ) as taken`

/** What complete imports among them say: a source was seen whole when the first of its listings was. */
export const INSERT_SNAPSHOTS = `
  insert into snapshots (listing_source, seen_at, first_position)
  select n.listing_source, min(n.seen_at), i.first_position from incoming n join imports i using (import_id)
  where i.is_complete and n.listing_source is not null group by n.listing_source, i.first_position`

/** Whether an observation lies inside of a time in which its offer stood unchanged: what borders on it is the same without it. */
const isInside = (agree: (period: string) => string) => `
  ((o.is_ambiguous = 0 and n.seen_at > o.since and n.seen_at < o.seen_at and ${agree('o')})
  or exists (
    select 1 from price_periods p where p.offer = o.offer and p.first_seen < n.seen_at and p.last_seen > n.seen_at and ${agree('p')}))`

/** PostgreSQL refuses what is not finite: a change of so low a price is worked out with the rest of its offer, in JavaScript. */
const LOWEST_PRICE = '1e-290'

/**
 * Takes over the observations of a turn: new offers, newer observations of known ones, and the periods and price changes that they leave
 * behind. Gives those that were passed over: older than what is known, or of another price at the same time.
 */
export const TAKE_TURN = `
  with n as materialized (
    select n.*, o.offer as known, o.position as old_position, o.import_id as old_import_id, o.import_index as old_import_index,
      o.seen_at as old_seen_at, o.since as old_since, o.first_seen as old_first_seen,
      ${STATE.map((member) => `o.${member} as old_${member}`).join(', ')}, o.quantity as old_quantity,
      case
        when o.offer is null then 'new'
        when o.is_ambiguous = 0 and n.seen_at >= o.seen_at and ${agreeing('n', 'o')} then 'same'
        when o.is_ambiguous = 0 and n.seen_at > o.seen_at and o.price > ${LOWEST_PRICE} then 'changed'
        when ${isInside((period) => agreeing('n', period))} then 'inside'
        else 'late'
      end as kind
    from incoming n left join offers o on o.offer_key = n.offer_key where n.turn = $1
  ),
  added as (
    insert into offers (offer, offer_key, newest_position, position, import_id, import_index, first_seen, seen_at, since, ${MEMBERS.join(', ')})
    select first_stored, offer_key, last_stored, position, import_id, import_index, seen_at, seen_at, seen_at, ${MEMBERS.join(', ')}
    from n where kind = 'new'
  ),
  ended as (
    insert into price_periods
      (offer, first_seen, position, last_seen, until, model, vram_gb, condition, currency, price, seller, listing_source, quantity)
    select known, old_since, old_position, old_seen_at, seen_at, old_model, old_vram_gb, old_condition, old_currency, old_price, old_seller,
      old_listing_source, case when old_quantity = 0 then 0 end
    from n where kind = 'changed'
  ),
  changes as (
    insert into price_changes
      (offer, position, earlier_position, import_id, import_index, import_id_before, import_index_before, seen_at, seen_before, model, currency,
       price, price_before, change_pct)
    select known, position, old_position, import_id, import_index, old_import_id, old_import_index, seen_at, old_seen_at, model, currency,
      price, old_price, (price - old_price) * 100 / old_price
    from n where kind = 'changed' and currency = old_currency and price <> old_price
  ),
  told_again as (
    -- An observation that is told again for the same time takes the place of the one that was there, also where that changed the price.
    update price_changes c set position = n.position, import_id = n.import_id, import_index = n.import_index
    from n where n.kind = 'same' and n.seen_at = n.old_seen_at and c.offer = n.known and c.position = n.old_position
  ),
  moved as (
    update offers o set newest_position = n.last_stored, position = n.position, import_id = n.import_id, import_index = n.import_index,
      seen_at = n.seen_at, since = case when n.kind = 'same' then o.since else n.seen_at end,
      ${MEMBERS.map((member) => `${member} = n.${member}`).join(', ')}
    from n where n.kind in ('same', 'changed') and o.offer = n.known
  ),
  behind as (
    update offers o set newest_position = n.last_stored
    from n where n.kind in ('inside', 'late') and (o.offer = n.known or o.twin_of = n.known)
  )
  select known from n where kind = 'late'`

/** The other observation of an offer `n` that comes first in an order, without those of the import $1. */
const otherObservation = (order: string) => `
  select g.import_id, g.import_index, i.first_position + g.import_index as position, g.seen_at, ${names('g', MEMBERS)}
  from gpu_listings g join imports i using (import_id)
  where g.offer_key = n.offer_key and g.import_id <> $1 and i.first_position is not null order by ${order} limit 1`

/**
 * Takes the observations of an import, which are still there, out of offers where the rest is as it was: inside of a time in which the offer
 * stood unchanged nothing changes, and at its end the one before is the newest. Gives the other offers that the import observed.
 */
export const FORGET = `
  with n as materialized (
    select o.offer, o.offer_key, o.newest_position, bool_and(${isInside(() => 'true')}) as is_inside,
      bool_and(n.import_id = o.import_id and n.import_index = o.import_index and o.is_ambiguous = 0 and o.since < o.seen_at) and count(*) = 1
        as is_newest
    from (select * from gpu_listings where import_id = $1) n
      cross join lateral (select * from offers o where o.offer_key = n.offer_key offset 0) o
    group by o.offer, o.offer_key, o.newest_position
  ),
  kept as (
    update offers o set newest_position = l.position from n cross join lateral (${otherObservation('position desc')}) l
    where n.is_inside and n.newest_position between $2 and $3 and (o.offer = n.offer or o.twin_of = n.offer)
  ),
  moved as (
    update offers o set newest_position = l.position, position = p.position, import_id = p.import_id, import_index = p.import_index,
      seen_at = p.seen_at, ${MEMBERS.map((member) => `${member} = p.${member}`).join(', ')}
    from n cross join lateral (${otherObservation('position desc')}) l cross join lateral (${otherObservation('g.seen_at desc, position desc')}) p
    where n.is_newest and o.offer = n.offer
  )
  select offer from n where not is_inside and not is_newest`

/** All observations of offers that are taken over, by the numbers of the offers. */
export const OBSERVATIONS_OF = `
  select o.offer, o.offer_key, i.first_position + g.import_index as position, g.import_id, g.import_index, g.listing_source, g.seen_at, g.model,
    g.vram_gb, g.condition, g.currency, g.price, g.price_usd, g.seller, g.quantity
  from offers o join gpu_listings g on g.offer_key = o.offer_key join imports i on i.import_id = g.import_id
  where o.offer = any($1::bigint[]) and o.twin_of is null and i.first_position is not null`

export const CLEAR_OFFERS = [
  'delete from price_periods where offer = any($1::bigint[])',
  'delete from price_changes where offer = any($1::bigint[])',
  'delete from offers where twin_of = any($1::bigint[])',
  'delete from offers where offer = any($1::bigint[])',
]

/** Offers as they were worked out, with what else they have from the listing of their newest observation. */
export const INSERT_OFFERS = `
  insert into offers (offer, offer_key, newest_position, position, import_id, import_index, first_seen, seen_at, since, is_ambiguous, twin_of,
    ${MEMBERS.join(', ')})
  select r.offer, r.offer_key, r.newest_position, r.position, g.import_id, g.import_index, r.first_seen, g.seen_at, r.since, r.is_ambiguous,
    r.twin_of, ${names('g', MEMBERS)}
  from json_to_recordset($1) as r (offer bigint, offer_key text, newest_position bigint, position bigint, import_id uuid,
    import_index integer, first_seen text, since text, is_ambiguous smallint, twin_of bigint)
  join gpu_listings g on g.import_id = r.import_id and g.import_index = r.import_index`

export const INSERT_PERIODS = `
  insert into price_periods
    (offer, first_seen, position, last_seen, until, model, vram_gb, condition, currency, price, seller, listing_source, quantity)
  select * from json_to_recordset($1) as r (offer bigint, first_seen text, position bigint, last_seen text, until text, model text,
    vram_gb double precision, condition text, currency text, price double precision, seller text, listing_source text, quantity bigint)`

export const INSERT_CHANGES = `
  insert into price_changes
    (offer, position, earlier_position, import_id, import_index, import_id_before, import_index_before, seen_at, seen_before, model, currency,
     price, price_before, change_pct)
  select * from json_to_recordset($1) as r (offer bigint, position bigint, earlier_position bigint, import_id uuid, import_index integer,
    import_id_before uuid, import_index_before integer, seen_at text, seen_before text, model text, currency text, price double precision,
    price_before double precision, change_pct double precision)`

/** What an offer has from its newest observation. */
const MEMBERS =
  'model price score currency price_usd shipping lot_size quantity listing_source seller region condition vram_gb match_score'.split(
    ' ',
  )
const membersOf = (table: string) => MEMBERS.map((member) => `${table}.${member}`).join(', ')

/** What successive observations must have in common to be one period. */
const STATE = 'model price currency vram_gb condition seller listing_source'.split(' ')

/**
 * What the observations say by themselves. `observed`: of those of one offer, time and price the last that was stored. `times`: how many
 * prices an offer had at a time. `steps`: each of these observations and the one before, where both times have one price. `runs`: the
 * same, numbered by the period to which they belong.
 */
const OBSERVED = `
  observed as (
    select offer_key, seen_at, max(position) as position from gpu_listings where offer_key is not null
    group by offer_key, seen_at, price, currency),
  times as (
    select *, count(*) over (partition by offer_key, seen_at) as prices,
      max(position) over (partition by offer_key, seen_at) as last_position,
      min(seen_at) over (partition by offer_key) as first_seen, max(seen_at) over (partition by offer_key) as last_seen
    from observed),
  befores as (
    select *, lag(prices) over w as prices_before, lag(position) over w as position_before
    from times window w as (partition by offer_key order by seen_at, position)),
  steps as (
    select b.*, b.prices = 1 and b.prices_before = 1 as comparable,
      b.prices = 1 and b.prices_before = 1 and (g.quantity is not distinct from 0) = (e.quantity is not distinct from 0)
        and ${STATE.map((member) => `g.${member} is not distinct from e.${member}`).join(' and ')} as goes_on
    from befores b join gpu_listings g using (position) left join gpu_listings e on e.position = b.position_before),
  runs as (
    select *, sum(case when goes_on then 0 else 1 end) over (partition by offer_key order by seen_at, position) as run from steps)`

/** The offers that `offers` should hold, beside those of listings without a key. */
const NEWEST = `
  select position, case when position = last_position then offer_key end as offer_key, case when prices > 1 then 1 else 0 end as is_ambiguous,
    position = last_position as is_main, first_seen
  from times where seen_at = last_seen`

/** Observations of every offer, as the chains have them. Chains that run in a circle end, too. */
const CHAINS = `
  chain (offer, offer_key, position, depth) as (
    select offer, offer_key, newest_position, 0 from offers where twin_of is null
    union all
    select offer, offer_key, earlier_position, depth + 1 from chain join earlier_observations using (position)
    where depth < (select count(*) from earlier_observations))`

/** Questions about offers to which a sound store has no answer. */
export const OFFER_CONTRADICTIONS: Record<string, string> = {
  'an offer that is not its newest observation, the last by time and then by position': `
    with ${OBSERVED}, newest as (${NEWEST}), kept as (
      select position, offer_key, is_ambiguous, twin_of is null as is_main, first_seen from offers
      where offer_key is not null or twin_of is not null)
    select 'missing', * from (select * from newest except select * from kept)
    union all select 'none', * from (select * from kept except select * from newest)`,
  'an offer whose members are not those of its observation': `
    select * from offers o left join gpu_listings g using (position)
    where g.position is null or o.seen_at <> g.seen_at or (${membersOf('o')}) is distinct from (${membersOf('g')})`,
  'a twin that is no other price of its offer at the newest time': `
    select * from offers t left join offers o on o.offer = t.twin_of
    where t.twin_of is not null and (o.offer is null or o.seen_at <> t.seen_at or t.newest_position <> o.newest_position or
      t.offer <> -t.position or t.offer_key is not null
      or (select offer_key from gpu_listings where position = t.position) <> o.offer_key)`,
  'a listing without key that is not an offer of its own, or such an offer without its listing': `
    select g.position from gpu_listings g left join offers o on o.offer = g.position
    where g.offer_key is null and (o.offer is null or o.offer_key is not null or o.twin_of is not null)
    union all
    select o.position from offers o left join gpu_listings g using (position)
    where o.offer_key is null and o.twin_of is null and (g.position is null or g.offer_key is not null or o.offer <> position
      or o.newest_position <> position or o.first_seen <> o.seen_at or o.since <> o.seen_at or o.is_ambiguous = 1)`,
  'a price change that is none, or one that is missing': `
    with ${OBSERVED}, changes as (
      select g.position, e.position as earlier_position, g.seen_at, e.seen_at as seen_before, g.model, g.currency, g.price,
        e.price as price_before, g.offer_key
      from steps s join gpu_listings g using (position) join gpu_listings e on e.position = s.position_before
      where comparable and g.currency = e.currency and g.price <> e.price),
    kept as (
      select p.position, earlier_position, p.seen_at, seen_before, p.model, p.currency, p.price, price_before, offer_key
      from price_changes p left join offers using (offer))
    select 'missing', * from (select * from changes except select * from kept)
    union all select 'none', * from (select * from kept except select * from changes)`,
  'a change in per cent that is not that of its prices': `
    select * from price_changes where price_before > 1e-290
      and abs(change_pct - (price - price_before) * 100 / price_before) > 1e-9 * abs(change_pct)`,
  'a period that is not one of successive observations that agree, or one that is missing': `
    with ${OBSERVED}, ended as (
      select offer_key, run, min(seen_at) as first_seen, max(seen_at) as last_seen, max(position) filter (where seen_at = newest) as position
      from (select *, max(seen_at) over (partition by offer_key, run) as newest from runs) group by offer_key, run),
    periods as (
      select offer_key, first_seen, position, last_seen,
        (select min(seen_at) from observed o where o.offer_key = ended.offer_key and o.seen_at > ended.last_seen) as until
      from ended),
    kept as (
      select offer_key, p.first_seen, p.position, last_seen, until from price_periods p left join offers using (offer)
      union all
      select o.offer_key, t.since, t.position, t.seen_at, null from offers o join offers t on t.offer = o.offer or t.twin_of = o.offer
      where o.offer_key is not null),
    told as (select offer_key, first_seen, position, last_seen, until from periods)
    select 'missing', * from (select * from told except select * from kept)
    union all select 'none', * from (select * from kept except select * from told)`,
  'a period whose members are not those of its last observation': `
    select * from price_periods p left join gpu_listings g using (position)
    where g.position is null or (p.quantity is not distinct from 0) <> (g.quantity is not distinct from 0)
      or (${STATE.map((member) => `p.${member}`).join(', ')}) is distinct from (${STATE.map((member) => `g.${member}`).join(', ')})`,
  'a snapshot of an import that is undone, or that is not the earliest time of a source in it': `
    select * from snapshots s left join imports i using (first_position)
    where i.first_position is null or i.undone_at is not null or s.seen_at is distinct from (
      select min(seen_at) from gpu_listings g
      where g.position between i.first_position and i.last_position and g.listing_source = s.listing_source)`,
  'a complete import that does not say of each of its sources when it was complete': `
    select * from (select distinct first_position from snapshots) s join imports i using (first_position)
    where (select count(*) from snapshots where first_position = s.first_position) <> (
      select count(distinct listing_source) from gpu_listings where position between i.first_position and i.last_position)`,
}

/** Questions about the chains in which SQLite has the observations of an offer. */
export const CHAIN_CONTRADICTIONS: Record<string, string> = {
  'a chain that does not visit each observation of its offer once': `
    with recursive ${CHAINS}
    select * from (select * from chain where offer_key is not null) c full join gpu_listings g using (position)
    where g.offer_key is not c.offer_key`,
  'an earlier observation of a later import, or of no chain': `
    with recursive ${CHAINS}
    select * from earlier_observations where position not in (select position from chain) or earlier_position > (
      select last_position from imports where first_position <= position order by first_position desc limit 1)`,
  'two observations with the same one before': `
    select earlier_position from earlier_observations group by earlier_position having count(*) > 1`,
  'an observation that came late and does not say so': `
    with recursive ${CHAINS}, known as (
      select position, seen_at, max(seen_at) over (partition by offer order by depth desc) as newest
      from chain join gpu_listings using (position))
    select * from known join earlier_observations using (position) where is_late = 0 and seen_at < newest`,
}

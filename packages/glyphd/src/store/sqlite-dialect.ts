import type { Dialect } from './dialect.ts'
import { sqliteTitleSearch } from './title-search.ts'

/** SQLite gives every listing a number in import order, and links the observations of an offer. */
export const sqliteDialect: Dialect = {
  place: ['position'],
  placeOf: 'select first_position + @import_index as position from imports where import_id = @import_id',
  importOrder: { column: 'first_position', behind: '@behind_position' },
  // It takes each part in the order of the whole, and stops when it has enough.
  partOf: (select) => select,
  // For the sake of their order, it would look through all listings.
  leadsTo: 'cross join',
  placesIn: (value) => `select json_extract(value, '$[0]') from json_each(${value})`,
  // The positions of an import are a range: an index on import_id would cost every listing, and this costs none.
  ofImport: `position >= (select first_position from imports where import_id = @import_id)
    and position <= (select last_position from imports where import_id = @import_id)`,
  ofOffer: `position in (
    with recursive chain (position) as (
      select newest_position from offers where offer_key = @offer_key
      union all
      select e.earlier_position from chain join earlier_observations e using (position)
    ) select position from chain)`,
  leftOutOf: 'first_position = (select first_position from imports where import_id = @import_id)',
  // There is no other way to stop a statement in the middle from the thread that runs it.
  inTime: (position) => [`(${position} & 255 <> 0 or in_time())`],
  listingOf: {
    with: '',
    from: `
      imports i join gpu_listings g on g.position = i.first_position + @import_index
      where i.import_id = @import_id and g.import_id = @import_id`,
    position: 'g.position',
  },
  listingsAt: {
    with: '',
    from: 'json_each(@positions) cross join gpu_listings g on g.position = json_each.value',
    position: 'g.position',
  },
  observations: {
    with: `
      with recursive chain (position) as (
        select @newest_position
        union all
        select e.earlier_position from chain join earlier_observations e using (position)
      )`,
    from: 'chain join gpu_listings g using (position)',
    position: 'g.position',
  },
  changeOf: {
    join: 'join gpu_listings g using (position) join gpu_listings e on e.position = c.earlier_position',
    import_id_before: 'e.import_id',
    import_index_before: 'e.import_index',
  },
  // Walks back what was stored since, and then no further than observations came late.
  superseded: `
    with recursive walked (offer, position) as (
      select o.offer, o.newest_position
      from (select distinct offer_key from gpu_listings where position > @head and offer_key is not null)
        join offers o using (offer_key)
      where o.newest_position > @head
      union all
      select walked.offer, e.earlier_position from walked join earlier_observations e using (position) where position > @head
    ), newest (offer, position, in_order) as (
      select walked.offer, g.position, case when e.is_late is not 1 then g.seen_at end
      from walked join gpu_listings g using (position) left join earlier_observations e using (position)
      where walked.position <= @head
      union all
      select newest.offer, g.position, coalesce(newest.in_order, case when e.is_late is not 1 then g.seen_at end)
      from newest join earlier_observations link on link.position = newest.position
        join gpu_listings g on g.position = link.earlier_position
        left join earlier_observations e on e.position = g.position
      where newest.in_order is null or g.seen_at = newest.in_order
    )
    select newest.offer, g.position, g.seen_at, g.price, g.currency, g.position from newest join gpu_listings g using (position)`,
  // An index leads to those of a source.
  snapshots: 'select listing_source, seen_at from snapshots where first_position <= @head',
  observed: `
    select head, (select data_version from pragma_data_version), last > head, whole <> head from (
      select o.position as head,
        coalesce((select last_position from imports order by first_position desc limit 1), 0) as last,
        coalesce((
          select last_position from imports where first_position <= o.position order by first_position desc limit 1
        ), 0) as whole
      from observed o)`,
  searchTitles: sqliteTitleSearch,
}

import type { Dialect } from '../dialect.ts'
import { postgresTitleSearch } from './title-search.ts'

/**
 * On PostgreSQL, imports have the order of their ids, and no number is drawn that several daemons would have to agree on. Positions are given
 * when offers take an import over; its `first_position` is null until then.
 */
export const postgresDialect: Dialect = {
  place: ['import_id', 'import_index'],
  placeOf: `
    select import_id, cast(@import_index as integer) as import_index, first_position + @import_index as position
    from imports where import_id = @import_id`,
  importOrder: { column: 'import_id', behind: '@behind_import_id' },
  partOf: (select, order) => `(${select} order by ${order} limit @limit)`,
  leadsTo: 'join',
  placesIn: (value) => `
    select cast(place ->> 0 as uuid), cast(place ->> 1 as integer) from json_array_elements(cast(${value} as json)) as given (place)`,
  ofImport: 'import_id = @import_id',
  ofOffer: `(import_id, import_index) in (
    select o.import_id, o.import_index from gpu_listings o where o.offer_key = @offer_key)`,
  leftOutOf: 'import_id = @import_id',
  // The server ends it: `statement_timeout`.
  inTime: () => [],
  listingOf: {
    with: '',
    from: 'imports i join gpu_listings g using (import_id) where i.import_id = @import_id and g.import_index = @import_index',
    position: 'i.first_position + g.import_index',
  },
  listingsAt: {
    with: '',
    from: `
      (select cast(value as bigint) as position from json_array_elements_text(cast(@positions as json))) p
      cross join lateral (
        select import_id, first_position from imports where first_position <= p.position order by first_position desc limit 1
      ) i
      join gpu_listings g on g.import_id = i.import_id and g.import_index = p.position - i.first_position`,
    position: 'p.position',
  },
  observations: {
    with: '',
    from: 'gpu_listings g join imports i using (import_id) where g.offer_key = @offer_key and i.first_position is not null',
    position: 'i.first_position + g.import_index',
  },
  changeOf: {
    join: 'join gpu_listings g using (import_id, import_index)',
    import_id_before: 'c.import_id_before',
    import_index_before: 'c.import_index_before',
  },
  superseded: `
    select g.offer_key, i.first_position + g.import_index, g.seen_at, g.price, g.currency, g.import_id, g.import_index
    from gpu_listings g join imports i using (import_id)
    where i.first_position <= @head and g.offer_key in (
      select since.offer_key from imports later join gpu_listings since using (import_id)
      where later.first_position > @head and since.offer_key is not null)`,
  // It would compare every offer with all of its source.
  snapshots:
    'select listing_source, max(seen_at) as seen_at from snapshots where first_position <= @head group by listing_source',
  // Offers take an import over as a whole.
  observed: `
    select position, version, exists (select 1 from imports where first_position is null and undone_at is null), false
    from observed`,
  searchTitles: postgresTitleSearch,
}

import { type Asking, firstValue, rowsOf, type Values } from '../asking.ts'
import type { TitleSearch } from '../dialect.ts'
import type { ListingsQuestion } from '../engine.ts'
import { wordsOf } from '../title-words.ts'

/** Lower-casing ASCII is not always what JavaScript makes of a title: where it is not, the listing has that beside it. */
const FOLDED_TITLE = 'coalesce(title_folded, lower(title collate "C"))'

/** What it costs to fetch a listing from anywhere, where to pass one by on the way through all of them is 1. */
const FETCH_COST = 10
/** Listings that a title has, where the database has not counted its titles yet. */
const USUAL_LISTINGS = 10

/** Takes the titles of imports, by their ids, over into `titles`. */
export const ADD_TITLES = `
  insert into titles (digest, folded)
  select distinct on (digest) sha256(convert_to(folded, 'UTF8')) as digest, folded
  from (select ${FOLDED_TITLE} as folded from gpu_listings where import_id = any($1::uuid[]) and title is not null) as taken
  on conflict do nothing`

/**
 * Works out how a question finds titles on PostgreSQL: through those that have the words, or by a look at each listing.
 *
 * @throws Problem if `q` has no words, or too many.
 */
export function* postgresTitleSearch(question: ListingsQuestion & { q: string }): Asking<TitleSearch> {
  const words = wordsOf(question.q)
  const values: Values = Object.fromEntries(
    words.flatMap((word, index) => [
      [`word${index}`, word],
      [`pattern${index}`, `%${word.replace(/[\\%_]/g, (character) => `\\${character}`)}%`],
    ]),
  )
  const ofListing = words.map((_, index) => `strpos(${FOLDED_TITLE}, @word${index}) > 0`).join(' and ')
  // What has the words is what is like the pattern: only that an index can lead to.
  const titles = `select folded from titles where ${words.map((_, index) => `folded like @pattern${index}`).join(' and ')}`
  const ofTitles = `select g.import_id, g.import_index from (${titles}) t join gpu_listings g on ${FOLDED_TITLE} = t.folded`
  const isCheap = yield* isCheaplyCollected(question, titles, values)
  const isCollected = isCheap && question.latest !== true && question.current !== true
  return {
    isCollected,
    found: `
      with found as materialized (
        ${ofTitles}
        union
        select import_id, import_index from gpu_listings
        where import_id in (select import_id from imports where first_position is null and undone_at is null) and ${ofListing}
      )`,
    ofListing,
    ofPlace: isCheap
      ? // Collected once, whatever is thought of how many offers there are: the newest are not in its counts yet. As a join, it might look
        // each of them up among the titles.
        `((import_id, import_index) in (${ofTitles})) is true`
      : `exists (
          select 1 from gpu_listings t where t.import_id = l.import_id and t.import_index = l.import_index and ${ofListing})`,
    values,
  }
}

/** Whether fewer listings have to be looked at if they are collected title by title. */
function* isCheaplyCollected(question: ListingsQuestion, titles: string, values: Values): Asking<boolean> {
  const { latest, current, import_id, offer_key, sort = 'import', limit } = question
  if (import_id !== undefined || offer_key !== undefined) return false
  // Counting up to a limit, PostgreSQL would rather look at titles one by one, in the hope to find as many soon: all of them for a word that
  // none has.
  const [size] = yield* rowsOf<readonly [number, number]>(
    `select o.position, c.reltuples, set_config('enable_seqscan', 'off', true)
     from observed o join pg_class c on c.oid = 'titles'::regclass`,
  )
  const [last, known] = size ?? [0, 0]
  const each = known > 0 ? Math.max(1, last / known) : USUAL_LISTINGS
  // In these orders the store has the listings, and a page is full when its share of those that have the words was passed.
  const endsEarly = latest !== true && current !== true && (sort === 'import' || sort === '-import' || sort === '-seen_at')
  // Of more titles than that, it is not cheap to collect the listings.
  const most = Math.ceil((endsEarly ? Math.sqrt((limit * last) / FETCH_COST) : last / FETCH_COST) / each)
  const counted = `select count(*), set_config('enable_seqscan', 'on', true) from (${titles} limit @most) as found`
  const listings = ((yield* firstValue<number>(counted, { ...values, most: most + 1 })) ?? 0) * each
  const walking = endsEarly && listings > 0 ? Math.min((limit * last) / listings, last) : last
  return listings * FETCH_COST < walking
}

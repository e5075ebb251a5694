import { type Asking, firstValue, type Values } from './asking.ts'
import type { TitleSearch } from './dialect.ts'
import type { ListingsQuestion } from './engine.ts'
import { trigramsOf, wordsOf } from './title-words.ts'

/** What it costs to fetch a listing from anywhere, where to pass one by on the way through all of them is 1. */
const FETCH_COST = 10

/**
 * Works out how a question finds titles on SQLite, whose connection has the function `fold`. The statement has to see the same moment
 * as that.
 *
 * @throws Problem if `q` has no words, or too many.
 */
export function* sqliteTitleSearch(question: ListingsQuestion & { q: string }): Asking<TitleSearch> {
  const words = wordsOf(question.q)
  const trigrams = trigramsOf(words)
  const indexed = (yield* firstValue<number>('select indexed_position from title_progress')) ?? 0
  const values = {
    indexed,
    ...(trigrams !== undefined && { trigrams }),
    ...Object.fromEntries(words.map((word, index) => [`word${index}`, word])),
  }
  const hasWords = (text: string) => words.map((_, index) => `instr(${text}, @word${index}) > 0`).join(' and ')
  const candidates =
    trigrams === undefined
      ? 'titles where'
      : `title_search join titles on title_id = title_search.rowid where title_search match @trigrams and`
  const titles = `select title_id from ${candidates} (title_id & 255 <> 0 or in_time()) and ${hasWords('titles.folded')}`
  const ofListing = hasWords('fold(title)')
  return {
    isCollected: yield* isCheaplyCollected(question, { titles, values, indexed }),
    found: `
        with recursive of_title (position) as (
          select newest_position from title_heads where title_id in (${titles})
          union all
          select earlier_position from of_title join listing_titles using (position) where earlier_position is not null
        ), found (position) as materialized (
          select position from of_title
          union all
          select position from gpu_listings where position > @indexed and (position & 255 <> 0 or in_time()) and ${ofListing}
        )`,
    ofListing,
    ofPlace: `
        iif(l.position <= @indexed,
          (select title_id from listing_titles where position = l.position) in (${titles}),
          (select ${ofListing} from gpu_listings where position = l.position))`,
    values,
  }
}

/** Whether fewer listings have to be looked at if they are collected title by title, all that are not in the index yet included. */
function* isCheaplyCollected(
  question: ListingsQuestion,
  { titles, values, indexed }: { titles: string; values: Values; indexed: number },
): Asking<boolean> {
  const { latest, current, import_id, offer_key, sort = 'import', limit } = question
  if (latest === true || current === true || import_id !== undefined || offer_key !== undefined) return false
  const last = (yield* firstValue<number>('select coalesce(max(position), 0) from gpu_listings')) ?? 0
  // In these orders the store has the listings, and a page is full when its share of those that have the words was passed.
  const endsEarly = sort === 'import' || sort === '-import' || sort === '-seen_at'
  // Of more titles than that, it is not cheap to collect the listings, however many there are.
  const most = Math.ceil(endsEarly ? Math.sqrt((limit * last) / FETCH_COST) : last / FETCH_COST)
  const count = `
    select coalesce(sum(listings), 0) from title_heads where title_id in (select title_id from (${titles}) limit @most)`
  const listings = (yield* firstValue<number>(count, { ...values, most })) ?? 0
  const collecting = listings * FETCH_COST + last - indexed
  const walking = endsEarly && listings > 0 ? Math.min((limit * last) / listings, last) : last
  return collecting < walking
}

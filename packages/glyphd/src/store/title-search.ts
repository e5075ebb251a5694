import type { Database } from 'better-sqlite3'
import type { ListingsQuestion } from './engine.ts'
import type { statementsOf } from './statements.ts'
import { folded, trigramsOf, wordsOf } from './title-words.ts'

/** What it costs to fetch a listing from anywhere, where to pass one by on the way through all of them is 1. */
const FETCH_COST = 10

/** How the listings are found whose titles have all words of a question: parts of a statement, and their values. */
export interface TitleSearch {
  /** Whether they are collected title by title. Else each listing is looked at, in the order of the question. */
  isCollected: boolean
  /** Goes before the statement: a table `found` of their positions. */
  found: string
  /** Condition on a listing of `gpu_listings`. */
  ofListing: string
  /** Condition on the position of a row `l`, which reads the listing itself only where the index does not have its title. */
  ofPosition: string
  values: Record<string, string | number>
}

/**
 * Gives a connection the function `fold`, and returns what works out how a question finds titles. The statement has to see the same
 * moment as that.
 *
 * @throws Problem if `q` has no words, or too many.
 */
export function titleSearcher(
  db: Database,
  prepared: ReturnType<typeof statementsOf>,
): (question: ListingsQuestion & { q: string }) => TitleSearch {
  db.function('fold', { deterministic: true }, (text) => (typeof text === 'string' ? folded(text) : null))

  return (question) => {
    const words = wordsOf(question.q)
    const trigrams = trigramsOf(words)
    const indexed = Number(prepared('select indexed_position from title_progress').pluck().get())
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
      isCollected: isCheaplyCollected(question, titles, values),
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
      ofPosition: `
        iif(l.position <= @indexed,
          (select title_id from listing_titles where position = l.position) in (${titles}),
          (select ${ofListing} from gpu_listings where position = l.position))`,
      values,
    }
  }

  /** Whether fewer listings have to be looked at if they are collected title by title, all that are not in the index yet included. */
  function isCheaplyCollected(question: ListingsQuestion, titles: string, values: TitleSearch['values']): boolean {
    const { latest, current, import_id, offer_key, sort = 'import', limit } = question
    if (latest === true || current === true || import_id !== undefined || offer_key !== undefined) return false
    const last = Number(prepared('select coalesce(max(position), 0) from gpu_listings').pluck().get())
    // In these orders the store has the listings, and a page is full when its share of those that have the words was passed.
    const endsEarly = sort === 'import' || sort === '-import' || sort === '-seen_at'
    // Of more titles than that, it is not cheap to collect the listings, however many there are.
    const most = Math.ceil(endsEarly ? Math.sqrt((limit * last) / FETCH_COST) : last / FETCH_COST)
    const count = `
      select coalesce(sum(listings), 0) from title_heads where title_id in (select title_id from (${titles}) limit @most)`
    const listings = Number(
      prepared(count)
        .pluck()
        .get({ ...values, most }),
    )
    const collecting = listings * FETCH_COST + last - Number(values['indexed'])
    const walking = endsEarly && listings > 0 ? Math.min((limit * last) / listings, last) : last
    return collecting < walking
  }
}

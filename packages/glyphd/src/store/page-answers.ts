import type { Database, Statement } from 'better-sqlite3'
import type { ImportRecord } from '../contract/imports.ts'
import type { Delta } from '../contract/offers.ts'
import { csvLine } from '../csv/listing-line.ts'
import { Problem } from '../problem.ts'
import type { Place } from '../query.ts'
import { deadlineOf } from './deadline.ts'
import type { Answer, DeltasQuestion, ListingFormat, ListingPlace, ListingsQuestion, PageQuestion } from './engine.ts'
import { fromRow, listingJson, type StoredRow } from './from-row.ts'
import { listingsQuery, type PageView, type Query } from './listing-questions.ts'
import { deltasQuery, importsQuery, POSITION_OF, rejectedRowsQuery } from './questions.ts'
import { statementsOf } from './statements.ts'
import { supersededPositions } from './superseded.ts'
import { titleSearcher } from './title-search.ts'

/** A page ends early when its text is this long, so that large listings cannot make an answer of any size. */
const PAGE_CHARACTERS = 8 * 1024 * 1024
const DAY_MS = 86_400_000

/** What the cursor of each order may hold. */
const SORT_KEYS = { import: ['null'], score: ['number'], price: ['number', 'null'], seen_at: ['string'] } as const

const array = (items: readonly string[]) => `[${items.join(',')}]`
const lines = (items: readonly string[]) => items.map((item) => `${item}\n`).join('')

/** Answers the questions that are answered with a page. */
export function pageAnswers(db: Database, current_days: number): (question: PageQuestion) => Answer {
  const prepared = statementsOf(db)
  const beginTime = deadlineOf(db)
  const searchTitles = titleSearcher(db, prepared)

  function listings(question: ListingsQuestion): Answer {
    const { format = 'json', sort = 'import' } = question
    const { view, as_of } = viewOf(question)
    const { q } = question
    if (q !== undefined) view.titles = searchTitles({ ...question, q })
    const written = listingWriter(format)
    return page(listingsQuery(question, view), question.limit, written.textOf, (found) => {
      const row = found as StoredRow
      const place: Place = { import_id: `${row['import_id']}`, import_index: Number(row['import_index']), ...as_of }
      if (sort !== 'import' && sort !== '-import') place.key = row['sort_key'] ?? null
      return { text: written.itemOf(row), place }
    })
  }

  /** What the pages of a question see: the newest observations of offers as the first page saw them. */
  function viewOf({ latest, current, behind, sort = 'import' }: ListingsQuestion): {
    view: PageView
    as_of: Pick<Place, 'as_of'>
  } {
    const view: PageView = {
      behind: behindOf(behind, SORT_KEYS[sort.replace('-', '') as keyof typeof SORT_KEYS]),
      head: 0,
      superseded: [],
      seen_after: '',
    }
    if (latest !== true && current !== true) return { view, as_of: {} }
    const last = Number(prepared('select last_position from imports order by first_position desc limit 1').pluck().get() ?? 0)
    if (behind !== undefined && !/^\d{1,15}@\d{1,15}$/.test(behind.as_of ?? '')) throw invalidCursor()
    const [head = last, time = Date.now()] = behind?.as_of?.split('@').map(Number) ?? []
    view.head = head
    if (head < last) view.superseded = supersededPositions(db, head)
    view.seen_after = new Date(Math.max(0, time - current_days * DAY_MS)).toISOString()
    return { view, as_of: { as_of: `${head}@${time}` } }
  }

  function behindOf(place: Place | undefined, keys: readonly string[]): PageView['behind'] {
    if (place === undefined) return undefined
    const { key = null } = place
    if (!keys.includes(key === null ? 'null' : typeof key)) throw invalidCursor()
    return { position: positionOf(place), key }
  }

  function positionOf({ import_id, import_index }: ListingPlace): number {
    const position = prepared(POSITION_OF).pluck().get({ import_id, import_index }) as number | undefined
    if (position === undefined) throw invalidCursor()
    return position
  }

  function deltas(question: DeltasQuestion): Answer {
    return page(deltasQuery(question, behindOf(question.behind, ['string'])), question.limit, array, (found) => {
      const delta = deltaOf(found as StoredRow)
      const [import_id = '', index] = delta.id.split('.')
      return { text: JSON.stringify(delta), place: { import_id, import_index: Number(index), key: delta.seen_at } }
    })
  }

  /** Runs a query for one row more than the limit, which says whether another page exists. */
  function page(
    { sql, values }: Query,
    limit: number,
    textOf: (items: readonly string[]) => string,
    itemOf: (row: unknown) => { text: string; place: Place },
  ): Answer {
    const items: string[] = []
    let characters = 0
    let last: Place | undefined
    let more = false
    const statement: Statement<[Query['values']]> = prepared(sql)
    for (const row of statement.iterate(values)) {
      more = items.length === limit || characters > PAGE_CHARACTERS
      if (more) break
      const { text, place } = itemOf(row)
      items.push(text)
      characters += text.length
      last = place
    }
    return { items: new TextEncoder().encode(textOf(items)), count: items.length, next: more ? last : undefined }
  }

  function answerTo(question: PageQuestion): Answer {
    beginTime()
    switch (question.about) {
      case 'listings':
        return listings(question)
      case 'deltas':
        return deltas(question)
      case 'imports': {
        const { after, limit } = question
        const position = after === undefined ? undefined : positionOf({ import_id: after, import_index: 0 })
        return page(importsQuery(question, position), limit, array, (row) => {
          const { undone_at, ...record } = row as ImportRecord & { undone_at: string | null }
          const text = JSON.stringify(undone_at === null ? record : { ...record, undone_at })
          return { text, place: { import_id: record.import_id, import_index: 0 } }
        })
      }
      case 'rejected_rows':
        return page(rejectedRowsQuery(question), question.limit, lines, (found) => {
          const { row, rejection } = found as { row: number; rejection: string }
          return { text: rejection, place: { import_id: question.import_id, import_index: row } }
        })
    }
  }

  // All that one answer reads is of one moment: an import must not come between two of its statements.
  return db.transaction(answerTo)
}

function listingWriter(format: ListingFormat) {
  if (format === 'csv') {
    return { itemOf: (row: StoredRow) => csvLine(fromRow(row)), textOf: (items: readonly string[]) => items.join('') }
  }
  return { itemOf: listingJson, textOf: format === 'json' ? array : lines }
}

function invalidCursor(): Problem {
  return new Problem('invalid_cursor', 'The cursor points to an import that is not in this store')
}

/** A row of price changes as it goes over the wire: absent members left out. */
function deltaOf(row: StoredRow): Delta {
  const { position, earlier_position, offer, import_id, import_index, import_id_before, import_index_before, ...members } = row
  const present = Object.entries(members).filter(([, value]) => value !== null)
  return {
    id: `${import_id}.${import_index}`,
    id_before: `${import_id_before}.${import_index_before}`,
    ...Object.fromEntries(present),
  } as Delta // the columns that deltasQuery names
}

import type { Database } from 'better-sqlite3'
import type { ImportRecord } from '../contract/imports.ts'
import type { Delta } from '../contract/offers.ts'
import { csvLine } from '../csv/listing-line.ts'
import { Problem } from '../problem.ts'
import type { Place } from '../query.ts'
import { deadlineOf } from './deadline.ts'
import type { Answer, DeltasQuestion, ListingFormat, ListingPlace, ListingsQuestion, PageQuestion } from './engine.ts'
import { fromRow, listingJson, type StoredRow, type StoredValue } from './from-row.ts'
import { listingsQuery, type PageView, type Query } from './listing-questions.ts'
import { isAboutOffers, observedIn } from './observed.ts'
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
const textOf = { json: array, ndjson: lines, csv: (items: readonly string[]) => items.join('') }

/** Answers the questions that are answered with a page. */
export function pageAnswers(db: Database, current_days: number): (question: PageQuestion, isAskedAgain?: boolean) => Answer {
  const prepared = statementsOf(db)
  const beginTime = deadlineOf(db)
  const searchTitles = titleSearcher(db, prepared)
  const observed = observedIn(db)
  // Of every question for listings.
  const columns = prepared('select *, null as sort_key from gpu_listings')
    .columns()
    .map(({ name }) => name)
  const importId = columns.indexOf('import_id')
  const importIndex = columns.indexOf('import_index')
  const sortKey = columns.indexOf('sort_key')
  const json = listingJson(columns)
  const writers: Record<ListingFormat, (row: StoredValue[]) => string> = {
    json,
    ndjson: json,
    csv: (row) => csvLine(fromRow(Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])))),
  }

  function listings(question: ListingsQuestion): Answer {
    const { format = 'json', sort = 'import' } = question
    const { view, as_of } = viewOf(question)
    const { q } = question
    if (q !== undefined) view.titles = searchTitles({ ...question, q })
    const { sql, values } = listingsQuery(question, view)
    const rows = prepared<StoredValue[]>(sql).raw().iterate(values)
    const write = writers[format]
    return page(rows, question.limit, textOf[format], (row) => {
      const place: Place = { import_id: `${row[importId]}`, import_index: Number(row[importIndex]), ...as_of }
      if (sort !== 'import' && sort !== '-import') place.key = row[sortKey] ?? null
      return { text: write(row), place }
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
    const last = observed.position()
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
    const position = prepared<number>(POSITION_OF).pluck().get({ import_id, import_index })
    if (position === undefined) throw invalidCursor()
    return position
  }

  function deltas(question: DeltasQuestion): Answer {
    return page(
      rowsOf<StoredRow>(deltasQuery(question, behindOf(question.behind, ['string']))),
      question.limit,
      array,
      (row) => {
        const delta = deltaOf(row)
        const [import_id = '', index] = delta.id.split('.')
        return { text: JSON.stringify(delta), place: { import_id, import_index: Number(index), key: delta.seen_at } }
      },
    )
  }

  function rowsOf<Row>({ sql, values }: Query): IterableIterator<Row> {
    return prepared<Row>(sql).iterate(values)
  }

  /** Takes one row more than the limit, which says whether another page exists. */
  function page<Row>(
    rows: Iterable<Row>,
    limit: number,
    textOf: (items: readonly string[]) => string,
    itemOf: (row: Row) => { text: string; place: Place },
  ): Answer {
    const items: string[] = []
    let characters = 0
    let last: Place | undefined
    let more = false
    for (const row of rows) {
      more = items.length === limit || characters > PAGE_CHARACTERS
      if (more) break
      const { text, place } = itemOf(row)
      items.push(text)
      characters += text.length
      last = place
    }
    return { items: textOf(items), count: items.length, next: more ? last : undefined }
  }

  /** @throws OffersBehind if they have to be brought up to date first. */
  function answerTo(question: PageQuestion, isAskedAgain = false): Answer {
    beginTime()
    if (isAboutOffers(question)) observed.refuseIfBehind(isAskedAgain)
    switch (question.about) {
      case 'listings':
        return listings(question)
      case 'deltas':
        return deltas(question)
      case 'imports': {
        const { after, limit } = question
        const position = after === undefined ? undefined : positionOf({ import_id: after, import_index: 0 })
        const rows = rowsOf<ImportRecord & { undone_at: string | null }>(importsQuery(question, position))
        return page(rows, limit, array, ({ undone_at, ...record }) => {
          const text = JSON.stringify(undone_at === null ? record : { ...record, undone_at })
          return { text, place: { import_id: record.import_id, import_index: 0 } }
        })
      }
      case 'rejected_rows': {
        const rows = rowsOf<{ row: number; rejection: string }>(rejectedRowsQuery(question))
        return page(rows, question.limit, lines, ({ row, rejection }) => {
          return { text: rejection, place: { import_id: question.import_id, import_index: row } }
        })
      }
    }
  }

  // All that one answer reads is of one moment: an import must not come between two of its statements.
  return db.transaction(answerTo)
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

import type { ImportRecord } from '../contract/imports.ts'
import type { Delta } from '../contract/offers.ts'
import { csvLine } from '../csv/listing-line.ts'
import { Problem } from '../problem.ts'
import type { Place } from '../query.ts'
import { type Asking, objectsOf, type Query, type Row, takeFrom } from './asking.ts'
import type { Dialect } from './dialect.ts'
import type {
  Answer,
  DeltasQuestion,
  ImportsQuestion,
  ListingFormat,
  ListingPlace,
  ListingsQuestion,
  PageQuestion,
  RejectedRowsQuestion,
} from './engine.ts'
import { LISTING_COLUMNS, listingJson, listingOf } from './from-row.ts'
import { isImportId } from './import-id.ts'
import { listingsQuery, type PageEnd, type PageView } from './listing-questions.ts'
import { askObserved, isAboutOffers } from './observed.ts'
import { DELTA_MEMBERS, deltasQuery, importsQuery, rejectedRowsQuery } from './questions.ts'
import { supersededPlaces } from './superseded.ts'

/** A page ends early when its text is this long, so that large listings cannot make an answer of any size. */
const PAGE_CHARACTERS = 8 * 1024 * 1024
const DAY_MS = 86_400_000

/** What the cursor of each order may hold. */
const SORT_KEYS = { import: ['null'], score: ['number'], price: ['number', 'null'], seen_at: ['string'] } as const

const array = (items: readonly string[]) => `[${items.join(',')}]`
const lines = (items: readonly string[]) => items.map((item) => `${item}\n`).join('')
const textOf = { json: array, ndjson: lines, csv: (items: readonly string[]) => items.join('') }

const json = listingJson(LISTING_COLUMNS)
const writers: Record<ListingFormat, (row: Row) => string> = { json, ndjson: json, csv: (row) => csvLine(listingOf(row)) }

const IMPORT_ID = LISTING_COLUMNS.indexOf('import_id')
const IMPORT_INDEX = LISTING_COLUMNS.indexOf('import_index')
const SORT_KEY = LISTING_COLUMNS.length

type ImportRow = readonly [
  import_id: string,
  record_count: number,
  rejected_count: number,
  first_model: string,
  last_model: string,
  timestamp: string,
  undone_at: string | null,
]

/** Answers the questions that are answered with a page. A question is asked again after offers were brought up to date. */
export function pageAnswers(
  dialect: Dialect,
  current_days: number,
): (question: PageQuestion, isAskedAgain?: boolean) => Asking<Answer> {
  function* listings(question: ListingsQuestion, observed: number): Asking<Answer> {
    const { format = 'json', sort = 'import' } = question
    const { view, as_of } = yield* viewOf(question, observed)
    const { q } = question
    if (q !== undefined) view.titles = yield* dialect.searchTitles({ ...question, q })
    const write = writers[format]
    return yield* page<Row>(listingsQuery(dialect, question, view), question.limit, textOf[format], (row) => {
      const place: Place = { import_id: `${row[IMPORT_ID]}`, import_index: Number(row[IMPORT_INDEX]), ...as_of }
      if (sort !== 'import' && sort !== '-import') place.key = row[SORT_KEY] ?? null
      return { text: write(row), place }
    })
  }

  /** What the pages of a question see: the newest observations of offers as the first page saw them. */
  function* viewOf(
    { latest, current, behind, sort = 'import' }: ListingsQuestion,
    observed: number,
  ): Asking<{ view: PageView; as_of: Pick<Place, 'as_of'> }> {
    const view: PageView = {
      behind: yield* endAt(behind, SORT_KEYS[sort.replace('-', '') as keyof typeof SORT_KEYS]),
      head: 0,
      superseded: [],
      seen_after: '',
    }
    if (latest !== true && current !== true) return { view, as_of: {} }
    if (behind !== undefined && !/^\d{1,15}@\d{1,15}$/.test(behind.as_of ?? '')) throw invalidCursor()
    const [head = observed, time = Date.now()] = behind?.as_of?.split('@').map(Number) ?? []
    view.head = head
    if (head < observed) view.superseded = yield* supersededPlaces(dialect, head)
    view.seen_after = new Date(Math.max(0, time - current_days * DAY_MS)).toISOString()
    return { view, as_of: { as_of: `${head}@${time}` } }
  }

  function* endAt(place: Place | undefined, keys: readonly string[]): Asking<PageEnd | undefined> {
    if (place === undefined) return undefined
    const { key = null } = place
    if (!keys.includes(key === null ? 'null' : typeof key)) throw invalidCursor()
    return { place: yield* placeAt(place), key }
  }

  /** The place of a listing by the names that the dialect has for what it says. */
  function* placeAt({ import_id, import_index }: ListingPlace): Asking<PageEnd['place']> {
    if (!isImportId(import_id)) throw invalidCursor()
    const [found] = yield* objectsOf<PageEnd['place']>({ sql: dialect.placeOf, values: { import_id, import_index } })
    if (found === undefined) throw invalidCursor()
    return Object.fromEntries(Object.entries(found).map(([column, value]) => [`behind_${column}`, value]))
  }

  function* deltas(question: DeltasQuestion): Asking<Answer> {
    const query = deltasQuery(dialect, question, yield* endAt(question.behind, ['string']))
    return yield* page<Row>(query, question.limit, array, (row) => {
      const delta = deltaOf(row)
      const [import_id = '', index] = delta.id.split('.')
      return { text: JSON.stringify(delta), place: { import_id, import_index: Number(index), key: delta.seen_at } }
    })
  }

  function* imports(question: ImportsQuestion): Asking<Answer> {
    const { after, limit, import_id } = question
    const before = after === undefined ? undefined : yield* placeAt({ import_id: after, import_index: 0 })
    if (import_id !== undefined && !isImportId(import_id)) return nothing(array)
    return yield* page<ImportRow>(importsQuery(dialect, question, before), limit, array, (row) => {
      const [import_id, record_count, rejected_count, first_model, last_model, timestamp, undone_at] = row
      const record = { import_id, record_count, rejected_count, first_model, last_model, timestamp } satisfies ImportRecord
      const text = JSON.stringify(undone_at === null ? record : { ...record, undone_at })
      return { text, place: { import_id, import_index: 0 } }
    })
  }

  function* rejectedRows(question: RejectedRowsQuestion): Asking<Answer> {
    const { import_id, limit } = question
    if (!isImportId(import_id)) return nothing(lines)
    return yield* page<[number, string]>(rejectedRowsQuery(dialect, question), limit, lines, ([row, rejection]) => {
      return { text: rejection, place: { import_id, import_index: row } }
    })
  }

  /** @throws OffersBehind if they have to be brought up to date first. */
  return function* (question, isAskedAgain = false) {
    const observed = isAboutOffers(question) ? (yield* askObserved(dialect, isAskedAgain)).position : 0
    switch (question.about) {
      case 'listings':
        return yield* listings(question, observed)
      case 'deltas':
        return yield* deltas(question)
      case 'imports':
        return yield* imports(question)
      case 'rejected_rows':
        return yield* rejectedRows(question)
    }
  }
}

/** Takes one row more than the limit, which says whether another page exists. */
function* page<Named extends Row>(
  query: Query,
  limit: number,
  textOf: (items: readonly string[]) => string,
  itemOf: (row: Named) => { text: string; place: Place },
): Asking<Answer> {
  const items: string[] = []
  let characters = 0
  let last: Place | undefined
  let more = false
  yield* takeFrom<Named>({ ...query, isLast: true }, (row) => {
    more = items.length === limit || characters > PAGE_CHARACTERS
    if (more) return false
    const { text, place } = itemOf(row)
    items.push(text)
    characters += text.length
    last = place
    return true
  })
  return { items: textOf(items), count: items.length, next: more ? last : undefined }
}

function nothing(textOf: (items: readonly string[]) => string): Answer {
  return { items: textOf([]), count: 0, next: undefined }
}

function invalidCursor(): Problem {
  return new Problem('invalid_cursor', 'The cursor points to an import that is not in this store')
}

/** A row of `deltasQuery` as it goes over the wire: absent members left out. */
function deltaOf(row: Row): Delta {
  const [import_id, import_index, import_id_before, import_index_before] = row.slice(DELTA_MEMBERS.length)
  const members = DELTA_MEMBERS.map((member, index) => [member, row[index]] as const)
  return {
    id: `${import_id}.${import_index}`,
    id_before: `${import_id_before}.${import_index_before}`,
    ...Object.fromEntries(members.filter(([, value]) => value !== null)),
  } as Delta // the columns that deltasQuery names
}

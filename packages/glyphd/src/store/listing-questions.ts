import type { ListingFilters, ListingSort } from '../parameters.ts'
import type { Query, Row, Values } from './asking.ts'
import { type Dialect, inImportOrder, placeColumns, standsBehind, type TitleSearch } from './dialect.ts'
import type { ListingsQuestion } from './engine.ts'
import { LISTING_COLUMNS } from './from-row.ts'

/** Where a page ended: the values of the place of its last row by the names that the dialect has for them, and that of the sort. */
export interface PageEnd {
  place: Values
  key: string | number | null
}

/** Where a page begins, and what it sees. */
export interface PageView {
  /** The last listing of the page before. */
  behind: PageEnd | undefined
  /** For the newest observations: those up to this position. */
  head: number
  /** Places of the newest observations, up to `head`, of the offers that were observed behind it. */
  superseded: readonly Row[]
  /** Offers that still stand were seen after this time. UTC with milliseconds. */
  seen_after: string
  /** How the titles with the words of `q` are found. */
  titles?: TitleSearch
}

/** The column that each order sorts by, if it is not that of import. Only `price_usd` can be absent. */
const KEYS = { import: undefined, score: 'score', price: 'price_usd', seen_at: 'seen_at' } as const
type SortKey = NonNullable<(typeof KEYS)[keyof typeof KEYS]>

/** Filters on members that `offers` has, too, as conditions on either table. */
const CONDITIONS = {
  model: 'model = @model',
  listing_source: 'listing_source = @listing_source',
  seller: 'seller = @seller',
  region: 'region = @region',
  condition: 'condition = @condition',
  currency: 'currency = @currency',
  min_price: 'price_usd >= @min_price',
  max_price: 'price_usd <= @max_price',
  min_score: 'score >= @min_score',
  max_score: 'score <= @max_score',
  min_vram_gb: 'vram_gb >= @min_vram_gb',
  max_vram_gb: 'vram_gb <= @max_vram_gb',
  after: 'seen_at >= @after',
  before: 'seen_at < @before',
} as const satisfies Partial<Record<keyof ListingFilters, string>>

/**
 * Whether an index leads to the listings of a page: all others are found by looking at many that do not belong there, or by sorting
 * many, and are long questions.
 */
export function isIndexed({ latest, current, sort = 'import', ...question }: ListingsQuestion): boolean {
  const filters = Object.keys(CONDITIONS).filter((filter) => question[filter as keyof typeof CONDITIONS] !== undefined)
  if (question.q !== undefined) return false
  if (latest === true || current === true) return question.model !== undefined && filters.length === 1
  if (question.offer_key !== undefined) return true
  if (sort === '-seen_at') {
    return question.import_id === undefined && filters.every((filter) => filter === 'after' || filter === 'before')
  }
  if (sort !== 'import' && sort !== '-import') return false
  return filters.length === 0 || (filters.length === 1 && question.model !== undefined)
}

/**
 * Listings that match every filter, in their order, behind the page before; one more than the limit, which says whether another page
 * exists. The places of a page are found first and its rows fetched then, so that sorting moves short rows. A row has the values of
 * `LISTING_COLUMNS` and, where the order is not that of import, behind them the one that it is sorted by.
 */
export function listingsQuery(dialect: Dialect, question: ListingsQuestion, view: PageView): Query {
  const { sort = 'import', limit } = question
  const { titles } = view
  const isLatest = question.latest === true || question.current === true
  const key = KEYS[sort.replace('-', '') as keyof typeof KEYS] // what ListingSort is made of
  const { conditions, values } = conditionsOf(dialect, question)
  values['limit'] = limit + 1
  const behind = view.behind === undefined ? ['true'] : behindConditions(dialect, { sort, key, behind: view.behind })
  if (view.behind !== undefined) Object.assign(values, view.behind.place, { key: view.behind.key })
  // Where titles lead to listings, few are left whatever else is asked.
  const dependsOnValues = !isIndexed(question) && titles?.isCollected !== true
  if (!isIndexed(question)) conditions.unshift(...dialect.inTime('position'))
  if (titles !== undefined) {
    Object.assign(values, titles.values)
    if (!titles.isCollected) conditions.push(isLatest ? titles.ofPlace : titles.ofListing)
  }
  const order = orderOf(dialect, sort, key)
  if (key === undefined && !isLatest && titles?.isCollected !== true) {
    const page = `${where([...conditions, ...behind])} order by ${order} limit @limit`
    return { sql: `select ${LISTING_COLUMNS.join(', ')} from gpu_listings ${page}`, values, dependsOnValues }
  }
  const place = placeColumns(dialect)
  const sortKey = key === undefined ? '' : `, ${key} as sort_key`
  const join = (found: string, alias: string) => `${found} ${dialect.leadsTo} gpu_listings ${alias} using (${place})`
  const listings = titles?.isCollected === true ? join('found', '') : 'gpu_listings'
  const places = behind.map((part) =>
    isLatest
      ? latestPlaces(dialect, question, { view, columns: `${place}${sortKey}`, conditions: [...conditions, part], values })
      : dialect.partOf(`select ${place}${sortKey} from ${listings} ${where([...conditions, part])}`, order),
  )
  const found = titles?.isCollected === true ? titles.found : ''
  const page = `(select * from (${places.join(' union all ')}) places order by ${order} limit @limit) page`
  const columns = [...LISTING_COLUMNS.map((column) => `g.${column}`), ...(key === undefined ? [] : ['sort_key'])]
  return { sql: `${found} select ${columns.join(', ')} from ${join(page, 'g')} order by ${order}`, values, dependsOnValues }
}

function conditionsOf(dialect: Dialect, question: ListingsQuestion): { conditions: string[]; values: Values } {
  const conditions: string[] = []
  const values: Values = {}
  for (const [filter, condition] of Object.entries(CONDITIONS)) {
    const value = question[filter as keyof typeof CONDITIONS] // the entries of CONDITIONS
    if (value === undefined) continue
    conditions.push(condition)
    values[filter] = value
  }
  if (question.import_id !== undefined) {
    conditions.push(dialect.ofImport)
    values['import_id'] = question.import_id
  }
  if (question.offer_key !== undefined) {
    conditions.push(dialect.ofOffer)
    values['offer_key'] = question.offer_key
  }
  return { conditions, values }
}

/** The newest observations of offers: as `offers` has them, or, of those observed since the first page, as they were then. */
function latestPlaces(
  dialect: Dialect,
  question: ListingsQuestion,
  page: { view: PageView; columns: string; conditions: readonly string[]; values: Values },
): string {
  const { view, columns, conditions, values } = page
  const stands = [...conditions]
  values['head'] = view.head
  values['superseded'] = JSON.stringify(view.superseded)
  if (question.current === true) {
    values['seen_after'] = view.seen_after
    stands.push('seen_at > @seen_after')
    stands.push(
      `not exists (
        select 1 from (${dialect.snapshots}) s where s.listing_source = l.listing_source and s.seen_at > l.seen_at)`,
    )
  }
  const wasNewest = `(${placeColumns(dialect)}) in (${dialect.placesIn('@superseded')})`
  return `
    select ${columns} from offers l ${where(['newest_position <= @head', ...stands])}
    union all
    select ${columns} from gpu_listings l ${where([wasNewest, ...stands])}`
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
}

/** The total order of a sort: absent values last in both directions, equal ones in import order. */
function orderOf(dialect: Dialect, sort: ListingSort, key: SortKey | undefined): string {
  const direction = sort.startsWith('-') ? ' desc' : ''
  if (key === undefined) return inImportOrder(dialect, direction)
  return `sort_key${direction}${key === 'price_usd' ? ' nulls last' : ''}, ${inImportOrder(dialect)}`
}

/** What lies behind the end of a page in the order of the sort: in parts, each of which an index leads to where it begins. */
function behindConditions(
  dialect: Dialect,
  { sort, key, behind }: { sort: ListingSort; key: SortKey | undefined; behind: PageEnd },
): string[] {
  const isDescending = sort.startsWith('-')
  if (key === undefined) return [standsBehind(dialect, isDescending ? '<' : '>')]
  const later = standsBehind(dialect, '>')
  if (behind.key === null) return [`${key} is null and ${later}`]
  const beyond = `${key} ${isDescending ? '<' : '>'} @key`
  if (key !== 'price_usd') return [`${key} = @key and ${later}`, beyond]
  return [`(${key} is null or ${beyond} or (${key} = @key and ${later}))`]
}

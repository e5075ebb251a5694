import type { ListingFilters, ListingSort } from '../parameters.ts'
import type { ListingsQuestion } from './engine.ts'
import type { TitleSearch } from './title-search.ts'

/** SQL text and its named values. */
export interface Query {
  sql: string
  values: Record<string, string | number | null>
}

/** Where a page begins, and what it sees. */
export interface PageView {
  /** The last listing of the page before, with its value of the sort. */
  behind: { position: number; key: string | number | null } | undefined
  /** For the newest observations: those up to this position. */
  head: number
  /** Positions of the newest observations, up to `head`, of the offers that were observed behind it. */
  superseded: readonly number[]
  /** Offers that still stand were seen after this time. UTC with milliseconds. */
  seen_after: string
  /** How the titles with the words of `q` are found. */
  titles?: TitleSearch
}

/** The column that each order sorts by. Only `price_usd` can be absent. */
const KEYS = { import: 'position', score: 'score', price: 'price_usd', seen_at: 'seen_at' } as const

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

/** Observations of the offer of a key, the one stored last first. */
const OF_OFFER = `position in (
  with recursive chain (position) as (
    select newest_position from offers where offer_key = @offer_key
    union all
    select e.earlier_position from chain join earlier_observations e using (position)
  ) select position from chain)`

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
 * exists. The positions of a page are found first and its rows fetched then, so that sorting moves short rows.
 */
export function listingsQuery(question: ListingsQuestion, view: PageView): Query {
  const { sort = 'import', limit } = question
  const isLatest = question.latest === true || question.current === true
  const { titles } = view
  const key = KEYS[sort.replace('-', '') as keyof typeof KEYS] // what ListingSort is made of
  const { conditions, values } = conditionsOf(question)
  values['limit'] = limit + 1
  const behind = view.behind === undefined ? ['true'] : behindConditions(sort, key)
  if (view.behind !== undefined) {
    values['position'] = view.behind.position
    values['key'] = view.behind.key
  }
  // The first of them: it would not be asked for a row that another condition has left out.
  if (!isIndexed(question)) conditions.unshift('(position & 255 <> 0 or in_time())')
  if (titles !== undefined) {
    Object.assign(values, titles.values)
    if (!titles.isCollected) conditions.push(isLatest ? titles.ofPosition : titles.ofListing)
  }
  const order = orderOf(sort, key)
  if (key === 'position' && !isLatest && titles?.isCollected !== true) {
    const page = `${where([...conditions, ...behind])} order by ${order} limit @limit`
    return { sql: `select *, null as sort_key from gpu_listings ${page}`, values }
  }
  // Cross joins, so that what is found leads to the listings: for the sake of their order, SQLite would look through all of them.
  const listings = titles?.isCollected === true ? 'found cross join gpu_listings using (position)' : 'gpu_listings'
  const positions = behind.map((part) =>
    isLatest
      ? latestPositions(question, view, { key, conditions: [...conditions, part], values })
      : `select position, ${key} as sort_key from ${listings} ${where([...conditions, part])}`,
  )
  const found = titles?.isCollected === true ? titles.found : ''
  const page = `select * from (${positions.join(' union all ')}) order by ${order} limit @limit`
  return {
    sql: `${found} select g.*, sort_key from (${page}) cross join gpu_listings g using (position) order by ${order}`,
    values,
  }
}

function conditionsOf(question: ListingsQuestion): { conditions: string[]; values: Query['values'] } {
  const conditions: string[] = []
  const values: Query['values'] = {}
  for (const [filter, condition] of Object.entries(CONDITIONS)) {
    const value = question[filter as keyof typeof CONDITIONS] // the entries of CONDITIONS
    if (value === undefined) continue
    conditions.push(condition)
    values[filter] = value
  }
  if (question.import_id !== undefined) {
    // The positions of an import are a range: an index on import_id would cost every listing, and this costs none.
    conditions.push('position >= (select first_position from imports where import_id = @import_id)')
    conditions.push('position <= (select last_position from imports where import_id = @import_id)')
    values['import_id'] = question.import_id
  }
  if (question.offer_key !== undefined) {
    conditions.push(OF_OFFER)
    values['offer_key'] = question.offer_key
  }
  return { conditions, values }
}

/** The newest observations of offers: as `offers` has them, or, of those observed since the first page, as they were then. */
function latestPositions(
  question: ListingsQuestion,
  { head, superseded, seen_after }: PageView,
  { key, conditions, values }: { key: string; conditions: readonly string[]; values: Query['values'] },
): string {
  const stands = [...conditions]
  values['head'] = head
  values['superseded'] = JSON.stringify(superseded)
  if (question.current === true) {
    values['seen_after'] = seen_after
    stands.push('seen_at > @seen_after')
    stands.push(
      `not exists (
        select 1 from snapshots s where s.listing_source = l.listing_source and s.seen_at > l.seen_at and s.first_position <= @head)`,
    )
  }
  return `
    select position, ${key} as sort_key from offers l ${where(['newest_position <= @head', ...stands])}
    union all
    select position, ${key} from gpu_listings l ${where(['position in (select value from json_each(@superseded))', ...stands])}`
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
}

/** The total order of a sort: absent values last in both directions, equal ones in import order. */
function orderOf(sort: ListingSort, key: string): string {
  if (sort === 'import') return 'position'
  if (sort === '-import') return 'position desc'
  const direction = sort.startsWith('-') ? ' desc' : ''
  return `${key === 'price_usd' ? 'sort_key is null, ' : ''}sort_key${direction}, position`
}

/** What lies behind @key and @position in the order of the sort: in parts, each of which an index leads to where it begins. */
function behindConditions(sort: ListingSort, key: string): string[] {
  if (sort === 'import') return ['position > @position']
  if (sort === '-import') return ['position < @position']
  const beyond = sort.startsWith('-') ? '<' : '>'
  if (key !== 'price_usd') return [`${key} = @key and position > @position`, `${key} ${beyond} @key`]
  return [
    `iif(@key is null, ${key} is null and position > @position,
      ${key} is null or ${key} ${beyond} @key or (${key} = @key and position > @position))`,
  ]
}

import type { Query, Values } from './asking.ts'
import type { Dialect } from './dialect.ts'
import type { DeltasQuestion, ImportsQuestion, RejectedRowsQuestion } from './engine.ts'
import type { PageEnd } from './listing-questions.ts'

const CHANGE_MEMBERS = ['seen_at', 'seen_before', 'model', 'currency', 'price', 'price_before', 'change_pct']
const LISTING_MEMBERS = ['offer_key', 'listing_source', 'seller', 'region', 'title', 'source_url', 'vram_gb', 'condition']
/** Members of a `Delta` in the order in which they are read: behind them come the places of the listing and of the one before. */
export const DELTA_MEMBERS = [...CHANGE_MEMBERS, ...LISTING_MEMBERS]

/** Price changes, newest first, behind a change that was seen at the key of `behind`. */
export function deltasQuery(dialect: Dialect, question: DeltasQuestion, behind: PageEnd | undefined): Query {
  const { model, region, min_change_pct, direction, after, limit } = question
  const where = dialect.inTime('c.position')
  const values: Values = { limit: limit + 1 }
  const add = (condition: string, name: string, value: string | number | undefined) => {
    if (value === undefined) return
    where.push(condition)
    values[name] = value
  }
  add('c.model = @model', 'model', model)
  add('g.region = @region', 'region', region)
  // From 79.8 to 75.81 are 5 %, of which the computation leaves 4.999999999999994.
  add('abs(c.change_pct) >= @min_change_pct - 1e-9', 'min_change_pct', min_change_pct)
  add('c.seen_at >= @after', 'after', after)
  if (direction !== undefined) where.push(direction === 'up' ? 'c.change_pct > 0' : 'c.change_pct < 0')
  if (behind !== undefined) {
    where.push('(c.seen_at, c.position) < (@key, @behind_position)')
    Object.assign(values, behind.place, { key: behind.key })
  }
  const { join, import_id_before, import_index_before } = dialect.changeOf
  const columns = [
    ...CHANGE_MEMBERS.map((member) => `c.${member}`),
    ...LISTING_MEMBERS.map((member) => `g.${member}`),
    'g.import_id, g.import_index',
    `${import_id_before}, ${import_index_before}`,
  ]
  const condition = where.length === 0 ? '' : `where ${where.join(' and ')}`
  const sql = `
    select ${columns.join(', ')} from price_changes c ${join} ${condition}
    order by c.seen_at desc, c.position desc limit @limit`
  return { sql, values }
}

/** Imports, newest first, before the import of a place. */
export function importsQuery({ importOrder }: Dialect, question: ImportsQuestion, before: Values | undefined): Query {
  const columns = 'import_id, record_count, rejected_count, first_model, last_model, timestamp, undone_at'
  const where: string[] = []
  const values: Values = { ...before, limit: question.limit + 1 }
  if (question.import_id !== undefined) {
    where.push('import_id = @import_id')
    values['import_id'] = question.import_id
  } else if (question.undone !== true) where.push('undone_at is null')
  if (before !== undefined) where.push(`${importOrder.column} < ${importOrder.behind}`)
  const filter = where.length === 0 ? '' : `where ${where.join(' and ')}`
  return { sql: `select ${columns} from imports ${filter} order by ${importOrder.column} desc limit @limit`, values }
}

/** Rejected rows of an import in the order of its body, behind `after`: the place of each in the body, and its text. */
export function rejectedRowsQuery(dialect: Dialect, { import_id, after = -1, limit }: RejectedRowsQuestion): Query {
  return {
    sql: `select "row", rejection from rejected_rows
          where ${dialect.leftOutOf} and "row" > @after order by "row" limit @limit`,
    values: { import_id, after, limit: limit + 1 },
  }
}

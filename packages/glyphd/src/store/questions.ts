import type { DeltasQuestion, ImportsQuestion, RejectedRowsQuestion } from './engine.ts'
import type { PageView, Query } from './listing-questions.ts'

/** Position of the listing at a place. */
export const POSITION_OF = 'select first_position + @import_index from imports where import_id = @import_id'

/** Price changes, newest first, behind a change that was seen at `behind.key`. */
export function deltasQuery(question: DeltasQuestion, behind: PageView['behind']): Query {
  const { model, region, min_change_pct, direction, after, limit } = question
  // The first of them: it would not be asked for a row that another condition has left out.
  const where = ['(c.position & 255 <> 0 or in_time())']
  const values: Query['values'] = { limit: limit + 1 }
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
    where.push('(c.seen_at, c.position) < (@key, @position)')
    values['key'] = behind.key
    values['position'] = behind.position
  }
  const sql = `
    select c.*, g.import_id, g.import_index, g.offer_key, g.listing_source, g.seller, g.region, g.title, g.source_url,
      g.vram_gb, g.condition, e.import_id as import_id_before, e.import_index as import_index_before
    from price_changes c join gpu_listings g using (position) join gpu_listings e on e.position = c.earlier_position
    where ${where.join(' and ')} order by c.seen_at desc, c.position desc limit @limit`
  return { sql, values }
}

/** Imports, newest first, before `position`. */
export function importsQuery(question: ImportsQuestion, position: number | undefined): Query {
  const columns = 'import_id, record_count, rejected_count, first_model, last_model, timestamp, undone_at'
  const where: string[] = []
  const values: Query['values'] = { limit: question.limit + 1 }
  if (question.import_id !== undefined) {
    where.push('import_id = @import_id')
    values['import_id'] = question.import_id
  } else if (question.undone !== true) where.push('undone_at is null')
  if (position !== undefined) {
    where.push('first_position < @position')
    values['position'] = position
  }
  const filter = where.length === 0 ? '' : `where ${where.join(' and ')}`
  return { sql: `select ${columns} from imports ${filter} order by first_position desc limit @limit`, values }
}

/** Rejected rows of an import in the order of its body, behind `after`. */
export function rejectedRowsQuery({ import_id, after = -1, limit }: RejectedRowsQuestion): Query {
  return {
    sql: `select row, rejection from rejected_rows
          where first_position = (select first_position from imports where import_id = @import_id) and row > @after
          order by row limit @limit`,
    values: { import_id, after, limit: limit + 1 },
  }
}

import type { ImportsQuestion, ListingsQuestion, RejectedRowsQuestion } from './engine.ts'

/** SQL text and its named values. */
export interface Query {
  sql: string
  values: Record<string, string | number>
}

/** Position of the listing at a place. */
export const POSITION_OF = 'select first_position + @import_index from imports where import_id = @import_id'

/**
 * Listings that match every filter, in import order, behind `position`. The positions of an import are a range in `imports`,
 * and every entry of the index on model ends in the position: each combination reads the listings of its page and no others.
 */
export function listingsQuery(question: ListingsQuestion, position: number): Query {
  const where = ['position > @position']
  const values: Query['values'] = { position, limit: question.limit + 1 }
  if (question.model !== undefined) {
    where.push('model = @model')
    values['model'] = question.model
  }
  if (question.import_id !== undefined) {
    where.push('position >= (select first_position from imports where import_id = @import_id)')
    where.push('position <= (select last_position from imports where import_id = @import_id)')
    values['import_id'] = question.import_id
  }
  const sql = `select * from gpu_listings where ${where.join(' and ')} order by position limit @limit`
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

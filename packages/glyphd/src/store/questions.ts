import type { ImportsQuestion, ListingsQuestion } from './engine.ts'

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

/** Imports in import order, behind `position`. */
export function importsQuery(question: ImportsQuestion, position: number): Query {
  const columns = 'import_id, record_count, first_model, last_model, timestamp'
  return {
    sql: `select ${columns} from imports where first_position > @position order by first_position limit @limit`,
    values: { position, limit: question.limit + 1 },
  }
}

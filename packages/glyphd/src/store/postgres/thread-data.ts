import type { Limits } from '../../contract/operations.ts'

/** What every thread of a PostgreSQL store is given. */
export interface ThreadData {
  url: string
  limits: Limits
  /** Days after which an offer that was not seen again counts as gone. */
  current_days: number
}

import type { Limits } from '../../contract/operations.ts'

/** How long the database is waited for where it says nothing. */
export interface Patience {
  /** How long it is tried to commit an import, and to learn what became of that. */
  commit_ms: number
  /** How long nothing may come on a connection on which somebody waits before it is asked on another one whether somebody works for it. */
  silence_ms: number
}

/** How long a transaction waits for a lock of another one: of an undo, or of a daemon that is about to be found dead. */
export const LOCK_WAIT = '30s'

export const PATIENCE: Readonly<Patience> = { commit_ms: 30_000, silence_ms: 10_000 }

/** Since when the daemon is ending, and waits less for a database that is away: one number that all threads share, as of `Date.now()`. */
export type EndingSince = Float64Array<SharedArrayBuffer>

/** Not ending yet, until somebody sets it. */
export function notEnding(): EndingSince {
  return new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT)).fill(Number.POSITIVE_INFINITY)
}

/** What every thread of a PostgreSQL store is given. */
export interface ThreadData {
  url: string
  limits: Limits
  /** Days after which an offer that was not seen again counts as gone. */
  current_days: number
  patience: Patience
  endingSince: EndingSince
}

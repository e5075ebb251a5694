import type { ProblemCode } from '../../contract/problems.ts'
import { Problem } from '../../problem.ts'
import { masked } from './connection-string.ts'

/** The SQLSTATE of a write where there can be none. */
export const READ_ONLY = '25006'

/** What PostgreSQL says of a statement, by SQLSTATE, where a client or the operator can do something about it. */
const STATES: Record<string, [ProblemCode, what: string]> = {
  '53100': ['disk_full', 'The disk of the database is full'],
  '53200': ['store_unavailable', 'The database is out of memory'],
  '53300': ['store_unavailable', 'The database takes no more connections'],
  '57014': ['store_busy', 'It took the database too long'],
  '55P03': ['store_busy', 'Another import or undo holds what this one needs'],
  '40001': ['store_busy', 'Other imports came in between, again and again'],
  '40P01': ['store_busy', 'Other imports came in between, again and again'],
  [READ_ONLY]: ['store_unavailable', 'The database takes no writes: it is a standby, or read-only'],
  '28P01': ['store_unavailable', 'The database refuses the password'],
  '28000': ['store_unavailable', 'The database refuses this user'],
  '3D000': ['store_unavailable', 'The server has no database of that name: create it first'],
  '42501': ['store_unavailable', 'The user of the database may not do this: it has to own the tables of the store'],
}

/**
 * Classes of SQLSTATE, and codes of Node, that mean that the connection is gone or cannot be made. The server ends sessions whose client
 * says nothing in a transaction, too.
 */
const LOST_STATES = ['08', '57P', '25P03', '25P04']
const LOST_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EACCES',
]
/** What the driver says without a code. */
const LOST_WORDS = /^(Connection terminated|timeout expired|Client has encountered a connection error|Client was closed)/

/** The SQLSTATE of an error of the database, or the code of another one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether the connection was lost, so that nobody knows what became of a statement under way. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined) return LOST_CODES.includes(code) || LOST_STATES.some((state) => code.startsWith(state))
  return error instanceof AggregateError
    ? error.errors.some(isConnectionLost)
    : error instanceof Error && LOST_WORDS.test(error.message)
}

/** Whether a transaction failed only because of others beside it: tried again, it may succeed. */
export function isPassing(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error) ?? '')
}

/** What to do about an import that failed. */
export const SEND_AGAIN = 'Nothing was stored; send it again'
/** What to do about an undo that failed, of which nobody knows whether it was done. */
export const UNDO_AGAIN = 'The import may be undone or not; undo it again, which answers the same'

/**
 * What a failure of the database means for a client, with the advice what to do, or the error itself where it is a bug. The words of the
 * database are not shown.
 */
export function postgresProblem(error: unknown, advice: string): unknown {
  if (error instanceof Problem) return error
  const lost = isConnectionLost(error) ? (['store_unavailable', 'The database is away'] as const) : undefined
  const [code, what] = STATES[codeOf(error) ?? ''] ?? lost ?? []
  if (code === undefined) return error
  return Object.assign(new Problem(code, `${what}. ${advice}`, { headers: { 'retry-after': '2' } }), { cause: error })
}

/** Why a store cannot be opened. `url` is shown without its password. */
export function openingProblem(error: unknown, url: string): unknown {
  const [, what] = STATES[codeOf(error) ?? ''] ?? []
  if (what !== undefined) return new Problem('store_unavailable', `${masked(url)} cannot be opened: ${what}`)
  if (!isConnectionLost(error)) return error
  const reason = codeOf(error) === undefined ? 'no answer' : codeOf(error)
  return new Problem(
    'store_unavailable',
    `${masked(url)} cannot be reached (${reason}): is the server running, and are host and port right?`,
  )
}

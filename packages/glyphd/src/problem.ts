import type { ProblemCode, ProblemDocument } from './contract/problems.ts'
import type { SieveResult } from './contract/raw-listings.ts'

/** What a problem says beyond its code and detail. */
export type ProblemMembers = Pick<
  ProblemDocument,
  'errors' | 'error_count' | 'errors_truncated' | 'limit' | 'import_id' | keyof SieveResult
>

/** A request that cannot be served, in words that are safe to show. Everything else that is thrown is a bug. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly members: ProblemMembers
  /** Headers that the answer needs, such as `Allow`. */
  readonly headers: Record<string, string>

  constructor(code: ProblemCode, detail: string, more: { members?: ProblemMembers; headers?: Record<string, string> } = {}) {
    super(detail)
    this.code = code
    this.members = more.members ?? {}
    this.headers = more.headers ?? {}
  }
}

/** What can go wrong for a client, by its stable code. The status of each is in `http/problem.ts`. */
export type ProblemCode =
  | 'malformed_request'
  | 'invalid_query'
  | 'invalid_cursor'
  | 'cursor_mismatch'
  | 'cross_site'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'request_timeout'
  | 'body_too_large'
  | 'too_many_rows'
  | 'uri_too_long'
  | 'unsupported_media_type'
  | 'unsupported_encoding'
  | 'misdirected_request'
  | 'invalid_json'
  | 'not_an_array'
  | 'no_listings'
  | 'invalid_listings'
  | 'headers_too_large'
  | 'internal'
  | 'shutting_down'
  | 'store_busy'
  | 'store_unavailable'
  | 'disk_full'

/** What is wrong with a row, by its stable code. */
export type RowErrorCode =
  | 'required'
  | 'type'
  | 'range'
  | 'length'
  | 'blank'
  | 'format'
  | 'enum'
  | 'not_finite'
  | 'nul_character'
  | 'lone_surrogate'
  | 'too_deep'
  | 'too_many_members'
  | 'row_too_large'
  | 'invalid_json'

/** One thing that is wrong with one row of a body. */
export interface RowError {
  /** Position of the row in the body, from 0. */
  row: number
  /** Physical line of the row, from 1, in a format of lines. */
  line?: number
  /** JSON Pointer into the body, such as `/3/price`. */
  pointer: string
  code: RowErrorCode
  message: string
  /** What was found, cut at 100 characters. Left out where nothing was. */
  value?: string | number | boolean | null
}

/** What a problem says beyond its code and detail. */
export interface ProblemMembers {
  errors?: RowError[]
  error_count?: number
  errors_truncated?: boolean
  /** The limit that was passed, where one was. */
  limit?: number
}

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

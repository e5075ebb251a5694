import { type Static, Type } from 'glyphsieve/typebox'
import { RowError } from './imports.ts'
import { SieveResult } from './raw-listings.ts'
import { Uuid } from './words.ts'

/** What can go wrong for a client, by its stable code. The status of each is in `http/problem.ts`. */
export const ProblemCode = Type.Enum(
  [
    'malformed_request',
    'invalid_query',
    'invalid_header',
    'invalid_cursor',
    'cursor_mismatch',
    'cross_site',
    'not_found',
    'method_not_allowed',
    'not_acceptable',
    'request_timeout',
    'idempotency_key_in_use',
    'suspicious_snapshot',
    'import_running',
    'body_too_large',
    'too_many_rows',
    'uri_too_long',
    'unsupported_media_type',
    'unsupported_encoding',
    'misdirected_request',
    'invalid_json',
    'not_an_array',
    'no_listings',
    'no_source',
    'invalid_listings',
    'invalid_csv',
    'invalid_titles',
    'unreadable_input',
    'nothing_accepted',
    'idempotency_key_reused',
    'headers_too_large',
    'internal',
    'shutting_down',
    'queue_full',
    'waited_too_long',
    'question_too_long',
    'store_busy',
    'store_unavailable',
    'outcome_unknown',
    'sieve_unavailable',
    'disk_full',
  ],
  { description: 'Stable code of the kind of problem.' },
)
export type ProblemCode = Static<typeof ProblemCode>

/** The one shape of every error: RFC 9457, with our own members. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String({ description: 'URI reference of the kind of problem.' }),
    title: Type.String({ description: 'The kind of problem in words.' }),
    status: Type.Integer({ description: 'HTTP status.' }),
    detail: Type.String({ description: 'What happened this time, and what to do.' }),
    instance: Type.String({ description: 'Path of the request.' }),
    code: ProblemCode,
    request_id: Type.String({ description: 'Names this request in the log.' }),
    limit: Type.Optional(Type.Number({ description: 'The limit that was passed.' })),
    errors: Type.Optional(Type.Array(RowError, { maxItems: 100, description: 'What is wrong with which row.' })),
    error_count: Type.Optional(Type.Integer({ minimum: 1, description: 'How many errors there are in all.' })),
    errors_truncated: Type.Optional(Type.Boolean({ description: 'Whether `errors` leaves some out.' })),
    import_id: Type.Optional(Uuid('The import of which nobody knows whether it was stored.')),
    ...Type.Partial(SieveResult).properties,
  },
  { title: 'Problem', description: 'Problem details (RFC 9457).' },
)
export type ProblemDocument = Static<typeof ProblemDocument>

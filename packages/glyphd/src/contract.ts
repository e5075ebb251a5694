import { GPUListingDTO } from 'glyphsieve'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'

const Uuid = (description: string) => Type.String({ format: 'uuid', description })
const Timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** What an import answers once its listings are on disk. */
export const ImportResultDTO = Type.Object(
  {
    import_id: Uuid('The import. UUID version 7; later imports of a daemon have greater ones.'),
    record_count: Type.Integer({ minimum: 1, description: 'How many listings were stored.' }),
    first_model: Type.String({ description: '`model` of the first listing of the batch.' }),
    last_model: Type.String({ description: '`model` of the last listing of the batch.' }),
    timestamp: Timestamp('When the body had been received, RFC 3339 in UTC with milliseconds.'),
  },
  { title: 'ImportResultDTO', additionalProperties: false, description: 'A stored import.' },
)
export type ImportResultDTO = Static<typeof ImportResultDTO>

/** A listing as the store gives it back: absent members are left out, never null. */
export const StoredListing = Type.Object(
  {
    id: Type.String({ description: '`{import_id}.{import_index}`, the same on every engine.' }),
    import_id: Uuid('The import that brought it.'),
    import_index: Type.Integer({ minimum: 0, description: 'Position in the request, from 0.' }),
    ...GPUListingDTO.properties,
    seen_at: Timestamp('When the offer was observed, UTC with milliseconds.'),
    offer_key: Type.Optional(
      Type.String({ description: 'What makes two listings the same offer over time. Absent: the listing has no history.' }),
    ),
    extra: Type.Optional(
      Type.Object({}, { additionalProperties: true, description: 'The members that the contract does not name.' }),
    ),
  },
  { title: 'StoredListing', description: 'A listing as the store gives it back. Absent members are left out.' },
)
export type StoredListing = Static<typeof StoredListing>

/** Members of a stored listing that the store fills in: clients may send them, and they are ignored. */
export const STORE_MEMBERS = ['id', 'import_id', 'import_index', 'offer_key']

/** One page of listings. */
export const ListingPage = Type.Object(
  {
    items: Type.Array(StoredListing),
    next_cursor: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `cursor` for the next page; null on the last one.',
    }),
  },
  { title: 'ListingPage', additionalProperties: false },
)

/** What is wrong with a row, by its stable code. */
export const RowErrorCode = Type.Enum(
  [
    'required',
    'type',
    'range',
    'length',
    'blank',
    'format',
    'enum',
    'not_finite',
    'nul_character',
    'lone_surrogate',
    'too_deep',
    'too_many_members',
    'row_too_large',
    'invalid_json',
    'invalid_csv',
  ],
  { description: 'Stable code of what is wrong.' },
)
export type RowErrorCode = Static<typeof RowErrorCode>

/** One thing that is wrong with one row of a body. */
export const RowError = Type.Object(
  {
    row: Type.Integer({ minimum: 0, description: 'Position of the row in the body, from 0.' }),
    line: Type.Optional(Type.Integer({ minimum: 1, description: 'Physical line, from 1, in a format of lines.' })),
    pointer: Type.String({ description: 'JSON Pointer into the body, such as `/3/price`.' }),
    code: RowErrorCode,
    message: Type.String({ description: 'What was expected.' }),
    value: Type.Optional(
      Type.Unsafe<string | number | boolean | null>({
        type: ['string', 'number', 'boolean', 'null'],
        description: 'What was found, cut at 100 characters; a container as JSON text.',
      }),
    ),
  },
  { title: 'RowError', additionalProperties: false },
)
export type RowError = Static<typeof RowError>

/** What can go wrong for a client, by its stable code. The status of each is in `http/problem.ts`. */
export const ProblemCode = Type.Enum(
  [
    'malformed_request',
    'invalid_query',
    'invalid_cursor',
    'cursor_mismatch',
    'cross_site',
    'not_found',
    'method_not_allowed',
    'not_acceptable',
    'request_timeout',
    'body_too_large',
    'too_many_rows',
    'uri_too_long',
    'unsupported_media_type',
    'unsupported_encoding',
    'misdirected_request',
    'invalid_json',
    'not_an_array',
    'no_listings',
    'invalid_listings',
    'headers_too_large',
    'internal',
    'shutting_down',
    'store_busy',
    'store_unavailable',
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
  },
  { title: 'Problem', description: 'Problem details (RFC 9457).' },
)
export type ProblemDocument = Static<typeof ProblemDocument>

/** How the daemon is. */
export const Health = Type.Object(
  {
    status: Type.Literal('ok'),
    version: Type.String({ description: 'Version of glyphd.' }),
    engine: Type.String({ description: 'The database behind the store.' }),
    schema_version: Type.Integer({ description: 'The last migration applied to the store.' }),
    uptime_seconds: Type.Number({ description: 'Seconds since the daemon started.' }),
  },
  { title: 'Health', additionalProperties: false },
)
export type Health = Static<typeof Health>

/** What a body may be. Passing one of these is refused with a status that says so. */
export const Limits = Type.Object(
  {
    max_body_bytes: Type.Integer({
      minimum: 1,
      maximum: 1024 ** 3,
      default: 64 * 1024 * 1024,
      description: 'Most bytes of a request body, which is held in memory.',
    }),
    max_rows: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 200_000, description: 'Most listings in one import.' }),
    max_row_bytes: Type.Integer({
      minimum: 1,
      maximum: 256 * 1024 ** 2,
      default: 1024 * 1024,
      description: 'Most bytes of one listing in the body.',
    }),
    max_members: Type.Integer({ minimum: 1, maximum: 100_000, default: 256, description: 'Most members of one listing.' }),
    max_depth: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 32,
      description: "Most levels of nesting in a member's value; [[1]] has two.",
    }),
    receive_timeout_seconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 60,
      description: 'Seconds without a byte of a body before it is given up.',
    }),
  },
  { title: 'Limits', additionalProperties: false },
)
export type Limits = Static<typeof Limits>
export const DEFAULT_LIMITS: Readonly<Limits> = Value.Create(Limits)

/** Most listings on one page. */
export const MAX_PAGE_SIZE = 1000
export const DEFAULT_PAGE_SIZE = 100

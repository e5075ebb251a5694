import { GPUListingDTO } from 'glyphsieve'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'

const Uuid = (description: string) => Type.String({ format: 'uuid', description })
const Timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** What an import answers once its listings are on disk. */
export const ImportResultDTO = Type.Object(
  {
    import_id: Uuid('The import. UUID version 7; later imports have greater ones.'),
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

const RowError = Type.Object(
  {
    row: Type.Integer({ minimum: 0, description: 'Position of the row in the body, from 0.' }),
    line: Type.Optional(Type.Integer({ minimum: 1, description: 'Physical line, from 1, in a format of lines.' })),
    pointer: Type.String({ description: 'JSON Pointer into the body, such as `/3/price`.' }),
    code: Type.String({ description: 'Stable code of what is wrong.' }),
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

/** The one shape of every error: RFC 9457, with our own members. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String({ description: 'URI reference of the kind of problem.' }),
    title: Type.String({ description: 'The kind of problem in words.' }),
    status: Type.Integer({ description: 'HTTP status.' }),
    detail: Type.String({ description: 'What happened this time, and what to do.' }),
    instance: Type.String({ description: 'Path of the request.' }),
    code: Type.String({ description: 'Stable code of the kind of problem.' }),
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
    max_body_bytes: Type.Integer({ minimum: 1, default: 64 * 1024 * 1024, description: 'Bytes of a request body.' }),
    max_rows: Type.Integer({ minimum: 1, default: 200_000, description: 'Listings in one import.' }),
    max_row_bytes: Type.Integer({ minimum: 1, default: 1024 * 1024, description: 'Bytes of one listing in the body.' }),
    max_members: Type.Integer({ minimum: 1, default: 256, description: 'Members of one listing.' }),
    max_depth: Type.Integer({ minimum: 1, maximum: 1000, default: 32, description: "Levels of nesting in a member's value." }),
    receive_timeout_seconds: Type.Integer({ minimum: 1, default: 60, description: 'Seconds without a byte of a body.' }),
  },
  { title: 'Limits', additionalProperties: false },
)
export type Limits = Static<typeof Limits>
export const DEFAULT_LIMITS: Readonly<Limits> = Value.Create(Limits)

/** Most listings on one page. */
export const MAX_PAGE_SIZE = 1000
export const DEFAULT_PAGE_SIZE = 100

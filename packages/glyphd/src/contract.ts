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

const Rejections = {
  rejected_count: Type.Integer({ minimum: 0, description: 'How many rows were not stored.' }),
  errors: Type.Array(RowError, { maxItems: 100, description: 'What is wrong with which row.' }),
  errors_truncated: Type.Boolean({ description: 'Whether `errors` leaves some out.' }),
}

/** What a lenient import answers beside `ImportResultDTO`. */
export const LenientImportResult = Type.Object(
  { ...ImportResultDTO.properties, ...Rejections },
  { title: 'LenientImportResult', additionalProperties: false, description: 'A stored import, and the rows that it left out.' },
)
export type LenientImportResult = Static<typeof LenientImportResult>

/** How a price of the body differs from the last one stored for the same offer. */
export const PriceMove = Type.Object(
  {
    row: Type.Integer({ minimum: 0, description: 'Position of the row in the body, from 0.' }),
    model: Type.String(),
    offer_key: Type.String(),
    currency: Type.String(),
    price_before: Type.Number({ description: 'The last price stored for this offer.' }),
    price: Type.Number({ description: 'The price in the body.' }),
    change_pct: Type.Number({ description: 'The difference in percent of the price before.' }),
  },
  { title: 'PriceMove', additionalProperties: false },
)
export type PriceMove = Static<typeof PriceMove>

/** What an import would do, against the last stored observation of every offer. */
export const DryRunResult = Type.Object(
  {
    dry_run: Type.Literal(true),
    record_count: Type.Integer({ minimum: 1, description: 'How many listings would be stored.' }),
    ...Rejections,
    first_model: ImportResultDTO.properties.first_model,
    last_model: ImportResultDTO.properties.last_model,
    new: Type.Integer({ minimum: 0, description: 'Listings of offers that the store does not know.' }),
    changed: Type.Integer({
      minimum: 0,
      description: 'Listings of known offers whose price, currency, shipping or quantity is another one.',
    }),
    unchanged: Type.Integer({ minimum: 0, description: 'Listings of known offers in which all of these are the same.' }),
    without_offer_key: Type.Integer({ minimum: 0, description: 'Listings that nothing identifies: they have no history.' }),
    biggest_moves: Type.Array(PriceMove, { maxItems: 10, description: 'The largest changes of a price, in percent.' }),
  },
  { title: 'DryRunResult', additionalProperties: false, description: 'What the import would do. Nothing was stored.' },
)
export type DryRunResult = Static<typeof DryRunResult>

/** An import as the store knows it. */
export const ImportRecord = Type.Object(
  {
    ...ImportResultDTO.properties,
    rejected_count: Rejections.rejected_count,
    undone_at: Type.Optional(Timestamp('When it was undone; absent: its listings are there.')),
  },
  { title: 'ImportRecord', additionalProperties: false, description: 'An import.' },
)
export type ImportRecord = Static<typeof ImportRecord>

/** One page of imports. */
export const ImportPage = Type.Object(
  {
    items: Type.Array(ImportRecord),
    next_cursor: Type.Union([Type.String(), Type.Null()], {
      description: 'Give it as `cursor` for the next page; null on the last one.',
    }),
  },
  { title: 'ImportPage', additionalProperties: false },
)

/** What an undo answers. */
export const UndoneImport = Type.Object(
  {
    import_id: ImportResultDTO.properties.import_id,
    record_count: Type.Integer({ minimum: 1, description: 'How many listings it had.' }),
    undone_at: Timestamp('When it was undone first, UTC with milliseconds.'),
  },
  { title: 'UndoneImport', additionalProperties: false, description: 'An import whose listings are gone.' },
)
export type UndoneImport = Static<typeof UndoneImport>

/** A row that a lenient import left out, with what is wrong: one line of `/errors`. */
export const RejectedRow = Type.Object(
  {
    row: RowError.properties.row,
    line: RowError.properties.line,
    errors: Type.Array(RowError, { description: 'What is wrong with it, at most 10 things.' }),
    listing: Type.Optional(Type.Unknown({ description: 'The row as it was read. Mend it and send it again.' })),
    text: Type.Optional(Type.String({ description: 'The row as it was sent, where it could not be read.' })),
  },
  { title: 'RejectedRow', additionalProperties: false },
)
export type RejectedRow = Static<typeof RejectedRow>

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
    'invalid_listings',
    'invalid_csv',
    'idempotency_key_reused',
    'headers_too_large',
    'internal',
    'shutting_down',
    'queue_full',
    'waited_too_long',
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

/** What a body may be and how many may wait. Passing one of these is refused with a status that says so. */
export const Limits = Type.Object(
  {
    max_body_bytes: Type.Integer({
      minimum: 1,
      maximum: 1024 ** 4,
      default: 128 * 1024 * 1024,
      description: 'Most bytes of a request body, also after decompression.',
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
    max_memory_bytes: Type.Integer({
      minimum: 0,
      maximum: 1024 ** 4,
      default: 64 * 1024 * 1024,
      description:
        'Most bytes of all bodies held in memory, and of one an eighth of that; the others are in files beside the store.',
    }),
    max_queue_imports: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1000,
      description: 'Most imports that wait to be stored.',
    }),
    max_queue_bytes: Type.Integer({
      minimum: 1,
      maximum: 1024 ** 4,
      default: 512 * 1024 * 1024,
      description: 'Most bytes of the imports that wait to be stored; one alone may have more.',
    }),
    max_wait_seconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 60,
      description: 'Seconds that an import waits for its turn before it is refused.',
    }),
    max_group_imports: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1000,
      description: 'Most imports that are stored by one transaction.',
    }),
  },
  { title: 'Limits', additionalProperties: false },
)
export type Limits = Static<typeof Limits>
export const DEFAULT_LIMITS: Readonly<Limits> = Value.Create(Limits)

/** Most errors that an answer lists; all are counted. */
export const MAX_LISTED_ERRORS = 100

/** Most listings, or imports, on one page. */
export const MAX_PAGE_SIZE = 1000
export const DEFAULT_PAGE_SIZE = 100

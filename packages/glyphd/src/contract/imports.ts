import { type Static, Type } from 'glyphsieve/typebox'
import { NextCursor, Timestamp, Uuid } from './words.ts'

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
    model: Type.String({ description: 'What the offer sells.' }),
    offer_key: Type.String({ description: 'The offer.' }),
    currency: Type.String({ description: 'ISO 4217 code of both prices.' }),
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
    dry_run: Type.Literal(true, { description: 'Always true: nothing was stored.' }),
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
    delisted: Type.Optional(
      Type.Integer({ minimum: 0, description: 'With `complete=true`: current offers of its sources that would be delisted.' }),
    ),
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
    items: Type.Array(ImportRecord, { description: 'Imports, newest first.' }),
    next_cursor: NextCursor,
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

import { type Static, Type } from 'glyphsieve/typebox'
import { DryRunResult, ImportResultDTO } from './imports.ts'

/** Why a row of a body of raw listings is not stored. */
export const Rejection = Type.Object(
  {
    row: Type.Integer({ minimum: 0, description: 'Position of the row in the body, from 0.' }),
    line: Type.Optional(Type.Integer({ minimum: 1, description: 'Physical line, from 1, in a format of lines.' })),
    stage: Type.Enum(['read', 'clean', 'match', 'score'], { description: 'The stage that rejected it.' }),
    code: Type.String({ description: 'Short and stable, to count by, such as `accessory`.' }),
    reason: Type.String({ description: 'The same for a person.' }),
    title: Type.Optional(Type.String({ description: 'Its title, cut at 100 characters, if it could be read.' })),
  },
  { title: 'Rejection', additionalProperties: false, description: 'Why a row is not stored.' },
)
export type Rejection = Static<typeof Rejection>

/** How many rows were rejected for one reason. */
const RejectionCount = Type.Object(
  {
    stage: Rejection.properties.stage,
    code: Rejection.properties.code,
    count: Type.Integer({ minimum: 1, description: 'How many rows it is.' }),
    reason: Type.String({ description: 'The reason of the first of them.' }),
  },
  { title: 'RejectionCount', additionalProperties: false },
)

/** What became of the rows of a body of raw listings: `read` is the sum of `accepted`, `merged` and `rejected_count`. */
export const SieveResult = Type.Object({
  read: Type.Integer({ minimum: 0, description: 'How many rows the body has.' }),
  accepted: Type.Integer({ minimum: 0, description: 'How many became a listing of the import.' }),
  merged: Type.Integer({ minimum: 0, description: 'How many say the same as an accepted one, which stands for them.' }),
  rejected_count: Type.Integer({ minimum: 0, description: 'How many were rejected.' }),
  rejection_counts: Type.Array(RejectionCount, { description: 'Why, by stage and code.' }),
  rejections: Type.Array(Rejection, { maxItems: 100, description: 'The first of the rejected rows.' }),
  rejections_truncated: Type.Boolean({ description: 'Whether `rejections` leaves some out.' }),
})
export type SieveResult = Static<typeof SieveResult>

/** What an import of raw listings answers. */
export const RawImportResult = Type.Object(
  { ...ImportResultDTO.properties, ...SieveResult.properties },
  {
    title: 'RawImportResult',
    additionalProperties: false,
    description: 'A stored import, and what became of the rows of its body.',
  },
)

const {
  errors: _errors,
  errors_truncated: _truncated,
  rejected_count: _rejected,
  delisted: _delisted,
  ...dryRun
} = DryRunResult.properties

/** What a dry run of such an import answers. */
export const RawDryRunResult = Type.Object(
  { ...dryRun, ...SieveResult.properties },
  {
    title: 'RawDryRunResult',
    additionalProperties: false,
    description: 'What the import would do, and what became of the rows of its body. Nothing was stored.',
  },
)

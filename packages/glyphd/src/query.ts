import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from './contract/words.ts'
import { Problem } from './problem.ts'

/** Query parameters of `GET /api/listings`. */
export const ListingsParameters = Type.Object(
  {
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Only this model.' })),
    import_id: Type.Optional(
      Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', description: 'Only this import.' }),
    ),
    limit: Type.Integer({
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      default: DEFAULT_PAGE_SIZE,
      description: 'Most listings on the page. A page of very large listings ends earlier.',
    }),
    cursor: Type.Optional(
      Type.String({ minLength: 1, maxLength: 500, description: '`next_cursor` of the page before, with the same filters.' }),
    ),
  },
  { additionalProperties: false },
)
export type ListingsParameters = Static<typeof ListingsParameters>

/** Query parameters of `GET /api/persist/imports`. */
export const ImportsParameters = Type.Object(
  {
    undone: Type.Enum(['true', 'false'], { default: 'false', description: 'Whether to list those that were undone, too.' }),
    limit: ListingsParameters.properties.limit,
    cursor: ListingsParameters.properties.cursor,
  },
  { additionalProperties: false },
)
export type ImportsParameters = Static<typeof ImportsParameters>

/** What a cursor holds: where the page before ended, and of which question. */
const Cursor = Type.Object(
  {
    v: Type.Literal(1),
    sort: Type.Enum(['import', '-import']),
    filters: Type.String(),
    id: Type.String({ pattern: '^[0-9a-f-]{36}\\.(0|[1-9][0-9]{0,8})$' }),
  },
  { additionalProperties: false },
)
const cursorCheck = Compile(Cursor)

/** What the pages of one question have in common: a cursor of one is no cursor of another. */
export interface Paging {
  sort: Static<typeof Cursor>['sort']
  /** Values of the filters, in one order. */
  filters: readonly (string | undefined)[]
}

export function pagingOfListings({ model, import_id }: Pick<ListingsParameters, 'model' | 'import_id'>): Paging {
  return { sort: 'import', filters: [model, import_id] }
}

export function pagingOfImports({ undone }: Pick<ImportsParameters, 'undone'>): Paging {
  return { sort: '-import', filters: [undone] }
}

interface Place {
  import_id: string
  import_index: number
}

/** The cursor of the page behind `place`. Opaque to clients: base64url of JSON. */
export function cursorAfter(place: Place, paging: Paging): string {
  const cursor: Static<typeof Cursor> = {
    v: 1,
    sort: paging.sort,
    filters: fingerprint(paging),
    id: `${place.import_id}.${place.import_index}`,
  }
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/** @throws Problem if the text is no cursor, or one of another question. */
export function placeOf(text: string, paging: Paging): Place {
  const cursor = parsed(text)
  if (!cursorCheck.Check(cursor)) throw unknownCursor()
  if (cursor.sort !== paging.sort || cursor.filters !== fingerprint(paging)) {
    throw new Problem('cursor_mismatch', 'cursor belongs to other filters: keep them, or begin again without it')
  }
  const [import_id = '', index] = cursor.id.split('.')
  const place = { import_id, import_index: Number(index) }
  if (cursorAfter(place, paging) !== text) throw unknownCursor() // base64url decodes other texts to the same bytes
  return place
}

function unknownCursor(): Problem {
  return new Problem('invalid_cursor', 'cursor is not one that this daemon gave: begin again without it')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined // refused by the check, like any other text that is no cursor
  }
}

function fingerprint({ filters }: Paging): string {
  return createHash('sha256')
    .update(JSON.stringify(filters.map((value) => value ?? null)))
    .digest('base64url')
    .slice(0, 16)
}

import { createHash } from 'node:crypto'
import { Compile, type Static, Type } from 'glyphsieve/typebox'
import { Problem } from './problem.ts'

/** What a cursor holds: where the page before ended, and of which question. */
const Cursor = Type.Object(
  {
    v: Type.Literal(1),
    sort: Type.String({ maxLength: 20 }),
    filters: Type.String({ maxLength: 20 }),
    key: Type.Optional(Type.Union([Type.String({ maxLength: 300 }), Type.Number(), Type.Null()])),
    as_of: Type.Optional(Type.String({ maxLength: 60 })),
    id: Type.String({ pattern: '^[0-9a-f-]{36}\\.(0|[1-9][0-9]{0,8})$' }),
  },
  { additionalProperties: false },
)
const cursorCheck = Compile(Cursor)

/** What the pages of one question have in common: a cursor of one is no cursor of another. */
export interface Paging {
  sort: string
  /** The filters, by name. */
  filters: Readonly<Record<string, string | number | undefined>>
}

/** Where a page ended. */
export interface Place {
  import_id: string
  import_index: number
  /** Value of the sort; absent where the order is that of the import. */
  key?: string | number | null
  /** What the first page saw, in the engine's own words, where later pages have to see the same. */
  as_of?: string
}

/** Stands for the listing in the place of a page of something else, which `key` names. */
export const NO_LISTING = { import_id: '00000000-0000-0000-0000-000000000000', import_index: 0 }

/** The cursor of the page behind `place`. Opaque to clients: base64url of JSON. */
export function cursorAfter({ import_id, import_index, key, as_of }: Place, paging: Paging): string {
  const cursor: Static<typeof Cursor> = {
    v: 1,
    sort: paging.sort,
    filters: fingerprint(paging),
    ...(key !== undefined && { key }),
    ...(as_of !== undefined && { as_of }),
    id: `${import_id}.${import_index}`,
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
  const { key, as_of } = cursor
  const [import_id = '', index] = cursor.id.split('.')
  const place: Place = {
    import_id,
    import_index: Number(index),
    ...(key !== undefined && { key }),
    ...(as_of !== undefined && { as_of }),
  }
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
  const given = Object.entries(filters).filter(([, value]) => value !== undefined)
  return createHash('sha256')
    .update(JSON.stringify(given.sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('base64url')
    .slice(0, 16)
}

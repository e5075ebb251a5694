import { Type } from 'glyphsieve/typebox'

/** A UUID on the wire. */
export const Uuid = (description: string) => Type.String({ format: 'uuid', description })

/** A time on the wire: RFC 3339 in UTC with milliseconds. */
export const Timestamp = (description: string) => Type.String({ format: 'date-time', description })

/** `next_cursor` of a page. */
export const NextCursor = Type.Union([Type.String(), Type.Null()], {
  description: 'Give it as `cursor` for the next page; null on the last one.',
})

/** Most listings, or imports, on one page. */
export const MAX_PAGE_SIZE = 1000
export const DEFAULT_PAGE_SIZE = 100

/** Days after which an offer that was not seen again counts as gone. */
export const DEFAULT_CURRENT_DAYS = 14

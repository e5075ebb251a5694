import { GPUListingDTO } from 'glyphsieve'
import { type Static, Type } from 'glyphsieve/typebox'
import { NextCursor, Timestamp, Uuid } from './words.ts'

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
    items: Type.Array(StoredListing, { description: 'Listings, in the order that was asked for.' }),
    next_cursor: NextCursor,
  },
  { title: 'ListingPage', additionalProperties: false },
)

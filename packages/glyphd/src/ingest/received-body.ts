/** What an import may be sent as. */
export const LISTINGS_MEDIA_TYPES = ['application/json', 'application/x-ndjson'] as const
export type ListingsMediaType = (typeof LISTINGS_MEDIA_TYPES)[number]

/** A body that was received whole. Its chunks belong to whoever holds it: they go to a thread by transfer, not by copy. */
export interface ReceivedBody {
  media_type: ListingsMediaType
  chunks: ArrayBuffer[]
  bytes: number
}

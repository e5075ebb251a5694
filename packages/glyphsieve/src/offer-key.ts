import { canonicalUrl } from './url.ts'

const SEPARATOR = '\u001f'
const MAX_LENGTH = 2048

/** What an offer is recognised by. */
export interface OfferIdentity {
  model: string
  listing_source?: string | null | undefined
  listing_id?: string | null | undefined
  source_url?: string | null | undefined
  vram_gb?: number | null | undefined
  condition?: string | null | undefined
  seller?: string | null | undefined
}

/**
 * What makes two listings the same offer over time: the source's own id where it has one, else the canonical address together
 * with what may be offered under one address several times.
 *
 * Returns undefined where nothing identifies the offer (no address, a search page, a key beyond 2,048 characters): such a
 * listing has no history. The key is text and not a hash, so that a person can read it.
 */
export function offerKey(listing: OfferIdentity): string | undefined {
  if (listing.listing_source && listing.listing_id) {
    return listing.listing_source + SEPARATOR + listing.listing_id
  }
  if (!listing.source_url) return undefined
  const url = canonicalUrl(listing.source_url)
  if (url === undefined) return undefined
  const parts = [url, listing.model, listing.vram_gb ?? '', listing.condition ?? '', listing.seller ?? '']
  const key = parts.join(SEPARATOR)
  return key.length > MAX_LENGTH ? undefined : key
}

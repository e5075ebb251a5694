import { LISTING_MEMBERS, offerKey, type SubmittedListing, utcTimestamp } from 'glyphsieve'
import { STORE_MEMBERS } from '../contract/listings.ts'

/** Columns of `gpu_listings` in the order of a `Row`; in front of them the table has `position`, which is given at insertion. */
export const COLUMNS = ['import_id', 'import_index', ...LISTING_MEMBERS, 'offer_key', 'extra'] as const

type SqlValue = string | number | null

/** A listing as the database takes it: one value a column, in the order of `COLUMNS`. */
export type Row = SqlValue[]

/** Which listing of which import this is, and when that was received. */
export interface RowPlace {
  import_id: string
  import_index: number
  /** UTC with milliseconds. */
  timestamp: string
}

const NAMED: ReadonlySet<string> = new Set([...LISTING_MEMBERS, ...STORE_MEMBERS])

/**
 * A valid listing as a row: defaults filled in, containers as JSON text, booleans as 0 and 1, the offer key derived, and the
 * members that the contract does not name gathered under `extra`.
 */
export function toRow(listing: SubmittedListing, place: RowPlace): Row {
  const currency = listing.currency ?? 'USD'
  return [
    place.import_id,
    place.import_index,
    listing.model,
    listing.price,
    listing.score,
    currency,
    listing.price_usd ?? (currency === 'USD' ? listing.price : null),
    listing.shipping ?? null,
    listing.lot_size ?? 1,
    listing.quantity ?? null,
    listing.listing_source ?? null,
    listing.listing_id ?? null,
    listing.seller ?? null,
    listing.region ?? null,
    listing.generation ?? null,
    listing.form_factor ?? null,
    listing.pipeline_version ?? null,
    listing.title ?? null,
    listing.price_text ?? null,
    listing.source_url ?? null,
    listing.condition ?? null,
    (listing.seen_at && utcTimestamp(listing.seen_at)) ?? place.timestamp,
    listing.vram_gb ?? null,
    listing.mem_bandwidth_gbs ?? null,
    listing.tdp_watts ?? null,
    listing.mig_support ?? null,
    listing.nvlink == null ? null : Number(listing.nvlink),
    json(listing.quantization_capacity),
    listing.match_score ?? null,
    json(listing.score_breakdown),
    json(listing.warnings),
    offerKey(listing) ?? null,
    extraOf(listing),
  ]
}

function json(value: object | null | undefined): string | null {
  return value == null ? null : JSON.stringify(value)
}

/**
 * JSON text of the members that the contract does not name, or null if there are none. An object `extra` is merged into them,
 * so that an exported listing imports again unchanged; of two of one name the member of the listing itself wins.
 */
function extraOf(listing: object): string | null {
  let extra: Map<string, unknown> | undefined
  for (const name in listing) {
    if (NAMED.has(name)) continue
    const value: unknown = listing[name as keyof typeof listing]
    if (name !== 'extra') extra = (extra ?? new Map()).set(name, value)
    else if (Array.isArray(value) || (typeof value !== 'object' && value !== null))
      extra = (extra ?? new Map()).set(name, value)
    else extra = new Map([...Object.entries(value ?? {}), ...(extra ?? [])])
  }
  // fromEntries defines members, so that `__proto__` is a name like any other.
  return extra === undefined || extra.size === 0 ? null : JSON.stringify(Object.fromEntries(extra))
}

import type { StoredListing } from '../contract/listings.ts'

/** What a column holds. */
export type StoredValue = string | number | null

/** A row of `gpu_listings` as the database gives it back, by column. */
export type StoredRow = Record<string, StoredValue>

/** The columns of `gpu_listings` that make a listing, in the order in which answers have them: `COLUMNS` of `toRow`. */
export const LISTING_COLUMNS = [
  'import_id',
  'import_index',
  'model',
  'price',
  'score',
  'currency',
  'price_usd',
  'shipping',
  'lot_size',
  'quantity',
  'listing_source',
  'listing_id',
  'seller',
  'region',
  'generation',
  'form_factor',
  'pipeline_version',
  'title',
  'price_text',
  'source_url',
  'condition',
  'seen_at',
  'vram_gb',
  'mem_bandwidth_gbs',
  'tdp_watts',
  'mig_support',
  'nvlink',
  'quantization_capacity',
  'match_score',
  'score_breakdown',
  'warnings',
  'offer_key',
  'extra',
] as const

const JSON_COLUMNS: ReadonlySet<string> = new Set(['quantization_capacity', 'score_breakdown', 'warnings', 'extra'])

/**
 * A row as the listing that goes over the wire: the inverse of `toRow`, absent members and what only the store knows left out. Apart from `toRow` and without
 * the schemas, so that a reader thread starts without the libraries that check listings.
 */
export function fromRow(row: StoredRow): StoredListing {
  const members: [string, unknown][] = [['id', `${row['import_id']}.${row['import_index']}`]]
  for (const [column, value] of Object.entries(row)) {
    if (value === null || column === 'position') continue
    if (JSON_COLUMNS.has(column)) members.push([column, JSON.parse(String(value))])
    else members.push([column, column === 'nvlink' ? value === 1 : value])
  }
  // The store holds only what `toRow` wrote; the round-trip test is the proof.
  return Object.fromEntries(members) as StoredListing
}

/** The listing of a row that is given as the values of `LISTING_COLUMNS`. */
export function listingOf(values: readonly StoredValue[]): StoredListing {
  return fromRow(Object.fromEntries(LISTING_COLUMNS.map((column, index) => [column, values[index] ?? null])))
}

/**
 * Writes rows, given as the values of these columns, as the JSON text of the listings that `fromRow` gives; what is stored as JSON
 * text goes into it as it is.
 */
export function listingJson(columns: readonly string[]): (values: readonly StoredValue[]) => string {
  const importId = columns.indexOf('import_id')
  const importIndex = columns.indexOf('import_index')
  const members = columns.flatMap((column, index) =>
    column === 'position' ? [] : [{ index, prefix: `,"${column}":`, write: writerOf(column) }],
  )
  return (values) => {
    let json = `{"id":"${values[importId]}.${values[importIndex]}"`
    for (const { index, prefix, write } of members) {
      const value = values[index]
      if (value !== null && value !== undefined) json += prefix + write(value)
    }
    return `${json}}`
  }
}

function writerOf(column: string): (value: string | number) => string {
  if (JSON_COLUMNS.has(column)) return String
  if (column === 'nvlink') return (value) => `${value === 1}`
  return (value) => (typeof value === 'number' ? `${value}` : JSON.stringify(value))
}

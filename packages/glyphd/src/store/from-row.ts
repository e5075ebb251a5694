import type { StoredListing } from '../contract/listings.ts'

/** A row of `gpu_listings` as the database gives it back, by column. */
export type StoredRow = Record<string, string | number | null>

const JSON_COLUMNS: ReadonlySet<string> = new Set(['quantization_capacity', 'score_breakdown', 'warnings', 'extra'])

/**
 * A row as the listing that goes over the wire: the inverse of `toRow`, absent members and what only the store knows left out. Apart from `toRow` and without
 * the schemas, so that a reader thread starts without the libraries that check listings.
 */
export function fromRow(row: StoredRow): StoredListing {
  const members: [string, unknown][] = [['id', `${row['import_id']}.${row['import_index']}`]]
  for (const [column, value] of Object.entries(row)) {
    if (value === null || column === 'position' || column === 'sort_key') continue
    if (JSON_COLUMNS.has(column)) members.push([column, JSON.parse(String(value))])
    else members.push([column, column === 'nvlink' ? value === 1 : value])
  }
  // The store holds only what `toRow` wrote; the round-trip test is the proof.
  return Object.fromEntries(members) as StoredListing
}

/** JSON text of the listing that `fromRow` gives; what is stored as JSON text goes into it as it is. */
export function listingJson(row: StoredRow): string {
  let json = `{"id":"${row['import_id']}.${row['import_index']}"`
  for (const column in row) {
    const value = row[column]
    if (value === null || value === undefined || column === 'position' || column === 'sort_key') continue
    json += `,"${column}":`
    if (JSON_COLUMNS.has(column)) json += value
    else if (column === 'nvlink') json += value === 1
    else json += JSON.stringify(value)
  }
  return `${json}}`
}

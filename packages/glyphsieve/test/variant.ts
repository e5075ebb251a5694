import { parseCatalog } from '../dist/catalog.js'
import type { CatalogEntry } from '../dist/catalog-entry.js'
import { FACTS } from '../dist/catalog-facts.js'

export const HEADER = ['model', 'edition', 'vendor', ...FACTS, 'sources'].join()

/** A line of a catalog file with the named cells, the others empty. */
export function row(cells: Record<string, string | number>): string {
  return HEADER.split(',')
    .map((column) => cells[column] ?? '')
    .join()
}

/** The variants that a catalog file of these rows holds; a row is a card of NVIDIA unless it says otherwise. */
export function variants(...rows: Record<string, string | number>[]): CatalogEntry[] {
  const lines = [HEADER, ...rows.map((cells) => row({ vendor: 'nvidia', ...cells })), '']
  return parseCatalog(lines.join('\n'), 'test.csv', new Set(['memory', 'reference', 'datasheet']))
}

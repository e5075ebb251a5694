import { catalogEntries, FROM_MEMORY, isFamily, variantsOf } from '../catalog.ts'
import type { CatalogEntry } from '../catalog-entry.ts'
import { FACTS } from '../catalog-facts.ts'
import { coverage, factsFromMemory } from '../coverage.ts'
import { matchTitle } from '../match/match.ts'
import { visible } from '../terminal.ts'
import { CommandFailure, type Terminal, writeData } from './io.ts'
import { type Row, tableOf } from './table.ts'

export type CatalogFormat = 'table' | 'ndjson'

const COLUMNS = ['model', 'edition', 'vendor', ...FACTS] as const

/** Prints the catalog, or the variants of one model, a variant a line. */
export async function printCatalog(model: string | undefined, format: CatalogFormat, terminal: Terminal): Promise<void> {
  const entries = model === undefined ? catalogEntries() : entriesOf(model)
  await print(entries, COLUMNS, format, terminal)
}

/** Prints how much of the catalog is filled and from where, then every fact that was not read anywhere. */
export async function printCoverage(format: CatalogFormat, terminal: Terminal): Promise<void> {
  const rows = coverage().map(({ by_source, ...counts }) => ({
    ...counts,
    from_memory: by_source[FROM_MEMORY] ?? 0,
    by_source,
  }))
  await print(rows, ['vendor', 'models', 'variants', 'facts_filled', 'facts_unknown', 'from_memory'], format, terminal)
  if (format === 'table') await writeData(terminal, '\n')
  await print(
    factsFromMemory().map((fact) => ({ ...fact })),
    ['model', 'edition', 'vram_gb', 'memory_type', 'fact', 'value'],
    format,
    terminal,
  )
}

/** Variants of a model by its name, or by any title that names it; of a family its own line too. */
function entriesOf(asked: string): readonly CatalogEntry[] {
  const plain = asked
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, '_')
  const model = [asked, plain, matchTitle(asked).model ?? ''].find((name) => variantsOf(name).length > 0)
  if (model === undefined) {
    throw new CommandFailure(`the catalog has no ${visible(asked)}${nearTo(plain)}: glyphsieve catalog lists all models`)
  }
  const family = isFamily(model) ? catalogEntries().filter((entry) => entry.model === model) : []
  return [...variantsOf(model), ...family]
}

const MOST_NEAR = 5

function nearTo(plain: string): string {
  const models = [...new Set(catalogEntries().map((entry) => entry.model))]
  const near = plain === '' ? [] : models.filter((model) => model.includes(plain)).slice(0, MOST_NEAR)
  return near.length === 0 ? '' : `, but ${near.join(', ')}`
}

async function print(
  rows: readonly Row[],
  columns: readonly string[],
  format: CatalogFormat,
  terminal: Terminal,
): Promise<void> {
  const lines = format === 'ndjson' ? rows.map((row) => JSON.stringify(row)) : tableOf(rows, columns)
  await writeData(terminal, lines.map((line) => `${line}\n`).join(''))
}

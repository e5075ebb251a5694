import { readFileSync } from 'node:fs'
import path from 'node:path'
import { csvReader } from '../dist/read/csv.js'

/** An own-written title with what it sells. */
export interface LabelledTitle {
  title: string
  is_gpu: boolean
  /** Names that are right; `UNKNOWN` where abstaining is. */
  models: ReadonlySet<string>
  vram_gb: number | undefined
  lot_size: number
  for_parts: boolean
}

/** The labelled titles of titles.csv. */
export function labelledTitles(): LabelledTitle[] {
  const reader = csvReader({ max_row_bytes: 1 << 20 })
  const bytes = readFileSync(path.join(import.meta.dirname, 'titles.csv'))
  const rows = [...reader.push(bytes), ...reader.end()].flatMap((batch) => batch.rows)
  return rows.slice(1).map((row) => {
    if (!Array.isArray(row)) throw new Error('titles.csv has a row that cannot be read')
    const [title = '', is_gpu = '', , model = '', vram_gb = '', lot_size = '', condition = '', alt = ''] = row.map(
      (cell) => cell ?? '',
    )
    return {
      title,
      is_gpu: is_gpu === '1',
      models: new Set([model, ...alt.split(/\s+/)].filter((name) => name !== '')),
      vram_gb: vram_gb === '' ? undefined : Number(vram_gb),
      lot_size: lot_size === '' ? 1 : Number(lot_size),
      for_parts: condition === 'for_parts',
    }
  })
}

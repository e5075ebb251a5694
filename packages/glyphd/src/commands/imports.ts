import { type Row, say, type Terminal, tableOf, visibleJson, writeData } from 'glyphsieve/terminal'
import type { ImportRecord } from '../client.ts'
import { cut } from '../shown.ts'
import { daemonClient } from './daemon-client.ts'
import { strange } from './result.ts'

export type ImportsFormat = 'table' | 'ndjson'

export interface ImportsCommand {
  address: string
  /** How many imports, at most. */
  limit: number
  /** Show those that were undone, too. */
  undone: boolean
  format: ImportsFormat
}

const NONE = 'no imports: glyphd import FILE makes one'
const PAGE_SIZE = 100
const CELL_CHARACTERS = 40

/** Prints the last imports of a daemon on stdout, newest first. */
export async function printImports({ address, limit, undone, format }: ImportsCommand, terminal: Terminal): Promise<void> {
  const daemon = daemonClient({ address, what: 'to list its imports' }, terminal)
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const left = limit - rows.length
    const query = { limit: Math.min(left, PAGE_SIZE), undone: undone ? ('true' as const) : undefined, cursor }
    const { data, status } = await daemon.get('/api/persist/imports', { query })
    if (!Array.isArray(data.items)) throw strange(address, status)
    const items = data.items.slice(0, left).map((item) => ({ ...item }))
    if (format === 'ndjson') await writeData(terminal, items.map((item) => `${visibleJson(item)}\n`).join(''))
    rows.push(...items)
    cursor = items.length === 0 ? undefined : (data.next_cursor ?? undefined)
  } while (rows.length < limit && cursor !== undefined)

  if (rows.length === 0) say(terminal, undone ? NONE : `${NONE}; --undone lists those that were undone`)
  else if (format === 'table') await writeData(terminal, table(rows, undone))
  if (cursor !== undefined) say(terminal, `there are more: --limit shows more than these ${limit}`)
}

/** Members of an import, and under which names the table shows them. */
const COLUMNS = [
  ['import_id', 'import_id'],
  ['timestamp', 'timestamp'],
  ['listings', 'record_count'],
  ['rejected', 'rejected_count'],
  ['first_model', 'first_model'],
  ['last_model', 'last_model'],
  ['undone_at', 'undone_at'],
] as const satisfies [column: string, member: keyof ImportRecord][]

function table(imports: readonly Row[], withUndone: boolean): string {
  const columns = COLUMNS.filter(([column]) => withUndone || column !== 'undone_at')
  const rows = imports.map((row) => Object.fromEntries(columns.map(([column, member]) => [column, cell(row[member])])))
  const lines = tableOf(
    rows,
    columns.map(([column]) => column),
  )
  return lines.map((line) => `${line}\n`).join('')
}

function cell(value: unknown): unknown {
  return typeof value === 'string' ? cut(value, CELL_CHARACTERS) : value
}

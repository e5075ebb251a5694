import { CommandFailure, type Row, say, type Terminal, tableOf, visibleJson, writeData } from 'glyphsieve/terminal'
import type { ImportRecord } from '../contract/imports.ts'
import { cut } from '../shown.ts'
import { type DaemonRequest, exchange } from './exchange.ts'
import { resultOf } from './result.ts'

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
export async function printImports(command: ImportsCommand, terminal: Terminal): Promise<void> {
  let left = command.limit
  const rows: Row[] = []
  let cursor: string | undefined
  do {
    const page = await importPage(command, { limit: Math.min(left, PAGE_SIZE), cursor }, terminal)
    const items = page.items.slice(0, left)
    if (command.format === 'ndjson') await writeData(terminal, items.map((item) => `${visibleJson(item)}\n`).join(''))
    rows.push(...items)
    left -= items.length
    cursor = items.length === 0 ? undefined : page.next_cursor
  } while (left > 0 && cursor !== undefined)

  if (rows.length === 0) say(terminal, command.undone ? NONE : `${NONE}; --undone lists those that were undone`)
  else if (command.format === 'table') await writeData(terminal, table(rows, command.undone))
  if (cursor !== undefined) say(terminal, `there are more: --limit shows more than these ${command.limit}`)
}

interface Page {
  items: Row[]
  next_cursor: string | undefined
}

async function importPage(
  { address, undone }: ImportsCommand,
  { limit, cursor }: { limit: number; cursor: string | undefined },
  terminal: Terminal,
): Promise<Page> {
  const query = new URLSearchParams({ limit: `${limit}`, ...(undone && { undone: 'true' }), ...(cursor && { cursor }) })
  const path = `/api/persist/imports?${query}`
  const request: DaemonRequest = { method: 'GET', address, path, what: 'to list its imports', headers: {} }
  const { items, next_cursor } = resultOf(await exchange(request, terminal), request).members
  if (!Array.isArray(items)) throw new CommandFailure(`${address} answered, but not as a glyphd does: is it one?`)
  return {
    items: items.map((item: unknown) => (typeof item === 'object' && item !== null ? { ...item } : {})),
    next_cursor: typeof next_cursor === 'string' ? next_cursor : undefined,
  }
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

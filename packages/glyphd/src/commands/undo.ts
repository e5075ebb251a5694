import { say, type Terminal, visible, visibleJson, writeData } from 'glyphsieve/terminal'
import { type DaemonRequest, exchange } from './exchange.ts'
import { listings, resultOf } from './result.ts'

/** Takes an import back: its listings are gone from the store. Undoing it again changes nothing. */
export async function undoImport(id: string, address: string, terminal: Terminal): Promise<void> {
  const request: DaemonRequest = {
    method: 'DELETE',
    address,
    path: `/api/persist/imports/${encodeURIComponent(id)}`,
    what: 'the undo',
    headers: {},
    in_doubt: 'whether it was undone is not known. The same command again is safe',
  }
  const result = resultOf(await exchange(request, terminal), request)
  const words = `undid import ${visible(result.text('import_id'))}: ${listings(result.number('record_count'))} taken out of the store`
  say(terminal, words) // first: also where nobody reads stdout, it is said
  await writeData(terminal, `${visibleJson(result.members)}\n`)
}

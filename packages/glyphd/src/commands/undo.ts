import { say, type Terminal, visible, visibleJson, writeData } from 'glyphsieve/terminal'
import { daemonClient } from './daemon-client.ts'
import { listings, resultWith } from './result.ts'

/** Takes an import back: its listings are gone from the store. Undoing it again changes nothing. */
export async function undoImport(import_id: string, address: string, terminal: Terminal): Promise<void> {
  const in_doubt = 'whether it was undone is not known. The same command again is safe'
  const daemon = daemonClient({ address, what: 'the undo', in_doubt }, terminal)
  const { data, status } = await daemon.delete('/api/persist/imports/{import_id}', { path: { import_id } })
  const undone = resultWith(data, { address, status })
  const words = `undid import ${visible(undone.text('import_id'))}: ${listings(undone.number('record_count'))} taken out of the store`
  say(terminal, words) // first: also where nobody reads stdout, it is said
  await writeData(terminal, `${visibleJson(data)}\n`)
}

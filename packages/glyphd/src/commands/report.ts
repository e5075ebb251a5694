import { type Terminal, visibleJson, writeData } from 'glyphsieve/terminal'
import { reportMarkdown } from '../answers/report-markdown.ts'
import { Report } from '../contract/report.ts'
import { daemonClient } from './daemon-client.ts'
import { decoded } from './decoded.ts'

export interface ReportCommand {
  address: string
  /** Query parameters of `GET /api/report`. */
  query: { limit?: number; include?: 'all' }
  format: 'markdown' | 'json'
}

/** Prints the market in one page on stdout. The page is made here, of an answer that was checked: nothing in it can move a cursor. */
export async function printReport({ address, query, format }: ReportCommand, terminal: Terminal): Promise<void> {
  const daemon = daemonClient({ address, what: 'to report on the market' }, terminal)
  const { data } = await daemon.get('/api/report', { query })
  const report = decoded(Report, data, address)
  await writeData(terminal, format === 'json' ? `${visibleJson(report)}\n` : reportMarkdown(report))
}

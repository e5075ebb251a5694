import { say, type Terminal, tableOf, visibleJson, writeData } from 'glyphsieve/terminal'
import { workloads } from '../answers/workloads.ts'
import { FitAnswer } from '../contract/fit.ts'
import { decoded } from './decoded.ts'
import { type DaemonRequest, exchange } from './exchange.ts'
import { resultOf } from './result.ts'
import { fitRemarks, shoppingList } from './shopping-list.ts'

export interface FitCommand {
  address: string
  /** Query parameters of `GET /api/fit`, as they were typed. */
  parameters: Readonly<Record<string, string>>
  format: 'text' | 'json'
}

/** Prints what to buy to run a model: the list on stdout, and what it leaves out on stderr. */
export async function printFit({ address, parameters, format }: FitCommand, terminal: Terminal): Promise<void> {
  const path = `/api/fit?${new URLSearchParams(parameters)}`
  const request: DaemonRequest = { method: 'GET', address, path, what: 'to say what fits', headers: {} }
  const { members } = resultOf(await exchange(request, terminal), request)
  const answer = decoded(FitAnswer, members, address)
  await writeData(terminal, format === 'json' ? `${visibleJson(answer)}\n` : shoppingList(answer))
  if (format === 'text') for (const remark of fitRemarks(answer)) say(terminal, remark)
}

const COLUMNS = ['name', 'params_b', 'active_params_b', 'layers', 'kv_heads', 'head_dim', 'max_context'] as const

/** Prints the models that are known by name. Asks nobody. */
export async function printWorkloads(format: FitCommand['format'], terminal: Terminal): Promise<void> {
  const lines = format === 'json' ? workloads().map((workload) => visibleJson(workload)) : tableOf(workloads(), COLUMNS)
  await writeData(terminal, lines.map((line) => `${line}\n`).join(''))
}

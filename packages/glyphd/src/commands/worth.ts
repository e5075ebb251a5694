import { CommandFailure, type Row, type Terminal, tableOf, visible, visibleJson, writeData } from 'glyphsieve/terminal'
import { nearModels } from '../answers/catalog-models.ts'
import { type MarketGroup, ModelDetail } from '../contract/market.ts'
import { cut } from '../shown.ts'
import type { Answer } from './attempt.ts'
import { decoded } from './decoded.ts'
import { type DaemonRequest, exchange } from './exchange.ts'
import { resultOf } from './result.ts'
import { usd } from './shopping-list.ts'

export interface WorthCommand {
  address: string
  /** Canonical, or nearly: `rtx 4090` is tried as `RTX_4090` too. */
  model: string
  format: 'text' | 'json'
}

/** Prints the price below which a card is worth its money, and what is asked for it now. */
export async function printWorth({ address, model, format }: WorthCommand, terminal: Terminal): Promise<void> {
  const names = new Set([
    model,
    model
      .trim()
      .toUpperCase()
      .replaceAll(/[\s-]+/g, '_'),
  ])
  for (const name of names) {
    const path = `/api/models/${encodeURIComponent(name)}`
    const request: DaemonRequest = { method: 'GET', address, path, what: `to say what ${visible(name)} is worth`, headers: {} }
    const answer = await exchange(request, terminal)
    const { members } = isUnknown(answer) ? { members: undefined } : resultOf(answer, request)
    if (members === undefined) continue
    const detail = decoded(ModelDetail, members, address)
    await writeData(terminal, format === 'json' ? `${visibleJson(detail)}\n` : worthText(detail))
    return
  }
  const near = nearModels(model)
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'glyphsieve catalog lists the models'
  throw new CommandFailure(`there is no model ${visible(cut(model))}: ${hint}`)
}

/** Whether a daemon knows the question, and not the model. */
function isUnknown({ status, headers }: Answer): boolean {
  return status === 404 && (headers['content-type'] ?? '').startsWith('application/problem+json')
}

const COLUMNS = ['memory_gb', 'condition', 'currency', 'offers', 'fair', 'p25', 'p75', 'remark']

function worthText({ model, buy_below_usd, not_worth_having, catalog, groups }: ModelDetail): string {
  const lines = [`${visible(model)}: ${worthWords({ buy_below_usd, not_worth_having, catalog })}`]
  if (groups.length === 0) lines.push('nothing is offered now')
  else lines.push('', ...tableOf(groups.map(groupRow), COLUMNS))
  return lines.map((line) => `${line}\n`).join('')
}

type Worth = { [K in 'buy_below_usd' | 'not_worth_having' | 'catalog']: ModelDetail[K] | undefined }

function worthWords({ buy_below_usd, not_worth_having, catalog }: Worth): string {
  if (buy_below_usd !== undefined) return `buy below ${usd(buy_below_usd)} USD with shipping; there the score is 0.5`
  if (not_worth_having) return 'not worth having at any price: running it costs more than it is worth'
  return catalog === undefined
    ? 'the catalog does not know it, so that it has no score'
    : 'the catalog does not know a spec that the score needs'
}

function groupRow({
  vram_gb,
  condition_class,
  currency,
  offer_count,
  fair_price,
  withheld,
  modified,
  suspect_count,
}: MarketGroup): Row {
  const remarks: string[] = []
  if (modified) remarks.push('modified')
  if (suspect_count > 0) remarks.push(`${suspect_count} suspect`)
  if (withheld !== undefined) {
    const { n, low, high } = withheld
    const range = low === undefined || high === undefined ? '' : `, ${usd(low)} to ${usd(high)}`
    remarks.push(`too few to say: ${n}${range}`)
  }
  return {
    memory_gb: vram_gb,
    condition: condition_class,
    currency,
    offers: offer_count,
    fair: fair_price && usd(fair_price.median),
    p25: fair_price && usd(fair_price.p25),
    p75: fair_price && usd(fair_price.p75),
    remark: remarks.join(', '),
  }
}

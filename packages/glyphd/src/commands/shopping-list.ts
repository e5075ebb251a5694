import { columnsOf, visible } from 'glyphsieve/terminal'
import type { FitAnswer, FitPurchase, FitSet, GpuShare, TokenRate } from '../contract/fit.ts'

const COLUMNS = 100

/** What to buy, and where, for a terminal of 100 columns; only addresses may be longer. */
export function shoppingList({ workload, format, context_tokens, weights_gb, kv_cache_gb, sets }: FitAnswer): string {
  const name = workload.name ?? `a model of ${number(workload.params_b)} billion parameters`
  const lines = [
    `${name} in ${format} with ${number(context_tokens)} tokens needs ${gib(weights_gb + kv_cache_gb)} GiB: ` +
      `${gib(weights_gb)} weights, ${gib(kv_cache_gb)} KV cache`,
    ...(workload.note === undefined ? [] : wrapped(`note: ${workload.note}`, '')),
  ]
  for (const [index, set] of sets.entries()) lines.push('', ...setLines(set, index + 1))
  return lines.map((line) => `${line}\n`).join('')
}

/** Why there is nothing to buy, and what was not considered. */
export function fitRemarks({ sets, set_count, offers_considered, left_out, missed, nearest_miss }: FitAnswer): string[] {
  const remarks: string[] = []
  if (set_count > sets.length) remarks.push(`${number(set_count - sets.length)} more would do: --limit shows more`)
  if (set_count === 0) {
    if (offers_considered === 0) remarks.push('nothing to buy: no offer can be considered')
    else remarks.push(`nothing to buy: of ${number(offers_considered)} offers none make a set`)
    if (nearest_miss !== undefined) remarks.push(`nearest: ${visible(nearest_miss.detail)}`)
  }
  const counts = (of: Record<string, number>) =>
    Object.entries(of)
      .map(([reason, count]) => `${number(count)} ${visible(reason)}`)
      .join(', ')
  if (Object.keys(missed).length > 0) remarks.push(`cards that make no set: ${counts(missed)}`)
  if (Object.keys(left_out).length > 0) remarks.push(`offers left out: ${counts(left_out)}`)
  return remarks.flatMap((remark) => wrapped(remark, ''))
}

function setLines(set: FitSet, place: number): string[] {
  const { model, vram_gb, cards, cards_bought, total_usd, watts, memory, sequence_tps, tensor_parallel_tps, warnings } = set
  const more = cards_bought > cards ? ` (${cards_bought} in the lots)` : ''
  return [
    ...wrapped(
      `${place}. ${cards} x ${visible(model)} ${number(vram_gb)} GB${more}: ${usd(total_usd)} USD, ${number(watts)} W`,
      '',
    ),
    ...wrapped(
      `${band(sequence_tps)} tokens/s${tensor_parallel_tps ? `, tensor parallel ${band(tensor_parallel_tps)} (estimate)` : ''}`,
      '   ',
    ),
    ...memory.flatMap((share) => wrapped(shareText(share), '   ')),
    ...warnings.flatMap((warning) => wrapped(`warning: ${visible(warning)}`, '   ')),
    ...set.buy.flatMap(purchaseLines),
  ]
}

function shareText({ gpus, layers, weights_gb, kv_cache_gb, overhead_gb, free_gb }: GpuShare): string {
  const parts = `${gib(weights_gb)} weights + ${gib(kv_cache_gb)} KV cache + ${gib(overhead_gb)} overhead, ${gib(free_gb)} GiB free`
  return `${gpus === 1 ? '1 GPU' : `${gpus} GPUs, each`} with ${layers} layers: ${parts}`
}

function purchaseLines({ cards, price_usd, shipping_usd = 0, sum_usd, lot_size, ...of }: FitPurchase): string[] {
  const each = `${usd(price_usd)}${shipping_usd > 0 ? ` + ${usd(shipping_usd)} shipping` : ''}`
  const facts = [
    `${cards} for ${cards > 1 ? `${usd(sum_usd)}, ${each} each` : each}`,
    ...(lot_size === undefined ? [] : [`sold by ${lot_size}`]),
    ...(of.condition === undefined ? [] : [of.condition]),
    ...(of.price_to_fair === undefined ? [] : [`${of.price_to_fair.toFixed(2)} of the fair price`]),
    ...(of.marks ?? []),
    [of.seller, of.listing_source].filter((name) => name !== undefined).join(' at ') || 'seller not named',
  ]
  return [
    ...wrapped(visible(facts.join(', ')), '   - '),
    ...(of.warnings ?? []).flatMap((warning) => wrapped(`warning: ${visible(warning)}`, '     ')),
    ...(of.title === undefined ? [] : [`     ${fitted(visible(of.title), COLUMNS - 5)}`]),
    `     ${visible(of.source_url ?? `listing ${of.id}`)}`,
  ]
}

/** A text of at most so many columns, with a … where something was cut off. */
function fitted(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  let kept = ''
  for (const character of text) {
    if (columnsOf(kept + character) > columns - 1) break
    kept += character
  }
  return `${kept}…`
}

/** Lines of whole words behind a margin; later lines have spaces in its place. */
function wrapped(text: string, margin: string): string[] {
  const lines: string[] = []
  const room = COLUMNS - margin.length
  let line = ''
  for (const word of text.split(' ').map((whole) => fitted(whole, room))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && columnsOf(longer) > room) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line].map((words, index) => `${index === 0 ? margin : ' '.repeat(margin.length)}${words}`)
}

function band({ low, high }: TokenRate): string {
  const digits = (rate: number) => rate.toLocaleString('en-US', { maximumFractionDigits: rate < 10 ? 1 : 0 })
  return `${digits(low)} to ${digits(high)}`
}

function gib(value: number): string {
  return value.toFixed(1)
}

export function usd(amount: number): string {
  return amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

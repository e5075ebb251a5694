import { readFileSync } from 'node:fs'
import { CAPACITY_RUN, quantizationCapacity } from '../capacity.ts'
import { CATALOG_VERSION, variantsOf } from '../catalog.ts'
import type { CatalogEntry } from '../catalog-entry.ts'
import type { Fact } from '../catalog-facts.ts'
import { type Specs, specsOf } from '../enrich.ts'
import { type Match, matchTitle } from '../match/match.ts'
import { type SieveOptions, sieve } from '../pipeline.ts'
import { buyBelow, type ScoreBreakdown, unscorable } from '../score.ts'
import type { ScoreWeights } from '../score-weights.ts'
import { underlined } from '../spans.ts'
import { visible } from '../terminal.ts'
import { usdPer } from '../usd.ts'
import { standardWeights } from '../weights.ts'
import { type Terminal, writeData } from './io.ts'

const COLUMNS = 92

export interface ExplainCommand extends Pick<SieveOptions, 'currency' | 'rates' | 'weights'> {
  /** As printed. */
  price?: string | undefined
}

/** Shows how a title becomes a model, the model specs, and specs and price a score. */
export async function explain(title: string, command: ExplainCommand, terminal: Terminal): Promise<void> {
  const match = matchTitle(title)
  const sections = [titleSection(title, match), decisionSection(match)]
  const specs = match.model === null ? undefined : specsOf(match.model, match)
  if (match.model !== null && specs !== undefined) {
    sections.push(factsSection(match.model, specs), capacitySection(specs), scoreSection(title, match, specs, command))
  } else if (command.price !== undefined) sections.push(['Score', '  none without a model'])
  const text = sections.filter((section) => section.length > 0).map((section) => coloured(section, terminal.colours).join('\n'))
  await writeData(terminal, `${text.join('\n\n')}\n`)
}

const BOLD = '\u001b[1m'
const PLAIN = '\u001b[0m'

function coloured([heading = '', ...lines]: readonly string[], colours: boolean): string[] {
  return [colours ? `${BOLD}${heading}${PLAIN}` : heading, ...lines]
}

function titleSection(title: string, { evidence }: Match): string[] {
  return ['Title', ...underlined(title, evidence).map((line) => `  ${line}`.trimEnd())]
}

function decisionSection(match: Match): string[] {
  const sure = `confidence ${match.confidence.toFixed(3)}`
  const { model, vram_gb, lot_size, condition, reason, warnings } = match
  if (!match.is_gpu) return ['Decision', ...wrapped(`no graphics card (${match.kind}): ${reason ?? ''}; ${sure}`)]
  if (model === null) return ['Decision', ...wrapped(`a graphics card, but no model: ${reason ?? 'in doubt'}; ${sure}`)]
  const more = [
    vram_gb === null ? undefined : `${vram_gb} GB`,
    lot_size > 1 ? `lot of ${lot_size}` : undefined,
    condition === null ? undefined : condition.replace('_', ' '),
  ].filter((words) => words !== undefined)
  return [
    'Decision',
    ...wrapped([model, ...more, sure].join(', ')),
    ...warnings.flatMap((warning) => wrapped(`warning: ${warning}`)),
  ]
}

const SHOWN_FACTS: readonly [fact: Fact & keyof Specs, name: string, unit: string][] = [
  ['vram_gb', 'memory', 'GB'],
  ['gpus', 'GPUs', ''],
  ['mem_bandwidth_gbs', 'memory bandwidth', 'GB/s'],
  ['tdp_watts', 'board power', 'W'],
  ['fp16_dense_tflops', 'FP16, dense', 'TFLOPS'],
  ['fp32_tflops', 'FP32', 'TFLOPS'],
  ['form_factor', 'form factor', ''],
  ['architecture', 'architecture', ''],
  ['compute_capability', 'compute capability', ''],
  ['support', 'software support', ''],
  ['mig_support', 'MIG instances', ''],
  ['nvlink', 'NVLink', ''],
]

function factsSection(model: string, specs: Specs): string[] {
  const variants = variantsOf(model)
  const used = new Set<string>()
  const lines = SHOWN_FACTS.filter(([fact]) => specs[fact] !== null).map(([fact, name, unit]) => {
    const value = specs[fact]
    const source = sourceOf(variants, fact, value)
    if (source !== undefined) used.add(source)
    return `  ${name.padEnd(20)}${`${value === true ? 'yes' : value === false ? 'no' : value} ${unit}`.padEnd(20)}${source ?? 'as stated'}`
  })
  const words = sourceWords()
  const legend = [...used].flatMap((id) => (words.has(id) ? wrapped(`${id}: ${words.get(id)}`) : []))
  const warnings = specs.warnings.flatMap((warning) => wrapped(`warning: ${warning}`))
  return [`Facts (catalog ${CATALOG_VERSION})`, ...lines, ...warnings, '', ...legend]
}

function sourceOf(variants: readonly CatalogEntry[], fact: Fact, value: unknown): string | undefined {
  return variants.find((variant) => variant[fact] === value)?.sources[fact]
}

/** What the ids of sources stand for. */
function sourceWords(): Map<string, string> {
  const sources: Record<string, { what: string }> = JSON.parse(
    readFileSync(new URL('../../data/sources.json', import.meta.url), 'utf8'),
  )
  return new Map(Object.entries(sources).map(([id, { what }]) => [id, what]))
}

function capacitySection({ vram_gb, gpus }: Specs): string[] {
  if (vram_gb === null || gpus === null) return []
  const counts = Object.entries(quantizationCapacity({ vram_gb, gpus })).map(([size, count]) => `${size} ${count}`)
  const { bits, context_tokens } = CAPACITY_RUN
  return ['Runs side by side', `  ${counts.join('   ')}   (${bits} bits a weight, ${context_tokens} tokens of context each)`]
}

function scoreSection(title: string, match: Match, specs: Specs, command: ExplainCommand): string[] {
  const weights = command.weights ?? standardWeights()
  const heading = `Score (${weights.name}): worth for the money, 0.5 is as good as the reference deal`
  const reasons = unscorable(specs, weights)
  if (reasons.length > 0) return [heading, ...wrapped(`none: ${reasons.join(', ')}`)]
  return [heading, ...priceLines(title, match, specs, weights, command), ...worthLines(specs, weights)]
}

function priceLines(title: string, match: Match, specs: Specs, weights: ScoreWeights, command: ExplainCommand): string[] {
  if (command.price === undefined) return ['  add --price for the score of an offer']
  const raw = { title, price_text: command.price }
  const sieved = sieve(raw, { ...command, currency: command.currency ?? 'USD', seen_at: '1970-01-01T00:00:00.000Z' })
  if ('rejection' in sieved) return wrapped(`none: ${sieved.rejection.reason}`)
  const { score, score_breakdown, price_usd = 0, condition, price, currency = 'USD' } = sieved.listing
  const rate = usdPer(currency, command.rates) ?? 1
  const paid = [
    match.lot_size > 1 ? `${visible(command.price)} for ${match.lot_size}: ${price} ${currency} a card` : undefined,
    rate === 1 ? undefined : `${price} ${currency} x ${rate} = ${price_usd} USD`,
  ].filter((line) => line !== undefined)
  const factors = factorLines({ ...EMPTY, ...score_breakdown }, specs, weights, {
    price_usd,
    condition: condition ?? 'unknown',
  })
  const odds = Object.values(score_breakdown ?? {}).reduce((product, factor) => product * factor, 1)
  return [
    ...paid.map((line) => `  ${line}`),
    ...factors.map(([name, how, value]) => `  ${name.padEnd(11)}${how.padEnd(54)}= ${value.toFixed(3)}`),
    `  ${'odds'.padEnd(11)}${'the product of the factors'.padEnd(54)}= ${odds.toFixed(3)}`,
    `  ${'score'.padEnd(11)}${'odds / (1 + odds)'.padEnd(54)}= ${score.toFixed(3)}`,
  ]
}

const EMPTY: ScoreBreakdown = { memory: 1, bandwidth: 1, compute: 1, support: 1, host: 1, condition: 1, cost: 1 }

/** Each factor with what it is made of. */
function factorLines(
  breakdown: ScoreBreakdown,
  specs: Specs,
  weights: ScoreWeights,
  offer: { price_usd: number; condition: string },
): [name: string, how: string, value: number][] {
  const gpus = specs.gpus ?? 1
  const usable = (vram: number, count: number) =>
    plain(count * Math.max(vram / count - weights.overhead_gb_per_gpu, weights.least_usable_gb_per_gpu))
  const memory = `(${usable(specs.vram_gb ?? 0, gpus)} / ${usable(weights.reference_vram_gb, 1)} GB usable)`
  const bandwidth = `(${specs.mem_bandwidth_gbs} / ${weights.reference_bandwidth_gbs} GB/s)`
  const compute = `(${Math.max(specs.fp16_dense_tflops ?? 0, specs.fp32_tflops ?? 0)} / ${weights.reference_compute_tflops} TFLOPS)`
  const support =
    specs.vendor === 'nvidia'
      ? `compute capability ${specs.compute_capability}`
      : `${specs.vendor}, ${specs.support ?? 'other maker'}`
  const power = `${weights.running_cost_usd_per_watt} x ${specs.tdp_watts} W`
  const reference = plain(weights.reference_price_usd + weights.running_cost_usd_per_watt * weights.reference_tdp_watts)
  return [
    ['memory', `${memory}^${weights.memory_exponent.toFixed(2)}`, breakdown.memory],
    ['bandwidth', `${bandwidth}^${weights.bandwidth_exponent.toFixed(2)}`, breakdown.bandwidth],
    ['compute', `${compute}^${weights.compute_exponent.toFixed(2)}`, breakdown.compute],
    ['support', support, breakdown.support],
    ['host', specs.form_factor ?? 'unknown', breakdown.host],
    ['condition', offer.condition, breakdown.condition],
    ['cost', `${reference} / (price ${offer.price_usd} + power ${power}) USD`, breakdown.cost],
  ]
}

function worthLines(specs: Specs, weights: ScoreWeights): string[] {
  const limit = buyBelow(specs, weights)
  if (limit === undefined) return ['  not worth having at any price: running it costs more than it is worth']
  return [`  a working one is as good as the reference deal at ${limit.toFixed(0)} USD, better below`]
}

function plain(value: number): string {
  return `${Math.round(value * 100) / 100}`
}

/** Words in lines of at most 92 columns, indented. */
function wrapped(words: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of visible(words).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > COLUMNS - 2) {
      lines.push(line)
      line = `  ${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((text) => `  ${text}`)
}

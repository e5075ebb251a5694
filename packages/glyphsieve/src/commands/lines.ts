import { type Match, matchTitle } from '../match/match.ts'
import { readPrice } from '../price.ts'
import type { PrintedPrice } from '../printed-price.ts'
import { findInputs, lineBatches, type Terminal, writeData } from './io.ts'

/** Writes a line for every line of the inputs, in their order. */
async function mapLines(paths: readonly string[], terminal: Terminal, answer: (line: string) => string): Promise<void> {
  for (const input of await findInputs(paths, terminal)) {
    for await (const lines of lineBatches(input.chunks())) await writeData(terminal, `${lines.map(answer).join('\n')}\n`)
  }
}

/** A title a line in, what it sells as a JSON object a line out. */
export async function matchLines(paths: readonly string[], terminal: Terminal): Promise<void> {
  await mapLines(paths, terminal, (title) => JSON.stringify(matchAnswer(title, matchTitle(title))))
}

function matchAnswer(title: string, match: Match): object {
  const { is_gpu, kind, vendor, model, vram_gb, lot_size, condition, confidence, evidence, reason, warnings } = match
  const answer = { title, is_gpu, kind, vendor, model, vram_gb, lot_size, condition, confidence, evidence, reason }
  return warnings.length === 0 ? answer : { ...answer, warnings }
}

/** A JSON object of a printed price and its context a line in, what it says as a JSON object a line out. */
export async function priceLines(paths: readonly string[], terminal: Terminal): Promise<void> {
  await mapLines(paths, terminal, (line) => JSON.stringify(priceAnswer(line)))
}

/** A line that is no JSON object is the price itself, as one types it. */
function priceAnswer(line: string): PrintedPrice {
  if (!line.trimStart().startsWith('{')) return readPrice(line)
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return invalid('the line is not JSON')
  }
  const { text, context, currency } = { ...(typeof value === 'object' ? value : undefined) } as Record<string, unknown>
  if (typeof text !== 'string') return invalid('the line is no object with a text')
  return readPrice(text, {
    ...(typeof context === 'string' && { context }),
    ...(typeof currency === 'string' && { currency }),
  })
}

function invalid(reason: string): PrintedPrice {
  return { amount: null, currency: null, kind: 'invalid', reason }
}

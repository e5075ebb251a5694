import type { Sign } from './signs.ts'
import type { Token } from './tokens.ts'

/** What a title sells. Only `gpu` is a graphics card or accelerator. */
export const MATCH_KINDS = [
  'gpu',
  'accessory',
  'parts',
  'box',
  'licence',
  'service',
  'wanted',
  'merchandise',
  'component',
  'video',
  'system',
  'lookalike',
  'other',
] as const
export type MatchKind = (typeof MATCH_KINDS)[number]

/** Why a title of another kind is no card. */
export const REASONS: Readonly<Record<Exclude<MatchKind, 'gpu'>, string>> = {
  accessory: 'an accessory, not a card',
  parts: 'parts of a card, not a whole one',
  box: 'a box or a picture without a card',
  licence: 'a licence or subscription, not a card',
  service: 'a service or rental, not a card',
  wanted: 'someone wants to buy, nothing is sold',
  merchandise: 'merchandise, not a card',
  component: 'another part of a computer',
  video: 'a device for video that is no graphics card',
  system: 'a whole computer, not a card',
  lookalike: 'another product whose name looks like a card',
  other: 'nothing names a graphics card',
}

/** Evidence that a title needs before it is taken for a card. */
const LEAST_EVIDENCE = 1.5
/** What is taken off where no brand of graphics cards is named at all. */
const NO_BRAND = 0.3

/** The kind with the most evidence, and by how much it leads. */
export function decide(signs: readonly Sign[], tokens: readonly Token[]): { kind: MatchKind; margin: number } {
  const scores = new Map<MatchKind, number>()
  let against = 0
  for (const { kind, weight } of signs) {
    scores.set(kind, (scores.get(kind) ?? 0) + weight)
    if (kind !== 'gpu') against += weight
  }
  const gpu = (scores.get('gpu') ?? 0) - (tokens.some(({ brand }) => brand !== 0) ? 0 : NO_BRAND)
  let kind: MatchKind = 'other'
  let most = 0
  for (const [other, score] of scores) {
    if (other === 'gpu') continue
    // signs for different things that are no card strengthen each other
    const joined = score + (against - score) / 2
    if (joined > most) {
      kind = other
      most = joined
    }
  }
  const needed = Math.max(most, LEAST_EVIDENCE)
  return gpu > needed ? { kind: 'gpu', margin: gpu - needed } : { kind, margin: needed - gpu }
}

import { readFileSync } from 'node:fs'

/** What tells how likely an answer is right. */
export interface Certainty {
  is_gpu: boolean
  /** By how much the evidence for the kind leads. */
  margin: number
  /** How plainly the model is named; `none` if there is no model. */
  name: 'series' | 'form' | 'bare' | 'none'
  /** Whether the memory that the title states is the card's. */
  memory: 'confirms' | 'contradicts' | 'silent'
  /** How many other cards the title names. */
  rivals: number
}

/** Largest margin, and most rivals, that still make a difference. */
const MOST_MARGIN = 5
const MOST_RIVALS = 2

/** The numbers that a certainty is weighed by, in the order of the weights. */
export function featuresOf({ is_gpu, margin, name, memory, rivals }: Certainty): number[] {
  const lead = Math.min(margin, MOST_MARGIN)
  const card = is_gpu ? 1 : 0
  const other = 1 - card
  return [
    card,
    card * lead,
    card * Number(name === 'form'),
    card * Number(name === 'bare'),
    card * Number(name === 'none'),
    card * Number(memory === 'confirms'),
    card * Number(memory === 'contradicts'),
    card * Math.min(rivals, MOST_RIVALS),
    other,
    other * lead,
  ]
}

let weights: readonly number[] | undefined

/**
 * How likely an answer is right, 0 to 1, by a logistic regression on the labelled titles of the repository. `npm run calibrate`
 * fits the weights anew and prints how they hold on titles that they were not fitted on.
 */
export function confidenceOf(certainty: Certainty): number {
  weights ??= readWeights()
  const features = featuresOf(certainty)
  let sum = 0
  for (let index = 0; index < features.length; index++) sum += (features[index] ?? 0) * (weights[index] ?? 0)
  return Math.round(1000 / (1 + Math.exp(-sum))) / 1000
}

function readWeights(): number[] {
  const file: unknown = JSON.parse(readFileSync(new URL('../../data/confidence.json', import.meta.url), 'utf8'))
  if (typeof file !== 'object' || file === null || !('weights' in file) || !Array.isArray(file.weights)) {
    throw new Error('data/confidence.json has no weights')
  }
  return file.weights.map(Number)
}

/**
 * Fits the weights of the matcher's confidence on the labelled titles of the repository and writes them to
 * packages/glyphsieve/data/confidence.json, with how they hold on titles that they were not fitted on (10-fold).
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { featuresOf } from '../packages/glyphsieve/dist/match/confidence.js'
import { assessTitle } from '../packages/glyphsieve/dist/match/match.js'
import { labelledTitles } from '../packages/glyphsieve/test/labelled-titles.ts'

const FOLDS = 10
const RIDGE = 0.5
const root = path.resolve(import.meta.dirname, '..')

interface Example {
  features: number[]
  right: number
}

const examples: Example[] = labelledTitles().map(({ title, is_gpu, models }) => {
  const { match, certainty } = assessTitle(title)
  const isRight = match.is_gpu === is_gpu && (!is_gpu || models.has(match.model ?? 'UNKNOWN'))
  return { features: featuresOf(certainty), right: isRight ? 1 : 0 }
})

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

/** Ridge logistic regression by Newton's method. */
function regress(data: readonly Example[]): number[] {
  const size = data[0]?.features.length ?? 0
  let weights = new Array<number>(size).fill(0)
  for (let round = 0; round < 30; round++) {
    const gradient = weights.map((weight) => -RIDGE * weight)
    const hessian = weights.map((_, i) => weights.map((__, j): number => (i === j ? RIDGE : 0)))
    for (const { features, right } of data) {
      const p = logistic(dot(features, weights))
      features.forEach((feature, i) => {
        gradient[i] = (gradient[i] ?? 0) + feature * (right - p)
        const row = hessian[i] ?? []
        features.forEach((other, j) => {
          row[j] = (row[j] ?? 0) + feature * other * p * (1 - p)
        })
      })
    }
    const step = solve(hessian, gradient)
    weights = weights.map((weight, i) => weight + (step[i] ?? 0))
  }
  return weights
}

/** Gaussian elimination with pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    rows.splice(column, size, ...rows.slice(column).sort((a, b) => Math.abs(b[column] ?? 0) - Math.abs(a[column] ?? 0)))
    const pivot = rows[column] ?? []
    for (let i = 0; i < size; i++) {
      const row = rows[i] ?? []
      if (i === column) continue
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1)
      rows[i] = row.map((value, j) => value - factor * (pivot[j] ?? 0))
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1))
}

const judged = examples.map((example, i) => ({ ...example, fold: i % FOLDS }))
const predictions: { p: number; right: number }[] = []
for (let fold = 0; fold < FOLDS; fold++) {
  const weights = regress(judged.filter((example) => example.fold !== fold))
  for (const { features, right } of judged.filter((example) => example.fold === fold)) {
    predictions.push({ p: logistic(dot(features, weights)), right })
  }
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
const brier = mean(predictions.map(({ p, right }) => (p - right) ** 2))
const share = mean(predictions.map(({ right }) => right))
const BINS = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1.01]
const reliability = BINS.slice(0, -1).map((low, i) => {
  const high = BINS[i + 1] ?? 1
  const inside = predictions.filter(({ p }) => p >= low && p < high)
  return {
    from: low,
    to: Math.min(high, 1),
    titles: inside.length,
    said: mean(inside.map(({ p }) => p)),
    right: mean(inside.map(({ right }) => right)),
  }
})
console.table(reliability)
console.log(
  `${examples.length} titles, ${(100 * share).toFixed(1)} % right; Brier score ${brier.toFixed(4)} in ${FOLDS}-fold cross-validation (always saying the share: ${(share * (1 - share)).toFixed(4)})`,
)

const rounded = (value: number) => Math.round(value * 1e4) / 1e4
const file = {
  what: 'Weights of the logistic regression behind the confidence of a match; src/match/confidence.ts names the features. Made by `npm run calibrate`.',
  titles: examples.length,
  share_right: rounded(share),
  brier_cross_validated: rounded(brier),
  reliability_cross_validated: reliability
    .filter(({ titles }) => titles > 0)
    .map((bin) => ({ ...bin, said: rounded(bin.said), right: rounded(bin.right) })),
  weights: regress(examples).map(rounded),
}
writeFileSync(path.join(root, 'packages/glyphsieve/data/confidence.json'), `${JSON.stringify(file, undefined, 2)}\n`)

import { readFileSync } from 'node:fs'
import type { ScoreWeights, WeightsFile } from './score-weights.ts'

/** Version of the score: another constant is another version, and only scores of one version can be compared. */
export const SCORE_VERSION = 'score 1'

let standard: { file: WeightsFile; weights: ScoreWeights } | undefined

/** The constants of `SCORE_VERSION`. Read once, at the first score. */
export function standardWeights(): ScoreWeights {
  return readStandard().weights
}

/** The same with their units and reasons, by name. */
export function standardConstants(): WeightsFile['constants'] {
  return readStandard().file.constants
}

/** Our own file is checked by a test, not whenever a command starts: to load the validator takes longer than most commands. */
function readStandard(): { file: WeightsFile; weights: ScoreWeights } {
  if (!standard) {
    const file: WeightsFile = JSON.parse(readFileSync(new URL('../data/score-1.json', import.meta.url), 'utf8'))
    // The cast: a Record forgets the names, which the test finds to be those of the schema.
    standard = { file, weights: { name: file.name, ...valuesOf(file) } as ScoreWeights }
  }
  return standard
}

/** The constants of a file without what is said about them. */
export function valuesOf(file: WeightsFile): Record<string, number> {
  return Object.fromEntries(Object.entries(file.constants).map(([name, { value }]) => [name, value]))
}

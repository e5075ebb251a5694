import { ScoreWeights, WeightsFile } from './score-weights.ts'
import { Check, Errors, type Static, type TSchema } from './typebox.ts'
import { standardConstants, standardWeights, valuesOf } from './weights.ts'

/** A name can stand in `pipeline_version` between others. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,59}$/u
const OWN_NAME = /^score\s*\d/i

/** A file of weights that is not one; the message says in words where and why. */
export class InvalidWeights extends Error {}

/**
 * Reads weights of one's own, a value of the same shape as `data/score-1.json`: a `name` for this version, and those `constants`
 * that differ from score 1. A constant may state its unit, which must then be the one of score 1. A name that begins with
 * `score` and a number is refused, so that nobody's own scores pass for ours. Throws `InvalidWeights`.
 */
export function readWeights(value: unknown): ScoreWeights {
  const file = decode(WeightsFile, value)
  const own = standardConstants()
  if (!NAME.test(file.name)) {
    throw new InvalidWeights('/name: expected 1 to 60 letters, digits, spaces, dots, hyphens and underscores')
  }
  if (OWN_NAME.test(file.name)) throw new InvalidWeights(`/name: ${file.name} is a name of glyph itself`)
  for (const [name, { unit }] of Object.entries(file.constants)) {
    const standardUnit = own[name]?.unit
    if (standardUnit === undefined) {
      throw new InvalidWeights(`/constants/${name}: unknown, expected one of ${Object.keys(own).join(', ')}`)
    }
    if (unit !== undefined && unit !== standardUnit) {
      throw new InvalidWeights(`/constants/${name}/unit: is ${unit}, expected ${standardUnit}`)
    }
  }
  const weights = { ...standardWeights(), ...valuesOf(file), name: file.name }
  return decode(ScoreWeights, weights, (member) => (member === '/name' ? member : `/constants${member}/value`))
}

/** The value as the schema has it, or an error that says where in the file it is not; `place` turns the member into that. */
function decode<S extends TSchema>(schema: S, value: unknown, place = (member: string) => member): Static<S> {
  if (Check(schema, value)) return value
  const error = Errors(schema, value).find(({ keyword }) => keyword !== 'additionalProperties')
  const what = error?.keyword === 'boolean' ? 'is not a member' : (error?.message ?? 'is not valid')
  throw new InvalidWeights(`${error?.instancePath ? place(error.instancePath) : 'weights'}: ${what}`)
}

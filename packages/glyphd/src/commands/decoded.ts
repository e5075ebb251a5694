import { CommandFailure } from 'glyphsieve/terminal'
import { type Static, type TSchema, Value } from 'glyphsieve/typebox'

/**
 * An answer as the contract has it, without the members that the contract does not name: a newer daemon has others.
 *
 * @throws CommandFailure if it is another one.
 */
export function decoded<S extends TSchema>(schema: S, answer: unknown, address: string): Static<S> {
  const known: unknown = Value.Clean(schema, structuredClone(answer))
  if (Value.Check(schema, known)) return known
  throw new CommandFailure(`${address} answered, but not as this glyphd expects: is it one of another version?`)
}

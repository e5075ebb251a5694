import { catalogEntries } from 'glyphsieve/stages'
import { nearNames } from '../near.ts'

let names: ReadonlySet<string> | undefined

/** The models of the catalog, the names of families among them. */
export function catalogModels(): ReadonlySet<string> {
  names ??= new Set(catalogEntries().map(({ model }) => model))
  return names
}

/** The models of the catalog that somebody may have meant by a name that it does not have, at most three. */
export function nearModels(text: string): string[] {
  return nearNames(text, [...catalogModels()])
}

import type { Token } from './tokens.ts'

/**
 * What stands at a place of a list, undefined before its beginning and behind its end. To be used where the place may be
 * negative: in brackets that is the name of a property, which V8 looks for along all prototypes, for every place slower after.
 */
export function itemAt<Item>(items: readonly Item[], at: number): Item | undefined {
  return at < 0 ? undefined : items[at]
}

/** The text of the token at a place. */
export function textAt(tokens: readonly Token[], at: number): string | undefined {
  return itemAt(tokens, at)?.text
}

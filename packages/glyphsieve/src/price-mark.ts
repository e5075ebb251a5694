import type { Place } from './price-place.ts'
import { FAMILIES } from './price-words.ts'

/** The currencies that a sign can mean. */
export interface Mark {
  readonly members: readonly string[]
  readonly usual: string | undefined
}
const marks = new Map<string, Mark>()

export function markOf(name: string): Mark {
  let mark = marks.get(name)
  if (mark === undefined) {
    const family = FAMILIES[name]
    mark = family === undefined ? { members: [name], usual: name } : { members: family.members.split(' '), usual: family.usual }
    marks.set(name, mark)
  }
  return mark
}

/** The currency: what the text names alone, else what is stated, else what the place pays in, else the usual reading. */
export function resolve(mark: Mark | undefined, place: Place, stated: string | undefined): string | null {
  const [only] = place.currencies
  if (mark === undefined) return stated ?? (place.currencies.size === 1 && only !== undefined ? only : null)
  const [first] = mark.members
  if (mark.members.length === 1) return first ?? null
  if (stated !== undefined && mark.members.includes(stated)) return stated
  const local = mark.members.filter((code) => place.currencies.has(code))
  const [settled] = local
  if (local.length === 1 && settled !== undefined) return settled
  return local.length > 1 ? null : (mark.usual ?? null)
}

/** What two signs on one number mean together, `'two'` where they contradict each other. */
export function combine(one: Mark | 'two' | undefined, other: Mark | 'two' | undefined): Mark | 'two' | undefined {
  if (one === undefined || one === other) return other
  if (other === undefined) return one
  if (one === 'two' || other === 'two') return 'two'
  const members = one.members.filter((code) => other.members.includes(code))
  if (members.length === 0) return 'two'
  if (members.length === one.members.length) return one
  if (members.length === other.members.length) return other
  return { members, usual: undefined }
}

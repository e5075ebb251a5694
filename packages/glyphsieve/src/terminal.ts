const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}]/u

/**
 * A text as a terminal may show it: what would move its cursor, change its colours or turn the direction of writing is written as
 * `\\u{1b}`. Titles come from strangers.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** A value as a line of JSON that a terminal may show: the same value to every reader, with escapes for what `visible` hides. */
export function visibleJson(value: object): string {
  return JSON.stringify(value).replace(HIDDEN, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

/** How many columns of a terminal a visible text takes. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += WITHOUT_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return columns
}

/** Letters of the scripts that write spaces: Latin beyond ASCII, Greek, Cyrillic, Hebrew, Arabic, full-width Latin. */
export function isLetter(code: number): boolean {
  return (
    (code >= 0xc0 && code <= 0x24f && code !== 0xd7 && code !== 0xf7) ||
    (code >= 0x300 && code <= 0x52f) ||
    (code >= 0x5d0 && code <= 0x5ea) ||
    (code >= 0x620 && code <= 0x64a) ||
    (code >= 0x1e00 && code <= 0x1fff) ||
    (code >= 0xff21 && code <= 0xff3a) ||
    (code >= 0xff41 && code <= 0xff5a)
  )
}

/** Han, kana, hangul, Thai: every character is a token of its own. */
export function isUnspaced(code: number): boolean {
  return (
    (code >= 0x3041 && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xe01 && code <= 0xe4e) ||
    (code >= 0xf900 && code <= 0xfaff)
  )
}

/** Lower case without accents and apostrophes: the form in which words are compared. `Für` is `fur`. */
export function fold(word: string): string {
  for (let at = 0; at < word.length; at++) {
    if (word.charCodeAt(at) > 0x7f || word.charCodeAt(at) === 0x27) {
      return word
        .normalize('NFKD')
        .replace(/[\p{M}'’]/gu, '')
        .toLowerCase()
        .replaceAll('ß', 'ss')
        .replaceAll('ł', 'l')
        .replaceAll('ø', 'o')
        .replaceAll('æ', 'ae')
        .replaceAll('ı', 'i')
        .replaceAll('đ', 'd')
    }
  }
  return word.toLowerCase()
}

/** A set of words, written one behind another, in the form in which words are compared. */
export const wordSet = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/).map(fold))

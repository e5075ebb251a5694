import { isCurrency } from './currency.ts'
import { COMMON_CODES, FACTORS, MARKS, SENSES, type Sense, WORDLIKE_CODES } from './price-words.ts'

/** A number, a phrase of the word list, an unknown word or a sign of a printed price. */
export interface Piece {
  /** Lower case without accents, the words of a phrase separated by one space. */
  readonly text: string
  readonly raw: string
  /** Nothing stands between it and the piece before. */
  readonly glued: boolean
  readonly kind: 'number' | 'word' | 'sign'
  readonly senses: ReadonlySet<Sense>
  /** A code of ISO 4217, or a family of currencies that share a sign. */
  readonly mark?: string | undefined
  readonly factor?: number | undefined
}

interface Token {
  readonly text: string
  readonly raw: string
  readonly glued: boolean
  /** Exactly one space before it. */
  readonly spaced: boolean
  readonly kind: 'number' | 'word' | 'sign'
  readonly latin: boolean
}

interface Entry {
  senses: Set<Sense>
  mark?: string
  factor?: number
}
interface Node {
  readonly next: Map<string, Node>
  entry?: Entry
}

const NO_SENSES: ReadonlySet<Sense> = new Set()
const TIMES: ReadonlySet<Sense> = new Set(['times'])
const MARKED: ReadonlySet<Sense> = new Set(['mark'])
const IDEOGRAPH = '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}ー々]'
/** Scripts without spaces between words come character by character, and so does Korean, which glues particles to them. */
const TOKEN = new RegExp(`\\d+(?:[.,']\\d+)*|(${IDEOGRAPH})|((?:(?!${IDEOGRAPH})[\\p{L}\\p{M}])+)|\\S`, 'gu')
const ASCII_TOKEN = /\d+(?:[.,']\d+)*|()([A-Za-z]+)|\S/g

/** Zeros of the digits of other scripts: Arabic, Persian, Devanagari, Bengali, Thai, full width. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50]
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  '￥¥ ￡£ ￦₩ ﹩$ ﹣- ٫. ٬, ،, 、, 。. 〜~ ∼~ 「( 」) 【( 】) 『( 』) łl ŁL øo ØO ıi ßss æae ÆAE ✕× ✖× ⨯× ⁄/ −- →> ➔> ⇒> ➡> ➜>'
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
)

/** Codes of metals, of funds, of testing and of no currency. */
const NO_MONEY = /^X(?:XX|TS|A[GU]|P[DT]|B[A-D]|SU|UA|DR)$/
const NEEDS_GLUE = new Set(['a $', 'u $', 'j $', 'e £'])
const NEEDS_CAPITAL = new Set(['c $', 's $', 'r $', 'r', 'km'])

const lexicon: Node = { next: new Map() }
for (const sense of Object.keys(SENSES) as (keyof typeof SENSES)[]) {
  for (const phrase of SENSES[sense].split(',')) learn(phrase).senses.add(sense)
}
for (const [mark, phrases] of Object.entries(MARKS)) {
  for (const phrase of phrases.split(',')) {
    const entry = learn(phrase)
    entry.mark ??= mark
    entry.senses.add('mark')
  }
}
for (const [factor, words] of Object.entries(FACTORS)) {
  for (const word of words.split(',')) learn(word).factor = Number(factor)
}
// Hungarian glues the thousand to the currency: 95eFt.
Object.assign(learn('eft'), { mark: 'HUF', factor: 1000 })
// Thousands of roubles, abbreviated together.
for (const phrase of ['т р', 'тр', 'т руб', 'тыс р']) Object.assign(learn(phrase), { mark: 'ROUBLE', factor: 1000 })

function learn(phrase: string): Entry {
  let node = lexicon
  for (const token of tokensOf(fold(phrase.trim()))) {
    let next = node.next.get(token.text)
    if (next === undefined) {
      next = { next: new Map() }
      node.next.set(token.text, next)
    }
    node = next
  }
  node.entry ??= { senses: new Set() }
  return node.entry
}

/** Splits cleaned text into numbers (with their marks of thousands, spaces too), phrases, words and signs. */
export function piecesOf(cleaned: string): Piece[] {
  const tokens = tokensOf(cleaned)
  const pieces: Piece[] = []
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at]
    if (token === undefined) break
    if (token.kind === 'number') {
      const end = endOfGroups(tokens, at, pieces)
      const text = tokens
        .slice(at, end)
        .map((part) => part.text)
        .join(' ')
      pieces.push({ text, raw: text, glued: token.glued, kind: 'number', senses: NO_SENSES })
      at = end
      continue
    }
    const phrase = phraseAt(tokens, at)
    if (phrase !== undefined) {
      const raw = tokens.slice(at, phrase.end).map((part, index) => (index > 0 && !part.glued ? ` ${part.raw}` : part.raw)) // biome-ignore format: one thought
      const { senses, factor } = phrase.entry
      // Capitals tell `CAD` from the Italian `cad` (each).
      const mark = phrase.entry.mark ?? (phrase.end === at + 1 ? codeOf(token, tokens) : undefined)
      pieces.push({ text: phrase.text, raw: raw.join(''), glued: token.glued, kind: token.kind, senses, mark, factor })
      at = phrase.end
      const dot = tokens[at]
      if (token.kind === 'word' && dot?.text === '.' && dot.glued) at++
      continue
    }
    pieces.push({ ...unknown(token, tokens), glued: token.glued })
    at++
  }
  return pieces
}

function unknown(token: Token, tokens: readonly Token[]): Piece {
  const { text, raw, kind } = token
  const piece = { text, raw, glued: token.glued, kind, senses: NO_SENSES }
  if (text === 'x' || text === '×' || text === 'х') return { ...piece, senses: TIMES }
  const code = codeOf(token, tokens) ?? (COMMON_CODES.has(text) ? raw.toUpperCase() : undefined)
  return code === undefined ? piece : { ...piece, senses: MARKED, mark: code }
}

/** The code of ISO 4217 that a word in capitals is; one that is a word as well only beside nothing but a number. */
function codeOf(token: Token, tokens: readonly Token[]): string | undefined {
  const { raw } = token
  if (!/^[A-Z]{3}$/.test(raw) || !isCurrency(raw) || NO_MONEY.test(raw)) return undefined
  return WORDLIKE_CODES.has(raw) && tokens.some((other) => other !== token && other.kind !== 'number') ? undefined : raw
}

/** End of the number that begins at `at`: `1 299 000,50` is one, but `450 100 %` and `RTX 3090 700` are two. */
function endOfGroups(tokens: readonly Token[], at: number, before: readonly Piece[]): number {
  const first = tokens[at]?.text ?? ''
  if (!/^[1-9]\d{0,2}$/.test(first) || isModel(before)) return at + 1
  let end = at + 1
  for (let token = tokens[end]; token?.kind === 'number' && token.spaced; token = tokens[++end]) {
    if (/^\d{3}$/.test(token.text)) continue
    if (/^\d{3}[.,]\d{1,3}$/.test(token.text)) end++
    break
  }
  const last = tokens[end - 1]?.text ?? ''
  const isPriced = before.at(-1)?.mark !== undefined && !last.startsWith('0')
  if (end > at + 1 && isPriced && measures(tokens, end)) end--
  return end
}

function isModel(before: readonly Piece[]): boolean {
  const last = before.at(-1)
  return (last?.text === '-' && last.glued ? before.at(-2) : last)?.senses.has('model') === true
}

/** Whether what begins at `at` makes the number before it a measure: `%`, `GB`, `days`, `bids`. */
function measures(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  if (token === undefined || token.kind === 'number') return false
  if (token.text === 'x' || token.text === '×') return true
  const entry = phraseAt(tokens, at)?.entry
  if (entry === undefined || entry.mark !== undefined) return false
  const { senses } = entry
  return (senses.has('unit') && !senses.has('each')) || senses.has('time') || senses.has('bid')
}

/** The longest phrase of the word list at `at`. Dots and apostrophes inside it do not count: `inkl. MwSt.`, `S/.`, `so'm`. */
function phraseAt(tokens: readonly Token[], at: number): { end: number; text: string; entry: Entry } | undefined {
  let found: { end: number; text: string; entry: Entry } | undefined
  let node: Node | undefined = lexicon
  let text = ''
  for (let end = at; end < tokens.length; end++) {
    const token: Token | undefined = tokens[end]
    if (token === undefined) break
    const next: Node | undefined = node.next.get(token.text)
    if (next === undefined) {
      if (end > at && token.text === '-' && token.glued && tokens[end + 1]?.glued) continue
      if (end > at && (token.text === '.' || token.text === "'" || token.text === '"')) continue
      break
    }
    node = next
    text = text === '' ? token.text : `${text} ${token.text}`
    if (node.entry !== undefined && isWritten(tokens, at, end, text)) found = { end: end + 1, text, entry: node.entry }
  }
  return found
}

/** `for a $450 card` names no Australian dollars, and `5 km` no marks of Bosnia. */
function isWritten(tokens: readonly Token[], at: number, end: number, text: string): boolean {
  const raw = tokens[at]?.raw ?? ''
  if (NEEDS_GLUE.has(text)) return tokens[end]?.glued === true
  if (NEEDS_CAPITAL.has(text)) return raw === raw.toUpperCase() || (end > at && tokens[end]?.glued === true) || text === 'km'
  return true
}

function tokensOf(text: string): Token[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for ASCII
  const ascii = /^[\x00-\x7f]*$/.test(text)
  const tokens: Token[] = []
  let end = 0
  for (const match of text.matchAll(ascii ? ASCII_TOKEN : TOKEN)) {
    const [raw, single, word] = match
    const code = raw.charCodeAt(0)
    const kind = code >= 48 && code <= 57 ? 'number' : single || word !== undefined ? 'word' : 'sign'
    const gap = match.index - end
    tokens.push({
      text: raw.toLowerCase(),
      raw,
      glued: gap === 0 && match.index > 0,
      spaced: gap === 1,
      kind,
      latin: kind === 'word' && code < 0x250,
    })
    end = match.index + raw.length
  }
  return tokens
}

/** Removes accents, so that `à partir de` and `a partir de` are one phrase, and maps look-alikes of digits and signs to ASCII. */
function fold(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text
  return text
    .replace(/[\p{Cf}\p{Variation_Selector}]/gu, '')
    .replace(/(\d)([⁰¹²³⁴-⁹]{1,2})(?![⁰¹²³⁴-⁹])/g, (_, digit: string, small: string) => `${digit}.${superscript(small)}`)
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[٠-٩۰-۹०-९০-৯๐-๙]/g, asciiDigit)
    .replace(/[\u2010-\u2015]/g, '-')
    .replace(/[‘’ʼʹ′´`＇]/g, "'")
    .replace(/[“”„″״«»]/g, '"')
    .replace(/[׳]/g, "'")
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .replace(/[^\0-\x7f]/gu, (sign) => LOOK_ALIKES.get(sign) ?? sign)
}

function asciiDigit(digit: string): string {
  const code = digit.charCodeAt(0)
  const zero = ZEROS.findLast((first) => first <= code) ?? 48
  return String(code - zero)
}

function superscript(digits: string): string {
  return [...digits].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)).join('')
}

/** A letter that looks like a digit, inside a number or between a currency sign and one: `$l,299.OO`. */
export const JUNK =
  /[$€£¥₹₩₽]\s?(?:[lIO|][.,]?[\dOlI]|[?_#*~]+\d)|\d\?+[\d?]|(?<![\p{L}\d])[lIO|][.,]\d{3}|\d[.,]?[OoI]+(?:[.,\dOolI]|(?![\p{L}\d]))|\d[.,][OoIlSB]{2,3}(?!\p{L})|\d[lSBZ|]\d/u

/** Characters each with a stroke of its own laid over it. */
const STRUCK = /(?:[^\p{M}][\u{335}-\u{338}])+/gu
const OVERLAY = /[\u{335}-\u{338}]/gu

/** Struck prices become words; markup goes; what separates lines becomes a sign that separates. */
export function clean(text: string): string {
  let cleaned = text
  if (/[<&]/.test(cleaned)) {
    cleaned = cleaned
      .replace(/<(s|del|strike)(?: [^<>]*)?>([^<>]*)<\/\1>/gi, ' ( was $2 ) ')
      .replace(/<[a-z/][^<>]*>/gi, ' ')
      .replace(
        /&(nbsp|euro|pound|yen|dollar|amp|ndash|mdash|thinsp|#36|#x24|#8364|#163|#165|#160|#8239);/gi,
        (_, name: string) => {
          return ENTITIES[name.toLowerCase()] ?? ' '
        },
      )
  }
  cleaned = cleaned
    .replace(/~~([^~]+)~~/g, ' ( was $1 ) ')
    .replace(STRUCK, (struck) => ` ( was ${struck.replace(OVERLAY, '')} ) `)
    .replace(/[\r\n\t]+/g, ' | ')
  return fold(cleaned).replace(/\s+/g, ' ').trim()
}

const ENTITIES: Readonly<Record<string, string>> = {
  euro: '€',
  '#8364': '€',
  pound: '£',
  '#163': '£',
  yen: '¥',
  '#165': '¥',
  dollar: '$',
  '#36': '$',
  '#x24': '$',
  amp: '&',
  ndash: '-',
  mdash: '-',
}

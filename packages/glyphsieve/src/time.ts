const FIRST_INSTANT = Date.parse('0000-01-01T00:00:00.000Z')
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z')
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const [DASH, COLON, DOT, PLUS, T, Z] = [45, 58, 46, 43, 84, 90]

/**
 * Turns an RFC 3339 timestamp (https://www.rfc-editor.org/rfc/rfc3339#section-5.6) into UTC text of one length,
 * `2026-11-01T10:00:00.000Z`, so that text order is time order. Digits beyond milliseconds are cut off; the leap second
 * 23:59:60 UTC becomes the second after it.
 *
 * Returns undefined for anything else: no offset, a day that no calendar has, an instant outside the years 0000 to 9999.
 * Reads character codes and not a regular expression: it runs once for every listing of an import.
 */
export function utcTimestamp(text: string): string | undefined {
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  const second = digits(text, 17, 2)
  const punctuated =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    upper(text, 10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON
  if (!punctuated || year < 0 || !isDate(year, month, day)) return undefined
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return undefined

  let at = 19
  if (text.charCodeAt(at) === DOT) {
    do at++
    while (isDigit(text.charCodeAt(at)))
    if (at === 20) return undefined
  }
  const offsetMinutes = offset(text, at)
  if (offsetMinutes === undefined) return undefined
  if (text.length === 24 && at === 23 && second < 60 && text.charCodeAt(10) === T && text.charCodeAt(23) === Z) return text

  const local = new Date(0)
  local.setUTCFullYear(year, month - 1, day)
  local.setUTCHours(hour, minute, second, Number(text.slice(20, Math.min(at, 23)).padEnd(3, '0')))
  const instant = local.getTime() - offsetMinutes * MINUTE_MS
  if (second === 60 && modulo(instant, DAY_MS) >= 1000) return undefined
  if (instant < FIRST_INSTANT || instant > LAST_INSTANT) return undefined
  return new Date(instant).toISOString()
}

/** Minutes east of UTC that the rest of the text from `at` names, or undefined. */
function offset(text: string, at: number): number | undefined {
  if (upper(text, at) === Z) return text.length === at + 1 ? 0 : undefined
  const sign = text.charCodeAt(at)
  const hours = digits(text, at + 1, 2)
  const minutes = digits(text, at + 4, 2)
  if ((sign !== PLUS && sign !== DASH) || text.charCodeAt(at + 3) !== COLON || text.length !== at + 6) return undefined
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return undefined
  return (sign === DASH ? -1 : 1) * (hours * 60 + minutes)
}

function isDate(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 && !leap ? 28 : (DAYS_IN_MONTH[month - 1] ?? 0)
  return day >= 1 && day <= days
}

/** The number that `count` decimal digits from `at` write, or -1 where one of them is no digit. */
function digits(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const code = text.charCodeAt(i)
    if (!isDigit(code)) return -1
    value = value * 10 + code - 48
  }
  return value
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Code of the character at `at`, a letter in upper case: RFC 3339 allows `t` and `z`. NaN beyond the end. */
function upper(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code >= 97 && code <= 122 ? code - 32 : code
}

function modulo(dividend: number, divisor: number): number {
  return ((dividend % divisor) + divisor) % divisor
}

import { THREE_DECIMALS } from './price-words.ts'

/** The value exactly: 2.3 lakh is 230000 and not 229999.99999999997. */
export function scaled(whole: string, fraction: string, factor = 1): number {
  if (factor === 1) return Number(fraction === '' ? whole : `${whole}.${fraction}`)
  return (Number(whole + fraction) * factor) / 10 ** fraction.length
}

interface Digits {
  whole: string
  fraction: string
  doubtful: boolean
}

/** Digits of a number with its marks taken for what they are, or undefined where no country groups digits like that. */
export function digitsOf(
  raw: string,
  thousands: ReadonlySet<string>,
  isWhole: boolean,
  currency: string | null,
): Digits | undefined {
  const fractionDigits = currency !== null && THREE_DECIMALS.has(currency) ? 3 : 2
  const digits = (text: string, fraction = ''): Digits => ({ whole: text.replace(/\D/g, ''), fraction, doubtful: false })
  if (/^\d+$/.test(raw)) return digits(raw)
  const [, body = '', decimal, fraction] = /^(.*?)(?:([.,])(\d+))?$/.exec(raw) ?? []
  if (/[ ']/.test(raw)) {
    // Colombian: the apostrophe parts millions, the dot thousands.
    if (/^[1-9]\d{0,2}'\d{3}\.\d{3}$/.test(raw)) return digits(raw)
    if (!/^[1-9]\d{0,2}(?:([ '])\d{3})(?:\1\d{3})*$/.test(body)) return undefined
    return fraction === undefined || fraction.length <= fractionDigits ? digits(body, fraction) : undefined
  }
  if (decimal === undefined || fraction === undefined) return undefined
  const other = decimal === '.' ? ',' : '.'
  if (body.includes(other)) {
    const grouped = other === ',' ? /^[1-9]\d{0,2}(?:,\d{3})+$|^[1-9]\d?(?:,\d\d)*,\d{3}$/ : /^[1-9]\d{0,2}(?:\.\d{3})+$/
    return grouped.test(body) && fraction.length <= fractionDigits ? digits(body, fraction) : undefined
  }
  if (body.includes(decimal)) {
    const grouped = decimal === ',' ? /^[1-9]\d{0,2}(?:,\d{3})+$|^[1-9]\d?(?:,\d\d)+,\d{3}$/ : /^[1-9]\d{0,2}(?:\.\d{3})+$/
    return grouped.test(raw) ? digits(raw) : undefined
  }
  if (fraction.length <= 2) return digits(body, fraction)
  if (fraction.length > 3) return decimal === '.' && !isWhole ? digits(body, fraction) : undefined
  if (body.length > 3) return decimal === '.' ? digits(body, fraction) : undefined
  if (body.startsWith('0')) return digits(body, fraction)
  if (isWhole) return digits(raw)
  if (fractionDigits === 3 && !thousands.has(decimal)) return digits(body, fraction)
  return thousands.has(decimal) ? digits(raw) : { ...digits(raw), doubtful: true }
}

import { utcTimestamp } from './time.ts'

const ISO_LIKE =
  /^(\d{4})[-/](\d{2})[-/](\d{2})(?:(?:T|,? +)(\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(?: ?(Z|UTC|GMT|([+-]\d{2}):?(\d{2})))?)?$/i
const EPOCH = /^(\d{10})(?:\.\d+)?$|^(\d{13})$/
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const CLOCK = '(?:,? +(?:at +)?(\\d{1,2}):(\\d{2})(?::(\\d{2}))?(?: *(?:Z|UTC|GMT|[+-]00:?00))?)?'
const DAY_FIRST = new RegExp(
  `^(?:\\p{L}{3,9},? +)?(\\d{1,2})(?:st|nd|rd|th)?[ -](\\p{L}{3})\\p{L}{0,6}\\.?,?[ -](\\d{4})${CLOCK}$`,
  'iu',
)
const MONTH_FIRST = new RegExp(
  `^(?:\\p{L}{3,9},? +)?(\\p{L}{3})\\p{L}{0,6}\\.? +(\\d{1,2})(?:st|nd|rd|th)?,? +(\\d{4})${CLOCK}$`,
  'iu',
)
const DOTTED = new RegExp(`^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})${CLOCK}$`)

/**
 * Reads when an offer was observed as UTC text of one length: RFC 3339, `2026-11-01 10:00` and other forms of ISO 8601,
 * `Sun, 01 Nov 2026 10:00:00 GMT`, `Nov 1, 2026`, `01.11.2026`, seconds or milliseconds since 1970. A time without an offset is
 * UTC, a day without a time its first instant.
 *
 * Returns undefined for anything else: `11/01/2026` is November here and January there.
 */
export function readSeenAt(text: string): string | undefined {
  const printed = text.trim()
  return (
    utcTimestamp(printed) ??
    (printed.length > 64 ? undefined : (fromIsoLike(printed) ?? fromEpoch(printed) ?? fromDay(printed)))
  )
}

function fromIsoLike(printed: string): string | undefined {
  const [matched, year, month, day, clock = '00:00', seconds = ':00', zone = 'Z', hours, minutes] = ISO_LIKE.exec(printed) ?? []
  if (matched === undefined) return undefined
  const offset = hours === undefined ? 'Z' : `${hours}:${minutes}`
  return utcTimestamp(`${year}-${month}-${day}T${clock}${seconds}${zone === 'Z' ? 'Z' : offset}`)
}

function fromEpoch(printed: string): string | undefined {
  const [matched, , milliseconds] = EPOCH.exec(printed) ?? []
  if (matched === undefined) return undefined
  return new Date(milliseconds === undefined ? Math.floor(Number(printed) * 1000) : Number(milliseconds)).toISOString()
}

function fromDay(printed: string): string | undefined {
  const dayFirst = DAY_FIRST.exec(printed)
  const monthFirst = MONTH_FIRST.exec(printed)
  const dotted = DOTTED.exec(printed)
  const [, , , , hour = '0', minute = '0', second = '0'] = dayFirst ?? monthFirst ?? dotted ?? []
  const monthOf = (name: string | undefined) => `${MONTHS.indexOf((name ?? '').toLowerCase()) + 1}`
  const date = dayFirst
    ? [dayFirst[3], monthOf(dayFirst[2]), dayFirst[1]]
    : monthFirst
      ? [monthFirst[3], monthOf(monthFirst[1]), monthFirst[2]]
      : dotted
        ? [dotted[3], dotted[2], dotted[1]]
        : undefined
  if (date === undefined) return undefined
  const two = (digits: string | undefined) => (digits ?? '').padStart(2, '0')
  const [year, month, day] = date
  return utcTimestamp(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`)
}

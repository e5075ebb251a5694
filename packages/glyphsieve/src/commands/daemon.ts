import { visible } from '../terminal.ts'
import { isHttpUrl } from '../url.ts'

const MOST_SHOWN = 300

/** What keeps a text from being the address of a daemon, in words that do not repeat it; undefined where nothing does. */
export function addressFault(text: string): string | undefined {
  if (!isHttpUrl(text)) return 'It must be an http address such as http://127.0.0.1:8080.'
  if (/^https?:\/\/[^/]*@/i.test(text)) return 'It must not hold a user name or a password.'
  return /[?#]/.test(text) ? 'It must end with its path, without ? and #.' : undefined
}

/** Why a daemon cannot be reached, in words, where the code of the error says that. */
export function unreachable(address: string, code: string | undefined): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${address}: is glyphd serve running there?`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${address} has no address: check the name of the host`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `no way leads to ${address}: check the network`
    default:
      return undefined
  }
}

export interface Refused {
  address: string
  /** What was refused, such as `the listings`. */
  what: string
  status: number
  /** The body of the answer: a problem of RFC 9457, or whatever came. */
  answer: string
  /** How many errors are said, at most. */
  most_errors: number
}

/** A refusal in words, which a terminal may show. */
export function refusal({ address, what, status, answer, most_errors }: Refused): string {
  const { code, detail, errors, error_count } = answeredObject(answer)
  const head = `${address} refused ${what} with ${status}${code === undefined ? '' : ` ${shown(code)}`}`
  const listed: readonly unknown[] = Array.isArray(errors) ? errors : []
  const lines = listed.slice(0, most_errors).map(errorLine)
  const more = (typeof error_count === 'number' ? error_count : listed.length) - lines.length
  if (lines.length > 0 && more > 0) lines.push(`  ${more} more`)
  return [detail === undefined ? head : `${head}: ${shown(detail)}`, ...lines].join('\n')
}

function errorLine(error: unknown): string {
  const { row, line, pointer, message, value } = membersOf(error)
  const place = line === undefined ? `row ${shown(row)}` : `line ${shown(line)}`
  return `  ${place}, ${shown(pointer)}: ${shown(message)}${value === undefined ? '' : ` (${shown(value)})`}`
}

/** The members of an answer; none where it is no JSON object. */
export function answeredObject(answer: string): Record<string, unknown> {
  try {
    return membersOf(JSON.parse(answer))
  } catch {
    return {}
  }
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return visible(text.slice(0, MOST_SHOWN))
}

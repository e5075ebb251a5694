import { setTimeout as sleep } from 'node:timers/promises'
import { answeredObject, CommandFailure, refusal, say, type Terminal, unreachable, visible } from 'glyphsieve/terminal'
import { Unreached } from '../failure.ts'
import { type Answer, attempt, type Loss, type SentRequest } from './attempt.ts'

const MOST_RETRIES = 5
/** Nobody is there, most likely: the one more attempt is for a daemon that is just starting. */
const MOST_RETRIES_UNREACHED = 1
const MOST_PAUSE_SECONDS = 300

/** What is asked of a daemon. It may be sent several times, and must do the same as if it were sent once. */
export interface DaemonRequest extends Omit<SentRequest, 'url'> {
  /** Address of the daemon, without a slash at its end. */
  address: string
  /** Path and query below the address. */
  path: string
  /** What is sent, in words such as `the listings`. */
  what: string
  /** What to say where the daemon may have done what it was asked, without having said so. */
  in_doubt?: string | undefined
}

/** Why a request was not answered for good. */
interface Setback {
  words: string
  /** How often it is worth another attempt. */
  retries: number
  /** How long the daemon asks to wait. */
  pause_seconds?: number | undefined
  /** Whether the daemon may have done what it was asked. */
  in_doubt: boolean
}

/**
 * Sends a request and gives back the answer. Tries again, and says so, where the connection is lost or the daemon asks for patience.
 *
 * @throws Unreached if no attempt brought an answer that lasts, CommandFailure if it was interrupted.
 */
export async function exchange(request: DaemonRequest, terminal: Terminal): Promise<Answer> {
  const sent: SentRequest = { ...request, url: `${request.address}${request.path}` }
  let inDoubt = false
  let connected = false
  const withDoubt = (words: string) => (inDoubt && request.in_doubt ? `${words}: ${request.in_doubt}` : words)
  const interrupted = () => new CommandFailure(inDoubt ? withDoubt('interrupted') : 'interrupted: nothing was done')
  for (let retry = 1; ; retry += 1) {
    const outcome = await attempt(sent, terminal)
    connected ||= 'status' in outcome || outcome.connected
    const judged = 'status' in outcome ? judgeAnswer(outcome, request) : setbackOf({ ...outcome, connected }, request.address)
    if ('status' in judged) return judged
    inDoubt ||= judged.in_doubt
    if (terminal.signal.aborted) throw interrupted()
    if (retry > judged.retries) throw new Unreached(withDoubt(judged.words))

    const seconds = judged.pause_seconds ?? backoff(retry)
    say(
      terminal,
      `${judged.words}${judged.words.endsWith('?') ? '' : ';'} trying again in ${Number(seconds.toFixed(1))} s (${retry} of ${judged.retries})`,
    )
    await sleep(seconds * 1000, undefined, { signal: terminal.signal }).catch(() => {
      throw interrupted()
    })
  }
}

/** 1, 2, 4, ... seconds, each a quarter more or less: clients that were cut off together must not come back together. */
function backoff(retry: number): number {
  return 2 ** (retry - 1) * (0.75 + Math.random() / 2)
}

/** Statuses that pass. A 502 or 504 is of a proxy, which does not know what the daemon did. */
const PASSING = new Map([
  [429, { in_doubt: false }],
  [502, { in_doubt: true }],
  [503, { in_doubt: false }],
  [504, { in_doubt: true }],
])
/** The first attempt is still running, or was when this one came. */
const KEY_IN_USE = 'idempotency_key_in_use'

/** The answer, if another attempt would bring the same. */
function judgeAnswer(answer: Answer, { address, what }: DaemonRequest): Answer | Setback {
  const { status, headers, text } = answer
  const isInUse = status === 409 && answeredObject(text)['code'] === KEY_IN_USE
  const passing = isInUse ? { in_doubt: true } : PASSING.get(status)
  if (passing === undefined) return answer
  const words = refusal({ address, what, status, answer: text, most_errors: 0 })
  const pause_seconds = /^\d{1,9}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : undefined
  if (pause_seconds === undefined || pause_seconds <= MOST_PAUSE_SECONDS) {
    return { ...passing, words, retries: MOST_RETRIES, pause_seconds }
  }
  return { ...passing, words: `${words} (it asks to wait ${pause_seconds} s)`, retries: 0 }
}

/** Ends of a connection that another attempt may not meet. */
const PASSING_CODES = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT'],
]

function setbackOf({ code, connected, sent }: Loss, address: string): Setback {
  const retries = connected ? MOST_RETRIES : MOST_RETRIES_UNREACHED
  return {
    words: unreachable(address, code) ?? lossWords(address, code),
    retries: code !== undefined && PASSING_CODES.includes(code) ? retries : 0,
    in_doubt: sent,
  }
}

/** What a TLS handshake with a server of plain HTTP ends with, depending on whether its answer or the loss is noticed first. */
const NO_TLS_CODES = ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']

function lossWords(address: string, code = 'without a reason'): string {
  if (code === 'ETIMEDOUT') return `${address} did not answer in time`
  if (code === 'ECONNRESET' || code === 'EPIPE') return `${address} closed the connection before it answered`
  if (NO_TLS_CODES.includes(code)) return `${address} does not speak TLS: is it http and not https?`
  if (code.startsWith('HPE_')) return `${address} answered with something other than HTTP`
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return `${address} has a certificate that is not trusted (${code})`
  return `${address} could not be asked (${visible(code)})`
}

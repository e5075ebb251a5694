import { answeredObject, CommandFailure, refusal, visible } from 'glyphsieve/terminal'
import type { Answer } from './attempt.ts'
import type { DaemonRequest } from './exchange.ts'

const SHOWN_ERRORS = 10

/** Members of what a daemon answered. Those that nobody asks for may be anything: a newer daemon has others. */
export interface Result<Members> {
  members: Members
  /** @throws CommandFailure if the member is no text. */
  text(name: keyof Members & string): string
  /** @throws CommandFailure if the member is no number. */
  number(name: keyof Members & string): number
}

/** @throws CommandFailure with the words of the daemon if it refused the request. */
export function resultOf(answer: Answer, request: DaemonRequest): Result<Record<string, unknown>> {
  const { status, text } = served(answer, request)
  return resultWith(answeredObject(text), { address: request.address, status })
}

/** What a daemon answered to a request that it served, as the typed client gave it. */
export function resultWith<Members extends object>(
  members: Members,
  { address, status }: { address: string; status: number },
): Result<Members> {
  return {
    members,
    text(name) {
      const value = members[name]
      if (typeof value !== 'string') throw strange(address, status)
      return value
    },
    number(name) {
      const value = members[name]
      if (typeof value !== 'number') throw strange(address, status)
      return value
    },
  }
}

/** The answer to a request that was served. @throws CommandFailure with the words of the daemon if it refused the request. */
export function served(answer: Answer, { address, path, what }: DaemonRequest): Answer {
  const { status, headers, text } = answer
  if (status >= 200 && status < 300) return answer
  if (status >= 300 && status < 400) {
    throw new CommandFailure(
      `${address} sends the request on to ${visible(headers.location ?? 'nowhere')}: name the right --url`,
    )
  }
  const words = refusal({ address, what, status, answer: text, most_errors: SHOWN_ERRORS })
  throw new CommandFailure(isElsewhere(answer, path) ? `${words}; is --url the daemon's address alone, without a path?` : words)
}

/** What to say of an answer that no daemon gives. */
export function strange(address: string, status: number): CommandFailure {
  return new CommandFailure(`${address} answered ${status}, but not as a glyphd does: is it one?`)
}

/** Whether a daemon was asked for something at another path than what it serves there. */
function isElsewhere({ status, text }: Answer, path: string): boolean {
  const { code, instance } = answeredObject(text)
  return status === 404 && code === 'not_found' && typeof instance === 'string' && instance !== path.split('?', 1)[0]
}

/** A count in words, such as `4,304 listings`. */
export function listings(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'listing' : 'listings'}`
}

export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}

import { answeredObject, CommandFailure, refusal, visible } from 'glyphsieve/terminal'
import type { Answer } from './attempt.ts'
import type { DaemonRequest } from './exchange.ts'

const SHOWN_ERRORS = 10

/** What a daemon answered to a request that it served. Members that nobody asks for may be anything: a newer daemon has others. */
export interface Result {
  members: Record<string, unknown>
  /** @throws CommandFailure if the member is no text. */
  text(name: string): string
  /** @throws CommandFailure if the member is no number. */
  number(name: string): number
}

/** @throws CommandFailure with the words of the daemon if it refused the request. */
export function resultOf(answer: Answer, { address, path, what }: DaemonRequest): Result {
  const { status, headers, text } = answer
  if (status >= 300 && status < 400) {
    throw new CommandFailure(
      `${address} sends the request on to ${visible(headers.location ?? 'nowhere')}: name the right --url`,
    )
  }
  if (status < 200 || status >= 300) {
    const words = refusal({ address, what, status, answer: text, most_errors: SHOWN_ERRORS })
    throw new CommandFailure(
      isElsewhere(answer, path) ? `${words}; is --url the daemon's address alone, without a path?` : words,
    )
  }
  const members = answeredObject(text)
  const strange = () => new CommandFailure(`${address} answered ${status}, but not as a glyphd does: is it one?`)
  return {
    members,
    text(name) {
      const value = members[name]
      if (typeof value !== 'string') throw strange()
      return value
    },
    number(name) {
      const value = members[name]
      if (typeof value !== 'number') throw strange()
      return value
    },
  }
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

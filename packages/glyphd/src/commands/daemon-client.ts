import type { Terminal } from 'glyphsieve/terminal'
import { type Client, createClient, type RawAnswer } from '../client.ts'
import type { Answer } from './attempt.ts'
import { type DaemonRequest, exchange } from './exchange.ts'
import { served, strange } from './result.ts'

/** Which daemon is asked, and for what, in words. */
export type Asking = Pick<DaemonRequest, 'address' | 'what' | 'in_doubt'>

/**
 * The typed client of a command: it tries again, and has words for what goes wrong. An answer is read whole before it is given
 * on. Sends no bodies.
 *
 * Its methods throw `Unreached` if no daemon answers, and `CommandFailure` if it refuses the request or something else answers.
 */
export function daemonClient(asking: Asking, terminal: Terminal): Client {
  const { address } = asking
  return createClient({
    url: address,
    fetch: async (url, { method, headers }) => {
      const path = url.slice(address.length)
      const request: DaemonRequest = { ...asking, method: method === 'DELETE' ? 'DELETE' : 'GET', path, headers }
      const answer = served(await exchange(request, terminal), request)
      if (!isOfType(answer, headers['accept'])) throw strange(address, answer.status)
      return rawAnswer(answer)
    },
  })
}

/** Whether an answer is what was asked for, so that the client finds nothing wrong with it. */
function isOfType({ headers, text }: Answer, type: string | undefined): boolean {
  if (headers['content-type']?.split(';', 1)[0] !== type) return false
  if (type !== 'application/json') return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

function rawAnswer({ status, headers, text }: Answer): RawAnswer {
  return {
    status,
    headers: { get: (name) => headers[name.toLowerCase()]?.toString() ?? null },
    text: async () => text,
    body: bytesOf(text),
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield Buffer.from(text)
}

import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../problem.ts'
import { shown } from '../shown.ts'
import { parametersOf } from './problem.ts'

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const PROBLEM_TYPE = 'application/problem+json'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Media types of the good answers of a route. Default: `application/json`. */
    answers?: readonly string[]
  }
}

/** Whether the name or address reaches this machine only. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:[a-z0-9-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i.test(hostname)
}

/**
 * Refuses requests meant for another host, so that a web page cannot reach the daemon under a name of its own that resolves to
 * this machine (DNS rebinding), and changes asked for by another site's page.
 */
export function refuseForeign(allowedHosts: readonly string[]) {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()))
  return async (request: FastifyRequest): Promise<void> => {
    const hostname = hostnameOf(request.headers.host ?? '')
    if (!isLoopback(hostname) && !allowed.has(hostname)) {
      throw new Problem('misdirected_request', 'This Host is not served here: start glyphd with --allowed-host for it')
    }
    if (CHANGING.has(request.method) && /cross-site/i.test(`${request.headers['sec-fetch-site']}`)) {
      throw new Problem('cross_site', 'A page of another site must not change the store')
    }
  }
}

/** Refuses a request that takes none of the media types in which the route answers. */
export async function refuseUnanswerable(request: FastifyRequest): Promise<void> {
  const { accept } = request.headers
  const { answers = ['application/json'] } = request.routeOptions.config
  if (accept === undefined || accept === '*/*' || answers.includes(accept)) return
  if (request.accepts().type([...answers, PROBLEM_TYPE]) === false) {
    throw new Problem('not_acceptable', `This route answers with ${answers.join(' or ')}`)
  }
}

/** Refuses a query parameter that the route does not declare: a typo must not pass for a filter, or for an option. */
export async function refuseUnknownParameter(request: FastifyRequest): Promise<void> {
  const known = Object.keys(parametersOf(request))
  for (const name of Object.keys(request.query ?? {})) {
    if (known.includes(name)) continue
    const takes = known.length === 0 ? 'takes none' : `takes ${known.join(', ')}`
    throw new Problem('invalid_query', `Unknown query parameter ${shown(name)}: this route ${takes}`)
  }
}

/** Refuses every method that a path does not know, before a body is read. */
export function refuseMethod(known: readonly string[]) {
  const allow = known.join(', ')
  return async (request: FastifyRequest, _reply: FastifyReply): Promise<never> => {
    throw new Problem('method_not_allowed', `${request.method} is not possible here: ${allow} is`, { headers: { allow } })
  }
}

/** Host header without its port, in lower case; IPv6 addresses keep their brackets. */
function hostnameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase()
}

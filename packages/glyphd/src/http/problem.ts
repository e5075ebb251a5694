import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import type { TObject, TProperties } from 'glyphsieve/typebox'
import type { ProblemCode, ProblemDocument } from '../contract/problems.ts'
import { Problem } from '../problem.ts'
import { expectation } from '../shown.ts'
import { shape } from './description.ts'

/** The status of every problem: the one place. */
export const STATUS = {
  malformed_request: 400,
  invalid_query: 400,
  invalid_header: 400,
  invalid_cursor: 400,
  cursor_mismatch: 400,
  cross_site: 403,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  request_timeout: 408,
  idempotency_key_in_use: 409,
  suspicious_snapshot: 409,
  import_running: 409,
  body_too_large: 413,
  too_many_rows: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  unsupported_encoding: 415,
  misdirected_request: 421,
  invalid_json: 422,
  not_an_array: 422,
  no_listings: 422,
  no_source: 422,
  invalid_listings: 422,
  invalid_csv: 422,
  invalid_titles: 422,
  unreadable_input: 422,
  nothing_accepted: 422,
  idempotency_key_reused: 422,
  headers_too_large: 431,
  internal: 500,
  shutting_down: 503,
  queue_full: 503,
  waited_too_long: 503,
  question_too_long: 503,
  store_busy: 503,
  store_unavailable: 503,
  outcome_unknown: 503,
  sieve_unavailable: 503,
  disk_full: 507,
} as const satisfies Record<ProblemCode, number>

/** How long the rest of a refused body may take. */
const PASS_BY_MS = 60_000

/** What each of Fastify's own errors is in our words; any other is a bug. */
const FRAMEWORK: Record<string, [ProblemCode, detail: string]> = {
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed_request', 'The body is not as long as Content-Length says'],
  FST_ERR_BAD_URL: ['malformed_request', 'The path is not a valid URL path'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri_too_long', 'A part of the path is too long'],
}

/** Responses of these statuses as a route's schema describes them. */
export function problems(...statuses: (typeof STATUS)[ProblemCode][]) {
  const content = { 'application/problem+json': { schema: shape('Problem') } }
  return Object.fromEntries(statuses.map((status) => [status, { description: STATUS_CODES[status] ?? '', content }]))
}

/** The document of a problem. `instance` is the path of the request, without its query. */
export function problemDocument(problem: Problem, instance: string, request_id: string): ProblemDocument {
  const status = STATUS[problem.code]
  return {
    type: `urn:glyph:problem:${problem.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: problem.message,
    instance,
    code: problem.code,
    request_id,
    ...problem.members,
  }
}

/**
 * Answers with the problem that an error stands for. What is not a `Problem` is a bug: logged whole, shown as an id only. Once
 * `closing` is aborted, the rest of a refused body is not waited for.
 */
export function sendProblem(
  error: FastifyError | Problem,
  request: FastifyRequest,
  { reply, closing }: { reply: FastifyReply; closing: AbortSignal },
): FastifyReply {
  const problem = problemOf(error, request)
  const status = STATUS[problem.code]
  if (status === 500) request.log.error({ err: error }, 'request failed')
  else if (status > 500) request.log.warn({ code: problem.code, err: error.cause }, 'request refused')
  else if (request.method !== 'GET') {
    request.log.info({ code: problem.code, error_count: problem.members.error_count }, 'request refused')
  }
  const text = JSON.stringify(problemDocument(problem, pathOf(request.url), request.id))
  reply
    .code(status)
    .headers({ ...(status === 503 && { 'retry-after': '5' }), ...problem.headers })
    .type('application/problem+json')
  if (request.raw.complete) return reply.send(text)

  const passed = passBy(request.raw, closing)
  if (problem.headers['connection'] !== undefined) return reply.send(text)
  // Fastify or Node would close the connection at once, under a client that is still sending.
  if (reply.raw.shouldKeepAlive) return reply.header('connection', 'keep-alive').send(text)
  return reply
    .headers({ connection: 'close', 'content-length': Buffer.byteLength(text) })
    .send(Readable.from(textUntil(text, passed)))
}

/** A text that is there at once, and ends only with the promise. */
async function* textUntil(text: string, over: Promise<void>): AsyncGenerator<string, void> {
  yield text
  await over
}

/**
 * Lets the rest of a refused body pass by: a client that is cut off while it sends may never read why. Not for ever, though.
 * Resolves when nothing more of it is waited for.
 */
function passBy(body: Readable, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => body.destroy(), PASS_BY_MS)
    patience.unref()
    const over = () => {
      clearTimeout(patience)
      closing.removeEventListener('abort', over)
      resolve()
    }
    closing.addEventListener('abort', over)
    if (closing.aborted) resolve()
    body.on('error', () => {}) // nobody is left to tell
    body.once('end', over).once('close', over).resume()
  })
}

function problemOf(error: FastifyError | Problem, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error
  const [invalid] = error.validation ?? []
  if (invalid !== undefined) return invalidParameter(invalid, request)
  const known = FRAMEWORK[error.code]
  if (known !== undefined) return new Problem(...known)
  const status = error.statusCode ?? 500
  if (request.is404 || status === 403 || status === 404) return notFound()
  if (status < 500) return new Problem('malformed_request', 'The request cannot be served as it is')
  return new Problem('internal', 'Something went wrong on our side; the log knows more under the request_id')
}

function invalidParameter({ instancePath }: FastifySchemaValidationError, request: FastifyRequest): Problem {
  const name = instancePath.slice(1)
  const schema = parametersOf(request)[name]
  return new Problem('invalid_query', `Query parameter ${name} ${schema === undefined ? 'is not valid' : expectation(schema)}`)
}

/** The query parameters that a route declares; every such schema of ours is an object. */
export function parametersOf(request: FastifyRequest): TProperties {
  return (request.routeOptions.schema?.querystring as TObject | undefined)?.properties ?? {}
}

export function shuttingDown(): Problem {
  return new Problem('shutting_down', 'The daemon is shutting down: send it again', {
    headers: { 'retry-after': '5', connection: 'close' },
  })
}

export function endedEarly(): Problem {
  return new Problem('malformed_request', 'The body ended before its end')
}

export function notFound(): Problem {
  return new Problem('not_found', 'There is nothing at this path: /docs shows what there is')
}

/** Path of a request target, which may also be a whole address, without its query. */
function pathOf(target: string): string {
  return target.replace(/^[a-z]+:\/\/[^/?]*/i, '').split('?', 1)[0] || '/'
}

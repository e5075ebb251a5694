import type { Problem } from './client/api.ts'
import type {
  AnswerOf,
  ItemOf,
  Json,
  Lines,
  OperationOf,
  OptionsOf,
  PagedPath,
  PathAnswering,
  PathOf,
} from './client/routes.ts'

export type * from './client/api.ts'

const JSON_TYPE: Json = 'application/json'
const LINES_TYPE: Lines = 'application/x-ndjson'
const PROBLEM_TYPE = 'application/problem+json'

export interface ClientOptions {
  /** Address of the daemon, such as `http://127.0.0.1:8080`; empty in a page that the daemon serves. */
  url: string
  /** Default: the platform's. */
  fetch?: Fetch
}

/** Sends a request: `fetch`, or what is called in the same way. */
export type Fetch = (url: string, init: FetchOptions) => Promise<RawAnswer>

export interface FetchOptions {
  method: string
  headers: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
  signal?: AbortSignal
}

/** What of a `Response` the client reads. */
export interface RawAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
  text(): Promise<string>
}

/** An answer of a route. */
export interface Reply<Data> {
  status: number
  headers: RawAnswer['headers']
  /** Of the type that the description gives it, which is not checked again. */
  data: Data
}

/**
 * Asks a daemon. The types of paths, parameters and answers are those of its OpenAPI description.
 *
 * Every method throws a `Refusal` if the daemon refuses the request, an `UnexpectedAnswer` if what answers is not one, and whatever
 * `fetch` throws.
 */
export interface Client {
  get<P extends PathAnswering<'GET', Json>>(path: P, ...options: OptionsOf<'GET', P>): Promise<Reply<AnswerOf<'GET', P, Json>>>
  post<P extends PathAnswering<'POST', Json>>(
    path: P,
    ...options: OptionsOf<'POST', P>
  ): Promise<Reply<AnswerOf<'POST', P, Json>>>
  delete<P extends PathAnswering<'DELETE', Json>>(
    path: P,
    ...options: OptionsOf<'DELETE', P>
  ): Promise<Reply<AnswerOf<'DELETE', P, Json>>>
  /** The page that is asked for and all behind it, each asked for when it is needed. */
  pages<P extends PagedPath>(
    path: P,
    ...options: OptionsOf<'GET', P>
  ): AsyncGenerator<AnswerOf<'GET', P, Json>, void, undefined>
  /** What lies on these pages, one by one. */
  items<P extends PagedPath>(path: P, ...options: OptionsOf<'GET', P>): AsyncGenerator<ItemOf<P>, void, undefined>
  /** What a route answers as NDJSON, one value a line, no faster than it is read. */
  lines<P extends PathAnswering<'GET', Lines>>(
    path: P,
    ...options: OptionsOf<'GET', P>
  ): AsyncGenerator<AnswerOf<'GET', P, Lines>, void, undefined>
  /** An answer as it comes, in one of the media types of its route. */
  open<P extends PathOf<'GET'>>(
    path: P,
    type: keyof OperationOf<'GET', P>['answer'] & string,
    ...options: OptionsOf<'GET', P>
  ): Promise<RawAnswer>
}

/** What a request to any route may come with. */
interface AnyRequest {
  path?: Record<string, string>
  query?: Record<string, string | number | undefined>
  headers?: Record<string, string | undefined>
  body?: unknown
  type?: string
  signal?: AbortSignal | undefined
}

export function createClient({ url, fetch = globalThis.fetch }: ClientOptions): Client {
  const address = url.replace(/\/+$/, '')

  async function send(method: string, path: string, accept: string, request: AnyRequest = {}): Promise<RawAnswer> {
    const { body, type = JSON_TYPE, signal } = request
    const answer = await fetch(`${address}${filled(path, request.path)}${searchOf(request.query)}`, {
      method,
      headers: { accept, ...(body !== undefined && { 'content-type': type }), ...definedOf(request.headers) },
      ...(body !== undefined && { body: encoded(body, type) }),
      ...(signal && { signal }),
    })
    const isGood = answer.status >= 200 && answer.status < 300
    if (isGood && mediaTypeOf(answer) === accept) return answer
    const text = await answer.text()
    const what = `${method} ${path}`
    if (isGood || mediaTypeOf(answer) !== PROBLEM_TYPE) throw new UnexpectedAnswer(what, answer.status)
    throw new Refusal(parsed(text, what, answer.status))
  }

  const asking = (method: string) =>
    async function ask<Data>(path: string, request?: AnyRequest): Promise<Reply<Data>> {
      const answer = await send(method, path, JSON_TYPE, request)
      const { status, headers } = answer
      return { status, headers, data: parsed(await answer.text(), `${method} ${path}`, status) }
    }
  const get = asking('GET')

  async function* pages<Page>(path: string, request: AnyRequest = {}): AsyncGenerator<Page, void, undefined> {
    for (let cursor = request.query?.['cursor']; ; ) {
      const { data, status } = await get<Page>(path, { ...request, query: { ...request.query, cursor } })
      yield data
      const next = nextCursorOf(data)
      if (next === null) return
      if (next === undefined || next === cursor) throw new UnexpectedAnswer(`the next page of ${path}`, status)
      cursor = next
    }
  }

  async function* items<Item>(path: string, request?: AnyRequest): AsyncGenerator<Item, void, undefined> {
    for await (const page of pages<{ items: Item[] }>(path, request)) yield* page.items
  }

  async function* lines<Line>(path: string, request?: AnyRequest): AsyncGenerator<Line, void, undefined> {
    const { body, status } = await send('GET', path, LINES_TYPE, request)
    for await (const line of linesOf(body ?? [])) yield parsed(line, `GET ${path}`, status)
  }

  return {
    get,
    post: asking('POST'),
    delete: asking('DELETE'),
    pages,
    items,
    lines,
    open: (path, type, ...[request]) => send('GET', path, type, request),
  }
}

/** A request that the daemon refused, and why. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly problem: Problem
  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`)
    this.problem = problem
  }
}

/** An answer that no daemon gives: it is of a proxy, or of another service. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
  readonly status: number
  constructor(what: string, status: number) {
    super(`${what} was answered with ${status}, but not as a glyphd does`)
    this.status = status
  }
}

/** The value that a text of JSON stands for. Its type is the caller's word: that of the description. */
function parsed<T>(text: string, what: string, status: number): T {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnexpectedAnswer(what, status)
  }
}

/** Null on the last page; undefined where there is none, so that what is no page ends nothing quietly. */
function nextCursorOf(page: unknown): string | null | undefined {
  if (typeof page !== 'object' || page === null || !('next_cursor' in page)) return undefined
  const { next_cursor } = page
  return typeof next_cursor === 'string' || next_cursor === null ? next_cursor : undefined
}

function encoded(body: unknown, type: string): string | Uint8Array<ArrayBuffer> {
  if (type === JSON_TYPE) return JSON.stringify(body)
  return body instanceof Uint8Array ? new Uint8Array(body) : `${body}`
}

function filled(path: string, values: Record<string, string> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ''))
}

function searchOf(query: AnyRequest['query']): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, `${value}`)
  return search.size === 0 ? '' : `?${search}`
}

function definedOf(headers: AnyRequest['headers'] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function mediaTypeOf({ headers }: RawAnswer): string | undefined {
  return headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
}

/** The lines of a text that comes in pieces; blank ones left out. */
async function* linesOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of pieces) {
    const lines = `${rest}${decoder.decode(piece, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line.trim() !== '')
  }
  if (rest.trim() !== '') yield rest
}

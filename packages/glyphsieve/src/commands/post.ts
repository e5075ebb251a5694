import { openAsBlob } from 'node:fs'
import { visible } from '../terminal.ts'
import { CommandFailure, type Terminal, writeData } from './io.ts'

const SHOWN_ERRORS = 5
const MOST_SHOWN = 300

/**
 * Sends a file of listings to a glyphd as one import and prints its answer on stdout. The digest of the file goes along as
 * the key of the import, by which a daemon that keeps keys knows a repetition.
 */
export async function postListings(daemon: string, file: string, digest: string, terminal: Terminal): Promise<void> {
  const url = `${daemon.replace(/\/+$/, '')}/api/persist/listings`
  let response: Response
  let answer: string
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': digest },
      body: await openAsBlob(file),
      redirect: 'error',
      signal: terminal.signal,
    })
    answer = await response.text()
  } catch (error) {
    terminal.signal.throwIfAborted()
    throw new CommandFailure(unreachable(url, error), { cause: error })
  }
  if (!response.ok) throw new CommandFailure(refusal(url, response.status, answer))
  const result = objectOf(answer)
  if (typeof result['import_id'] !== 'string') {
    throw new CommandFailure(`${url} answered ${response.status}, but not with an import result: is it a glyphd?`)
  }
  await writeData(terminal, `${JSON.stringify(result)}\n`)
}

function unreachable(url: string, error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? `${cause.code}` : undefined
  if (cause instanceof Error && cause.message === 'bad port') return `${url}: no web service may use this port`
  if (code === 'ECONNREFUSED') return `nothing listens at ${url}: is glyphd serve running there?`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${url} has no address: check the name of the host`
  return `${url} did not answer${code === undefined ? '' : ` (${code})`}: whether the listings were stored is not known: ask it before you send them again`
}

/** A refused import in words, from RFC 9457 or whatever came. */
function refusal(url: string, status: number, answer: string): string {
  const problem = objectOf(answer)
  const { code, detail, errors, error_count } = problem
  const head = `${url} refused the listings with ${status}${code === undefined ? '' : ` ${shown(code)}`}`
  const lines = (Array.isArray(errors) ? errors : []).slice(0, SHOWN_ERRORS).map((error: unknown) => {
    const { line, pointer, message, value } = { ...(typeof error === 'object' ? error : {}) } as Record<string, unknown>
    return `  line ${shown(line)}, ${shown(pointer)}: ${shown(message)}, found ${shown(value)}`
  })
  const more = typeof error_count === 'number' && error_count > lines.length ? [`  ${error_count - lines.length} more`] : []
  return [detail === undefined ? head : `${head}: ${shown(detail)}`, ...lines, ...(lines.length > 0 ? more : [])].join('\n')
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return visible(text.slice(0, MOST_SHOWN))
}

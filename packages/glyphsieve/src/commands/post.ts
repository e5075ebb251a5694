import { openAsBlob } from 'node:fs'
import { answeredObject, refusal, unreachable } from './daemon.ts'
import { CommandFailure, type Terminal, writeData } from './io.ts'

const SHOWN_ERRORS = 5

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
    throw new CommandFailure(unanswered(url, error), { cause: error })
  }
  if (!response.ok) {
    const { status } = response
    const words = refusal({ address: url, what: 'the listings', status, answer, most_errors: SHOWN_ERRORS })
    const pause = response.headers.get('retry-after') ?? ''
    throw new CommandFailure(/^\d{1,9}$/.test(pause) ? `${words} (it asks to wait ${pause} s)` : words)
  }
  const result = answeredObject(answer)
  if (typeof result['import_id'] !== 'string') {
    throw new CommandFailure(`${url} answered ${response.status}, but not with an import result: is it a glyphd?`)
  }
  await writeData(terminal, `${JSON.stringify(result)}\n`)
}

function unanswered(url: string, error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? `${cause.code}` : undefined
  if (cause instanceof Error && cause.message === 'bad port') return `${url}: no web service may use this port`
  return (
    unreachable(url, code) ??
    `${url} did not answer${code === undefined ? '' : ` (${code})`}: whether the listings were stored is not known. To send the same file again is safe: its digest goes along as Idempotency-Key`
  )
}

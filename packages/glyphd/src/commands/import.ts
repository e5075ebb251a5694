import { CommandFailure, say, type Terminal, visible, visibleJson, writeData } from 'glyphsieve/terminal'
import { ListingsRefused } from '../failure.ts'
import type { Answer } from './attempt.ts'
import { type DaemonRequest, exchange } from './exchange.ts'
import { type ImportBody, openImportBody } from './import-body.ts'
import { grouped, listings, type Result, resultOf } from './result.ts'

export interface ImportCommand {
  /** Address of the daemon, without a slash at its end. */
  address: string
  /** Store the valid listings, whatever the others are. */
  lenient: boolean
  /** Store nothing, and tell what an import would do. */
  dry_run: boolean
  /** Whether the file is all that its sources offer. */
  complete: boolean
  /** Store a complete file also where it lacks most of what was there. */
  force: boolean
  /** Name of the import for the daemon, which stores it once. Default: the SHA-256 of the file, and whether it is complete. */
  key: string | undefined
}

/** Sends a file of listings as one import, as often as that takes, and prints the answer on stdout. `-` is stdin. */
export async function importFile(file: string, command: ImportCommand, terminal: Terminal): Promise<void> {
  const body = await openImportBody(file, terminal)
  try {
    const request = requestOf(body, command)
    if (!command.dry_run) say(terminal, `key ${request.headers['idempotency-key']}`)
    const answer = await exchange(request, terminal)
    const result = importResult(answer, request)
    const isReplayed = answer.headers['idempotent-replayed'] === 'true'
    const words = command.dry_run ? dryRunWords(result) : importWords(result, command.address, isReplayed)
    say(terminal, words) // first: also where nobody reads stdout, it is said
    await writeData(terminal, `${visibleJson(result.members)}\n`)
  } finally {
    await body.close()
  }
}

/** What the same listings meet again, however often they are sent: a conflict that lasts, a limit, or what is wrong with them. */
const REFUSING = [409, 413, 422]

/** @throws ListingsRefused if the daemon refused the listings for what they are, CommandFailure if it refused them otherwise. */
function importResult(answer: Answer, request: DaemonRequest): Result<Record<string, unknown>> {
  try {
    return resultOf(answer, request)
  } catch (error) {
    if (!(error instanceof CommandFailure) || !REFUSING.includes(answer.status)) throw error
    throw new ListingsRefused(error.message, { cause: error })
  }
}

function requestOf(body: ImportBody, { address, lenient, dry_run, complete, force, key }: ImportCommand) {
  const parameters = Object.entries({ dry_run, complete, force }).filter(([, isSet]) => isSet)
  const query = parameters.map(([name]) => `${name}=true`).join('&')
  // The same file is another import where it says more: that of the whole that its sources offer.
  const name = key ?? (complete ? `${body.digest}-complete` : body.digest)
  return {
    method: 'POST' as const,
    address,
    path: `/api/persist/listings${query && `?${query}`}`,
    what: 'the listings',
    headers: {
      'content-type': body.media_type,
      'content-length': body.size,
      ...(body.gzip && { 'content-encoding': 'gzip' }),
      ...(lenient && { prefer: 'handling=lenient' }),
      ...(!dry_run && { 'idempotency-key': name }),
    },
    body,
    in_doubt: dry_run
      ? undefined
      : 'whether the listings were stored is not known. The same command again is safe: its key lets them be stored only once',
  }
}

function importWords(result: Result<Record<string, unknown>>, address: string, isReplayed: boolean): string {
  const id = visible(result.text('import_id'))
  const stored = listings(result.number('record_count'))
  const { rejected_count } = result.members
  const rejected = typeof rejected_count === 'number' ? rejected_count : 0
  return [
    isReplayed
      ? `sent before: nothing new was stored; it is import ${id} with ${stored}`
      : `stored ${stored} as import ${id}; glyphd undo ${id} takes it back`,
    ...(rejected > 0 ? [`rejected ${grouped(rejected)}: ${address}/api/persist/imports/${id}/errors has them`] : []),
  ].join('\n')
}

function dryRunWords(result: Result<Record<string, unknown>>): string {
  const parts = ['new', 'changed', 'unchanged'].map((name) => `${grouped(result.number(name))} ${name}`)
  const unknown = result.number('without_offer_key')
  if (unknown > 0) parts.push(`${grouped(unknown)} without an offer key`)
  if (result.members['delisted'] !== undefined) parts.push(`${grouped(result.number('delisted'))} delisted`)
  const rejected = result.number('rejected_count')
  const more = rejected > 0 ? `; ${grouped(rejected)} would be rejected` : ''
  return `nothing was stored: an import would store ${listings(result.number('record_count'))}: ${parts.join(', ')}${more}`
}

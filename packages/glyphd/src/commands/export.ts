import { CommandFailure, OutputFile, say, type Terminal, writeData } from 'glyphsieve/terminal'
import { type TSchema, Type } from 'glyphsieve/typebox'
import { Unreached } from '../failure.ts'
import { ListingsParameters } from '../parameters.ts'
import { type DaemonRequest, exchange } from './exchange.ts'
import { listings, served, strange } from './result.ts'

const MEDIA_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv' } as const
export type ExportFormat = keyof typeof MEDIA_TYPES

export const EXPORT_FORMATS: readonly ExportFormat[] = ['ndjson', 'csv']

export interface ExportCommand {
  address: string
  /** Query parameters of `GET /api/listings`, as they were typed. */
  parameters: Readonly<Record<string, string>>
  format: ExportFormat
  /** Where the listings go; stdout if absent. */
  output: string | undefined
}

/** A query parameter of `GET /api/listings` as an option. */
interface ExportOption {
  parameter: string
  /** Such as `--min-price <number>`. */
  flags: string
  description: string
  /** What it can be, where that is a list. Only `true`, and so no value at all: it is set or not. */
  choices: readonly string[] | undefined
}

/** Every parameter but those of pages, which an export does not have. */
export const EXPORT_OPTIONS: readonly ExportOption[] = Object.entries(ListingsParameters.properties)
  .filter(([parameter]) => parameter !== 'cursor' && parameter !== 'limit')
  .map(([parameter, schema]: [string, TSchema & { description?: string }]) => {
    const choices = Type.IsEnum(schema) ? schema.enum.map((value) => `${value}`) : undefined
    const takes = choices?.includes('true') ? '' : ` <${Type.IsNumber(schema) ? 'number' : 'text'}>`
    const description = (schema.description ?? '').replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())
    return {
      parameter,
      flags: `--${parameter.replaceAll('_', '-')}${takes}`,
      description: description.replaceAll('`', '').replace(/\.$/, ''),
      choices: takes === '' ? undefined : choices,
    }
  })

/**
 * Writes everything that a daemon has of what is asked for, as it comes, to stdout, or to a file that appears when it is complete.
 *
 * @throws Unreached if the daemon is not there, or its answer ends before its end.
 */
export async function exportListings(command: ExportCommand, terminal: Terminal): Promise<void> {
  const { address, parameters, format } = command
  const file = command.output === undefined ? undefined : new OutputFile(command.output)
  const discard = () => file?.discard()
  process.once('exit', discard) // also where a second signal ends the process at once
  const counter = listingCounter(format)
  const query = `${new URLSearchParams(parameters)}`
  const request: DaemonRequest = {
    method: 'GET',
    address,
    path: `/api/listings${query && `?${query}`}`,
    what: 'to export listings',
    headers: { accept: MEDIA_TYPES[format] },
    async receive(chunks, headers) {
      if (headers['content-type']?.split(';', 1)[0] !== MEDIA_TYPES[format]) throw strange(address, 200)
      for await (const chunk of arriving(chunks, { address, terminal })) {
        counter.take(chunk)
        if (file === undefined) await writeData(terminal, chunk)
        else file.write(chunk)
      }
    },
  }
  try {
    served(await exchange(request, terminal), request)
    file?.complete()
    say(terminal, `exported ${listings(counter.count())}`)
  } finally {
    discard()
    process.off('exit', discard)
  }
}

/** The chunks of an answer. @throws Unreached if they end before its end, CommandFailure if the command is interrupted. */
async function* arriving(
  chunks: AsyncIterable<Uint8Array>,
  { address, terminal }: { address: string; terminal: Terminal },
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks
  } catch (error) {
    if (terminal.signal.aborted) throw new CommandFailure('interrupted: what was written is not all')
    throw new Unreached(`${address} broke the connection off in the middle: what was written is not all`, { cause: error })
  }
}

const [LINE_FEED, QUOTE] = [0x0a, 0x22]

/** Counts listings by their lines; a line of CSV may have others within its quotes. */
function listingCounter(format: ExportFormat): { take: (chunk: Uint8Array) => void; count: () => number } {
  let lines = 0
  let isQuoted = false
  return {
    take(chunk) {
      for (const byte of chunk) {
        if (byte === QUOTE && format === 'csv') isQuoted = !isQuoted
        else if (byte === LINE_FEED && !isQuoted) lines += 1
      }
    },
    count: () => (format === 'csv' ? Math.max(0, lines - 1) : lines),
  }
}

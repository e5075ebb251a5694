import { createHash, type Hash } from 'node:crypto'
import path from 'node:path'
import { ListingSpool } from '../dedupe.ts'
import { type ScoredListing, type SieveOptions, sieveItem } from '../pipeline.ts'
import { type InputFormat, type RawItem, readRawListings, UnreadableInput } from '../read/raw-listings.ts'
import type { Rejection } from '../rejection.ts'
import { RejectionCounter, summaryText } from '../summary.ts'
import { visible } from '../terminal.ts'
import { CommandFailure, findInputs, type Input, say, type Terminal, temporaryFolderFailure, writeData } from './io.ts'
import { isDeviceOrPipe, OutputFile, refuseClashes } from './output-file.ts'
import { postListings } from './post.ts'
import { type Progress, progressBar } from './progress.ts'

export interface RunCommand extends Pick<SieveOptions, 'currency' | 'listing_source' | 'rates' | 'weights'> {
  /** Where the listings go; stdout if absent. */
  output?: string | undefined
  rejections?: string | undefined
  format?: InputFormat | undefined
  /** RFC 3339. Default: when the input was last changed, or now. */
  seen_at?: string | undefined
  /** Address of a glyphd that the listings are sent to. */
  post?: string | undefined
}

/** Takes raw listings from files to NDJSON, or to a daemon. What it writes is whole or absent. */
export async function run(paths: readonly string[], command: RunCommand, terminal: Terminal): Promise<void> {
  const inputs = await findInputs(paths, terminal)
  refuseClashes(paths, command)
  if (command.post !== undefined && command.output !== undefined && isDeviceOrPipe(command.output)) {
    throw new CommandFailure(
      `${visible(command.output)} is a device or a pipe, and --post sends what the output holds: leave --output out, or name a file`,
    )
  }
  const files: OutputFile[] = []
  const open = (target: string | undefined) => {
    const file = target === undefined ? undefined : new OutputFile(target)
    if (file) files.push(file)
    return file
  }
  let spool: ListingSpool | undefined
  const leaveNothing = () => {
    for (const file of files) file.discard()
    spool?.dispose()
  }
  process.once('exit', leaveNothing) // also where a second signal ends the process at once
  try {
    const rejectionsFile = open(command.rejections)
    const output = open(command.output)
    spool = new ListingSpool()
    const rejections = await sieveInputs(inputs, command, { spool, rejectionsFile, terminal })
    const body = command.post === undefined || output !== undefined ? undefined : path.join(spool.folder, 'accepted.ndjson')
    const digest = command.post === undefined ? undefined : createHash('sha256')
    const accepted = await writeSurvivors(spool, output ?? open(body), digest, terminal)
    for (const file of files) file.complete()
    const read = spool.count + rejections.total
    say(
      terminal,
      summaryText({ read, accepted, merged: spool.merged, rejected: rejections.total, reasons: rejections.counts() }),
    )
    if (command.post === undefined || digest === undefined) return
    if (accepted === 0) say(terminal, `nothing was sent to ${command.post}: no listing was accepted`)
    else await postListings(command.post, command.output ?? body ?? '', digest.digest('hex'), terminal)
  } catch (error) {
    throw temporaryFolderFailure(error)
  } finally {
    leaveNothing()
    process.off('exit', leaveNothing)
  }
}

interface Sinks {
  spool: ListingSpool
  rejectionsFile: OutputFile | undefined
  terminal: Terminal
}

async function sieveInputs(inputs: readonly Input[], command: RunCommand, sinks: Sinks): Promise<RejectionCounter> {
  const startedAt = new Date().toISOString()
  const sizes = inputs.map(({ size }) => size)
  const total = sizes.includes(undefined) ? undefined : sizes.reduce((sum: number, size) => sum + (size ?? 0), 0)
  const progress = progressBar(sinks.terminal, total)
  const rejections = new RejectionCounter()
  try {
    for (const input of inputs) {
      const options = { ...command, seen_at: command.seen_at ?? input.modified_at ?? startedAt }
      await sieveInput(input, options, { ...sinks, progress, rejections })
    }
  } finally {
    progress.end()
  }
  return rejections
}

interface InputSinks extends Sinks {
  progress: Progress
  rejections: RejectionCounter
}

async function sieveInput(input: Input, options: RunCommand & SieveOptions, sinks: InputSinks): Promise<void> {
  const { spool, rejectionsFile, terminal, progress, rejections } = sinks
  const onBytes = (bytes: number) => progress.advance(bytes)
  const reading = { onBytes, ...(options.format && { format: options.format }) }
  try {
    for await (const items of readRawListings(input.chunks(), reading)) {
      terminal.signal.throwIfAborted()
      const listings: ScoredListing[] = []
      const lines: string[] = []
      for (const item of items) {
        const sieved = sieveItem(item, options)
        if ('listing' in sieved) listings.push(sieved.listing)
        else {
          rejections.add(sieved.rejection)
          if (rejectionsFile !== undefined) lines.push(rejectionLine(input.name, item, sieved.rejection))
        }
      }
      spool.add(listings)
      if (lines.length > 0) rejectionsFile?.write(lines.join(''))
    }
  } catch (error) {
    if (error instanceof UnreadableInput) throw new CommandFailure(`${input.name}: ${error.message}`)
    throw error
  }
}

/** Names of the raw listing's own members stay as they are, so that the rejected ones can be read again. */
function rejectionLine(file: string, item: RawItem, { stage, code, reason }: Rejection): string {
  const { row, line } = item
  const raw = 'listing' in item ? item.listing : {}
  return `${JSON.stringify({ file, ...(line !== undefined && { line }), row, stage, code, reason, ...raw })}\n`
}

/** Writes one listing of each observation to the file or to stdout, and returns how many that were. */
async function writeSurvivors(
  spool: ListingSpool,
  output: OutputFile | undefined,
  digest: Hash | undefined,
  terminal: Terminal,
): Promise<number> {
  for await (const lines of spool.survivors()) {
    terminal.signal.throwIfAborted()
    digest?.update(lines)
    if (output === undefined) await writeData(terminal, lines)
    else output.write(lines)
  }
  return spool.count - spool.merged
}

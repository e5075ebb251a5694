import { GPUListingDTO } from '../listing.ts'
import { rescore, type ScoredListing, type SieveOptions } from '../pipeline.ts'
import { ndjsonReader } from '../read/ndjson.ts'
import { type RowBatch, UnreadableRow } from '../read/rows.ts'
import type { Rejection } from '../rejection.ts'
import { RejectionCounter, summaryText } from '../summary.ts'
import { Check, Errors, Type } from '../typebox.ts'
import { findInputs, say, type Terminal, writeData } from './io.ts'
import { OutputFile, refuseClashes } from './output-file.ts'

const MAX_ROW_BYTES = 1024 * 1024

/** What a score needs of a listing; everything else of it is kept as it is. */
const Scorable = Type.Object({
  ...Type.Pick(GPUListingDTO, ['model', 'price', 'price_usd', 'shipping', 'condition', 'vram_gb', 'warnings']).properties,
  currency: Type.Optional(Type.String()),
  title: Type.Optional(Type.String()),
})

export interface ScoreCommand extends Pick<SieveOptions, 'rates' | 'weights'> {
  rejections?: string | undefined
}

/** Scores listings that have a model, a line in and a line out, but for those that cannot have a score. */
export async function scoreListings(paths: readonly string[], command: ScoreCommand, terminal: Terminal): Promise<void> {
  const inputs = await findInputs(paths, terminal)
  refuseClashes(paths, { rejections: command.rejections })
  const rejectionsFile = command.rejections === undefined ? undefined : new OutputFile(command.rejections)
  const rejections = new RejectionCounter()
  let accepted = 0
  try {
    for (const { name, chunks } of inputs) {
      for await (const { rows, first_row, lines: numbers } of ndjsonBatches(chunks())) {
        const lines: string[] = []
        for (const [index, row] of rows.entries()) {
          const scored = scoreRow(row, command)
          if ('listing' in scored) lines.push(`${JSON.stringify(scored.listing)}\n`)
          else {
            rejections.add(scored.rejection)
            const place = { file: name, line: numbers?.[index], row: first_row + index }
            const members = typeof row === 'object' && !(row instanceof UnreadableRow) ? row : {}
            rejectionsFile?.write(`${JSON.stringify({ ...place, ...scored.rejection, ...members })}\n`)
          }
        }
        accepted += lines.length
        await writeData(terminal, lines.join(''))
      }
    }
    rejectionsFile?.complete()
  } finally {
    rejectionsFile?.discard()
  }
  const { total } = rejections
  say(terminal, summaryText({ read: accepted + total, accepted, merged: 0, rejected: total, reasons: rejections.counts() }))
}

async function* ndjsonBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RowBatch, void, undefined> {
  const reader = ndjsonReader({ max_row_bytes: MAX_ROW_BYTES })
  for await (const chunk of chunks) yield* reader.push(chunk)
  yield* reader.end()
}

function scoreRow(row: unknown, command: ScoreCommand): { listing: ScoredListing } | { rejection: Rejection } {
  if (row instanceof UnreadableRow) return unreadable(row.message)
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return unreadable('not an object')
  const present = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))
  if (!Check(Scorable, present)) {
    const [error] = Errors(Scorable, present)
    return unreadable(`${error?.instancePath || 'listing'}: ${error?.message ?? 'not valid'}`)
  }
  return rescore({ ...present, score: 0 }, command)
}

function unreadable(reason: string): { rejection: Rejection } {
  return { rejection: { stage: 'read', code: 'unreadable', reason } }
}

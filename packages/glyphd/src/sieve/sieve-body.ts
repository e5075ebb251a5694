import { writeFileSync } from 'node:fs'
import {
  type InputFormat,
  ListingSpool,
  type Rates,
  type RawItem,
  RejectionCounter,
  readRawListings,
  type ScoredListing,
  sieveItem,
  UnreadableInput,
} from 'glyphsieve/stages'
import { type Limits, MAX_LISTED_ERRORS } from '../contract/operations.ts'
import type { Rejection, SieveResult } from '../contract/raw-listings.ts'
import { piecesOf, type ReceivedBody } from '../ingest/received-body.ts'
import { Problem } from '../problem.ts'
import { cut } from '../shown.ts'

/** What every body is sieved by. */
export interface SieveSettings {
  limits: Limits
  /** Without them only prices in US dollars get a score. */
  rates?: Rates | undefined
}

/** What a body does not say itself. */
export interface RawListingsOptions {
  /** When the offers were seen, RFC 3339. */
  seen_at: string
  listing_source?: string
  /** ISO 4217. */
  currency?: string
  /** Default: told by the content. */
  format?: InputFormat
}

export interface SieveRequest {
  body: ReceivedBody
  options: RawListingsOptions
  /** Descriptor of an open and empty file for the accepted listings, as NDJSON. */
  output: number
}

/** How many bytes were written, and what became of the rows. */
export interface Sieved {
  bytes: number
  result: SieveResult
}

/** Listings that go to the spool at one go. A product may have tens of thousands of variants. */
const MOST_AT_ONCE = 500

/**
 * Takes the raw listings of a body the way of `glyphsieve run`, into a file. What is in memory does not grow with the body but for a
 * few bytes a listing.
 *
 * @throws Problem if the body cannot be read on, has too many rows, or says so little so often that the listings are much larger.
 */
export async function sieveBody(request: SieveRequest, { limits, rates }: SieveSettings): Promise<Sieved> {
  const options = { ...request.options, rates }
  const spool = new ListingSpool()
  try {
    const counter = new RejectionCounter()
    const rejections: Rejection[] = []
    let read = 0
    let characters = 0
    for await (const items of rowsOf(request, limits)) {
      read += items.length
      if (read > limits.max_rows) throw tooManyRows(limits)
      let listings: ScoredListing[] = []
      for (const item of items) {
        const sieved = sieveItem(item, options)
        if ('listing' in sieved) {
          characters += textLength(sieved.listing)
          if (characters > limits.max_body_bytes) throw tooMuchText(limits)
          listings.push(sieved.listing)
        } else {
          counter.add(sieved.rejection)
          if (rejections.length < MAX_LISTED_ERRORS) rejections.push(rejectionOf(item, sieved.rejection))
        }
        if (listings.length < MOST_AT_ONCE) continue
        spool.add(listings)
        listings = []
      }
      spool.add(listings)
    }
    const bytes = await writeSurvivors(spool, request.output)
    return {
      bytes,
      result: {
        read,
        accepted: spool.count - spool.merged,
        merged: spool.merged,
        rejected_count: counter.total,
        rejection_counts: counter.counts(),
        rejections,
        rejections_truncated: rejections.length < counter.total,
      },
    }
  } finally {
    spool.dispose()
  }
}

async function writeSurvivors(spool: ListingSpool, output: number): Promise<number> {
  let bytes = 0
  for await (const lines of spool.survivors()) {
    writeFileSync(output, lines)
    bytes += lines.length
  }
  return bytes
}

/** Characters that a row may have from elsewhere in the body: names of columns, and the texts of a product with variants. */
function textLength({ title = '', source_url = '', extra = {} }: ScoredListing): number {
  let length = title.length + source_url.length
  for (const [name, text] of Object.entries(extra)) length += name.length + String(text).length
  return length
}

async function* rowsOf({ body, options }: SieveRequest, { max_row_bytes }: Limits): AsyncGenerator<RawItem[], void> {
  try {
    yield* readRawListings(chunksOf(body), { max_row_bytes, ...(options.format && { format: options.format }) })
  } catch (error) {
    if (error instanceof UnreadableInput) throw new Problem('unreadable_input', `The body cannot be read: ${error.message}`)
    throw error
  }
}

async function* chunksOf(body: ReceivedBody): AsyncGenerator<Uint8Array, void> {
  yield* piecesOf(body)
}

function rejectionOf(item: RawItem, { stage, code, reason }: Omit<Rejection, 'row'>): Rejection {
  const { row, line } = item
  const title = 'listing' in item ? cut(item.listing.title) : undefined
  return { row, ...(line !== undefined && { line }), stage, code, reason, ...(title !== undefined && { title }) }
}

function tooManyRows({ max_rows }: Limits): Problem {
  return new Problem('too_many_rows', `A body of raw listings has at most ${max_rows} rows: send the rest in another one`, {
    members: { limit: max_rows },
  })
}

function tooMuchText({ max_body_bytes }: Limits): Problem {
  return new Problem(
    'body_too_large',
    `Names of columns and texts of products go along with every row: they come to more than ${max_body_bytes} bytes`,
    { members: { limit: max_body_bytes } },
  )
}

export { BITS_PER_WEIGHT } from './capacity.ts'
export { FORMATS } from './formats.ts'
export { GPUListingDTO, LISTING_MEMBERS, SubmittedListing } from './listing.ts'
export { offerKey } from './offer-key.ts'
export { type TextPosition, textPosition } from './read/bytes.ts'
export { type CsvBatch, type CsvRow, csvReader } from './read/csv.ts'
export { jsonArrayReader } from './read/json-array.ts'
export { ndjsonReader } from './read/ndjson.ts'
export {
  MalformedJson,
  mayHoldBadText,
  NotAnArray,
  type ReadLimits,
  type RowBatch,
  type RowReader,
  UnreadableRow,
} from './read/rows.ts'
export { visible } from './terminal.ts'
export { utcTimestamp } from './time.ts'

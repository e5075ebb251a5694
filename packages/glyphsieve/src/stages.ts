export {
  BITS_PER_WEIGHT,
  fitsOn,
  type GpuMemory,
  memoryNeeded,
  memoryParts,
  OVERHEAD_GB_PER_GPU,
  quantizationCapacity,
} from './capacity.ts'
export { CATALOG_VERSION, catalogEntries, variantsOf } from './catalog.ts'
export type { CatalogEntry } from './catalog-entry.ts'
export { FACTS } from './catalog-facts.ts'
export { type CleanDefaults, type CleanListing, clean } from './clean.ts'
export { catalogSources } from './coverage.ts'
export { dedupe, ListingSpool, observationKey } from './dedupe.ts'
export { type Specs, type Stated, specsOf } from './enrich.ts'
export { type Evidence, type Match, matchTitle } from './match/match.ts'
export {
  pipelineVersion,
  rescore,
  type ScoredListing,
  type Sieved,
  type SievedItem,
  type SieveOptions,
  sieve,
  sieveAll,
  sieveItem,
} from './pipeline.ts'
export { type PriceContext, readPrice } from './price.ts'
export type { PrintedPrice } from './printed-price.ts'
export { InvalidRates, Rates, readRates } from './rates.ts'
export { RawListing } from './raw-listing.ts'
export {
  INPUT_FORMATS,
  type InputFormat,
  type RawItem,
  type ReadOptions,
  readRawListings,
  UnreadableInput,
} from './read/raw-listings.ts'
export { InvalidWeights, readWeights } from './read-weights.ts'
export type { Rejection, Stage } from './rejection.ts'
export { buyBelow, type Scored, scoreListing } from './score.ts'
export { ScoreWeights } from './score-weights.ts'
export { type RejectionCount, RejectionCounter, type Summary, summaryText } from './summary.ts'
export { standardWeights } from './weights.ts'

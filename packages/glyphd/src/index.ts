export {
  DryRunResult,
  ImportPage,
  ImportRecord,
  ImportResultDTO,
  LenientImportResult,
  RejectedRow,
  RowError,
  RowErrorCode,
  UndoneImport,
} from './contract/imports.ts'
export { ListingPage, StoredListing } from './contract/listings.ts'
export { MatchedTitles, TitleMatch } from './contract/match.ts'
export { DEFAULT_LIMITS, Health, Limits } from './contract/operations.ts'
export { ProblemCode, ProblemDocument } from './contract/problems.ts'
export { RawDryRunResult, RawImportResult, Rejection } from './contract/raw-listings.ts'
export { createServer, type ServerOptions } from './http/server.ts'
export type { Handling } from './ingest/read-listings.ts'
export type { ListingsMediaType, ReceivedBody } from './ingest/received-body.ts'
export { Spool } from './ingest/spool.ts'
export { Problem } from './problem.ts'
export type {
  Answer,
  Imported,
  ImportOptions,
  ImportsQuestion,
  ListingPlace,
  ListingsQuestion,
  Question,
  RejectedRowsQuestion,
  StorageEngine,
  StoreState,
} from './store/engine.ts'
export { type ImportIdGenerator, importIds } from './store/import-id.ts'
export { getStorageEngine, type StoreSettings } from './store/open.ts'
export { type PostgresSettings, PostgresStorageEngine } from './store/postgres.ts'
export { type SQLiteSettings, SQLiteStorageEngine } from './store/sqlite.ts'

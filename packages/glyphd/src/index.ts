export {
  DEFAULT_LIMITS,
  Health,
  ImportResultDTO,
  Limits,
  ListingPage,
  ProblemCode,
  ProblemDocument,
  RowError,
  RowErrorCode,
  StoredListing,
} from './contract.ts'
export { createServer, type ServerOptions } from './http/server.ts'
export type { ListingsMediaType, ReceivedBody } from './ingest/received-body.ts'
export { Problem } from './problem.ts'
export type {
  Answer,
  ImportsQuestion,
  ListingPlace,
  ListingsQuestion,
  Question,
  StorageEngine,
  StoreState,
} from './store/engine.ts'
export { type ImportIdGenerator, importIds } from './store/import-id.ts'
export { getStorageEngine, type StoreSettings } from './store/open.ts'
export { type SQLiteSettings, SQLiteStorageEngine } from './store/sqlite.ts'

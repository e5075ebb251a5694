import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { SubmittedListing } from 'glyphsieve'
import { FitAnswer } from '../contract/fit.ts'
import {
  DryRunResult,
  ImportPage,
  ImportRecord,
  ImportResultDTO,
  LenientImportResult,
  RejectedRow,
  UndoneImport,
} from '../contract/imports.ts'
import { ListingPage, StoredListing } from '../contract/listings.ts'
import { ModelDetail, ModelHistory, ModelPage } from '../contract/market.ts'
import { MatchedTitles } from '../contract/match.ts'
import { DeltaPage, ListingDetail } from '../contract/offers.ts'
import { Health, Limits } from '../contract/operations.ts'
import { ProblemDocument } from '../contract/problems.ts'
import { RawDryRunResult, RawImportResult } from '../contract/raw-listings.ts'
import { Report } from '../contract/report.ts'
import { VERSION } from '../version.ts'
import { tidied } from './openapi-document.ts'

/** The shapes that the description names; routes refer to them. */
const SHAPES = {
  GPUListingDTO: SubmittedListing,
  ImportResultDTO,
  LenientImportResult,
  DryRunResult,
  ImportRecord,
  ImportPage,
  UndoneImport,
  RejectedRow,
  StoredListing,
  ListingPage,
  ListingDetail,
  DeltaPage,
  ModelPage,
  ModelDetail,
  ModelHistory,
  FitAnswer,
  Report,
  Problem: ProblemDocument,
  Health,
  Limits,
  MatchedTitles,
  RawImportResult,
  RawDryRunResult,
}

type ShapeName = keyof typeof SHAPES

/** Stands for a named shape in the schema of a route. */
export function shape(name: ShapeName): { $ref: string } {
  return { $ref: `${name}#` }
}

/** The good answer of a route, as its schema describes it: of one shape, or of one of several. */
export function answers(names: ShapeName | readonly ShapeName[], description: string) {
  const shapes = [names].flat().map(shape)
  const [only] = shapes
  return { 200: { description, content: { 'application/json': { schema: shapes.length === 1 ? only : { anyOf: shapes } } } } }
}

/** The page loads nothing from another host. Nothing is upgraded to https: the daemon speaks plain http. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

/**
 * Runs in the page, where it goes as text. To the page NDJSON is JSON, and it would show the lines of an example as one JSON
 * string, which the daemon refuses.
 */
const linesAsText = () => ({
  afterLoad({ fn }: { fn: { getSampleSchema: (schema: unknown, type?: string, ...more: unknown[]) => unknown } }) {
    const sample = fn.getSampleSchema
    fn.getSampleSchema = (schema, type, ...more) => sample(schema, type?.includes('ndjson') ? 'text/plain' : type, ...more)
  },
})

/** Gathers the OpenAPI description of every route that is declared from here on, and serves a page to read and try it. */
export async function describe(app: FastifyInstance): Promise<void> {
  for (const [name, schema] of Object.entries(SHAPES)) app.addSchema({ $id: name, ...schema })
  await app.register(swagger, {
    transformObject: (described) => ('openapiObject' in described ? tidied(described.openapiObject) : described.swaggerObject),
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => `${json['$id'] ?? `shape-${index}`}` },
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'glyphd',
        version: VERSION,
        description: 'Imports scored GPU listings, whole or not at all, and answers questions about them.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'imports', description: 'Listings in' },
        { name: 'listings', description: 'Listings out' },
        { name: 'market', description: 'What listings come to' },
        { name: 'matching', description: 'Titles and what they sell' },
        { name: 'operations', description: 'How the daemon is' },
      ],
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    uiConfig: { deepLinking: true, tryItOutEnabled: true, plugins: [linesAsText] },
    theme: { title: 'glyphd', css: [{ filename: 'glyphd.css', content: '.swagger-ui .topbar { display: none }' }] },
  })
}

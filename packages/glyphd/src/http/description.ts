import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { SubmittedListing } from 'glyphsieve'
import {
  DryRunResult,
  ImportPage,
  ImportRecord,
  ImportResultDTO,
  LenientImportResult,
  RejectedRow,
  UndoneImport,
} from '../contract/imports.ts'
import { ListingPage } from '../contract/listings.ts'
import { Health, Limits } from '../contract/operations.ts'
import { ProblemDocument } from '../contract/problems.ts'
import { VERSION } from '../version.ts'

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
  ListingPage,
  Problem: ProblemDocument,
  Health,
  Limits,
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

/** Gathers the OpenAPI description of every route that is declared from here on, and serves a page to read and try it. */
export async function describe(app: FastifyInstance): Promise<void> {
  for (const [name, schema] of Object.entries(SHAPES)) app.addSchema({ $id: name, ...schema })
  await app.register(swagger, {
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
        { name: 'operations', description: 'How the daemon is' },
      ],
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    uiConfig: { deepLinking: true, tryItOutEnabled: true },
    theme: { title: 'glyphd', css: [{ filename: 'glyphd.css', content: '.swagger-ui .topbar { display: none }' }] },
  })
}

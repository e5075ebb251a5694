import type { FastifyInstance } from 'fastify'
import { cursorAfter, ListingsParameters, placeOf } from '../../query.ts'
import type { ListingsQuestion, StorageEngine } from '../../store/engine.ts'
import { answers } from '../description.ts'
import { problems } from '../problem.ts'

export function listingRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: ListingsParameters }>('/api/listings', {
    schema: {
      operationId: 'findListings',
      summary: 'Find stored listings',
      description: 'Listings that match every filter, in the order in which they were imported, a page at a time.',
      tags: ['listings'],
      querystring: ListingsParameters,
      response: { ...answers('ListingPage', 'One page.'), ...problems(400, 406, 421, 500, 503) },
    },
    preValidation: async ({ query }: { query: Record<string, unknown> }) => {
      // Not the validator's coercion, which takes 0x10, 1e2 and blanks for numbers too.
      if (typeof query['limit'] === 'string' && /^\d+$/.test(query['limit'])) query['limit'] = Number(query['limit'])
    },
    handler: async (request, reply) => {
      const { cursor, limit, ...filters } = request.query
      if (filters.import_id !== undefined) filters.import_id = filters.import_id.toLowerCase()
      const question: ListingsQuestion = { about: 'listings', limit, ...filters }
      if (cursor !== undefined) question.after = placeOf(cursor, filters)
      const { items, next } = await store.ask(question)
      const next_cursor = next === undefined ? null : cursorAfter(next, filters)
      if (next_cursor !== null) {
        const parameters = new URLSearchParams({ ...filters, limit: `${limit}`, cursor: next_cursor })
        reply.header('link', `</api/listings?${parameters}>; rel="next"`)
      }
      // The items are JSON text already: built once, on the thread that read them.
      const page = Buffer.concat([
        Buffer.from('{"items":'),
        items,
        Buffer.from(`,"next_cursor":${JSON.stringify(next_cursor)}}`),
      ])
      return reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(page)
    },
  })
}

import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'glyphsieve/typebox'
import { MAX_PAGE_SIZE } from '../../contract/words.ts'
import { csvHeader } from '../../csv/listing-line.ts'
import { ListingsParameters } from '../../parameters.ts'
import { Problem } from '../../problem.ts'
import { cursorAfter, type Paging, placeOf } from '../../query.ts'
import type { ListingFormat, ListingsQuestion, StorageEngine } from '../../store/engine.ts'
import { answers, shape } from '../description.ts'
import { sendJson } from '../json.ts'
import { sendPage } from '../page.ts'
import { momentOf, readNumbers } from '../parameters.ts'
import { problems } from '../problem.ts'

const ROUTE = '/api/listings'
const JSON_TYPE = 'application/json'

const ListingPath = Type.Object({ id: Type.String({ description: '`{import_id}.{import_index}`.' }) })
type ListingPath = Static<typeof ListingPath>

/** The formats that stream everything that a question finds. */
const EXPORTS = { 'application/x-ndjson': 'ndjson', 'text/csv': 'csv' } as const satisfies Record<string, ListingFormat>

export function listingRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: ListingsParameters }>(ROUTE, {
    config: { answers: [JSON_TYPE, ...Object.keys(EXPORTS)] },
    schema: {
      operationId: 'findListings',
      summary: 'Find stored listings',
      description:
        'Listings that match every filter, a page at a time, or with `Accept: application/x-ndjson` or `text/csv` all of them, or at ' +
        'most `limit`, in a form that imports again as it is.',
      tags: ['listings'],
      querystring: ListingsParameters,
      response: {
        200: {
          description: 'One page, or everything.',
          content: {
            [JSON_TYPE]: { schema: shape('ListingPage') },
            'application/x-ndjson': { schema: shape('StoredListing') },
            'text/csv': {
              schema: { type: 'string', description: 'A header of member names, then one listing a row (RFC 4180).' },
            },
          },
        },
        ...problems(400, 406, 421, 500, 503),
      },
    },
    preValidation: readNumbers,
    handler: async (request, reply) => {
      const { cursor, limit, sort, latest, current, ...filters } = request.query
      if (filters.import_id !== undefined) filters.import_id = filters.import_id.toLowerCase()
      if (filters.after !== undefined) filters.after = momentOf('after', filters.after)
      if (filters.before !== undefined) filters.before = momentOf('before', filters.before)
      const question: ListingsQuestion = { about: 'listings', limit, ...filters }
      if (sort !== 'import') question.sort = sort
      if (latest === 'true') question.latest = true
      if (current === 'true') question.current = true

      const exported = request.accepts().type([JSON_TYPE, ...Object.keys(EXPORTS)])
      if (exported === 'text/csv' || exported === 'application/x-ndjson') {
        if (cursor !== undefined) throw new Problem('invalid_query', 'An export has no pages: leave cursor out')
        question.format = EXPORTS[exported]
        const most = new URLSearchParams(request.url.split('?', 2)[1]).has('limit') ? limit : Infinity
        reply.header('cache-control', 'no-store').type(`${exported}; charset=utf-8`)
        return reply.send(Readable.from(await exportOf(question, most, request)))
      }

      const paging: Paging = { sort, filters: { ...filters, latest, current } }
      if (cursor !== undefined) question.behind = placeOf(cursor, paging)
      const { items, next } = await store.ask(question)
      return sendPage(reply, {
        items,
        next_cursor: next && cursorAfter(next, paging),
        path: ROUTE,
        parameters: {
          ...filters,
          ...(question.sort && { sort }),
          ...(question.latest && { latest }),
          ...(question.current && { current }),
          limit,
        },
      })
    },
  })

  app.get<{ Params: ListingPath }>(`${ROUTE}/:id`, {
    schema: {
      operationId: 'showListing',
      summary: "Show a listing with its offer's history",
      description:
        'One listing, what became of its offer over time, how it stands in the market, what its title is read as, and the facts behind ' +
        'its score.',
      tags: ['listings'],
      params: ListingPath,
      response: { ...answers('ListingDetail', 'The listing.'), ...problems(400, 404, 406, 414, 421, 500, 503) },
    },
    handler: async (request, reply) => {
      const [, import_id, index] = /^([0-9a-f-]{36})\.(0|[1-9]\d{0,8})$/i.exec(request.params.id) ?? []
      if (import_id === undefined) throw noListing()
      const place = { import_id: import_id.toLowerCase(), import_index: Number(index) }
      const { items, count } = await store.ask({ about: 'listing', place })
      if (count === 0) throw noListing()
      return sendJson(reply, items)
    },
  })

  /** The first page is asked for at once: what is wrong with the question is answered with a problem. */
  async function exportOf(question: ListingsQuestion, most: number, request: FastifyRequest) {
    const limit = Math.min(most, MAX_PAGE_SIZE)
    const first = await store.ask({ ...question, limit })
    return pages()

    /** Page by page, no faster than the client reads. */
    async function* pages(): AsyncGenerator<string, void> {
      if (question.format === 'csv') yield csvHeader()
      let left = most
      for (let page = first; ; ) {
        if (page.count > 0) yield page.items
        left -= page.count
        if (page.next === undefined || left <= 0 || request.raw.destroyed) return
        page = await store.ask({ ...question, behind: page.next, limit: Math.min(left, MAX_PAGE_SIZE) })
        // What was promised is gone with its import: an export that is cut off must not look like a whole one.
        if (page.count === 0) throw new Problem('not_found', 'Listings were undone while they were exported')
      }
    }
  }
}

function noListing(): Problem {
  return new Problem('not_found', 'There is no such listing in this store: it may have gone with its import')
}

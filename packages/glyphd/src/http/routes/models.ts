import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'glyphsieve/typebox'
import { HistoryInterval } from '../../contract/market.ts'
import { Moment, PageParameters } from '../../parameters.ts'
import { cursorAfter, placeOf } from '../../query.ts'
import type { ModelHistoryQuestion, ModelsQuestion, StorageEngine } from '../../store/engine.ts'
import { answers } from '../description.ts'
import { sendJson } from '../json.ts'
import { sendPage } from '../page.ts'
import { momentOf, readNumbers } from '../parameters.ts'
import { problems } from '../problem.ts'

const ROUTE = '/api/models'

const ModelsParameters = Type.Object(
  {
    include: Type.Optional(
      Type.Enum(['all'], { description: '`all` also lists the models of the catalog that were never offered here.' }),
    ),
    ...PageParameters,
  },
  { additionalProperties: false },
)
type ModelsParameters = Static<typeof ModelsParameters>

const HistoryParameters = Type.Object(
  {
    interval: Type.Enum([...HistoryInterval.enum], { default: 'day', description: 'How far apart the points are, in UTC.' }),
    after: Moment('Only points that end at this time or later.'),
    before: Moment('Only points that end before this time.'),
  },
  { additionalProperties: false },
)
type HistoryParameters = Static<typeof HistoryParameters>

const ModelPath = Type.Object({ model: Type.String({ description: 'Canonical name, such as `RTX_3090`.' }) })
type ModelPath = Static<typeof ModelPath>

/** Models: the catalog joined to the market. */
export function modelRoutes(app: FastifyInstance, { store }: { store: StorageEngine }): void {
  app.get<{ Querystring: ModelsParameters }>(ROUTE, {
    schema: {
      operationId: 'listModels',
      summary: 'List models with their markets',
      description:
        'Every model that was ever offered here, by name: what the catalog says in a line, the price below which a card is worth its ' +
        'money, and what comparable offers ask now.',
      tags: ['market'],
      querystring: ModelsParameters,
      response: { ...answers('ModelPage', 'One page.'), ...problems(400, 406, 421, 500, 503) },
    },
    preValidation: readNumbers,
    handler: async (request, reply) => {
      const { include, limit, cursor } = request.query
      const question: ModelsQuestion = { about: 'models', all: include === 'all', limit }
      const paging = { sort: 'models', filters: { include } }
      if (cursor !== undefined) question.behind = `${placeOf(cursor, paging).key}`
      const { items, next } = await store.ask(question)
      return sendPage(reply, {
        items,
        next_cursor: next && cursorAfter(next, paging),
        path: ROUTE,
        parameters: { include, limit },
      })
    },
  })

  app.get<{ Params: ModelPath }>(`${ROUTE}/:model`, {
    schema: {
      operationId: 'showModel',
      summary: 'Show a model with its facts and its market',
      description: 'Every variant with every fact and its source, what it is worth, and what comparable offers ask now.',
      tags: ['market'],
      params: ModelPath,
      response: { ...answers('ModelDetail', 'The model.'), ...problems(400, 404, 406, 414, 421, 500, 503) },
    },
    handler: async (request, reply) => {
      const { model } = request.params
      const { items } = await store.ask({ about: 'model', model })
      return sendJson(reply, items)
    },
  })

  app.get<{ Params: ModelPath; Querystring: HistoryParameters }>(`${ROUTE}/:model/history`, {
    schema: {
      operationId: 'showModelHistory',
      summary: 'Show what a model cost over time',
      description: 'What comparable offers asked at the end of each interval, computed as for today; the last one ends now.',
      tags: ['market'],
      params: ModelPath,
      querystring: HistoryParameters,
      response: { ...answers('ModelHistory', 'The prices of each group.'), ...problems(400, 404, 406, 414, 421, 500, 503) },
    },
    handler: async (request, reply) => {
      const { model } = request.params
      const { interval, after, before } = request.query
      const question: ModelHistoryQuestion = { about: 'model_history', model, interval }
      if (after !== undefined) question.after = momentOf('after', after)
      if (before !== undefined) question.before = momentOf('before', before)
      const { items } = await store.ask(question)
      return sendJson(reply, items)
    },
  })
}

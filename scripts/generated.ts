import { apiTypes, type Description } from './api-types.ts'

/** The files in the tree that are made from the OpenAPI description, by their path, in an order that no route changes. */
export function generatedFiles(description: Description): Record<string, string> {
  const { components, paths } = description
  const document = {
    ...description,
    components: { ...components, schemas: inOrder(components.schemas) },
    paths: inOrder(paths),
  }
  return {
    'packages/glyphd/openapi.json': `${JSON.stringify(document, null, 2)}\n`,
    'packages/glyphd/src/client/api.ts': apiTypes(description),
  }
}

function inOrder<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)))
}

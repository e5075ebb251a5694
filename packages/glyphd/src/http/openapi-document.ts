import { isDeepStrictEqual } from 'node:util'

type Node = Record<string, unknown>

/** Members whose values are data, whatever they look like. */
const DATA = ['default', 'const', 'enum', 'example', 'examples']

/**
 * An OpenAPI document in which every schema with a title stands once, under that title, and is referred to; and in which no
 * parameter with a default is required of a client.
 *
 * @throws Error if two different schemas have the same title.
 */
export function tidied<T extends { components?: { schemas?: object }; paths?: object }>(described: T): T {
  const document = structuredClone(described)
  const named = new Map(Object.entries(document.components?.schemas ?? {}))
  const roots = [...named.values(), document.paths]
  for (const root of roots) nameShapes(root, named)
  for (const parameter of parametersOf(document.paths)) if ('default' in parameter.schema) parameter['required'] = false
  document.components = { ...document.components, schemas: Object.fromEntries(named) }
  return document
}

/** Puts references in the places of titled schemas below a node; adds those that are not yet named. */
function nameShapes(node: unknown, named: Map<string, unknown>): void {
  if (!isNode(node)) return
  for (const [key, child] of Object.entries(node)) {
    if (DATA.includes(key)) continue
    nameShapes(child, named)
    if (!isNode(child) || child['type'] !== 'object' || typeof child['title'] !== 'string') continue
    const { title, description } = child
    const shape = named.get(title) ?? child
    named.set(title, shape)
    if (!isNode(shape)) continue
    if (!sameShape(shape, child)) throw new Error(`Two different schemas have the title ${title}`)
    node[key] = {
      $ref: `#/components/schemas/${title}`,
      ...(description !== undefined && description !== shape['description'] && { description }),
    }
  }
}

/** Whether two schemas say the same, whether or not shapes within them have been named already. */
function sameShape(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(outline(one), outline(other))
}

/** A schema without its description, with the titles of the shapes within it in their places. */
function outline(node: unknown, depth = 0): unknown {
  if (Array.isArray(node)) return node.map((child) => outline(child, depth + 1))
  if (!isNode(node)) return node
  if (typeof node['$ref'] === 'string') return node['$ref'].split('/').at(-1)
  if (depth > 0 && node['type'] === 'object' && typeof node['title'] === 'string') return node['title']
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => depth > 0 || key !== 'description')
      .map(([key, child]) => [key, outline(child, depth + 1)]),
  )
}

function* parametersOf(node: unknown): Generator<Node & { schema: Node }> {
  if (!isNode(node)) return
  const { schema } = node
  if ('in' in node && isNode(schema)) yield Object.assign(node, { schema })
  else for (const child of Object.values(node)) yield* parametersOf(child)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null
}

/** TypeScript types of an OpenAPI 3.1 description: one interface a shape, and what each route takes and answers. */

/** What of a description the types are made of. */
export interface Description extends Record<string, unknown> {
  components: { schemas: Record<string, Schema> }
  paths: Record<string, Record<string, Operation>>
}

interface Operation {
  operationId: string
  summary?: string
  description?: string
  parameters?: { in: string; name: string; required?: boolean; description?: string; schema: Schema }[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { content?: Content }>
}

type Content = Record<string, { schema: Schema }>
type Schema = Record<string, unknown>

const HEAD = `// Made by \`npm run generate\` from the OpenAPI description, the only source. Not to be edited.

type None = Record<never, never>
`

/** Keywords that narrow values down without changing their type, or that tell about them. */
const TYPELESS = new Set([
  ...['title', 'description', 'default', 'example', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['format', 'pattern', 'minLength', 'maxLength', 'contentMediaType', 'contentEncoding', 'contentSchema'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties', 'propertyNames'],
])
const TYPED = ['$ref', 'type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', 'not', 'items', 'prefixItems']
const OF_OBJECTS = ['properties', 'required', 'additionalProperties', 'patternProperties']
const KNOWN = new Set([...TYPELESS, ...TYPED, ...OF_OBJECTS])

/**
 * The text of a module, the same for the same description in whatever order it comes.
 *
 * @throws Error if a schema says something that this does not know: a type that is wrong would be worse than none.
 */
export function apiTypes({ components, paths }: Description): string {
  const shapes = sorted(components.schemas).map(([name, schema]) => {
    return `${comment(schema['description'], '')}export ${declaration(name, schema)}\n`
  })
  const routes = sorted(paths).flatMap(([path, methods]) =>
    sorted(methods).map(([method, operation]) => {
      const members = operationMembers(operation).map(([name, type]) => `    ${name}: ${type}\n`)
      const about = operation.description ?? operation.summary
      return `${comment(about, '  ')}  ${quoted(`${method.toUpperCase()} ${path}`)}: {\n${members.join('')}  }\n`
    }),
  )
  const operations = `/** What every route takes and answers, by method and path. */\nexport interface Operations {\n${routes.join('')}}\n`
  return [HEAD, ...shapes, operations].join('\n')
}

function declaration(name: string, schema: Schema): string {
  const type = typeOf(schema, '')
  return type.startsWith('{') && type.endsWith('}') ? `interface ${name} ${type}` : `type ${name} = ${type}`
}

function operationMembers({ parameters = [], requestBody, responses }: Operation): [name: string, type: string][] {
  const [, good] = Object.entries(responses).find(([status]) => /^2/.test(status)) ?? []
  return [
    ...['path', 'query', 'header'].map((place): [string, string] => {
      const members = parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, required = false, description, schema }) => member(name, { ...schema, description }, required, '      '))
      return [place, members.length === 0 ? 'None' : `{\n${members.join('')}    }`]
    }),
    ['body', contentType(requestBody?.content)],
    ['answer', contentType(good?.content)],
  ]
}

function contentType(content: Content = {}): string {
  const types = Object.entries(content).map(([mediaType, { schema }]) =>
    member(mediaType, { ...schema, description: undefined }, true, '      '),
  )
  return types.length === 0 ? 'None' : `{\n${types.join('')}    }`
}

function member(name: string, schema: Schema, required: boolean, indent: string): string {
  return `${comment(aboutOf(schema), indent)}${indent}${quoted(name)}${required ? '' : '?'}: ${typeOf(schema, indent)}\n`
}

/** What is said about a value, also where it is said of the one kind of value beside null. */
function aboutOf({ description, anyOf }: Schema): unknown {
  return description ?? schemasOf(anyOf).find((schema) => schema['description'] !== undefined)?.['description']
}

function typeOf(schema: Schema, indent: string): string {
  const unknown = Object.keys(schema).filter((keyword) => !KNOWN.has(keyword))
  if (unknown.length > 0) throw new Error(`The types of the client know no ${unknown.join(', ')}: scripts/api-types.ts`)
  const { $ref, type } = schema
  if (typeof $ref === 'string') return $ref.split('/').at(-1) ?? ''
  if (schema['const'] !== undefined) return literal(schema['const'])
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map(literal))
  const either = schemasOf(schema['anyOf'] ?? schema['oneOf'])
  if (either.length > 0) return union(either.map((one) => typeOf(one, indent)))
  const all = schemasOf(schema['allOf'])
  if (all.length > 0) return all.map((one) => typeOf(one, indent)).join(' & ')
  if (type === undefined && OF_OBJECTS.every((keyword) => schema[keyword] === undefined)) return 'unknown'
  return union([type ?? 'object'].flat().map((name) => typeNamed(name, schema, indent)))
}

function typeNamed(name: unknown, schema: Schema, indent: string): string {
  switch (name) {
    case 'string':
    case 'boolean':
    case 'number':
    case 'null':
      return name
    case 'integer':
      return 'number'
    case 'array':
      return arrayType(schema, indent)
    case 'object':
      return objectType(schema, indent)
    default:
      throw new Error(`The types of the client know no type ${name}: scripts/api-types.ts`)
  }
}

function arrayType({ items, prefixItems }: Schema, indent: string): string {
  if (prefixItems !== undefined)
    return `[${schemasOf(prefixItems)
      .map((item) => typeOf(item, indent))
      .join(', ')}]`
  const type = isSchema(items) ? typeOf(items, indent) : 'unknown'
  return /^[\w.]+$/.test(type) ? `${type}[]` : `(${type})[]`
}

function objectType({ properties, required, additionalProperties, patternProperties }: Schema, indent: string): string {
  const inner = `${indent}  `
  const names: unknown[] = Array.isArray(required) ? required : []
  const members = Object.entries(isSchema(properties) ? properties : {}).map(([name, value]) => {
    return member(name, isSchema(value) ? value : {}, names.includes(name), inner)
  })
  const others = isSchema(patternProperties) ? Object.values(patternProperties) : [additionalProperties]
  const value = union(others.map((other) => (isSchema(other) ? typeOf(other, inner) : 'unknown')))
  const isOpen = others.some((other) => other === true || isSchema(other))
  if (members.length === 0) return isOpen ? `Record<string, ${value}>` : 'Record<string, unknown>'
  // An index signature has to fit the named members, too; they are described better than the others.
  return `{\n${members.join('')}${isOpen ? `${inner}[other: string]: unknown\n` : ''}${indent}}`
}

function literal(value: unknown): string {
  return typeof value === 'string' ? quoted(value, true) : JSON.stringify(value)
}

function union(types: string[]): string {
  return [...new Set(types)].join(' | ')
}

function quoted(name: string, always = false): string {
  return !always && /^[A-Za-z_]\w*$/.test(name) ? name : `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function comment(text: unknown, indent: string): string {
  return typeof text === 'string' ? `${indent}/** ${text.replaceAll('*/', '*\\/').replaceAll(/\s*\n\s*/g, ' ')} */\n` : ''
}

function sorted<T>(record: Record<string, T>): [string, T][] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1))
}

function schemasOf(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : []
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

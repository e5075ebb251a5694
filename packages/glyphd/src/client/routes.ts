import type { Operations } from './api.ts'

export type Json = 'application/json'
export type Lines = 'application/x-ndjson'

type Route = keyof Operations
/** The paths of the routes of a method. */
export type PathOf<Method extends string> = Route extends infer R ? (R extends `${Method} ${infer Path}` ? Path : never) : never
/** What the route of a method and a path takes and answers. */
export type OperationOf<Method extends string, Path extends string> = `${Method} ${Path}` extends infer R extends Route
  ? Operations[R]
  : never

/** Members of which the optional ones may be undefined, too. */
type Given<Members> = {
  [M in keyof Members]: Record<never, never> extends Pick<Members, M> ? Members[M] | undefined : Members[M]
}
/** One of the parts of a request: refused where the route takes none, and needed where a member of it is. */
type Part<Name extends string, Members> = [keyof Members] extends [never]
  ? { [N in Name]?: never }
  : Partial<Members> extends Members
    ? { [N in Name]?: Given<Members> }
    : { [N in Name]: Given<Members> }

/** A JSON body is given as a value; any other as it goes over the wire, with its media type. */
type BodyOf<Types> = [keyof Types] extends [never]
  ? { body?: never; type?: never }
  : {
      [Type in keyof Types]: Type extends Json ? { body: Types[Type]; type?: Type } : { body: string | Uint8Array; type: Type }
    }[keyof Types]

/** What a request to a route may, and must, come with. */
type RequestOf<Operation> = Operation extends { path: infer Path; query: infer Query; header: infer Header; body: infer Body }
  ? Part<'path', Path> & Part<'query', Query> & Part<'headers', Header> & BodyOf<Body> & { signal?: AbortSignal | undefined }
  : never

/** The same as arguments: none, where nothing must be given. */
export type OptionsOf<Method extends string, Path extends string> =
  Record<never, never> extends RequestOf<OperationOf<Method, Path>>
    ? [RequestOf<OperationOf<Method, Path>>?]
    : [RequestOf<OperationOf<Method, Path>>]

/** What a route answers in a media type; never, where it does not. */
export type AnswerOf<Method extends string, Path extends string, Type extends string> =
  OperationOf<Method, Path> extends { answer: { [T in Type]: infer Answer } } ? Answer : never

/** The paths that answer a method in a media type. */
export type PathAnswering<Method extends string, Type extends string> = {
  [Path in PathOf<Method>]: [AnswerOf<Method, Path, Type>] extends [never] ? never : Path
}[PathOf<Method>]

/** The paths that answer a page at a time, and what lies on the pages. */
export type PagedPath = {
  [Path in PathOf<'GET'>]: [ItemOf<Path>] extends [never] ? never : Path
}[PathOf<'GET'>]
export type ItemOf<Path extends string> =
  AnswerOf<'GET', Path, Json> extends { items: (infer Item)[]; next_cursor: string | null } ? Item : never

import { type Static, Type, Value } from 'glyphsieve/typebox'

/** How safe an acknowledged import is in a database that is replicated. */
export const Durability = Type.Object(
  {
    synchronous_commit: Type.String({
      description:
        "The database's setting of that name, read back. With `off`, even a crash of the server loses what it acknowledged last.",
    }),
    synchronous_standbys: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Standbys that are there now and that a commit waits for. Absent where the user may not see them.',
      }),
    ),
    survives_failover: Type.Boolean({
      description:
        'Whether an import is acknowledged only when a synchronous standby has it on disk, too. Without, a failover may lose the last ones.',
    }),
  },
  {
    title: 'Durability',
    additionalProperties: false,
    description: 'How safe an acknowledged import is, where the database decides that: on PostgreSQL.',
  },
)
export type Durability = Static<typeof Durability>

/** How the daemon is. */
export const Health = Type.Object(
  {
    status: Type.Literal('ok', { description: 'Always `ok`: a daemon that is not well answers with a problem.' }),
    version: Type.String({ description: 'Version of glyphd.' }),
    engine: Type.String({ description: 'The database behind the store.' }),
    schema_version: Type.Integer({ description: 'The last migration applied to the store.' }),
    durability: Type.Optional(Durability),
    uptime_seconds: Type.Number({ description: 'Seconds since the daemon started.' }),
  },
  { title: 'Health', additionalProperties: false },
)
export type Health = Static<typeof Health>

/** What a body may be and how many may wait. Passing one of these is refused with a status that says so. */
export const Limits = Type.Object(
  {
    max_body_bytes: Type.Integer({
      minimum: 1,
      maximum: 1024 ** 4,
      default: 128 * 1024 * 1024,
      description: 'Most bytes of a request body, also after decompression.',
    }),
    max_rows: Type.Integer({ minimum: 1, maximum: 10_000_000, default: 200_000, description: 'Most listings in one import.' }),
    max_row_bytes: Type.Integer({
      minimum: 1,
      maximum: 256 * 1024 ** 2,
      default: 1024 * 1024,
      description: 'Most bytes of one listing in the body.',
    }),
    max_members: Type.Integer({ minimum: 1, maximum: 100_000, default: 256, description: 'Most members of one listing.' }),
    max_titles: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 1000,
      description: 'Most titles in one request to match them.',
    }),
    max_depth: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 32,
      description: "Most levels of nesting in a member's value; [[1]] has two.",
    }),
    receive_timeout_seconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 60,
      description: 'Seconds without a byte of a body before it is given up.',
    }),
    max_memory_bytes: Type.Integer({
      minimum: 0,
      maximum: 1024 ** 4,
      default: 64 * 1024 * 1024,
      description:
        'Most bytes of all bodies held in memory, and of one an eighth of that; the others are in files beside the store.',
    }),
    max_queue_imports: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1000,
      description: 'Most imports that wait to be stored.',
    }),
    max_queue_bytes: Type.Integer({
      minimum: 1,
      maximum: 1024 ** 4,
      default: 512 * 1024 * 1024,
      description: 'Most bytes of the imports that wait to be stored; one alone may have more.',
    }),
    max_wait_seconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 60,
      description: 'Seconds that an import waits for its turn before it is refused.',
    }),
    max_group_imports: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1000,
      description: 'Most imports that are stored by one transaction.',
    }),
  },
  { title: 'Limits', additionalProperties: false },
)
export type Limits = Static<typeof Limits>
export const DEFAULT_LIMITS: Readonly<Limits> = Value.Create(Limits)

/** Most errors that an answer lists; all are counted. */
export const MAX_LISTED_ERRORS = 100

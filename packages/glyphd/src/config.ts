import { type Static, type TSchema, Type, Value } from 'glyphsieve/typebox'
import { Limits } from './contract/operations.ts'
import { DEFAULT_CURRENT_DAYS } from './contract/words.ts'
import { SettingError } from './failure.ts'
import { expectation, shown } from './shown.ts'

/**
 * Every setting of the daemon: a member `max_rows` is the flag `--max-rows` and the environment variable `GLYPHD_MAX_ROWS`.
 * Help, docs and types come from here.
 */
export const Settings = Type.Object(
  {
    db: Type.String({
      default: 'data/gpu.sqlite',
      minLength: 1,
      description:
        'The store: path of a SQLite file, made if missing, its folder too, for their owner only; or postgres://..., a PostgreSQL database.',
    }),
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description: 'Address to listen on. Anything but loopback needs --insecure.',
    }),
    port: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535, description: 'Port to listen on; 0 picks a free one.' }),
    allowed_host: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Name in the Host header to serve beside loopback ones, such as that of a proxy. Separate several with commas.',
    }),
    insecure: Type.Boolean({
      default: false,
      description: 'Listen where others can reach it, though nothing checks who they are.',
    }),
    current_days: Type.Integer({
      default: DEFAULT_CURRENT_DAYS,
      minimum: 1,
      maximum: 3650,
      description: 'Days after which an offer that was not seen again counts as gone.',
    }),
    import_connections: Type.Integer({
      default: 2,
      minimum: 1,
      maximum: 32,
      description:
        'Imports that a PostgreSQL store takes in at once, each over a connection of its own; a SQLite file takes one.',
    }),
    rates: Type.String({
      default: '',
      description:
        'File of what other currencies are worth in US dollars, as JSON, for raw listings. Read when the daemon starts.',
    }),
    log_level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      default: 'info',
      description: 'Least level to log: trace, debug, info, warn, error or silent.',
    }),
    ...Limits.properties,
  },
  { additionalProperties: false },
)
export type Settings = Static<typeof Settings>

/** One setting as the command line and the environment know it. */
interface SettingName {
  member: string
  flag: string
  variable: string
  /** What follows the flag, such as ` <integer>`; empty for a switch. */
  takes: string
  description: string
  /** The default in words; empty where there is none worth saying. */
  standard: string
  schema: TSchema
}

export const SETTINGS: readonly SettingName[] = Object.entries<TSchema>(Settings.properties).map(([member, schema]) => {
  const standard = `${'default' in schema ? schema.default : ''}`
  const type = Type.IsInteger(schema) ? 'number' : Type.IsArray(schema) ? 'names' : Type.IsEnum(schema) ? 'level' : 'text'
  return {
    member,
    flag: `--${member.replaceAll('_', '-')}`,
    variable: `GLYPHD_${member.toUpperCase()}`,
    takes: Type.IsBoolean(schema) ? '' : ` <${type}>`,
    description: 'description' in schema ? `${schema.description}` : '',
    standard: Type.IsBoolean(schema) || standard === '' ? '' : ` Default: ${standard}.`,
    schema,
  }
})

/** Variables of the commands that ask a daemon; `serve` passes them over. */
const CLIENT_VARIABLES = ['GLYPHD_URL']

/** @throws SettingError that names every `GLYPHD_` variable that no command knows: it is a typo. */
export function refuseUnknownVariables(environment: Record<string, string | undefined>): void {
  const known = new Set([...CLIENT_VARIABLES, ...SETTINGS.map(({ variable }) => variable)])
  const unknown = Object.keys(environment).filter((name) => name.startsWith('GLYPHD_') && !known.has(name))
  if (unknown.length > 0)
    throw new SettingError(
      `Unknown setting ${unknown.join(', ')}: glyphd serve --help lists its settings, and the other commands know GLYPHD_URL`,
    )
}

/**
 * The settings that flags, by member name, and environment give; a flag wins over a variable, and that over the default.
 *
 * @throws SettingError that names the setting, what was found and what was expected; an unknown `GLYPHD_` variable is one too.
 */
export function readSettings(flags: Record<string, unknown>, environment: Record<string, string | undefined>): Settings {
  refuseUnknownVariables(environment)
  const entries = SETTINGS.map(({ member, flag, variable, schema }) => {
    const given = flags[member] ?? environment[variable]
    if (given === undefined) return [member, 'default' in schema ? schema.default : undefined]
    const value = typeof given === 'string' ? parsedValue(schema, given) : given
    if (!Value.Check(schema, value)) {
      const source = flags[member] === undefined ? variable : flag
      throw new SettingError(`${source} is ${JSON.stringify(shown(given))}: ${expectation(schema)}`)
    }
    return [member, value]
  })
  return Value.Parse(Settings, Object.fromEntries(entries))
}

/** The value that a text stands for, or the text itself where it is not one of the schema's type. */
function parsedValue(schema: TSchema, text: string): unknown {
  if (Type.IsInteger(schema) && /^\d+$/.test(text)) return Number(text)
  if (Type.IsBoolean(schema) && /^(?:true|false|1|0)$/.test(text)) return text === 'true' || text === '1'
  if (Type.IsArray(schema)) return text.split(',').map((part) => part.trim())
  return text
}

import type { ClientConfig } from 'pg'
import { Problem } from '../../problem.ts'

/** Where a PostgreSQL store may be found. */
export interface Servers {
  /** One for each host of the connection string, in its order. */
  servers: ClientConfig[]
  /** Only a server that takes writes will do: `target_session_attrs=read-write`. */
  isReadWrite: boolean
}

const DEFAULT_PORT = '5432'
const SESSION_ATTRIBUTES = ['any', 'read-write']

/** Whether a setting names a PostgreSQL server and not a file. */
export function isPostgresUrl(db: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(db)
}

/**
 * Reads a connection URI with one or several hosts, as libpq writes it: `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE?PARAMETERS`.
 *
 * @throws Problem that says what is wrong, without the password.
 */
export function serversOf(url: string): Servers {
  const [, authority = '', rest = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  const at = authority.lastIndexOf('@')
  const credentials = authority.slice(0, at + 1)
  const hosts = authority.slice(at + 1).split(',')
  const parameters = new URLSearchParams(rest.includes('?') ? rest.slice(rest.indexOf('?') + 1) : '')
  const attributes = parameters.get('target_session_attrs') ?? 'any'
  if (!SESSION_ATTRIBUTES.includes(attributes)) {
    throw refused(url, `target_session_attrs is ${attributes}, and can be ${SESSION_ATTRIBUTES.join(' or ')}`)
  }
  parameters.delete('target_session_attrs')
  const path = rest.split(/[?#]/)[0] ?? ''
  const query = parameters.size === 0 ? '' : `?${parameters}`
  const connectionStrings = hosts.map((host) => `postgres://${credentials}${host}${path}${query}`)
  for (const [index, connectionString] of connectionStrings.entries()) {
    // A host may be left out, or be the folder of a socket in the parameter `host`: the driver takes both.
    if (!URL.canParse(connectionString.replace('@/', '@host/').replace(/^postgres:\/\/\//, 'postgres://host/'))) {
      throw refused(url, `${JSON.stringify(hosts[index])} is no host with a port, such as db.example.org:${DEFAULT_PORT}`)
    }
  }
  return {
    servers: connectionStrings.map((connectionString) => ({ connectionString })),
    isReadWrite: attributes === 'read-write',
  }
}

function refused(url: string, reason: string): Problem {
  return new Problem('store_unavailable', `${masked(url)} cannot be used: ${reason}`)
}

/** A connection string, or the path of a file, as it may be shown: passwords are masked. */
export function masked(db: string): string {
  if (!isPostgresUrl(db)) return db
  return db.replace(/^([a-z]+:\/\/[^/?#@]*?):[^/?#]*@/i, '$1:****@').replace(/([?&]password=)[^&#]*/gi, '$1****')
}

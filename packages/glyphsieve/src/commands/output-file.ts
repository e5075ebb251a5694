import { randomUUID } from 'node:crypto'
import {
  closeSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { visible } from '../terminal.ts'
import { CommandFailure, fileFailure } from './io.ts'

const WRITE_FAILURES: Record<string, string> = {
  ENOENT: 'cannot be written: its folder does not exist',
  ENOTDIR: 'cannot be written: a part of the path is no folder',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'lies on a disk that cannot be written',
  ENOSPC: 'cannot be written: the disk is full',
  ENAMETOOLONG: 'has a name that is too long',
  ELOOP: 'cannot be written: its links lead round in a circle',
}

/** Files that a command writes beside stdout, as they were given. */
export interface Targets {
  output?: string | undefined
  rejections?: string | undefined
}

/** Refuses to write one file twice, or a file that is read. `-` among the inputs is stdin. */
export function refuseClashes(inputs: readonly string[], { output, rejections }: Targets): void {
  if (rejections === '-') throw new CommandFailure('the rejections go to a file of a name: --rejections rejected.ndjson')
  if (output !== undefined && rejections !== undefined && resolved(output) === resolved(rejections)) {
    throw new CommandFailure('the listings and the rejections cannot go to one file')
  }
  const read = new Set(inputs.filter((input) => input !== '-').map((input) => resolved(input)))
  for (const target of [output, rejections]) {
    if (target !== undefined && read.has(resolved(target))) {
      throw new CommandFailure(`${visible(target)} is an input: name another file to write`)
    }
  }
}

/** Whether what is written there is passed on, and cannot be read again. */
export function isDeviceOrPipe(target: string): boolean {
  const there = found(target)
  return there !== undefined && !there.isFile() && !there.isDirectory()
}

/** What is there already; undefined also where it cannot be known, which writing finds out. */
function found(target: string): Stats | undefined {
  try {
    return statSync(target)
  } catch {
    return undefined
  }
}

/** As many links as Linux follows. */
const MOST_LINKS = 40

/**
 * Where a name leads to, also where nothing is there yet: links are written through, not replaced, and two names of one file are
 * the same. The system finds what exists, because a `..` behind a link is not the folder in front of it.
 */
function resolved(target: string, links = MOST_LINKS): string {
  try {
    return realpathSync.native(target)
  } catch {
    // An open pipe, such as /dev/stdout, is there without a path.
    if (links === 0 || found(target) !== undefined) return path.resolve(target)
  }
  const folder = resolved(path.dirname(target), links)
  const name = path.join(folder, path.basename(target))
  const next = linkedTo(name)
  return next === undefined ? name : resolved(path.isAbsolute(next) ? next : `${folder}/${next}`, links - 1)
}

function linkedTo(name: string): string | undefined {
  try {
    return readlinkSync(name)
  } catch {
    return undefined
  }
}

/**
 * A file that appears under its name when it is complete, in place of what was there, and until then lies beside it under a
 * hidden one.
 */
export class OutputFile {
  /** As it was given, for people. */
  readonly #name: string
  readonly #path: string
  /** Absent where what is written is no file that could be replaced. */
  readonly #temporary: string | undefined
  #file: number | undefined

  constructor(target: string) {
    this.#name = target
    this.#path = resolved(target)
    const there = this.#guarded(() => statSync(this.#path, { throwIfNoEntry: false }))
    if (there?.isDirectory()) throw new CommandFailure(`${visible(target)} is a folder: name a file`)
    // a device or a pipe cannot be replaced, and must not be
    const isFile = there === undefined || there.isFile()
    const temporary = path.join(path.dirname(this.#path), `.${path.basename(this.#path).slice(0, 100)}.${randomUUID()}`)
    this.#temporary = isFile ? temporary : undefined
    this.#file = this.#guarded(() => openSync(this.#temporary ?? this.#path, isFile ? 'wx' : 'w', 0o666))
  }

  write(data: string | Uint8Array): void {
    this.#guarded(() => writeFileSync(this.#file ?? -1, data))
  }

  complete(): void {
    this.#guarded(() => {
      this.#close()
      if (this.#temporary !== undefined) renameSync(this.#temporary, this.#path)
    })
  }

  /** Leaves nothing behind, unless the file is complete. */
  discard(): void {
    this.#close()
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true })
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #guarded<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (error) {
      throw fileFailure(error, visible(this.#name), WRITE_FAILURES)
    }
  }
}

import { randomUUID } from 'node:crypto'
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
}

/** Where a name leads to: a link is written through, not replaced. */
export function resolved(target: string): string {
  try {
    return realpathSync(target)
  } catch {
    return path.resolve(target) // nothing is there yet, and opening it says what is wrong
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
    const found = statSync(this.#path, { throwIfNoEntry: false })
    if (found?.isDirectory()) throw new CommandFailure(`${visible(target)} is a folder: name a file`)
    // a device or a pipe cannot be replaced, and must not be
    const isFile = found === undefined || found.isFile()
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

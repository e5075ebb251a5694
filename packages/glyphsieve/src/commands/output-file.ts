import { randomUUID } from 'node:crypto'
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
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

/**
 * A file that appears under its name when it is complete, in place of what was there, and until then lies beside it under a
 * hidden one.
 */
export class OutputFile {
  readonly #path: string
  readonly #temporary: string
  #file: number | undefined

  constructor(target: string) {
    this.#path = target
    if (statSync(target, { throwIfNoEntry: false })?.isDirectory())
      throw new CommandFailure(`${visible(target)} is a folder: name a file`)
    this.#temporary = path.join(path.dirname(target), `.${path.basename(target).slice(0, 100)}.${randomUUID()}`)
    this.#file = this.#guarded(() => openSync(this.#temporary, 'wx', 0o666))
  }

  write(data: string | Uint8Array): void {
    this.#guarded(() => writeFileSync(this.#file ?? -1, data))
  }

  complete(): void {
    this.#guarded(() => {
      this.#close()
      renameSync(this.#temporary, this.#path)
    })
  }

  /** Leaves nothing behind, unless the file is complete. */
  discard(): void {
    this.#close()
    rmSync(this.#temporary, { force: true })
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #guarded<Result>(act: () => Result): Result {
    try {
      return act()
    } catch (error) {
      throw fileFailure(error, visible(this.#path), WRITE_FAILURES)
    }
  }
}

import { randomUUID } from 'node:crypto'
import { type FileHandle, open, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { Problem } from '../problem.ts'
import type { ListingsMediaType, ReceivedBody } from './received-body.ts'

const CHUNK_BYTES = 256 * 1024
/** The share of the memory that a single body may take: one large body must not send all others to files. */
const BODY_SHARE = 1 / 8

/** A body in a spool. */
export interface SpooledBody {
  body: ReceivedBody
  /** Lets go of it, once nothing reads it any more. */
  release(): Promise<void>
}

/** Takes the bytes of one body, in their order. */
export interface BodySpool {
  /** Copies a piece. A promise says that it waits for the disk: give nothing more until it is fulfilled. */
  add(piece: Uint8Array): Promise<void> | undefined
  readonly bytes: number
  /** The whole body. */
  end(media_type: ListingsMediaType): Promise<SpooledBody>
  /** Lets go of everything. */
  discard(): Promise<void>
}

/**
 * Where bodies wait until they are stored: in memory as long as there is room, then in files. A file loses its name as soon as
 * it is open, so that it is gone with the process, whatever ends that.
 */
export class Spool {
  readonly #prefix: string
  readonly #maxMemoryBytes: number
  #memoryBytes = 0

  /** `prefix` is the path that names of files begin with. Its folder must exist when the first file is made. */
  constructor(prefix: string, maxMemoryBytes: number) {
    this.#prefix = prefix
    this.#maxMemoryBytes = maxMemoryBytes
  }

  /** Removes what a process left that ended in the instant between making a file and taking its name away. */
  async clear(): Promise<void> {
    const folder = path.dirname(this.#prefix)
    const names = await readdir(folder).catch(() => [])
    const left = names.filter((name) => name.startsWith(path.basename(this.#prefix)))
    await Promise.all(left.map((name) => rm(path.join(folder, name), { force: true })))
  }

  /** A new body, of which `expectedBytes` are announced. */
  body(expectedBytes: number | undefined): BodySpool {
    const full: Uint8Array<ArrayBuffer>[] = []
    let chunk = new Uint8Array(0)
    let used = 0
    let bytes = 0
    let reserved = 0
    let file: FileHandle | undefined
    let spare: Uint8Array<ArrayBuffer> | undefined
    let writing: Promise<void> | undefined
    let inFile = (expectedBytes ?? 0) > this.#maxMemoryBytes * BODY_SHARE

    /** Whether there is memory for so many bytes more. */
    const reserve = (size: number): boolean => {
      if (reserved + size > this.#maxMemoryBytes * BODY_SHARE || this.#memoryBytes + size > this.#maxMemoryBytes) return false
      reserved += size
      this.#memoryBytes += size
      return true
    }
    const free = () => {
      this.#memoryBytes -= reserved
      reserved = 0
    }

    const write = async (pieces: Uint8Array<ArrayBuffer>[]): Promise<void> => {
      try {
        file ??= await this.#open()
        for (const piece of pieces) await file.appendFile(piece)
        spare = pieces.find(({ length }) => length === CHUNK_BYTES) // nothing but the file wants it
      } catch (error) {
        throw fileProblem(error)
      }
      free()
    }
    const toFile = (): Promise<void> => {
      writing = write(full.splice(0))
      return writing
    }

    const add = (piece: Uint8Array): Promise<void> | undefined => {
      for (let from = 0; from < piece.length; ) {
        if (used === chunk.length) {
          if (used > 0) full.push(chunk)
          const left = (expectedBytes ?? Number.POSITIVE_INFINITY) - bytes
          const size = left > 0 ? Math.min(CHUNK_BYTES, left) : CHUNK_BYTES
          inFile ||= !reserve(size)
          chunk = spare ?? new Uint8Array(size)
          spare = undefined
          used = 0
        }
        const part = piece.subarray(from, from + chunk.length - used)
        chunk.set(part, used)
        used += part.length
        bytes += part.length
        from += part.length
      }
      return inFile && full.length > 0 ? toFile() : undefined
    }

    const discard = async (): Promise<void> => {
      await writing?.catch(() => {}) // whoever asked for it knows
      free()
      await file?.close()
      file = undefined
    }

    const end = async (media_type: ListingsMediaType): Promise<SpooledBody> => {
      const last = used === chunk.length ? chunk : chunk.slice(0, used)
      if (last.length > 0) full.push(last)
      if (inFile) await toFile()
      const chunks = inFile ? [] : full.map(({ buffer }) => buffer)
      return { body: { media_type, bytes, chunks, file: file?.fd }, release: discard }
    }

    return {
      add,
      end,
      discard,
      get bytes() {
        return bytes
      },
    }
  }

  /**
   * A new file that loses its name at once, for a body that somebody else writes. Close it in the end.
   *
   * @throws Problem if there can be none.
   */
  async file(): Promise<FileHandle> {
    return this.#open().catch((error: unknown) => {
      throw fileProblem(error)
    })
  }

  async #open(): Promise<FileHandle> {
    const name = `${this.#prefix}${randomUUID()}`
    const file = await open(name, 'wx+', 0o600)
    await rm(name, { force: true }) // another process that starts may have cleared it
    return file
  }
}

/** What the failure of a file in which a body was to wait means for a client, or the error itself where it is a bug. */
export function fileProblem(error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new Problem('disk_full', 'The disk is full. Nothing was stored; make room and send it again')
  }
  return new Problem(
    'store_unavailable',
    `The body could not be kept in a file (${error.code}). Nothing was stored; send it again`,
  )
}

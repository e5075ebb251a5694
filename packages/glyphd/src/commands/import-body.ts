import { createHash, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type FileHandle, open, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync, constants as zlib } from 'node:zlib'
import { CommandFailure, fileFailure, findInputs, type Terminal, temporaryFolderFailure, visible } from 'glyphsieve/terminal'
import type { ListingsMediaType } from '../ingest/received-body.ts'
import type { RequestBody } from './attempt.ts'

const CHUNK_BYTES = 256 * 1024
/** Enough for the first byte of the content that is not blank, also behind the header of a gzip file. */
const BEGINNING_BYTES = 4096

/** A file as the body of an import. */
export interface ImportBody extends RequestBody {
  /** SHA-256 of the bytes, in hex. */
  digest: string
  media_type: ListingsMediaType
  gzip: boolean
  close(): Promise<void>
}

/**
 * Opens a file, or a copy of what comes from stdin or a pipe, whose bytes can be sent more than once. The copy has no name any more
 * when this returns: however the process ends, nothing is left of it.
 *
 * @throws CommandFailure if it cannot be read. `chunks` throws it, before the last chunk, if the file has changed since.
 */
export async function openImportBody(file: string, terminal: Terminal): Promise<ImportBody> {
  const [input] = await findInputs([file], terminal)
  if (input === undefined) throw new CommandFailure('there is no file to send')
  const handle = await (input.size === undefined ? spool(input.chunks(), terminal) : openFile(file, input.name))
  try {
    const { size } = await handle.stat()
    const digest = await digestOf(readBytes(handle, size, terminal))
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0)
    const beginning = buffer.subarray(0, bytesRead)
    const gzip = beginning[0] === 0x1f && beginning[1] === 0x8b
    const media_type = mediaTypeOfName(file) ?? mediaTypeOfContent(gzip ? unzipped(beginning, input.name) : beginning)
    const chunks = () => unchanged(readBytes(handle, size, terminal), { digest, name: input.name })
    return { size, digest, media_type, gzip, chunks, close: () => handle.close() }
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openFile(file: string, name: string): Promise<FileHandle> {
  return open(file).catch((error: unknown) => {
    throw fileFailure(error, name)
  })
}

async function spool(chunks: AsyncIterable<Uint8Array>, { signal }: Terminal): Promise<FileHandle> {
  const file = path.join(tmpdir(), `glyphd-import-${randomUUID()}`)
  const handle = await open(file, 'wx+', 0o600).catch((error: unknown) => {
    throw temporaryFolderFailure(error)
  })
  try {
    rmSync(file)
    await writeFile(handle, chunks, { signal })
    return handle
  } catch (error) {
    await handle.close()
    throw temporaryFolderFailure(error)
  }
}

async function* readBytes(handle: FileHandle, size: number, { signal }: Terminal): AsyncGenerator<Uint8Array, void, undefined> {
  for (let position = 0; position < size; ) {
    signal.throwIfAborted()
    const length = Math.min(CHUNK_BYTES, size - position)
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

async function digestOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}

/**
 * The chunks, of which the last is held back until all are known to have the digest: a body that has become another one while it was
 * sent never comes to its end, and is not stored.
 */
async function* unchanged(
  chunks: AsyncIterable<Uint8Array>,
  { digest, name }: { digest: string; name: string },
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256')
  let held: Uint8Array | undefined
  for await (const chunk of chunks) {
    hash.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  if (hash.digest('hex') !== digest) throw new CommandFailure(`${name} changed while it was sent: send it when it is complete`)
  if (held !== undefined) yield held
}

const MEDIA_TYPES: Record<string, ListingsMediaType> = {
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
  '.csv': 'text/csv',
}

function mediaTypeOfName(file: string): ListingsMediaType | undefined {
  return MEDIA_TYPES[path.extname(file.toLowerCase().replace(/\.gz$/, ''))]
}

/** By the first byte that is not blank, behind a byte order mark. */
function mediaTypeOfContent(beginning: Uint8Array): ListingsMediaType {
  const text = new TextDecoder().decode(beginning).trimStart()
  if (text.startsWith('[')) return 'application/json'
  return text.startsWith('{') ? 'application/x-ndjson' : 'text/csv'
}

function unzipped(beginning: Uint8Array, name: string): Uint8Array {
  try {
    return gunzipSync(beginning, { finishFlush: zlib.Z_SYNC_FLUSH })
  } catch {
    throw new CommandFailure(`${visible(name)} begins like gzip, and is not`)
  }
}

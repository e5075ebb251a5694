import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { addAbortSignal, type Readable, type Writable } from 'node:stream'
import { visible } from '../terminal.ts'

const CHUNK_BYTES = 256 * 1024

/** Why a command ended without doing what it was asked, in words for whoever typed it. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
}

/** Whoever read stdout has gone, such as `head` after ten lines: there is nothing left to do. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

/** What a command has to do with the world. */
export interface Terminal {
  stdin: Readable
  stdout: Writable & { isTTY?: boolean; columns?: number }
  stderr: Writable & { isTTY?: boolean; columns?: number }
  /** Aborted when the command is interrupted. */
  signal: AbortSignal
  /** Whether stdout takes colours. */
  colours: boolean
}

/**
 * The terminal of this process. The first SIGINT, SIGTERM or SIGHUP aborts its signal; another one calls `end`, which should end the
 * process at once.
 */
export function processTerminal(environment: { NO_COLOR?: string | undefined }, end: () => void): Terminal {
  const interrupt = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interrupt.signal.aborted) end()
      else interrupt.abort()
    })
  }
  // Whoever reads may go; the next write says so.
  process.stdout.on('error', () => {})
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    colours: process.stdout.isTTY === true && !environment.NO_COLOR,
  }
}

/** An input that was found, and not opened yet. */
export interface Input {
  /** The path, or `stdin`, as messages show it. */
  name: string
  /** Bytes, where that is known. */
  size: number | undefined
  /** When its content was made, RFC 3339, where that is known. */
  modified_at: string | undefined
  chunks(): AsyncIterable<Uint8Array>
}

/** Looks at all inputs before the first is read, so that a wrong name costs nothing. `-` is stdin. */
export async function findInputs(paths: readonly string[], { stdin, signal }: Terminal): Promise<Input[]> {
  if (paths.filter((path) => path === '-').length > 1) throw new CommandFailure('stdin (-) can be read only once')
  const inputs: Input[] = []
  for (const path of paths) {
    if (path === '-') {
      const chunks = () => addAbortSignal(signal, stdin)
      inputs.push({ name: 'stdin', size: undefined, modified_at: undefined, chunks })
      continue
    }
    const name = visible(path)
    const found = await stat(path).catch((error: unknown) => {
      throw fileFailure(error, name)
    })
    if (found.isDirectory()) throw new CommandFailure(`${name} is a folder: name the files in it`)
    inputs.push({
      name,
      size: found.isFile() ? found.size : undefined,
      modified_at: found.isFile() ? found.mtime.toISOString() : undefined,
      chunks: () => readFileChunks(path, name, signal),
    })
  }
  return inputs
}

async function* readFileChunks(path: string, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, signal })) yield chunk
  } catch (error) {
    throw fileFailure(error, name)
  }
}

const READ_FAILURES: Record<string, string> = {
  ENOENT: 'does not exist: check the name, relative to the current folder',
  ENOTDIR: 'does not exist: a part of the path is no folder',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ENAMETOOLONG: 'has a name that is too long',
}

/** An error of the file system in words; any other as it is. */
export function fileFailure(error: unknown, name: string, failures = READ_FAILURES): unknown {
  const code = error instanceof Error && 'code' in error ? `${error.code}` : ''
  const words = failures[code]
  return words === undefined ? error : new CommandFailure(`${name} ${words}`, { cause: error })
}

/** An error of the file system in the folder for temporary files in words; any other as it is. */
export function temporaryFolderFailure(error: unknown): unknown {
  return fileFailure(error, 'the temporary folder', {
    ENOSPC: 'has no room left: TMPDIR can name another',
    EACCES: 'may not be written by this user: TMPDIR can name another',
    ENOENT: 'does not exist: TMPDIR can name another',
  })
}

/** Writes to stdout no faster than it is read. */
export async function writeData({ stdout, signal }: Terminal, data: string | Uint8Array): Promise<void> {
  signal.throwIfAborted()
  if (data.length === 0) return
  if (stdout.destroyed || stdout.writableEnded) throw new OutputClosed('stdout is closed')
  if (!stdout.write(data)) await once(stdout, 'drain', { signal }).catch(closed)
}

function closed(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') throw new OutputClosed('stdout is closed')
  throw fileFailure(error, 'stdout', { ENOSPC: 'cannot be written: the disk is full' })
}

/** Says something to people. */
export function say({ stderr }: Terminal, words: string): void {
  stderr.write(`${words}\n`)
}

/** The lines of a text in UTF-8, in batches; a byte order mark and the ends of the lines, LF or CRLF, are left out. */
export async function* lineBatches(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[], void, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    const end = text.lastIndexOf('\n')
    if (end === -1) {
      rest += text
      continue
    }
    yield linesOf(rest + text.slice(0, end))
    rest = text.slice(end + 1)
  }
  rest += decoder.decode()
  if (rest !== '') yield linesOf(rest)
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  return text.includes('\r') ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)) : lines
}

const MOST_SETTINGS_BYTES = 1024 * 1024

/** The JSON of a small file of settings, such as rates. */
export async function readJsonFile(path: string, terminal: Terminal): Promise<unknown> {
  const [input] = await findInputs([path], terminal)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of input?.chunks() ?? []) {
    size += chunk.length
    if (size > MOST_SETTINGS_BYTES) throw new CommandFailure(`${visible(path)} is too large to be settings`)
    chunks.push(chunk)
  }
  try {
    return JSON.parse(
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\ufeff/, ''),
    )
  } catch {
    throw new CommandFailure(`${visible(path)} is not valid JSON`)
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { type LogLine, storeOf, temporaryFolder } from './daemon.ts'

const PROGRAM = fileURLToPath(new URL('../bin/glyphd.js', import.meta.url))

/** What a process said and how it ended. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** The program in a process of its own. */
export interface Program {
  pid: number | undefined
  stdout(): string
  stderr(): string
  kill(signal: NodeJS.Signals): void
  ended: Promise<Ended>
}

/** The daemon in a process of its own. */
export interface DaemonProcess extends Program {
  url: string
  db: string
}

export interface ProgramOptions {
  /** Environment variables beside `PATH`; none of the test run's own reach the program. */
  variables?: Record<string, string>
  /** Working directory. Default: a new and empty one. */
  folder?: string
  /** What the program reads from stdin. Default: nothing. */
  stdin?: Readable
  /** A command that runs the command behind it, in its own process. */
  through?: readonly string[]
}

/** Starts `glyphd` as a person does. Its process is dead when the test is over. */
export async function startProgram(args: string[], options: ProgramOptions = {}): Promise<Program> {
  const { variables = {}, folder, stdin, through = [] } = options
  const [command = process.execPath, ...rest] = [...through, process.execPath, PROGRAM, ...args]
  const child = spawn(command, rest, {
    cwd: folder ?? (await temporaryFolder()),
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {}) // the program may end before it has read all
  if (stdin === undefined) child.stdin.end()
  else stdin.pipe(child.stdin)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => {
      child.kill(signal)
    },
    ended,
  }
}

/** Runs `glyphd` to its end, which must come by itself: after 10 seconds it is killed, and `code` is null. */
export async function runProgram(args: string[], options: ProgramOptions = {}): Promise<Ended> {
  const program = await startProgram(args, options)
  const timer = setTimeout(() => program.kill('SIGKILL'), 10_000)
  return program.ended.finally(() => clearTimeout(timer))
}

/** Starts the daemon on a free port and waits until it has printed its address. Its store is a file in its folder, unless `db` names one. */
export async function startDaemonProcess(
  flags: string[] = [],
  { db: named, ...options }: ProgramOptions & { db?: string } = {},
): Promise<DaemonProcess> {
  const folder = options.folder ?? (await temporaryFolder())
  const db = named ?? (await storeOf(folder))
  const program = await startProgram(['serve', '--db', db, '--port', '0', ...flags], { ...options, folder })
  const early = program.ended.then(({ code, stderr }) => {
    throw new Error(`glyphd ended with ${code}: ${stderr}`)
  })
  await Promise.race([eventually(() => program.stdout().endsWith('\n')), early])
  early.catch(() => {})
  return { ...program, url: program.stdout().trim(), db }
}

/** The lines of the log on stderr. */
export function logOf(stderr: string): LogLine[] {
  return linesOf(stderr)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
}

/** What stderr says to people: every line that is not of the log. */
export function wordsOf(stderr: string): string[] {
  return linesOf(stderr).filter((line) => !line.startsWith('{'))
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** Waits until something is true. The test's own time limit ends a wait in vain. */
export async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 5))
}

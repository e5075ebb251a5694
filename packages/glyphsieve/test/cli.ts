import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../bin/glyphsieve.js', import.meta.url))

/** A folder that lives as long as the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'glyphsieve-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** What a command said and how it ended. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Starts `glyphsieve` in a process of its own, which is dead when the test is over, in a folder that is its TMPDIR too. */
export function startCommand(args: readonly string[], folder: string) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  child.stdin.on('error', () => {}) // a command may end before it has read everything
  const ended = once(child, 'close').then(([code]): Ended => ({ code, stdout, stderr }))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended }
}

/** Runs `glyphsieve` to its end. */
export async function runCommand(args: readonly string[], input = '', folder?: string): Promise<Ended> {
  const { child, ended } = startCommand(args, folder ?? (await temporaryFolder()))
  child.stdin.end(input)
  return ended
}

/** The values of NDJSON. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

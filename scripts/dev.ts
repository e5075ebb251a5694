/**
 * The daemon with reload on change: compiles as you save, and starts the daemon anew after every compilation without errors.
 * Arguments go to `glyphd serve`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'

const root = path.resolve(import.meta.dirname, '..')
const compiler = spawn(
  process.execPath,
  [path.join(root, 'node_modules/typescript/bin/tsc'), '-b', 'packages/glyphd', '--watch', '--preserveWatchOutput'],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
)
let daemon: ChildProcess | undefined

function start(): void {
  const serve = [path.join(root, 'packages/glyphd/bin/glyphd.js'), 'serve', ...process.argv.slice(2)]
  daemon = spawn(process.execPath, serve, { stdio: 'inherit' })
}

async function stop(): Promise<void> {
  if (daemon !== undefined && daemon.exitCode === null && daemon.kill()) await once(daemon, 'exit')
}

process.on('SIGINT', () => compiler.kill()).on('SIGTERM', () => compiler.kill())
for await (const line of createInterface(compiler.stdout)) {
  console.error(line)
  if (!line.includes('Found 0 errors')) continue
  await stop() // imports under way finish first
  start()
}
await stop()

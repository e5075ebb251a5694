import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

interface RunningProcess {
  pid: number
  parent: number
}

/** Every process of the machine. One that is dead and waits for its parent to notice does not count. */
function runningProcesses(): RunningProcess[] {
  // Linux images without `ps` are frequent, other systems have no /proc.
  const lines =
    process.platform === 'linux'
      ? readStats()
      : execFileSync('ps', ['-A', '-o', 'pid=,stat=,ppid='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap((line) => {
    const [, pid, state, parent] = /^\s*(\d+) +(\S+) +(\d+)/.exec(line) ?? []
    return pid === undefined || state?.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent) }]
  })
}

/** The lines of `ps`, from /proc: a name in parentheses, which may hold anything, stands between pid and state. */
function readStats(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
        return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2)}`
      } catch {
        return '' // it has ended since the folder was read
      }
    })
}

/** The process, its children and theirs: those that run. */
export function processTree(root: number): number[] {
  const all = runningProcesses()
  const below = (pid: number): number[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child.pid, ...below(child.pid)])
  return all.some(({ pid }) => pid === root) ? [root, ...below(root)] : below(root)
}

/** Those of the processes that still run. */
export function stillRunning(pids: readonly number[]): number[] {
  const running = new Set(runningProcesses().map(({ pid }) => pid))
  return pids.filter((pid) => running.has(pid))
}

/** Ends a process and all below it at once, as a power cut would, and waits until they are gone. */
export async function killTree(root: number): Promise<void> {
  process.kill(root, 'SIGSTOP') // else it could start others, or tend to the dead
  const pids = processTree(root)
  for (const pid of pids.toReversed()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // it has ended by itself since
    }
  }
  while (stillRunning(pids).length > 0) await delay(5)
}

/** What processes take of the processors, as Linux counts it. */
import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100 // USER_HZ, the same on every architecture that Node runs on

/** The fields of /proc/PID/stat behind the name, which may hold anything; empty where there is no such process, or no such file. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

export const parentOf = (pid: number) => Number(statOf(pid)[1])

/** Seconds of processor time of processes, with those of their children that have ended; NaN where the system does not say. */
export function processorSeconds(pids: readonly number[]): number {
  const ticks = pids.flatMap((pid) => statOf(pid).slice(11, 15).map(Number))
  return ticks.length === 0 ? Number.NaN : ticks.reduce((sum, more) => sum + more, 0) / TICKS_PER_SECOND
}

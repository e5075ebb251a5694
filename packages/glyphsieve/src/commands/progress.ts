import type { Terminal } from './io.ts'

const BAR_COLUMNS = 30
const REDRAW_MS = 100
const CLEAR_LINE = '\r\u001b[K'
const MIB = 1024 * 1024

/** How far a command is, by the bytes that it has read, or by what else it counts. */
export interface Progress {
  advance(count: number): void
  /** Says what is waited for in place of the bar, which comes back when it goes on. */
  wait(words: string): void
  /** Takes the bar away. */
  end(): void
}

/** A bar on stderr; nothing where that is no terminal. `inWords` says what is done, by default how many bytes were read, if need be without a total. */
export function progressBar({ stderr }: Terminal, total: number | undefined, inWords = bytesRead): Progress {
  if (!stderr.isTTY) return { advance() {}, wait() {}, end() {} }
  let done = 0
  let drawnAt = 0
  return {
    advance(count) {
      done += count
      const now = Date.now()
      if (now - drawnAt < REDRAW_MS) return
      drawnAt = now
      stderr.write(`${CLEAR_LINE}${drawn(done, total, inWords(done, total))}`)
    },
    wait(words) {
      drawnAt = Date.now()
      stderr.write(`${CLEAR_LINE}${words}`)
    },
    end() {
      if (drawnAt > 0) stderr.write(CLEAR_LINE)
    },
  }
}

function bytesRead(done: number, total: number | undefined): string {
  const mib = (done / MIB).toFixed(1)
  return total === undefined || total === 0 ? `${mib} MiB read` : `${mib} of ${(total / MIB).toFixed(1)} MiB`
}

function drawn(done: number, total: number | undefined, words: string): string {
  if (total === undefined || total === 0) return words
  const share = Math.min(1, done / total)
  const filled = Math.round(share * BAR_COLUMNS)
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_COLUMNS - filled)} ${Math.round(share * 100)} %  ${words}`
}

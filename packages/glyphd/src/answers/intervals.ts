import type { HistoryInterval } from '../contract/market.ts'

const DAY_MS = 86_400_000
/** The first Monday of the epoch. */
const MONDAY_MS = 4 * DAY_MS
/** Before it, RFC 3339 has no year. */
const FIRST_INSTANT = Date.parse('0000-01-01T00:00:00.000Z')

/** An interval, by its beginning and the last instant of it that has come. In milliseconds. */
export interface Instant {
  start: number
  end: number
}

/** A time in which there is something to say: from `from`, before `to`. In milliseconds. */
export interface Stretch {
  from: number
  to: number
}

/**
 * The intervals at whose end there is something to say, ascending: the newest `most` of those that end at or after `after` and
 * before `before`. The one that goes on ends now. Long times with nothing to say cost nothing.
 */
export function intervalEnds(
  stretches: readonly Stretch[],
  interval: HistoryInterval,
  { now, after, before, most }: { now: number; after: number; before: number; most: number },
): { instants: Instant[]; truncated: boolean } {
  const instants: Instant[] = []
  for (const { from, to } of merged(stretches).reverse()) {
    let instant = instantAt(Math.min(to - 1, before - 1, now), interval, now)
    while (instant.end >= Math.max(from, after)) {
      if (instant.end < to && instant.end < before) {
        if (instants.length === most) return { instants: instants.reverse(), truncated: true }
        instants.push(instant)
      }
      instant = instantAt(instant.start - 1, interval, now)
    }
  }
  return { instants: instants.reverse(), truncated: false }
}

/** The same instants without overlaps, ascending. */
function merged(stretches: readonly Stretch[]): Stretch[] {
  const apart: Stretch[] = []
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else if (from < to) apart.push({ from, to })
  }
  return apart
}

function instantAt(ms: number, interval: HistoryInterval, now: number): Instant {
  const start = startOf(ms, interval)
  const next = interval === 'month' ? startOf(start + 31 * DAY_MS, interval) : start + (interval === 'week' ? 7 : 1) * DAY_MS
  return { start: Math.max(start, FIRST_INSTANT), end: Math.min(next - 1, now) }
}

function startOf(ms: number, interval: HistoryInterval): number {
  if (interval === 'day') return Math.floor(ms / DAY_MS) * DAY_MS
  if (interval === 'week') return Math.floor((ms - MONDAY_MS) / (7 * DAY_MS)) * 7 * DAY_MS + MONDAY_MS
  return new Date(ms).setUTCDate(1) - (((ms % DAY_MS) + DAY_MS) % DAY_MS)
}

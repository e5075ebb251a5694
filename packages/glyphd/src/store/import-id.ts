import { randomBytes } from 'node:crypto'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const LAST_MILLISECOND = 2 ** 48 - 1
const COUNTER_LIMIT = 2 ** 32

/** Draws the id of the next import. */
export type ImportIdGenerator = () => string

/**
 * A generator of UUIDs of version 7 (RFC 9562) of which each is greater than the one before and than `after`, so that the order
 * of ids is the order of imports, also when the clock steps back and across restarts. Within a millisecond a 32-bit counter
 * that begins at random grows by one (method 1 of section 6.2); 42 bits stay random.
 */
export function importIds(after: string | undefined, now: () => number = Date.now): ImportIdGenerator {
  let millisecond = after !== undefined && UUID_V7.test(after) ? millisecondOf(after) : -1
  let counter = COUNTER_LIMIT
  return () => {
    const clock = now()
    counter++
    if (clock > millisecond || counter >= COUNTER_LIMIT) {
      millisecond = Math.min(Math.max(clock, millisecond + 1), LAST_MILLISECOND)
      counter = randomBytes(4).readUInt32BE() >>> 1 // the first half: room to count
    }
    const tail = randomBytes(6)
    const time = millisecond.toString(16).padStart(12, '0')
    const count = counter.toString(16).padStart(8, '0')
    // 12 bits of the counter behind the version, 14 behind the variant, 6 before the random bits.
    const low = counter & 0xfffff
    const variant = (0x8000 | (low >>> 6)).toString(16)
    tail[0] = ((low & 0x3f) << 2) | ((tail[0] as number) & 0x03)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.slice(0, 3)}-${variant}-${tail.toString('hex')}`
  }
}

function millisecondOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** Whether a text has the form of an import id. What has not names no import, and an engine may refuse to compare it. */
export function isImportId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

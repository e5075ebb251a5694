import { connect, cutOff, type Opened } from './connect.ts'
import { isConnectionLost } from './problems.ts'
import { activityOf } from './session.ts'
import type { EndingSince } from './thread-data.ts'

/** How often in the time of a silence it is looked whether anything has come or gone. */
const LOOKS = 4

/**
 * Has an eye on a connection on which somebody waits for the server, until the function that it returns is called. A server that is gone
 * without a word would be waited for as long as the system sends again what it did not acknowledge, a quarter of an hour. How long a
 * statement may take is not known here: where nothing comes, the server is asked on another connection whether it works for this one,
 * which is ended if it does not, or does not answer.
 */
export function watchOver(
  opened: Opened,
  { silence_ms, endingSince }: { silence_ms: number; endingSince: EndingSince },
): () => void {
  const { socket } = opened
  let isOver = false
  let isAsking = false
  let seen = passed(opened)
  let quiet = 0
  // Looks are counted and not time, of which this process may have had none.
  const timer = setInterval(() => {
    const now = passed(opened)
    quiet = now === seen ? quiet + 1 : 0
    seen = now
    const enough = Number.isFinite(endingSince[0]) ? 1 : LOOKS
    if (quiet < enough || isAsking || socket.destroyed) return
    quiet = 0
    isAsking = true
    worksFor(opened).then((works) => {
      isAsking = false
      if (!works && !isOver && passed(opened) === now) socket.destroy(new Error('timeout expired'))
    })
  }, silence_ms / LOOKS)
  return () => {
    isOver = true
    clearInterval(timer)
  }
}

/** What changes with every byte that comes, and that the system takes. */
function passed({ socket }: Opened): string {
  return `${socket.bytesRead} ${socket.bytesWritten - socket.writableLength}`
}

/** Whether the server does something for a session, or cannot be asked for a reason that is none of that session. */
async function worksFor({ session, server }: Opened): Promise<boolean> {
  try {
    let works = false
    const other = await connect(server, 'glyphd watch', async (asking) => {
      works = (await activityOf(asking, session)) === 'works'
    })
    cutOff(other)
    return works
  } catch (error) {
    return !isConnectionLost(error)
  }
}

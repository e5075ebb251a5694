/** How long nobody has to ask for anything before the work begins. */
const IDLE_MS = 200
/** How long it is put off for those who ask. Then it uses the times between their requests, however short. */
const PATIENCE_MS = 60_000

/**
 * Work of a thread for the time in which nobody asks it for anything. It is done in short pieces, between which the thread looks for
 * requests: one that comes in the middle waits for a piece and not for the work.
 */
export class IdleWork {
  /** Does the next piece, and says whether there is another. */
  readonly #work: () => boolean
  #timer: NodeJS.Timeout | undefined
  #next: NodeJS.Immediate | undefined
  #putOffSince: number | undefined

  constructor(work: () => boolean) {
    this.#work = work
  }

  /** Puts the work off, until `resume`. */
  pause(): void {
    clearTimeout(this.#timer)
    clearImmediate(this.#next)
  }

  /** A request was answered. */
  resume(): void {
    this.pause()
    this.#putOffSince ??= performance.now()
    const isPatient = performance.now() - this.#putOffSince < PATIENCE_MS
    this.#timer = setTimeout(() => this.#go(), isPatient ? IDLE_MS : 0)
  }

  #go(): void {
    if (this.#work()) this.#next = setImmediate(() => this.#go())
    else this.#putOffSince = undefined
  }
}

/** A discrete simulation: processes that wait, and stations where they queue. Time is in seconds and is nobody's real time. */

/** What a process waits for: some seconds, or a place at a station. */
type Wait = number | Station

/** A process: it goes on whenever what it yields has come. */
export type Process = Generator<Wait, void>

/** So many servers with one queue, first come, first served. A process that was given a place gives it back with `leave`. */
export class Station {
  #free: number
  readonly #queue: Process[] = []
  readonly #simulation: Simulation

  constructor(simulation: Simulation, servers: number) {
    this.#simulation = simulation
    this.#free = servers
  }

  /** Queues, holds a place for some seconds, and leaves. */
  *serve(seconds: number): Process {
    yield this
    yield seconds
    this.leave()
  }

  leave(): void {
    const next = this.#queue.shift()
    if (next === undefined) this.#free++
    else this.#simulation.resume(next)
  }

  /** For the simulation: gives the process a place now, or when it is its turn. */
  enter(process: Process): void {
    if (this.#free === 0) {
      this.#queue.push(process)
      return
    }
    this.#free--
    this.#simulation.resume(process)
  }
}

interface Event {
  at: number
  /** Of events at one time, the one that was planned first comes first. */
  turn: number
  process: Process
}

export class Simulation {
  now = 0
  #turns = 0
  /** A binary heap, the next event at its root. */
  readonly #events: Event[] = []

  start(process: Process): void {
    this.resume(process)
  }

  /** For stations: has a process go on now, when those that are to go on before it have. */
  resume(process: Process): void {
    this.#plan(process, 0)
  }

  /** Lets time pass until then. */
  run(until: number): void {
    for (;;) {
      const [next] = this.#events
      if (next === undefined || next.at > until) break
      this.#removeNext()
      this.now = next.at
      this.#step(next.process)
    }
    this.now = until
  }

  #step(process: Process): void {
    const { value, done } = process.next()
    if (done === true) return
    if (typeof value === 'number') this.#plan(process, value)
    else value.enter(process)
  }

  #plan(process: Process, seconds: number): void {
    const events = this.#events
    let at = events.push({ at: this.now + seconds, turn: this.#turns++, process }) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) break
      this.#swap(at, parent)
      at = parent
    }
  }

  #removeNext(): void {
    const events = this.#events
    const last = events.pop()
    if (last === undefined || events.length === 0) return
    events[0] = last
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      if (left < events.length && this.#isBefore(left, least)) least = left
      if (right < events.length && this.#isBefore(right, least)) least = right
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [this.#events[one], this.#events[other]]
    if (a === undefined || b === undefined) return false
    return a.at < b.at || (a.at === b.at && a.turn < b.turn)
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#events[one], this.#events[other]]
    if (a === undefined || b === undefined) return
    this.#events[one] = b
    this.#events[other] = a
  }
}

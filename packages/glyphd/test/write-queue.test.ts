import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, type Limits } from '../dist/index.js'
import type { Outcome } from '../dist/store/outcome.js'
import { WriteQueue } from '../dist/store/write-queue.js'
import { eventually } from './process.ts'

/** Most bytes of a group of more than one. */
const GROUP_BYTES = 1024 * 1024

interface Job {
  name: string
  alone?: boolean
}

/** A group that the writer was given, and what ends its work. */
interface Writing {
  names: string[]
  finish(outcomes?: Outcome<string>[]): void
  fail(reason: Error): void
}

/** A queue before a writer that does nothing by itself. */
function newQueue(limits: Partial<Limits> = {}) {
  const writings: Writing[] = []
  const write = (group: Job[]) =>
    new Promise<Outcome<string>[]>((resolve, reject) => {
      const names = group.map(({ name }) => name)
      const finish: Writing['finish'] = (outcomes = names.map((name) => ({ value: `${name} is done` }))) => resolve(outcomes)
      writings.push({ names, finish, fail: reject })
    })
  const queue = new WriteQueue<Job, string>({ ...DEFAULT_LIMITS, ...limits }, write, ({ alone }) => alone !== true)
  return {
    queue,
    writings,
    add: (name: string, bytes = 1, alone = false) => queue.add({ name, alone }, bytes),
    /** Finishes group after group, in what order they come, until there is no other; returns all groups. */
    async finishAll(): Promise<string[][]> {
      for (let next = 0; next < writings.length; next++) {
        writings[next]?.finish()
        await new Promise(setImmediate)
      }
      await queue.idle()
      return writings.map(({ names }) => names)
    },
  }
}

describe('a group', () => {
  test('is what has queued when the writer becomes free, in its order', async () => {
    const { add, writings, finishAll } = newQueue()
    const jobs = [add('a')]
    expect(writings.map(({ names }) => names)).toEqual([['a']])
    jobs.push(add('b'), add('c'), add('d'))
    expect(writings).toHaveLength(1)
    expect(await finishAll()).toEqual([['a'], ['b', 'c', 'd']])
    expect(await Promise.all(jobs)).toEqual(['a is done', 'b is done', 'c is done', 'd is done'])
  })

  const groupings: [what: string, limits: Partial<Limits>, jobs: [string, number, boolean?][], string[]][] = [
    [
      'has no more imports than its limit',
      { max_group_imports: 2 },
      [
        ['b', 1],
        ['c', 1],
        ['d', 1],
      ],
      ['b c', 'd'],
    ],
    [
      'is one import where the limit is 1',
      { max_group_imports: 1 },
      [
        ['b', 1],
        ['c', 1],
        ['d', 1],
      ],
      ['b', 'c', 'd'],
    ],
    [
      'has no more than its bytes',
      {},
      [
        ['b', GROUP_BYTES / 2],
        ['c', GROUP_BYTES / 2],
        ['d', 1],
      ],
      ['b c', 'd'],
    ],
    [
      'is a large import alone',
      {},
      [
        ['b', 1],
        ['c', GROUP_BYTES],
        ['d', 1],
      ],
      ['b', 'c', 'd'],
    ],
    [
      'is a larger one alone, too',
      {},
      [
        ['b', 9 * GROUP_BYTES],
        ['c', 1],
        ['d', 1],
      ],
      ['b', 'c d'],
    ],
    [
      'never holds what may not share one',
      {},
      [
        ['b', 1],
        ['c', 0, true],
        ['d', 0, true],
        ['e', 1],
      ],
      ['b', 'c', 'd', 'e'],
    ],
  ]
  for (const [what, limits, jobs, expected] of groupings) {
    test(what, async () => {
      const { add, finishAll } = newQueue(limits)
      const all = [add('a'), ...jobs.map((job) => add(...job))]
      expect((await finishAll()).map((names) => names.join(' '))).toEqual(['a', ...expected])
      expect(await Promise.all(all)).toEqual(['a', ...jobs.map(([name]) => name)].map((name) => `${name} is done`))
    })
  }

  test('gives each member its own outcome', async () => {
    const { queue, add, writings } = newQueue()
    const all = Promise.allSettled([add('a'), add('b'), add('c'), add('d'), add('e')])
    writings[0]?.finish()
    await eventually(() => writings.length === 2)
    const problem = { code: 'no_listings', detail: 'none', members: { limit: 7 }, headers: { x: 'y' } } as const
    writings[1]?.finish([{ value: 'good' }, { problem }, { error: new Error('a bug') }])
    await queue.idle()
    expect(await all).toMatchObject([
      { value: 'a is done' },
      { value: 'good' },
      { reason: { name: 'Problem', code: 'no_listings', message: 'none', members: { limit: 7 }, headers: { x: 'y' } } },
      { reason: { message: 'a bug' } },
      { reason: { message: 'the writer did not say what became of an import' } },
    ])
  })

  test('fails as a whole when the writer fails, and the next one is written', async () => {
    const { add, writings, finishAll } = newQueue({ max_group_imports: 2 })
    const all = Promise.allSettled([add('a'), add('b'), add('c'), add('d')])
    writings[0]?.finish()
    await eventually(() => writings.length === 2)
    writings[1]?.fail(new Error('gone'))
    expect(await finishAll()).toEqual([['a'], ['b', 'c'], ['d']])
    const gone = { status: 'rejected', reason: { message: 'gone' } }
    expect(await all).toMatchObject([{ value: 'a is done' }, gone, gone, { value: 'd is done' }])
  })
})

describe('the queue', () => {
  const full = { name: 'Problem', code: 'queue_full', headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) } }

  test('refuses what is more than its imports, and takes others when some were written', async () => {
    const { add, finishAll } = newQueue({ max_queue_imports: 2 })
    const taken = [add('a'), add('b'), add('c')] // the first does not wait
    await expect(add('d')).rejects.toMatchObject(full)
    await finishAll()
    taken.push(add('e'), add('f'), add('g'))
    await expect(add('h')).rejects.toMatchObject(full)
    expect(await finishAll()).toEqual([['a'], ['b', 'c'], ['e'], ['f', 'g']])
    expect(await Promise.all(taken)).toHaveLength(6)
  })

  test('refuses what is more than its bytes, but none for its size alone', async () => {
    const { add, finishAll } = newQueue({ max_queue_bytes: 100 })
    const taken = [add('a', 1000), add('b', 60), add('c', 40)]
    await expect(add('d', 1)).rejects.toMatchObject(full)
    await finishAll()
    taken.push(add('e', 1), add('f', 1000))
    await expect(add('g', 1)).rejects.toMatchObject(full)
    await finishAll()
    taken.push(add('h', 1), add('i', 100))
    expect(await finishAll()).toEqual([['a'], ['b', 'c'], ['e'], ['f'], ['h'], ['i']])
    expect(await Promise.all(taken)).toHaveLength(7)
  })

  test('gives up what waits for too long, which is never written, and makes room for others', async () => {
    const { add, writings, finishAll } = newQueue({ max_wait_seconds: 0.02, max_queue_bytes: 10 })
    const first = add('a')
    const waiting = add('b', 10)
    await expect(add('c', 1)).rejects.toMatchObject(full)
    await expect(waiting).rejects.toMatchObject({
      name: 'Problem',
      code: 'waited_too_long',
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
    })
    expect(writings.map(({ names }) => names)).toEqual([['a']]) // and the first is not given up: its turn has come
    const next = [add('d', 5), add('e', 5)]
    expect(await finishAll()).toEqual([['a'], ['d', 'e']])
    expect(await Promise.all([first, ...next])).toEqual(['a is done', 'd is done', 'e is done'])
  })

  test('is idle only when everything is done', async () => {
    const { queue, add, writings } = newQueue()
    await queue.idle()
    const done: string[] = []
    const note = (value: string) => done.push(value)
    const all = [add('a').then(note), add('b').then(note)]
    const idle = queue.idle().then(() => note('idle'))
    writings[0]?.finish()
    await eventually(() => writings.length === 2)
    all.push(add('c').then(note)) // while the second is written
    writings[1]?.finish()
    await eventually(() => writings.length === 3)
    writings[2]?.finish()
    await Promise.all([...all, idle])
    expect(done).toEqual(['a is done', 'b is done', 'c is done', 'idle'])
  })

  test('writes everything that it takes once and in order, in groups within their limits, whenever it comes', async () => {
    const bytes = fc.oneof(fc.nat(1000), fc.constantFrom(0, GROUP_BYTES / 2, GROUP_BYTES, GROUP_BYTES + 1))
    const steps = fc.array(fc.oneof(fc.tuple(bytes, fc.boolean()), fc.constant('finish' as const)), {
      maxLength: 60,
      size: 'max',
    })
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (steps, max_group_imports) => {
        const { add, writings, finishAll } = newQueue({ max_group_imports })
        const given: { bytes: number; alone: boolean }[] = []
        const results: Promise<string>[] = []
        for (const step of steps) {
          if (step === 'finish') {
            writings.at(-1)?.finish()
            await new Promise(setImmediate)
            continue
          }
          const [size, alone] = step
          results.push(add(`${given.length}`, size, alone))
          given.push({ bytes: size, alone })
        }
        const groups = await finishAll()
        expect(groups.flat()).toEqual(given.map((_, index) => `${index}`))
        for (const group of groups) {
          const members = group.map((name) => given[Number(name)] ?? expect.fail(name))
          expect(group.length).toBeLessThanOrEqual(max_group_imports)
          if (group.length === 1) continue
          expect(members.filter(({ alone }) => alone)).toEqual([])
          expect(members.reduce((sum, member) => sum + member.bytes, 0)).toBeLessThanOrEqual(GROUP_BYTES)
        }
        expect(await Promise.all(results)).toEqual(given.map((_, index) => `${index} is done`))
      }),
      { numRuns: 100 },
    )
  })
})

import { randomBytes } from 'node:crypto'
import { existsSync, fstatSync, readdirSync, readlinkSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { piecesOf } from '../dist/ingest/received-body.js'
import { type BodySpool, Spool, type SpooledBody } from '../dist/ingest/spool.js'
import { startDaemon, temporaryFolder } from './daemon.ts'
import { listing } from './listings.ts'
import { eventually } from './process.ts'
import { connect, requestText } from './socket.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** A spool in a folder of its own. */
async function newSpool(maxMemoryBytes: number): Promise<{ spool: Spool; folder: string }> {
  const folder = await temporaryFolder()
  return { spool: new Spool(path.join(folder, 'body-'), maxMemoryBytes), folder }
}

const NOISE = randomBytes(5 * MIB)

/** So many bytes, other ones for every seed. */
function bytesOf(length: number, seed = 1): Buffer {
  return NOISE.subarray(seed % MIB, (seed % MIB) + length)
}

/** Gives a body its bytes in pieces of these lengths, the rest in one, and overwrites each piece when it was taken. */
async function fill(body: BodySpool, bytes: Buffer, lengths: readonly number[] = []): Promise<void> {
  const pieces = Buffer.from(bytes)
  let from = 0
  for (const length of [...lengths, Number.POSITIVE_INFINITY]) {
    const piece = pieces.subarray(from, from + length)
    const written = body.add(piece)
    piece.fill(0xee)
    await written
    from += length
    if (from >= pieces.length) break
  }
  expect(body.bytes).toBe(bytes.length)
}

async function spooled(spool: Spool, bytes: Buffer, expectedBytes: number | undefined = bytes.length): Promise<SpooledBody> {
  const body = spool.body(expectedBytes)
  await fill(body, bytes)
  const whole = await body.end('text/csv')
  onTestFinished(whole.release)
  return whole
}

function contentOf({ body }: SpooledBody): Buffer {
  return Buffer.concat(Array.from(piecesOf(body), (piece) => Buffer.from(piece))) // each is good until the next one
}

/** Bytes of a body that are in memory, also those that its chunks do not use. */
function memoryOf({ body }: SpooledBody): number {
  return body.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
}

const isInFile = ({ body }: SpooledBody) => body.file !== undefined && body.chunks.length === 0

/** Whether the descriptor is that of a file without a name, as bodies are. */
function isOpenBody(descriptor: number | undefined): boolean {
  try {
    return descriptor !== undefined && fstatSync(descriptor).nlink === 0
  } catch {
    return false
  }
}

describe('a body', () => {
  test('is the bytes that came, however they came, in memory or in a file, as often as it is read', async () => {
    const limits = fc.oneof(fc.constantFrom(0, 1, 8, 8 * 256 * KIB, 64 * MIB), fc.integer({ min: 0, max: 16 * MIB }))
    const size = fc.oneof(
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 900_000 }),
      fc.constantFrom(256 * KIB, 512 * KIB),
    )
    const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 400_000 })), { maxLength: 12 })
    const announced = fc.constantFrom('announced', 'not announced', 'announced as more')
    const { folder } = await newSpool(0)
    await fc.assert(
      fc.asyncProperty(limits, size, lengths, announced, async (limit, length, pieces, how) => {
        const spool = new Spool(path.join(folder, 'body-'), limit)
        const bytes = bytesOf(length, length + 1)
        const body = spool.body(how === 'not announced' ? undefined : how === 'announced' ? length : length + 1000)
        await fill(body, bytes, pieces)
        const whole = await body.end('text/csv')
        try {
          expect(whole.body).toMatchObject({ media_type: 'text/csv', bytes: length })
          expect(contentOf(whole).equals(bytes)).toBe(true)
          expect(contentOf(whole).equals(bytes)).toBe(true)
          expect(memoryOf(whole)).toBe(isInFile(whole) ? 0 : length)
          expect(memoryOf(whole)).toBeLessThanOrEqual(limit / 8)
        } finally {
          await whole.release()
        }
      }),
      { numRuns: 150 },
    )
    expect(await readdir(folder)).toEqual([])
  })

  const places: [what: string, maxMemoryBytes: number, bytes: number, expected: number | undefined, inFile: boolean][] = [
    ['of an eighth of the memory is in memory', 800, 100, 100, false],
    ['of a byte more is in a file', 800, 101, 101, true],
    ['that was announced as less than that, and is not, is in a file', 800, 101, 50, true],
    ['of unknown length is in memory up to an eighth', 8 * MIB, MIB, undefined, false],
    ['of unknown length and a byte more is in a file', 8 * MIB, MIB + 1, undefined, true],
    ['of one byte is in a file where there is no memory', 0, 1, 1, true],
    ['of unknown length is in a file where there is no memory', 0, 1, undefined, true],
  ]
  for (const [what, maxMemoryBytes, length, expected, inFile] of places) {
    test(what, async () => {
      const { spool } = await newSpool(maxMemoryBytes)
      const body = spool.body(expected)
      await fill(body, bytesOf(length))
      const whole = await body.end('application/json')
      onTestFinished(whole.release)
      expect(isInFile(whole)).toBe(inFile)
      expect(contentOf(whole).equals(bytesOf(length))).toBe(true)
    })
  }

  test('waits for the disk only when it has to', async () => {
    const { spool } = await newSpool(8 * MIB)
    const body = spool.body(undefined)
    onTestFinished(() => body.discard())
    expect(body.add(bytesOf(MIB))).toBeUndefined()
    expect(body.add(bytesOf(1))).toBeInstanceOf(Promise)
  })

  test('can be given to a thread: its chunks are memory of their own', async () => {
    const { spool } = await newSpool(8 * MIB)
    const { body } = await spooled(spool, bytesOf(600 * KIB))
    const there = structuredClone(body, { transfer: body.chunks })
    expect(Buffer.concat(there.chunks.map((chunk) => Buffer.from(chunk))).equals(bytesOf(600 * KIB))).toBe(true)
    expect(body.chunks.map((chunk) => chunk.byteLength)).toEqual([0, 0, 0])
  })
})

describe('many bodies at once', () => {
  test('share the memory: those that find none are in files, and what is let go of is there for others', async () => {
    const { spool } = await newSpool(8 * KIB)
    for (let round = 0; round < 3; round++) {
      const bodies = Array.from({ length: 20 }, () => spool.body(KIB))
      await Promise.all(bodies.map((body, index) => fill(body, bytesOf(KIB, index + 1), [100, 500])))
      const all = await Promise.all(bodies.map((body) => body.end('text/csv')))
      expect(all.map(isInFile)).toEqual(all.map((_, index) => index >= 8))
      for (const [index, whole] of all.entries())
        expect(contentOf(whole).equals(bytesOf(KIB, index + 1)), `${index}`).toBe(true)
      await Promise.all(all.map(({ release }) => release()))
    }
  })

  test('never hold more than the memory there is, however they come and go, and hold nothing in the end', async () => {
    const share = 2 * 256 * KIB
    const steps = fc.array(
      fc.record({
        body: fc.nat(5),
        step: fc.constantFrom('add', 'add', 'add', 'end', 'discard'),
        bytes: fc.oneof(fc.nat(1000), fc.nat(share), fc.constant(256 * KIB)),
      }),
      { minLength: 10, maxLength: 40, size: 'max' },
    )
    const { folder } = await newSpool(0)
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 0, max: share }), async (steps, announced) => {
        const spool = new Spool(path.join(folder, 'body-'), 8 * share)
        const open = new Map<number, { body: BodySpool; given: Buffer[] }>()
        const ended: SpooledBody[] = []
        for (const { body: number, step, bytes } of steps) {
          const one = open.get(number) ?? { body: spool.body(number % 2 === 0 ? undefined : announced), given: [] }
          open.set(number, one)
          if (step === 'add') {
            one.given.push(bytesOf(bytes, bytes + number))
            await one.body.add(bytesOf(bytes, bytes + number))
            continue
          }
          open.delete(number)
          if (step === 'discard') await one.body.discard()
          else {
            const whole = await one.body.end('text/csv')
            expect(contentOf(whole).equals(Buffer.concat(one.given))).toBe(true)
            ended.push(whole)
          }
          expect(ended.reduce((sum, whole) => sum + memoryOf(whole), 0)).toBeLessThanOrEqual(8 * share)
        }
        for (const { body } of open.values()) await body.discard()
        for (const { release } of ended) await release()
        const again = await Promise.all(Array.from({ length: 9 }, () => spooledIn(spool, share)))
        expect(again.map(isInFile)).toEqual([...Array(8).fill(false), true])
        for (const { release } of again) await release()
      }),
      { numRuns: 30 },
    )
  })

  async function spooledIn(spool: Spool, length: number): Promise<SpooledBody> {
    const body = spool.body(length)
    await body.add(bytesOf(length))
    return body.end('text/csv')
  }

  test('of two processes with one prefix are apart, also when one of them clears what it finds', async () => {
    const { spool, folder } = await newSpool(0)
    const other = new Spool(path.join(folder, 'body-'), 0)
    const all = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const one = index % 2 === 0 ? spool : other
        if (index % 5 === 0) await one.clear()
        return spooled(one, bytesOf(1000, index + 1))
      }),
    )
    for (const [index, whole] of all.entries()) expect(contentOf(whole).equals(bytesOf(1000, index + 1)), `${index}`).toBe(true)
  })
})

describe('the files of a spool', () => {
  test('are for their owner only and have no name, and are closed when the body is let go of, once or twice', async () => {
    const { spool, folder } = await newSpool(0)
    const { body, release } = await spooled(spool, bytesOf(MIB))
    const { mode, nlink, size } = fstatSync(body.file ?? -1)
    expect([(mode & 0o777).toString(8), nlink, size]).toEqual(['600', 0, MIB])
    expect(await readdir(folder)).toEqual([])
    await release()
    await release()
    expect(isOpenBody(body.file)).toBe(false)
  })

  test('are closed when a body is given up while it is written', async () => {
    const { spool, folder } = await newSpool(0)
    const body = spool.body(undefined)
    const writing = body.add(bytesOf(4 * MIB))
    expect(writing).toBeInstanceOf(Promise)
    await body.discard()
    await writing
    expect([await readdir(folder), openBodies(folder)]).toEqual([[], []])
  })

  test('that an ended process left are removed, and no other file is', async () => {
    const { spool, folder } = await newSpool(0)
    const others = ['body', 'gpu.sqlite', 'gpu.sqlite-body-1', 'my-body-1']
    for (const name of [...others, 'body-1', 'body-4711-2']) await writeFile(path.join(folder, name), 'x')
    await spool.clear()
    expect((await readdir(folder)).sort()).toEqual([...others].sort())
  })

  test('that cannot be made fail the body, which can still be given up', async () => {
    const spool = new Spool(path.join(await temporaryFolder(), 'nowhere', 'body-'), 0)
    await spool.clear()
    const body = spool.body(undefined)
    await expect(body.add(bytesOf(MIB))).rejects.toMatchObject({ name: 'Problem', code: 'store_unavailable' })
    await body.discard()
  })
})

/** Descriptors of this process that are files of a folder, though it does not name them; none where the system does not say. */
function openBodies(folder: string): string[] {
  if (!existsSync('/proc/self/fd')) return []
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${descriptor}`)
      return file.startsWith(folder) && file.includes('body-')
    } catch {
      return false // closed since
    }
  })
}

describe.skipIf(!existsSync('/proc/self/fd'))('a daemon that holds bodies in files leaves none open', () => {
  const BODY = `${JSON.stringify(listing())}\n`.repeat(20_000)
  const begin = (length: number) =>
    requestText('POST', '/api/persist/listings', { 'Content-Type': 'application/x-ndjson', 'Content-Length': `${length}` })

  test('when it has stored or refused them', async () => {
    const daemon = await startDaemon({ limits: { max_memory_bytes: 0 } })
    const type = { 'content-type': 'application/x-ndjson' }
    expect((await daemon.post(BODY, type)).json).toMatchObject({ record_count: 20_000 })
    expect((await daemon.post(`${BODY}{`, type)).json).toMatchObject({ code: 'invalid_listings' })
    const dryRun = { method: 'POST', url: '/api/persist/listings?dry_run=true', headers: type, payload: BODY } as const
    expect((await daemon.send(dryRun)).json).toMatchObject({ dry_run: true, record_count: 20_000 })
    await eventually(() => openBodies(daemon.folder).length === 0)
    expect(await daemon.rows('select count(*) as n from gpu_listings')).toEqual([{ n: 20_000 }])
    expect((await readdir(daemon.folder)).filter((name) => name.includes('body'))).toEqual([])
  })

  test('when the client goes away', async () => {
    const daemon = await startDaemon({ limits: { max_memory_bytes: 0 } })
    const connection = await connect(await daemon.app.listen({ host: '127.0.0.1', port: 0 }))
    await connection.send(begin(2 * BODY.length) + BODY)
    await eventually(() => openBodies(daemon.folder).length === 1)
    connection.destroy()
    await eventually(() => openBodies(daemon.folder).length === 0)
    expect(await daemon.rows('select count(*) as n from gpu_listings')).toEqual([{ n: 0 }])
  })

  test('when it shuts down while they come', async () => {
    const daemon = await startDaemon({ limits: { max_memory_bytes: 0 } })
    const connection = await connect(await daemon.app.listen({ host: '127.0.0.1', port: 0 }))
    await connection.send(begin(2 * BODY.length) + BODY)
    await eventually(() => openBodies(daemon.folder).length === 1)
    const closed = daemon.app.close()
    expect(await connection.reply()).toMatchObject({ status: 503, json: { code: 'shutting_down' } })
    await closed
    expect(openBodies(daemon.folder)).toEqual([])
  })
})

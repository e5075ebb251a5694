import { describe, expect, test } from 'vitest'
import { Random } from '../packages/glyphsieve/dist/random.js'
import { type Process, Simulation, Station } from '../scripts/queueing.ts'
import { type Costs, simulateCluster } from '../scripts/scale-model.ts'
import { predict } from '../scripts/scale-prediction.ts'

/** Mean time from arrival to departure at one server, over so many customers. */
function meanTime(customers: number, servers: number, between: () => number, service: () => number): number {
  const simulation = new Simulation()
  const station = new Station(simulation, servers)
  let total = 0
  let left = 0
  function* customer(): Process {
    const arrived = simulation.now
    yield* station.serve(service())
    total += simulation.now - arrived
    left++
  }
  function* arrivals(): Process {
    for (let index = 0; index < customers; index++) {
      yield between()
      simulation.start(customer())
    }
  }
  simulation.start(arrivals())
  simulation.run(Number.MAX_VALUE)
  expect(left).toBe(customers)
  return total / customers
}

function exponential(seed: number): (mean: number) => number {
  const random = new Random(seed)
  random.restart(1, 1)
  return (mean) => -Math.log(1 - random.fraction()) * mean
}

describe('queues', () => {
  test.each([
    [0.5, 2],
    [0.8, 5],
  ])('of one server that is busy %f of the time (M/M/1) take 1 / (1 - load) = %f services', (load, expected) => {
    const draw = exponential(7)
    const mean = meanTime(
      200_000,
      1,
      () => draw(1 / load),
      () => draw(1),
    )
    expect(mean / expected).toBeCloseTo(1, 1)
  })

  test('of two servers (M/M/2) at a load of 0.75 take 1 / (1 - 0.75 ** 2) services', () => {
    const draw = exponential(7)
    const mean = meanTime(
      200_000,
      2,
      () => draw(1 / 1.5),
      () => draw(1),
    )
    expect(mean * (1 - 0.75 ** 2)).toBeCloseTo(1, 1)
  })

  test('in which nothing is random (D/D/1) never form below full load, and grow by the same each time above it', () => {
    const meanAt = (between: number) =>
      meanTime(
        101,
        1,
        () => between,
        () => 1,
      )
    expect(meanAt(1.25)).toBe(1)
    expect(meanAt(0.75)).toBe(1 + 50 * 0.25)
  })
})

const NOTHING: Costs = { request: 0, row: 0, transaction: 0, stored_row: 0, followed_row: 0, flush: 0 }
const ONE_EACH = { daemons: 1, cores: { of_each_daemon: 1, of_database: 1 }, import_threads: 1 }

describe('the model of daemons and a database', () => {
  test('has one feeder wait for the flush and for nothing else, where nothing else takes time', () => {
    const { p50_ms, rows_per_second } = simulateCluster(ONE_EACH, { feeders: 1, rows: 1 }, { ...NOTHING, flush: 0.01 })
    expect(p50_ms).toBeCloseTo(10, 6)
    expect(rows_per_second).toBeCloseTo(100, 0)
  })

  test.each([1, 2, 4])('with %i daemons stores as much as their cores can read, until the database is full', (daemons) => {
    const costs = { ...NOTHING, row: 20e-6, stored_row: 8e-6 }
    const cluster = { daemons, cores: { of_each_daemon: 1, of_database: 1 }, import_threads: 2 }
    const { rows_per_second } = simulateCluster(cluster, { feeders: 32, rows: 10_000 }, costs)
    expect(rows_per_second / Math.min(daemons / 20e-6, 1 / 8e-6)).toBeCloseTo(1, 1)
  })

  test('stores single rows in two groups by turns: one waits for its thread while the other one is stored', () => {
    const outcome = simulateCluster(ONE_EACH, { feeders: 16, rows: 1 }, { ...NOTHING, flush: 0.01 })
    expect(outcome.rows_per_second).toBeCloseTo(16 / 0.02, -2)
  })

  test('has offers follow as fast as one core of the database can, however many cores and daemons there are', () => {
    const costs = { ...NOTHING, row: 5e-6, stored_row: 5e-6, followed_row: 20e-6 }
    const cluster = { daemons: 4, cores: { of_each_daemon: 4, of_database: 16 }, import_threads: 2 }
    const outcome = simulateCluster(cluster, { feeders: 32, rows: 10_000 }, costs)
    expect(outcome.followed_per_second * 20e-6).toBeCloseTo(1, 1)
    expect(outcome.rows_per_second).toBeGreaterThan(5 * outcome.followed_per_second)
  })

  test('gives the same figures for the same seed, and others for another', () => {
    const costs = { ...NOTHING, request: 1e-4, row: 1e-5, flush: 0.001 }
    const run = (seed: number) => simulateCluster(ONE_EACH, { feeders: 3, rows: 100 }, costs, { seconds: 2, seed })
    expect(run(1)).toEqual(run(1))
    expect(run(1)).not.toEqual(run(2))
  })
})

describe('the prediction', () => {
  const costs = {
    stored_row: 10e-6,
    followed_row: 20e-6,
    page: 0.002,
    offer_of_model: 10e-6,
    offer_of_market: 4e-6,
    listing_looked_at: 1e-6,
    listing_bytes: 600,
    scattered_bytes: 60,
    offer_bytes: 1000,
  }
  const market = { months: 10, observations: 10, models: 100, disk_read: 100e-6, probe: 20e-6 }

  test('of a million listings is the sum of what its parts cost', () => {
    expect(predict(1e6, costs, market)).toMatchObject({
      disk_bytes: 700e6, // 600 of each listing, 1,000 of each of 100,000 offers
      working_bytes: expect.closeTo(6e6 + (1e5 / 30.4) * 1000, 3), // of a month's 100,000 listings 60 each, and the offers of a day
      offers_of_model_seconds: expect.closeTo(0.012, 9), // a page, and 1,000 offers
      market_seconds: expect.closeTo(0.402, 9),
      scan_seconds: expect.closeTo(1.002, 9),
    })
  })

  test('of an import does not depend on the size, as long as memory is not short', () => {
    const [small, large] = [1e6, 1e11].map((listings) => predict(listings, costs, market))
    expect(large?.import_seconds).toBe(small?.import_seconds)
    expect(small?.import_from_disk_seconds).toBeCloseTo(0.1 + 10_000 * 2 * 100e-6, 9)
  })
})

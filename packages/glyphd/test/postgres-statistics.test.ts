import { expect, test } from 'vitest'
import { Statistics } from '../dist/store/postgres/statistics.js'
import { testDatabase } from './postgres-databases.ts'
import { connectTo } from './postgres-stores.ts'

test('tables are counted when the store has three times as many listings as the last time, by whichever daemon that was', async () => {
  const client = await connectTo(await testDatabase())
  /** How often gpu_listings as a whole was counted. */
  const counts = async () => {
    await client.query('select pg_stat_force_next_flush()')
    const { rows } = await client.query(
      "select analyze_count::int as count from pg_stat_all_tables where relname = 'gpu_listings_other'",
    )
    return rows[0]?.count
  }
  const statistics = new Statistics()
  await statistics.refresh(client, 10_000)
  expect(await counts()).toBe(0)
  await statistics.refresh(client, 30_000)
  expect(await counts()).toBe(1)
  await statistics.refresh(client, 80_000)
  expect(await counts()).toBe(1)
  await statistics.refresh(client, 90_000)
  expect(await counts()).toBe(2)

  await client.query("update pg_class set reltuples = 50_000 where oid = 'gpu_listings'::regclass")
  const ofAnother = new Statistics()
  await ofAnother.refresh(client, 100_000)
  expect(await counts()).toBe(2)
  await ofAnother.refresh(client, 150_000)
  expect(await counts()).toBe(3)
})

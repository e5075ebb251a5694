import { cp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { giveTo, makePostgresHome, type PostgresHome } from './postgres-binaries.ts'
import { makeCluster, type PostgresServer, startCluster } from './postgres-server.ts'

export interface PrimaryWithStandby {
  primary: PostgresServer
  standby: PostgresServer
  /** Ends all processes of the primary at once with SIGKILL. */
  killPrimary(): Promise<void>
  /** Makes a primary of the standby; back when it takes writes. It has no standby then. */
  promote(): Promise<void>
  /** Ends both, whatever became of them, and removes what they wrote. */
  stop(): Promise<void>
}

const STANDBY = 'standby'

/** A primary that acknowledges no commit before its one standby has it on disk, too. */
export async function startPrimaryWithStandby(): Promise<PrimaryWithStandby> {
  const home = await makePostgresHome()
  const started: PostgresServer[] = []
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()))
    await rm(home.folder, { recursive: true, force: true })
  }
  try {
    const data = await makeCluster(home)
    const standbyData = await copyCluster(home, data)
    const settings = { fsync: 'on', synchronous_commit: 'on' }
    const primary = await startCluster(home, data, { ...settings, synchronous_standby_names: STANDBY })
    started.push(primary)
    const primary_conninfo = `host=${home.folder} port=${primary.port} user=postgres application_name=${STANDBY}`
    const standby = await startCluster(home, standbyData, { ...settings, primary_conninfo })
    started.push(standby)
    await untilSynchronous(primary)
    return { primary, standby, killPrimary: primary.kill, promote: () => promote(standby), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A cluster that has not run yet is its own base backup. */
async function copyCluster(home: PostgresHome, data: string): Promise<string> {
  const copy = `${data}-${STANDBY}`
  await cp(data, copy, { recursive: true })
  await writeFile(path.join(copy, 'standby.signal'), '')
  if (home.user) giveTo(home.user, copy)
  return copy
}

async function untilSynchronous(primary: PostgresServer): Promise<void> {
  await withClient(primary, async (client) => {
    const states = "select from pg_stat_replication where sync_state = 'sync'"
    while ((await client.query(states)).rowCount === 0) await delay(10)
  })
}

async function promote(standby: PostgresServer): Promise<void> {
  await withClient(standby, async (client) => {
    const { rows } = await client.query<{ promoted: boolean }>('select pg_promote() as promoted')
    if (!rows[0]?.promoted) throw new Error('the standby was not promoted within a minute')
  })
}

async function withClient(server: PostgresServer, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(server.url())
  await client.connect()
  try {
    await use(client)
  } finally {
    await client.end()
  }
}

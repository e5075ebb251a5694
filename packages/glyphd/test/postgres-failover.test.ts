import { expect, inject, onTestFinished, test } from 'vitest'
import { withSeed } from './feed.ts'
import { startPrimaryWithStandby } from './postgres-standby.ts'
import { rowsIn } from './postgres-stores.ts'
import { postTo, Underway } from './postgres-underway.ts'
import { eventually, logOf, startDaemonProcess, wordsOf } from './process.ts'

const IMPORTS = 50
/** Two servers and two daemons on a busy machine take their time. */
const PATIENCE_MS = 120_000

for (let round = 1; round <= inject('failovers'); round++) {
  test(
    `what was acknowledged survives the primary, and the daemons follow its standby (round ${round})`,
    () =>
      withSeed(async (random) => {
        const servers = await startPrimaryWithStandby()
        onTestFinished(servers.stop)
        const { primary, standby } = servers
        const url = new URL(primary.url())
        const hosts = [url.host, new URL(standby.url()).host]
        const start = (db: string) => startDaemonProcess(['--log-level', 'warn'], { db })
        const daemons = await Promise.all([
          start(`${url.href.replace(url.host, hosts.join())}?target_session_attrs=read-write`),
          start(url.href.replace(url.host, hosts.toReversed().join())), // of several, only one that takes writes will do anyway
        ])
        expect(await healthOf(daemons[0].url)).toMatchObject({
          synchronous_commit: 'on',
          synchronous_standbys: 1,
          survives_failover: true,
        })

        const underway = new Underway(random)
        const sent = underway.send(
          IMPORTS,
          daemons.map(({ url }) => postTo(url)),
        )
        const most = 1 + random.below(IMPORTS / 2)
        await eventually(() => underway.acknowledged >= most)
        await servers.killPrimary()
        await servers.promote()
        await sent
        await underway.verify(standby.url())
        for (const { url } of daemons)
          expect(await healthOf(url)).toMatchObject({ synchronous_standbys: 0, survives_failover: false })
        await underway.send(
          5,
          daemons.map(({ url }) => postTo(url)),
        )
        await underway.verify(standby.url())
        expect(await rowsIn(standby.url(), 'select pg_is_in_recovery() as recovers')).toEqual([{ recovers: false }])
        for (const daemon of daemons) {
          daemon.kill('SIGTERM')
          const { code, stderr } = await daemon.ended
          expect([code, wordsOf(stderr)]).toEqual([0, []])
          expect(logOf(stderr).filter(({ level }) => Number(level) >= 50)).toEqual([])
        }
      }),
    PATIENCE_MS,
  )
}

async function healthOf(url: string): Promise<unknown> {
  const response = await fetch(`${url}/api/health`)
  const health = await response.json()
  return typeof health === 'object' && health !== null && 'durability' in health ? health.durability : health
}

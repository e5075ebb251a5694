/** Imports one file into the daemon at a port when it is told to go, and says how long that took. */
import { Connection } from './daemon.ts'

const [port, file = ''] = process.argv.slice(2)
const connection = await Connection.open(Number(port))
process.once('message', async () => {
  const started = performance.now()
  const answer = await connection.importFile(file)
  process.send?.({ answer, milliseconds: performance.now() - started })
  connection.close()
  process.disconnect()
})
process.send?.('ready')

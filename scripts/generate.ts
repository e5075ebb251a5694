/** Writes what is made from the routes: their OpenAPI description, and from that the types of the client. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
// The sources and not the build: that may not compile before the types of the client are new.
import { createServer } from '../packages/glyphd/src/http/server.ts'
import { generatedFiles } from './generated.ts'

const root = path.resolve(import.meta.dirname, '..')
const never = async (): Promise<never> => {
  throw new Error('a description asks no store')
}
const store = { import: never, dryRun: never, undo: never, ask: never, check: never, close: never }
const app = await createServer({ store })
const { body } = await app.inject('/openapi.json')
await app.close()
for (const [file, text] of Object.entries(generatedFiles(JSON.parse(body)))) {
  writeFileSync(path.join(root, file), text)
  console.error(`wrote ${file}`)
}

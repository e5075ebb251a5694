import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { MATCH_KINDS } from '../dist/match/match.js'
import { SCORE_CODES } from '../dist/pipeline.js'
import { PriceKind } from '../dist/printed-price.js'
import { runCommand, temporaryFolder } from './cli.ts'

const docs = (file: string) => readFile(new URL(`../../../docs/${file}`, import.meta.url), 'utf8')
const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

describe('docs/glyphsieve.md', () => {
  test('has an example that prints what it says', async () => {
    const text = await docs('glyphsieve.md')
    const block = (language: string) => text.split(`\n\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''
    const folder = await temporaryFolder()
    await mkdir(path.join(folder, 'node_modules'))
    await symlink(PACKAGE, path.join(folder, 'node_modules/glyphsieve'))
    await writeFile(path.join(folder, 'example.mjs'), block('js'))
    await writeFile(path.join(folder, 'offers.csv'), block('csv'))
    const { stdout } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd: folder })
    expect(stdout).toBe(block('text'))
  })

  test('names every code of the stages clean, match and score', async () => {
    const text = await docs('glyphsieve.md')
    for (const code of [...MATCH_KINDS, ...PriceKind.enum, ...SCORE_CODES]) {
      if (code !== 'gpu' && code !== 'price') expect(text).toContain(`\`${code}\``)
    }
  })
})

test('docs/cli.md has every command of glyphsieve with every option', async () => {
  const text = await docs('cli.md')
  const { stdout } = await runCommand(['--help'])
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) .*\[|^ {2}(explain) /gm)].map(([, one, other]) => one ?? other ?? '')
  expect(commands.length).toBeGreaterThan(5)
  for (const command of commands.filter((name) => name !== 'help')) {
    const section = text.split(`## glyphsieve ${command}\n`)[1]?.split('\n## ')[0] ?? ''
    expect(section, command).not.toBe('')
    const help = (await runCommand([command, '--help'])).stdout
    for (const [, option] of help.matchAll(/^ {2}((?:-\w, )?--[a-z-]+(?: <\w+>)?)(?: |$)/gm)) {
      if (!option?.includes('--help')) expect(section, option).toContain(`| \`${option}\``)
    }
  }
})

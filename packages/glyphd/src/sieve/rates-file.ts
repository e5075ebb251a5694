import { readFileSync } from 'node:fs'
import { visible } from 'glyphsieve'
import { InvalidRates, type Rates, readRates } from 'glyphsieve/stages'
import { SettingError } from '../failure.ts'

/** The rates in a file of JSON. @throws SettingError if it cannot be read or holds none, in words. */
export function ratesInFile(path: string): Rates {
  try {
    return readRates(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const what = `--rates is ${JSON.stringify(path)}:`
    if (error instanceof InvalidRates) throw new SettingError(`${what} ${visible(error.message)}`)
    if (error instanceof SyntaxError) throw new SettingError(`${what} the file is not JSON`)
    if (error instanceof Error && 'code' in error) throw new SettingError(`${what} the file cannot be read (${error.code})`)
    throw error
  }
}

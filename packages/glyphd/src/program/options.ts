import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Terminal } from 'glyphsieve/terminal'

/** Runs a command that Ctrl-C interrupts. */
export type UseTerminal = (work: (terminal: Terminal) => Promise<void>) => Promise<void>

/** Runs a command that asks the daemon of its `--url`. */
export type AskDaemon = (command: Command, ask: (address: string, terminal: Terminal) => Promise<void>) => Promise<void>

export const urlOption = () =>
  new Option('--url <url>', 'address of the daemon').env('GLYPHD_URL').default('http://127.0.0.1:8080')

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.')
  return Number(text)
}

export { BITS_PER_WEIGHT } from './capacity.ts'
export { addressFault, answeredObject, refusal, unreachable } from './commands/daemon.ts'
export {
  CommandFailure,
  fileFailure,
  findInputs,
  OutputClosed,
  processTerminal,
  say,
  type Terminal,
  temporaryFolderFailure,
  writeData,
} from './commands/io.ts'
export { OutputFile } from './commands/output-file.ts'
export { progressBar } from './commands/progress.ts'
export { type Row, tableOf } from './commands/table.ts'
export { columnsOf, visible, visibleJson } from './terminal.ts'

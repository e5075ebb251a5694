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
export { progressBar } from './commands/progress.ts'
export { type Row, tableOf } from './commands/table.ts'
export { visible, visibleJson } from './terminal.ts'

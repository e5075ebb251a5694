import { GAP, type Token } from './tokens.ts'

/** NVIDIA's part numbers of boards, by the digits behind `900-` or `699-`; the longest that fits wins. */
const BOARDS: readonly [digits: string, model: string][] = [
  ['2g183', 'T4'],
  ['2g179', 'A2'],
  ['2g193', 'L4'],
  ['2g171', 'A16'],
  ['2g414', 'P4'],
  ['2g610', 'P40'],
  ['2g600', 'M40'],
  ['2g402', 'M60'],
  ['2h400', 'P100'],
  ['22080', 'K80'],
  ['210010000', 'A100_PCIE_40GB'],
  ['210010020', 'A100_PCIE_80GB'],
  ['210010040', 'A30'],
  ['210100000', 'H100_PCIE_80GB'],
  ['210100020', 'H100_NVL_94GB'],
  ['2g1330000', 'A40'],
  ['2g1330010', 'L40'],
  ['2g1330020', 'A10'],
  ['2g1330080', 'L40S'],
  ['2g5000000', 'V100_PCIE_16GB'],
  ['2g5000010', 'V100_PCIE_32GB'],
]

/** The board that a part number of NVIDIA stands for: `900-2G183-0000-000`. */
export function partNumberOf(tokens: readonly Token[]): { model: string; from: number; to: number } | undefined {
  for (let at = 0; at < tokens.length; at++) {
    const text = tokens[at]?.text
    if (text !== '900' && text !== '699') continue
    let digits = ''
    let to = at
    while (to + 1 < tokens.length && digits.length < 12) {
      const gap = tokens[to + 1]?.gap ?? GAP.space
      if (gap !== GAP.none && gap !== GAP.hyphen) break
      to++
      digits += tokens[to]?.text ?? ''
    }
    const board = BOARDS.filter(([start]) => digits.startsWith(start)).sort((a, b) => b[0].length - a[0].length)[0]
    if (board !== undefined) return { model: board[1], from: at, to }
  }
  return undefined
}

import { type Name, nameIndex } from './names.ts'
import { textAt } from './places.ts'
import { GAP, type Token } from './tokens.ts'

/** A product that a board maker's code spells. */
export interface CodedName {
  name: Name
  /** First and last token. */
  from: number
  to: number
}

/** Letters behind the number of a code that stand for an ending, longest first. */
const ENDINGS: readonly [letters: RegExp, suffix: string][] = [
  [/^ts/, 'ti super'],
  [/^t/, 'ti'],
  [/^s(?!p)/, 'super'],
  [/^xtx/, 'xtx'],
  [/^xt/, 'xt'],
  [/^gre/, 'gre'],
]

/**
 * The product of a code that leaves out or adds digits: Gigabyte's `GV-N406TGAMING` and `GV-R76XT` without the zeros, PNY's
 * `VCG4070TS16...`, Zotac's `ZT-D40710...` and Inno3D's `N50702-12D7` with a letter or digit for the ending.
 */
export function codedName(tokens: readonly Token[], at: number): CodedName | undefined {
  const number = tokens[at]
  if (number === undefined || number.gap !== GAP.none) return undefined
  const digits = number.text
  const letter = textAt(tokens, at - 1) ?? ''
  const maker = textAt(tokens, at - 2)
  if (maker !== 'gv' && maker !== 'zt' && letter !== 'vcg' && letter !== 'n') return undefined
  const behind = tokens[at + 1]?.gap === GAP.none ? (tokens[at + 1]?.text ?? '') : ''
  const suffix = ENDINGS.find(([letters]) => letters.test(behind))?.[1] ?? ''
  const found = (name: Name | undefined, from: number, to = at): CodedName | undefined =>
    name === undefined ? undefined : { name, from, to }

  if (maker === 'gv' && letter === 'n')
    return found(geforce(gigabyteNumber(digits), suffix), at - 2, suffix === '' ? at : at + 1)
  if (maker === 'gv' && letter === 'r') {
    return found(radeon(digits.length === 2 ? `${digits}00` : digits, suffix), at - 2, suffix === '' ? at : at + 1)
  }
  if (letter === 'vcg' && /^\d{4,6}$/.test(digits)) {
    return found(geforce(digits.slice(0, 4), digits.length > 4 ? '' : suffix), at - 1)
  }
  if (maker === 'zt' && /^[abd]$/.test(letter) && /^\d{5}$/.test(digits)) {
    return found(geforce(digits.slice(0, 4), ['', 'ti', 'super', 'ti super'][Number(digits[4])]), at - 2)
  }
  if (letter === 'n' && /^[345]0[5-9]0[1-9]$/.test(digits)) {
    return found(geforce(digits.slice(0, 4), suffix === 'super' ? suffix : ''), at - 1)
  }
  return undefined
}

/** `406` is 4060, `166` is 1660. */
function gigabyteNumber(digits: string): string {
  return /^(?:[12345]0[5-9]|16\d)$/.test(digits) ? `${digits}0` : digits
}

function geforce(number: string, suffix: string | undefined): Name | undefined {
  return only(number, suffix, (name) => name.vendor === 'nvidia' && name.own !== undefined)
}

function radeon(number: string, suffix: string): Name | undefined {
  return only(number, suffix, (name) => name.model.startsWith('RX_'))
}

function only(number: string, suffix: string | undefined, test: (name: Name) => boolean): Name | undefined {
  const names = nameIndex()
    .byNumber.get(number)
    ?.filter((name) => name.suffix === suffix && test(name))
  return names?.length === 1 ? names[0] : undefined
}

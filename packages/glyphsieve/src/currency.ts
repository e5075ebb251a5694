import { codes } from 'currency-codes'

/**
 * ISO 4217 codes: list one as the package `currency-codes` has it (2024-06-25), and what the runtime's CLDR knows, which
 * adds later amendments such as XCG.
 */
const CURRENCIES: ReadonlySet<string> = new Set([...codes(), ...Intl.supportedValuesOf('currency')])

/** Whether the text is an ISO 4217 currency code, in upper case as the standard writes it. */
export function isCurrency(text: string): boolean {
  return CURRENCIES.has(text)
}

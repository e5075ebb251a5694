import type { Rates } from './rates.ts'

/** US dollars for one unit, or undefined where the rates do not say. */
export function usdPer(currency: string, rates: Rates | undefined): number | undefined {
  if (currency === 'USD') return 1
  return rates !== undefined && Object.hasOwn(rates.rates, currency) ? rates.rates[currency] : undefined
}

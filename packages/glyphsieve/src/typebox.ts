/**
 * TypeBox, of which everything that the packages use comes from here: published, it is 700 modules, which take each process and each thread a third of a
 * second to load. The build makes one file of them in the place of this one.
 */
export type { Static, TNull, TObject, TOptional, TProperties, TSchema, TUnion } from 'typebox'
export { default as Type } from 'typebox'
export { Compile } from 'typebox/compile'
export { Format } from 'typebox/format'
export { Check, Errors, Value } from 'typebox/value'

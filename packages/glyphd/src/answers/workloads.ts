import { readFileSync } from 'node:fs'
import { Compile, Type } from 'glyphsieve/typebox'
import { Workload } from '../contract/fit.ts'
import { nearNames } from '../near.ts'
import { Problem } from '../problem.ts'

export type NamedWorkload = Workload & { name: string }

const NamedWorkloads = Type.Array(Type.Intersect([Workload, Type.Object({ name: Type.String() })]))

let loaded: readonly NamedWorkload[] | undefined

/** The open models that are known by name, in the order of `data/workloads.json`. Read once, at the first question. */
export function workloads(): readonly NamedWorkload[] {
  loaded ??= read()
  return loaded
}

function read(): readonly NamedWorkload[] {
  const found: unknown = JSON.parse(readFileSync(new URL('../../data/workloads.json', import.meta.url), 'utf8'))
  const check = Compile(NamedWorkloads)
  if (!check.Check(found)) throw new Error('data/workloads.json holds something that is no workload')
  return found
}

/** @throws Problem that names the nearest workloads if there is none of this name. */
export function workloadNamed(name: string): NamedWorkload {
  const wanted = name.toLowerCase()
  const found = workloads().find((workload) => workload.name === wanted)
  if (found !== undefined) return found
  const names = workloads().map((workload) => workload.name)
  const near = nearNames(name, names)
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${names.join(', ')}`
  throw new Problem('invalid_query', `Query parameter workload names no model that is known: ${hint}`)
}

const MOST = 3

/** The names that somebody may have meant by a name that there is not, the nearest first, at most three. */
export function nearNames(text: string, names: readonly string[]): string[] {
  const wanted = plain(text)
  if (wanted === '') return []
  const farthest = Math.max(1, Math.floor(wanted.length / 3))
  return [...new Set(names)]
    .map((name) => ({ name, distance: distanceOf(wanted, plain(name), farthest) }))
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name)
}

function plain(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}

/** Letters to insert, leave out or change; what only goes on longer than what was typed is as near as can be. */
function distanceOf(wanted: string, name: string, farthest: number): number {
  if (wanted === name) return 0
  if (wanted.length > 2 && (name.includes(wanted) || (name.length > 2 && wanted.includes(name)))) return 0.5
  if (Math.abs(wanted.length - name.length) > farthest) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: name.length + 1 }, (_, index) => index)
  for (let i = 1; i <= wanted.length; i++) {
    const next = [i]
    for (let j = 1; j <= name.length; j++) {
      const changed = (row[j - 1] ?? 0) + (wanted[i - 1] === name[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[name.length] ?? Number.POSITIVE_INFINITY
}

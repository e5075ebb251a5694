/** An answer of a daemon. */
export async function answerOf(url: string, init?: RequestInit) {
  const response = await fetch(url, init)
  const json: Record<string, unknown> = JSON.parse(await response.text())
  return { status: response.status, retry_after: response.headers.get('retry-after'), json }
}

/** Posts rows to a daemon. */
export const post = (url: string, rows: unknown[], headers: Record<string, string> = {}) =>
  answerOf(`${url}/api/persist/listings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(rows),
  })

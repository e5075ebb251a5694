import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { sharedDaemon } from './daemon.ts'

const ORIGIN = 'http://localhost'

describe('GET /docs', () => {
  const daemon = sharedDaemon()

  /** The page, and the address that the browser has it from. */
  async function openPage() {
    let url = '/docs'
    let page = await daemon().get(url)
    for (let redirects = 0; redirects < 3 && page.status >= 300 && page.status < 400; redirects++) {
      url = new URL(String(page.headers['location']), `${ORIGIN}${url}`).pathname
      page = await daemon().get(url)
    }
    const addresses = [...page.text.matchAll(/(?:src|href)\s*=\s*["']?([^"'\s>]+)/g)].map(([, address = '']) => {
      return new URL(address, `${ORIGIN}${url}`)
    })
    return { page, url, addresses }
  }

  /** What the script of the page gives to Swagger UI, where the page is at this address. */
  async function settingsOfPage(): Promise<Record<string, unknown>> {
    const { addresses, url } = await openPage()
    const script = addresses.find(({ pathname }) => pathname.endsWith('/swagger-initializer.js'))
    const { text } = await daemon().get(script?.pathname ?? '')
    const given: Record<string, unknown>[] = []
    const SwaggerUIBundle = (settings: Record<string, unknown>) => {
      given.push(settings)
      return { initOAuth: () => {} }
    }
    Object.assign(SwaggerUIBundle, { presets: { apis: 'apis' }, plugins: { DownloadUrl: 'DownloadUrl' } })
    const window = { location: { href: `${ORIGIN}${url}` }, onload: () => {} }
    const document = { createElement: () => ({}), querySelector: () => undefined, body: {} }
    const MutationObserver = class {
      observe() {}
    }
    runInNewContext(text, { window, document, MutationObserver, SwaggerUIBundle, SwaggerUIStandalonePreset: 'standalone' })
    window.onload()
    return given[0] ?? {}
  }

  test('serves a page that loads everything from the daemon itself', async () => {
    const { page, addresses } = await openPage()
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toContain('text/html')
    expect(addresses.length).toBeGreaterThan(3)
    for (const { origin, pathname } of addresses) {
      expect(origin, pathname).toBe(ORIGIN)
      expect((await daemon().get(pathname)).status, pathname).toBe(200)
    }
  })

  test('forbids the browser to load anything from another host, and to send anything there', async () => {
    const { page, addresses } = await openPage()
    const answers = await Promise.all(addresses.map(({ pathname }) => daemon().get(pathname)))
    for (const { headers } of [page, ...answers]) {
      const directives = new Map(
        String(headers['content-security-policy'])
          .split(';')
          .map((directive) => {
            const [name = '', ...sources] = directive.trim().split(/\s+/)
            return [name, sources]
          }),
      )
      expect(directives.get('default-src')).toEqual(["'self'"])
      expect(directives.get('connect-src') ?? ["'self'"]).toEqual(["'self'"])
      for (const [name, sources] of directives) {
        const foreign = sources.filter((source) => !/^('.*'|data:|blob:)$/.test(source))
        expect(foreign, name).toEqual([])
      }
    }
  })

  test('shows the same description as /openapi.json, and asks no other host to validate it', async () => {
    const { url, validatorUrl } = await settingsOfPage()
    expect(validatorUrl).toBe(null)
    expect((await daemon().get(new URL(String(url)).pathname)).json).toEqual((await daemon().get('/openapi.json')).json)
  })

  test('lets every request be tried, where the page is', async () => {
    const settings = await settingsOfPage()
    expect(settings).toMatchObject({ tryItOutEnabled: true })
    expect(settings).not.toHaveProperty('supportedSubmitMethods') // all, where nothing is said
    const description = (await daemon().get('/openapi.json')).json
    expect(description['servers']).toEqual([{ url: '/' }])
  })

  test('shows examples of NDJSON as they are sent, and those of JSON as before', async () => {
    const { plugins } = await settingsOfPage()
    if (!Array.isArray(plugins)) throw new Error('the page has no plugins')
    const fn = { getSampleSchema: (_schema: object, type: string | undefined, more: number) => [type, more] }
    for (const plugin of plugins) plugin().afterLoad({ fn })
    const asked = ['application/x-ndjson', 'application/json', 'text/csv', undefined].map((type) =>
      fn.getSampleSchema({}, type, 1),
    )
    expect(asked).toEqual([
      ['text/plain', 1],
      ['application/json', 1],
      ['text/csv', 1],
      [undefined, 1],
    ])
  })
})

const ANSWER_WITHIN_MS = 5000;
const SCRIPT = /<script\b[^>]*\bsrc=["']?([^"'\s>]+)/gi;
const BASE = /<base\b[^>]*\bhref=["']?([^"'\s>]+)/i;

/**
 * Whether a server has a UI at this address: it answers HTML, and every script that the HTML names. A build without
 * assets answers an error, or a placeholder without scripts.
 * Never throws: a server that does not answer has no UI.
 */
export async function hasPages(url: string): Promise<boolean> {
  try {
    const page = await get(url);
    const html = await page.text();
    if (!page.ok || !isHtml(page)) return false;
    const base = new URL(BASE.exec(html)?.[1] ?? '', page.url);
    const scripts = [...html.matchAll(SCRIPT)].map(([, source]) => new URL(source ?? '', base));
    const found = await Promise.all(scripts.map(isScript));
    return found.length > 0 && found.every(Boolean);
  } catch {
    return false;
  }
}

/** @returns the URL; undefined = the server has no UI */
export async function findPages(url: string): Promise<string | undefined> {
  return (await hasPages(url)) ? url : undefined;
}

/** For the person at the terminal, what `findPages` found. */
export function describePages(pages: string | undefined): string {
  return pages === undefined ? 'query API without UI' : 'UI';
}

/** Some servers answer unknown addresses with their first page. */
async function isScript(url: URL): Promise<boolean> {
  const response = await get(url.href);
  await response.body?.cancel();
  return response.ok && !isHtml(response);
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
}

function isHtml({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/html') ?? false;
}

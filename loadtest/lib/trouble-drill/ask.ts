import { setTimeout as sleep } from 'node:timers/promises';

/** What somebody sees who asks by hand, as with curl. */
export interface Answer {
  status: number;
  /** A problem, a readiness, a page; null = no JSON. */
  body: Record<string, unknown> | null;
  headers: Headers;
  ms: number;
}

/** @param fetch sends it, e.g. that of a system, which has a token */
export async function ask(url: string, fetch = globalThis.fetch): Promise<Answer> {
  const at = performance.now();
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : null;
  return { status: response.status, body, headers: response.headers, ms: performance.now() - at };
}

/** `503 unavailable`, or the status alone where there is no problem. */
export function tell({ status, body }: Answer): string {
  const code = body?.['code'];
  return typeof code === 'string' ? `${status} ${code}` : String(status);
}

/** The median time of some answers, in ms. */
export async function timeOf(times: number, one: () => Promise<Answer>): Promise<number> {
  const all: number[] = [];
  for (let index = 0; index < times; index++) {
    all.push((await one()).ms);
    await sleep(5);
  }
  return all.sort((a, b) => a - b)[Math.floor(times / 2)] as number;
}

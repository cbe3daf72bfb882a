import { setTimeout as sleep } from 'node:timers/promises';

/** An HTTP answer as curl shows it. */
export interface Answer {
  status: number;
  /** Parsed JSON; null = the answer has none. */
  body: Record<string, unknown> | null;
  headers: Headers;
  ms: number;
}

/** @param fetch sends the request, e.g. `System.fetch`, which adds a token */
export async function ask(url: string, fetch = globalThis.fetch): Promise<Answer> {
  const at = performance.now();
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(30_000) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : null;
  return { status: response.status, body, headers: response.headers, ms: performance.now() - at };
}

/** E.g. `503 unavailable`; only the status if the answer has no `code`. */
export function tell({ status, body }: Answer): string {
  const code = body?.['code'];
  return typeof code === 'string' ? `${status} ${code}` : String(status);
}

/** Median time of `times` answers, in ms. */
export async function timeOf(times: number, one: () => Promise<Answer>): Promise<number> {
  const all: number[] = [];
  for (let index = 0; index < times; index++) {
    all.push((await one()).ms);
    await sleep(5);
  }
  return all.sort((a, b) => a - b)[Math.floor(times / 2)] as number;
}

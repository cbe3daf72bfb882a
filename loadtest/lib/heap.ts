import { readMetric } from './read-metric.ts';

/**
 * Collects garbage in a process of AIO: V8 does so before it returns a heap profile.
 * @param metricsUrl its `/metrics`
 */
export async function collectGarbage(metricsUrl: string): Promise<void> {
  const url = new URL('/profile/heap?seconds=1', metricsUrl);
  const response = await fetch(url, { method: 'POST' });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url.href} answered ${response.status}: ${text}`);
}

/** Bytes of V8's heap in use. @throws Error if the process does not measure it */
export async function readHeapBytes(metricsUrl: string): Promise<number> {
  const bytes = await readMetric(metricsUrl, 'nodejs_heap_size_used_bytes');
  if (!(bytes > 0)) throw new Error(`${metricsUrl} has no heap size`);
  return bytes;
}

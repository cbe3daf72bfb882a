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

/** Without the space of new objects, which fills with garbage between a collection and the reading. */
const KEPT = ['old', 'large_object', 'code', 'trusted'];

/** Bytes of V8's heap that survived a collection. @throws Error if the process does not measure it */
export async function readHeapBytes(metricsUrl: string): Promise<number> {
  let bytes = 0;
  for (const space of KEPT)
    bytes += await readMetric(metricsUrl, 'nodejs_heap_space_size_used_bytes', `space="${space}"`);
  if (!(bytes > 0)) throw new Error(`${metricsUrl} has no heap size`);
  return bytes;
}

import { randomBytes } from 'node:crypto';
import { readMetric } from './read-metric.ts';

/** Lets this process take profiles of the systems that it starts. */
export const PROFILING_TOKEN = randomBytes(24).toString('base64url');

/**
 * Collects garbage in a process of AIO: V8 does so before it returns a heap profile.
 * @param metricsUrl its `/metrics`
 */
export async function collectGarbage(metricsUrl: string): Promise<void> {
  const url = new URL('/profile/heap?seconds=1', metricsUrl);
  const headers = { authorization: `Bearer ${PROFILING_TOKEN}` };
  const response = await fetch(url, { method: 'POST', headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url.href} answered ${response.status}: ${text}`);
}

/**
 * Heap spaces of objects that survived a collection. The space of new objects fills with garbage before the reading.
 * For hours, V8 keeps compiling rarer functions; their code has separate heap spaces.
 */
const KEPT = ['old', 'large_object'];

/** Bytes of objects that survived a collection. @throws Error if the process does not measure them */
export async function readHeapBytes(metricsUrl: string): Promise<number> {
  const read = (space: string) =>
    readMetric(metricsUrl, 'nodejs_heap_space_size_used_bytes', `space="${space}"`);
  const bytes = (await Promise.all(KEPT.map(read))).reduce((sum, one) => sum + one, 0);
  if (!(bytes > 0)) throw new Error(`${metricsUrl} has no heap size`);
  return bytes;
}

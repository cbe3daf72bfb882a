import { ApiError } from '../../lib/client.ts';
import type { System } from '../../lib/system.ts';

/** The most that the API takes at once. */
const BATCH = 500;

/** Submits `count` runs with the same input. @returns their ids */
export async function submitMany(
  { apiUrl, fetch }: Pick<System, 'apiUrl' | 'fetch'>,
  workflow: string,
  count: number,
  input?: unknown,
): Promise<string[]> {
  const ids: string[] = [];
  const path = `/api/v1/workflows/${workflow}/runs/batch`;
  while (ids.length < count) {
    const run = input === undefined ? {} : { input };
    const runs = Array.from({ length: Math.min(BATCH, count - ids.length) }, () => run);
    const response = await fetch(`${apiUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ runs }),
    });
    const answer = (await response.json()) as { items: { id: string }[] };
    if (!response.ok) throw new ApiError(`POST ${path}`, response.status, answer);
    ids.push(...answer.items.map(({ id }) => id));
  }
  return ids;
}

import type { Bed } from '../drill/bed.ts';

/** As an admin does it on the page of queues. @throws Error with the API's status */
export async function turnQueue(
  { system }: Bed,
  name: string,
  verb: 'pause' | 'resume',
): Promise<void> {
  const url = `${system.apiUrl}/api/v1/queues/${name}/${verb}`;
  const { ok, status } = await system.fetch(url, { method: 'POST' });
  if (!ok) throw new Error(`the API answered ${status} to ${verb}`);
}

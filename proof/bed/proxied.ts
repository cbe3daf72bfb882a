import { readMetric } from '@aio/tools/system/read-metric';
import type { System, SystemApi } from '@aio/tools/system/system';
import { waitUntil } from '@aio/tools/system/wait-until';

const NOTICED_WITHIN_MS = 15_000;

/** Resolves when the proxy sends requests to this API again. */
export async function untilUsed(system: Pick<System, 'proxy'>, api: SystemApi): Promise<void> {
  await untilState(system, api, 'UP');
}

/** Resolves when the proxy knows that this API is away. */
export async function untilUnused(system: Pick<System, 'proxy'>, api: SystemApi): Promise<void> {
  await untilState(system, api, 'DOWN');
}

async function untilState(
  { proxy }: Pick<System, 'proxy'>,
  { name }: SystemApi,
  state: 'UP' | 'DOWN',
): Promise<void> {
  const labels = `${labelsOf(name)},state="${state}"`;
  await waitUntil(`${name} is ${state} at the proxy`, NOTICED_WITHIN_MS, async () => {
    return (await readMetric(proxy!.metricsUrl, 'haproxy_server_status', labels)) === 1;
  });
}

/** The first API's name has no number. */
function labelsOf(name: string): string {
  return `proxy="api",server="${name === 'api' ? 'api-1' : name}"`;
}

import { findProxy } from '@aio/stack/proxy';
import { StackError } from '@aio/stack/stack-error';
import { programFolder } from '../lib/own-servers.ts';
import type { System, SystemApi } from '../lib/system.ts';
import { waitUntil } from '../lib/wait-until.ts';

const NOTICED_WITHIN_MS = 15_000;

/** Why tests cannot start the proxy; false = they can. */
export async function lacksProxy(): Promise<string | false> {
  try {
    await findProxy({
      dataDir: programFolder(process.env.AIO_DATA_DIR),
      searchPath: process.env.PATH ?? '',
    });
    return false;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    return error.message;
  }
}

/** Open requests of the proxy at each API, in the order of the APIs. */
export async function countOpenRequests(system: Pick<System, 'proxy' | 'apis'>): Promise<number[]> {
  const figures = await readFigures(system);
  return system.apis.map(({ name }) => {
    const server = serverOf(name);
    const line = `^haproxy_server_current_sessions\\{proxy="api",server="${server}"\\} (\\d+)$`;
    return Number(new RegExp(line, 'm').exec(figures)?.[1]);
  });
}

/** Resolves when the proxy sends requests to this API again. */
export async function untilUsed(system: Pick<System, 'proxy'>, { name }: SystemApi) {
  const line = `haproxy_server_status{proxy="api",server="${serverOf(name)}",state="UP"} 1\n`;
  await waitUntil(`the proxy uses ${name}`, NOTICED_WITHIN_MS, async () => {
    return (await readFigures(system)).includes(line);
  });
}

async function readFigures({ proxy }: Pick<System, 'proxy'>): Promise<string> {
  if (proxy === null) throw new Error('there is no proxy');
  return (await fetch(proxy.metricsUrl)).text();
}

/** The first API's name has no number. */
function serverOf(name: string): string {
  return name === 'api' ? 'api-1' : name;
}

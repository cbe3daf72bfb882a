import { createMachineToken, fetchAs } from '@aio/tools/start/machine-token';
import { PORTS } from '@aio/tools/process/ports';
import { StackError } from '@aio/tools/stack-error';
import { usageError } from '@aio/tools/cli/options';
import type { System } from '@aio/tools/system/system';
import type { LoadOptions } from './command-line.ts';
import type { Origins } from './scenarios.ts';

/** A running stack for a load. */
export interface Target extends Origins {
  /** Name for the report. */
  name: string;
  /** undefined = k6's figures appear only in the report. */
  prometheusUrl: string | undefined;
  /** Sends requests with a token that has all rights. */
  fetch: typeof fetch;
  stop(): Promise<void>;
}

/** The target of a system that the caller stops. */
export function targetOf(system: System): Target {
  return {
    name: 'own stack',
    apiUrl: system.apiUrl,
    webUrl: '',
    keycloakUrl: system.identityUrl,
    simulatorUrl: system.simulator.url,
    prometheusUrl: undefined,
    fetch: system.fetch,
    stop: async () => {},
  };
}

const LOOK_WITHIN_MS = 2000;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Finds the stack of `npm start` or of the given addresses.
 * @returns undefined = no address given, and no stack is running
 * @throws StackError if the given stack does not answer, lacks the simulator, or is on another machine
 */
export async function findTarget(
  asked: LoadOptions,
  env: NodeJS.ProcessEnv,
): Promise<Target | undefined> {
  const at = (port: number) => `http://localhost:${port + asked['port-offset']}`;
  const apiUrl = withoutSlash(asked.url || at(PORTS.api));
  const isNamed = asked.url !== '' || asked['port-offset'] !== 0;
  requireLoopback([apiUrl, asked.simulator, asked.identity], asked.remote);
  if (!(await answers(`${apiUrl}/ready`))) {
    if (!isNamed) return undefined;
    throw new StackError(
      `the API at ${apiUrl} is not ready: start AIO, or correct --url or --port-offset`,
    );
  }
  const keycloakUrl = withoutSlash(asked.identity || env.KEYCLOAK_URL || at(PORTS.identity));
  const simulatorUrl = withoutSlash(asked.simulator || at(PORTS.simulator));
  if (!(await answers(`${simulatorUrl}/health`)))
    throw new StackError(
      `no simulator at ${simulatorUrl}: load tests call it. Pass its address with --simulator`,
    );
  const prometheusUrl = withoutSlash(asked.prometheus || at(PORTS.prometheus));
  const hasPrometheus = await answers(`${prometheusUrl}/-/ready`);
  return {
    name: apiUrl,
    apiUrl,
    webUrl: withoutSlash(asked.web || at(PORTS.web)),
    keycloakUrl,
    simulatorUrl,
    prometheusUrl: hasPrometheus ? prometheusUrl : undefined,
    fetch: fetchAs(createMachineToken(keycloakUrl, env)),
    stop: async () => {},
  };
}

/** @throws StackError that names an address of another machine, unless `remote` */
export function requireLoopback(urls: readonly string[], remote: boolean): void {
  const far = urls.find((url) => url !== '' && !isLoopback(url));
  if (far === undefined || remote) return;
  throw usageError(`${far} is not this machine: pass --remote if you may put load on it`);
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.test(new URL(url).hostname);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LOOK_WITHIN_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}

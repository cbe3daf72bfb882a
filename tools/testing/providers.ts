import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { findFreePort } from '../process/free-port.ts';
import { startKeycloak } from '../servers/keycloak.ts';
import { PORTS } from '../process/ports.ts';
import { type Part, startPart } from '../process/process.ts';
import { identityService } from '../start/services.ts';

/** A login service with the realm. Tests of logins run against each. */
export interface Provider {
  name: string;
  /** Why this machine lacks it; false = it has it. */
  skip: string | false;
  /** Starts it with AIO's addresses in its realm. It stops after the test at the latest. */
  start(t: TestContext, addresses: Addresses): Promise<RunningProvider>;
}

interface Addresses {
  /** The address at which browsers reach AIO. */
  publicUrl: string;
}

export interface RunningProvider {
  /** As KEYCLOAK_URL names it. */
  url: string;
  stop(): Promise<unknown>;
}

const root = resolve(import.meta.dirname, '../..');
const keycloakFolder = process.env.TEST_KEYCLOAK_PATH ?? '';

export const PROVIDERS: readonly Provider[] = [
  {
    name: 'the embedded provider',
    skip: false,
    async start(t, { publicUrl }) {
      const { folder: dataDir, port, onSpawn } = await makePlace(t);
      const url = `http://localhost:${port}`;
      const ports = { ...PORTS, identity: port };
      const env = { PATH: process.env.PATH };
      const service = identityService(
        { root, dataDir, env, ports },
        { publicUrl, identityUrl: url },
      );
      const { stop } = await startPart({ ...service, onSpawn });
      return { url, stop };
    },
  },
  {
    name: 'Keycloak',
    skip:
      keycloakFolder === '' && 'no Keycloak on this machine; `npm run servers -- keycloak` gets it',
    async start(t, { publicUrl }) {
      const { folder, port, onSpawn } = await makePlace(t);
      const { PATH, JAVA_HOME } = process.env;
      const env = {
        PATH,
        JAVA_HOME,
        AIO_PUBLIC_URL: publicUrl,
      };
      const home = join(folder, 'keycloak');
      return startKeycloak(keycloakFolder, { home, port, env, onSpawn });
    },
  },
];

async function makePlace(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'aio-identity-'));
  const parts: Part[] = [];
  t.after(async () => {
    await Promise.all(parts.map((part) => part.kill()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { folder, port: await findFreePort(), onSpawn: (part: Part) => void parts.push(part) };
}

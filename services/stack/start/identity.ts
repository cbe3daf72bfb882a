import { join } from 'node:path';
import { findKeycloak, KEYCLOAK_TITLE } from '../get-keycloak.ts';
import { startKeycloak } from '../keycloak.ts';
import { StackError } from '../stack-error.ts';
import { withoutPassword } from './environment.ts';
import type { ServerContext } from './servers.ts';
import { identityService } from './services.ts';

export interface IdentityContext extends ServerContext {
  env: NodeJS.ProcessEnv;
  /** Where browsers find AIO. */
  publicUrl: string;
  /** Whether people asked for Keycloak. */
  keycloak: boolean;
}

/**
 * Keycloak is somebody else's, or the one of the data folder when people ask for it; else the embedded
 * provider, which is there at once.
 * @returns KEYCLOAK_URL
 */
export async function bringIdentity(context: IdentityContext): Promise<string> {
  const { given, progress, ports, keycloak, group, publicUrl } = context;
  if (given.keycloakUrl) {
    progress.given('identity', `KEYCLOAK_URL, ${withoutPassword(given.keycloakUrl)}`);
    return given.keycloakUrl;
  }
  if (keycloak) return bringKeycloak(context);
  progress.starting('identity');
  const identityUrl = `http://localhost:${ports.identity}`;
  await group.start(identityService(context, { publicUrl, identityUrl }));
  progress.ready('identity', `in place of Keycloak, for development, port ${ports.identity}`);
  return identityUrl;
}

async function bringKeycloak(context: IdentityContext): Promise<string> {
  const { dataDir, env, group, ports, progress, publicUrl } = context;
  const folder = findKeycloak(dataDir);
  if (folder === undefined) {
    throw new StackError(
      'there is no Keycloak in the data folder: `npm run servers -- keycloak` gets it',
    );
  }
  progress.starting('identity', `${KEYCLOAK_TITLE}, half a minute`);
  const { url } = await startKeycloak(folder, {
    home: join(dataDir, 'keycloak'),
    port: ports.identity,
    env: {
      AIO_BACKCHANNEL_URL: `http://127.0.0.1:${ports.api}`,
      ...env,
      AIO_PUBLIC_URL: publicUrl,
    },
    logFile: join(dataDir, 'logs/identity.log'),
    onSpawn: group.watch,
  });
  progress.ready('identity', `${KEYCLOAK_TITLE} on port ${ports.identity}`);
  return url;
}

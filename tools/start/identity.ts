import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isLoopbackName } from '@aio/http/loopback';
import { findKeycloak, KEYCLOAK_TITLE } from '../programs/get-keycloak.ts';
import { startKeycloak } from '../servers/keycloak.ts';
import { StackError } from '../stack-error.ts';
import { withoutPassword } from './environment.ts';
import type { ServerContext } from './server-context.ts';
import { identityService } from './services.ts';

export interface IdentityContext extends ServerContext {
  env: NodeJS.ProcessEnv;
  /** The address at which browsers reach AIO. */
  publicUrl: string;
  /** `--keycloak` was given. */
  keycloak: boolean;
}

export interface Identity {
  keycloakUrl: string;
  /** Logs the builder in once; null = there is none. */
  loginLink: string | null;
  /** Claim that no two people share; empty = only your realm knows. */
  uniqueNameClaim: string;
}

/**
 * Uses your Keycloak, or starts that of the data folder (`--keycloak`), or the embedded provider.
 */
export async function bringIdentity(context: IdentityContext): Promise<Identity> {
  const { given, progress, ports, keycloak, group, publicUrl } = context;
  if (given.keycloakUrl) {
    progress.given('identity', `KEYCLOAK_URL, ${withoutPassword(given.keycloakUrl)}`);
    return { keycloakUrl: given.keycloakUrl, loginLink: null, uniqueNameClaim: '' };
  }
  // Nobody can choose a user name in this realm.
  const uniqueNameClaim = 'preferred_username';
  if (keycloak)
    return { keycloakUrl: await bringKeycloak(context), loginLink: null, uniqueNameClaim };
  progress.starting('identity');
  const identityUrl = `http://localhost:${ports.identity}`;
  // On this machine only, because who has the link needs no password.
  const loginToken = isLoopbackName(new URL(publicUrl).hostname)
    ? randomBytes(32).toString('base64url')
    : '';
  const urls = { publicUrl, identityUrl };
  await group.keepRunning(
    identityService(context, { ...urls, loginToken }),
    // Without the link: a new process would not know whether it was used.
    identityService(context, urls),
  );
  progress.ready('identity', `the embedded provider instead of Keycloak, port ${ports.identity}`);
  const link = `${identityUrl}/realms/aio/login-link?token=${loginToken}`;
  return { keycloakUrl: identityUrl, loginLink: loginToken === '' ? null : link, uniqueNameClaim };
}

async function bringKeycloak(context: IdentityContext): Promise<string> {
  const { dataDir, env, group, ports, progress, publicUrl } = context;
  const folder = findKeycloak(dataDir);
  if (folder === undefined) {
    throw new StackError(
      'there is no Keycloak in the data folder; run `npm run servers -- keycloak` first',
    );
  }
  progress.starting('identity', `${KEYCLOAK_TITLE}, takes half a minute`);
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

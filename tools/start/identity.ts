import { randomBytes } from 'node:crypto';
import { isLoopbackName } from '@aio/http/loopback';
import { withoutPassword } from './environment.ts';
import type { ServerContext } from './server-context.ts';
import { identityService } from './services.ts';

export interface IdentityContext extends ServerContext {
  env: NodeJS.ProcessEnv;
  /** The address at which browsers reach AIO. */
  publicUrl: string;
}

export interface Identity {
  keycloakUrl: string;
  /** Logs the builder in once; null = there is none. */
  loginLink: string | null;
  /** Claim that no two people share; empty = only your realm knows. */
  uniqueNameClaim: string;
}

/**
 * Uses your Keycloak, or starts the embedded provider.
 */
export async function bringIdentity(context: IdentityContext): Promise<Identity> {
  const { given, progress, ports, group, publicUrl } = context;
  if (given.keycloakUrl) {
    progress.given('identity', `KEYCLOAK_URL, ${withoutPassword(given.keycloakUrl)}`);
    return { keycloakUrl: given.keycloakUrl, loginLink: null, uniqueNameClaim: '' };
  }
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
  return {
    keycloakUrl: identityUrl,
    loginLink: loginToken === '' ? null : link,
    // Nobody can choose a user name in this realm.
    uniqueNameClaim: 'preferred_username',
  };
}

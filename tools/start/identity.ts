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
  /** Each logs in once: the admin, then the builder. */
  loginLinks: readonly string[];
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
    return { keycloakUrl: given.keycloakUrl, loginLinks: [], uniqueNameClaim: '' };
  }
  progress.starting('identity');
  const identityUrl = `http://localhost:${ports.identity}`;
  // On this machine only, because who has a link needs no password.
  const loginTokens = isLoopbackName(new URL(publicUrl).hostname)
    ? [randomToken(), randomToken()]
    : [];
  const urls = { publicUrl, identityUrl };
  await group.keepRunning(
    identityService(context, { ...urls, loginTokens }),
    // Without the links: a new process would not know whether they were used.
    identityService(context, urls),
  );
  progress.ready('identity', `the embedded provider instead of Keycloak, port ${ports.identity}`);
  return {
    keycloakUrl: identityUrl,
    loginLinks: loginTokens.map((token) => `${identityUrl}/realms/aio/login-link?token=${token}`),
    // Nobody can choose a user name in this realm.
    uniqueNameClaim: 'preferred_username',
  };
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

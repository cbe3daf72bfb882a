import * as openId from 'openid-client';
import { AioError } from '@aio/core/errors';
import { CLIENT_ID, type IdentityConfig, issuerOf } from './identity.ts';

export interface LoginServiceConfig extends IdentityConfig {
  clientSecret: string;
  /** Origin at which browsers find AIO. */
  publicUrl: string;
  /** Only in development may it be spoken to without TLS. */
  isProduction: boolean;
  /** Called when it did not answer as it should. */
  onFailure: (request: 'metadata' | 'token') => void;
}

/** What somebody showed who logged in: checked in every respect. */
export interface LoggedIn {
  claims: openId.IDToken;
  idToken: string;
}

/** Keycloak as the API uses it to log people in. Throws AioError `unavailable` while it is away. */
export interface LoginService {
  /** Where to send the browser. */
  begin(login: { state: string; nonce: string; verifier: string }): Promise<string>;
  /**
   * @param query as the browser brought it back
   * @throws AioError `login_failed`
   */
  finish(
    query: string,
    expected: { state: string; nonce: string; verifier: string },
  ): Promise<LoggedIn>;
  /** Where a browser is sent to log out there, too; null = not to be known just now. */
  logoutUrl(idToken: string): Promise<string | null>;
}

const ANSWER_WITHIN_S = 5;
/** Codes of the library for a service that does not do its part. */
const AWAY = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

export function createLoginService(config: LoginServiceConfig): LoginService {
  const redirectUri = `${config.publicUrl}/auth/callback`;
  let known: openId.Configuration | null = null;
  let asking: Promise<openId.Configuration> | null = null;

  /** Asked anew by whoever is about to send a browser there, which is not to find nobody. */
  async function discover(): Promise<openId.Configuration> {
    asking ??= readMetadata(config).finally(() => (asking = null));
    return (known = await asking);
  }

  return {
    async begin({ state, nonce, verifier }) {
      const service = await discover();
      return openId.buildAuthorizationUrl(service, {
        redirect_uri: redirectUri,
        scope: 'openid profile email',
        state,
        nonce,
        code_challenge: await openId.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).href;
    },
    async finish(query, { state, nonce, verifier }) {
      const service = known ?? (await discover());
      try {
        const tokens = await openId.authorizationCodeGrant(
          service,
          new URL(`${redirectUri}?${query}`),
          {
            expectedState: state,
            expectedNonce: nonce,
            pkceCodeVerifier: verifier,
            idTokenExpected: true,
          },
        );
        const claims = tokens.claims();
        if (claims === undefined || tokens.id_token === undefined) throw new Error('no ID token');
        return { claims, idToken: tokens.id_token };
      } catch (error) {
        if (!isAway(error)) throw loginFailed(error);
        config.onFailure('token');
        throw away(error);
      }
    },
    async logoutUrl(idToken) {
      const service = await discover().catch(() => null);
      if (service === null) return null;
      return openId.buildEndSessionUrl(service, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${config.publicUrl}/`,
      }).href;
    },
  };
}

async function readMetadata(config: LoginServiceConfig): Promise<openId.Configuration> {
  const { keycloakUrl, keycloakInternalUrl, clientSecret, isProduction } = config;
  try {
    return await openId.discovery(
      new URL(issuerOf(config)),
      CLIENT_ID,
      undefined,
      openId.ClientSecretBasic(clientSecret),
      {
        timeout: ANSWER_WITHIN_S,
        execute: [
          // The way to the service need not be encrypted, so that TLS does not vouch for the token.
          openId.enableNonRepudiationChecks,
          ...(isProduction ? [] : [openId.allowInsecureRequests]),
        ],
        [openId.customFetch]: (url, options) =>
          fetch(withOrigin(url, keycloakUrl, keycloakInternalUrl), options as RequestInit),
      },
    );
  } catch (error) {
    config.onFailure('metadata');
    throw away(error);
  }
}

/** Its metadata has the addresses for browsers; this process may have to take another way. */
function withOrigin(url: string, publicUrl: string, internalUrl: string): string {
  if (internalUrl === '' || new URL(url).origin !== new URL(publicUrl).origin) return url;
  return new URL(internalUrl).origin + url.slice(new URL(url).origin.length);
}

function isAway(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  if (error instanceof openId.ResponseBodyError) return error.status >= 500;
  return error instanceof openId.ClientError && AWAY.has(error.code ?? '');
}

function away(cause: unknown): AioError {
  return new AioError(
    'unavailable',
    'The login service does not answer. Existing sessions keep working. Try again later.',
    { cause },
  );
}

/** The cause is for the log: what exactly did not fit is nothing to tell a stranger. */
function loginFailed(cause: unknown): AioError {
  return new AioError('login_failed', 'What the login service sent is not good.', { cause });
}

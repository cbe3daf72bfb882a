import * as openId from 'openid-client';
import { AioError } from '@aio/core/errors';
import { CLIENT_ID, type IdentityConfig, issuerOf } from './identity.ts';

export interface LoginServiceConfig extends IdentityConfig {
  clientSecret: string;
  /** Origin of AIO in browsers. */
  publicUrl: string;
  /** Without TLS, the login service is allowed only in development. */
  isProduction: boolean;
  /** Called when the login service fails. */
  onFailure: (request: 'metadata' | 'token') => void;
}

/** The validated ID token of a login, and the token for the next refresh. */
export interface LoggedIn {
  claims: openId.IDToken;
  idToken: string;
  refreshToken: string;
}

/** Logs users in with Keycloak. Throws AioError `unavailable` if it is down. */
export interface LoginService {
  /** Returns the URL of the login page. */
  begin(login: { state: string; nonce: string; verifier: string }): Promise<string>;
  /**
   * @param query of the callback
   * @throws AioError `login_failed`
   */
  finish(
    query: string,
    expected: { state: string; nonce: string; verifier: string },
  ): Promise<LoggedIn>;
  /**
   * Asks for the current roles.
   * @throws AioError `login_failed`: the login service refuses the session
   */
  refresh(refreshToken: string): Promise<LoggedIn>;
  /** URL that ends the login service's own session; null = the login service is down. */
  logoutUrl(idToken: string): Promise<string | null>;
}

const ANSWER_WITHIN_S = 5;
/** The library's codes for a login service that fails. */
const AWAY = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** Statuses of a service that has not looked at the request. */
const ASK_LATER = new Set([408, 429]);

export function createLoginService(config: LoginServiceConfig): LoginService {
  const redirectUri = `${config.publicUrl}/auth/callback`;
  let known: openId.Configuration | null = null;
  let asking: Promise<openId.Configuration> | null = null;

  /** Each login reads the metadata again, so that no browser is sent to a login service that is down. */
  async function discover(): Promise<openId.Configuration> {
    asking ??= readMetadata(config).finally(() => (asking = null));
    return (known = await asking);
  }

  function explain(error: unknown, isAway: boolean): AioError {
    if (!isAway) return loginFailed(error);
    config.onFailure('token');
    return away(error);
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
        return readTokens(tokens);
      } catch (error) {
        throw explain(error, isAway(error));
      }
    },
    async refresh(refreshToken) {
      const service = known ?? (await discover());
      try {
        return readTokens(await openId.refreshTokenGrant(service, refreshToken));
      } catch (error) {
        throw explain(error, isAway(error) && !isRefusal(error));
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

/** @throws Error if one is missing */
function readTokens(
  tokens: openId.TokenEndpointResponse & openId.TokenEndpointResponseHelpers,
): LoggedIn {
  const { id_token: idToken, refresh_token: refreshToken } = tokens;
  const claims = tokens.claims();
  if (claims === undefined || idToken === undefined) throw new Error('no ID token');
  if (refreshToken === undefined) throw new Error('no refresh token');
  return { claims, idToken, refreshToken };
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
          // The connection may be plain HTTP, so TLS does not authenticate the ID token.
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

/** The metadata has addresses for browsers. This process may need the internal origin. */
function withOrigin(url: string, publicUrl: string, internalUrl: string): string {
  if (internalUrl === '' || new URL(url).origin !== new URL(publicUrl).origin) return url;
  return new URL(internalUrl).origin + url.slice(new URL(url).origin.length);
}

function isAway(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  if (error instanceof openId.ResponseBodyError)
    return error.status >= 500 || ASK_LATER.has(error.status);
  return error instanceof openId.ClientError && AWAY.has(error.code ?? '');
}

/** A 4xx whose body is not as in OAuth. */
function isRefusal(error: unknown): boolean {
  const response = error instanceof openId.ClientError ? error.cause : undefined;
  return response instanceof Response && response.status < 500 && !ASK_LATER.has(response.status);
}

function away(cause: unknown): AioError {
  return new AioError(
    'unavailable',
    'The login service does not answer. Existing sessions keep working. Try again later.',
    { cause },
  );
}

/** The cause goes only to the log, because the client may be an attacker. */
function loginFailed(cause: unknown): AioError {
  return new AioError(
    'login_failed',
    'The login service refused the login, or its answer is invalid.',
    { cause },
  );
}

import * as openId from 'openid-client';
import { type Person, personOf, rolesReader } from './claims.ts';

export interface OpenIdConfig {
  /** The issuer's URL, as its metadata and tokens spell it; browsers reach it. */
  issuer: string;
  /** Origin at which this process reaches the issuer; absent or empty = the issuer's own. */
  internalUrl?: string;
  clientId: string;
  clientSecret: string;
  /** Origin of the service in browsers, without a slash at its end. The issuer must know its path `/auth/callback`. */
  publicUrl: string;
  /** Where the ID token has the roles: see `rolesReader`. */
  rolesClaim: string;
  /** Claim with a name that the issuer gives to one person only; absent or empty = none. */
  uniqueNameClaim?: string;
  /** Refuse a login that comes without a refresh token, which the roles of a long session need. */
  needsRefreshToken?: boolean;
  /** Allow an issuer without TLS. For development only. */
  allowsHttp?: boolean;
  /** Called when a request to the issuer fails. */
  onFailure?: (request: 'metadata' | 'token') => void;
  /** Makes the errors that the functions throw. Default: `LoginError`. */
  toError?: ToLoginError;
}

/** What a login or a refresh brings. */
export interface LoggedIn extends Person {
  /** `name`, or else `preferred_username`. */
  displayName: string;
  idToken: string;
  /** For the next refresh; null = none. */
  refreshToken: string | null;
}

/** Random texts of one login, which the callback must know again. */
export interface LoginSecrets {
  state: string;
  nonce: string;
  /** Of PKCE (RFC 7636): 43 to 128 characters. */
  verifier: string;
}

/** Logs users in. `unavailable` = the issuer does not answer; `refused` = it refused, or its answer is invalid. */
export interface OpenIdLogin {
  /** Returns the URL of the login page. @throws LoginError `unavailable` */
  begin(login: LoginSecrets): Promise<string>;
  /** @param query of the callback @throws LoginError */
  finish(query: string, expected: LoginSecrets): Promise<LoggedIn>;
  /** Asks for the current name and roles. @throws LoginError */
  refresh(refreshToken: string): Promise<LoggedIn>;
  /** URL that ends the issuer's own session; null = it does not answer, or has no such page. */
  logoutUrl(idToken: string): Promise<string | null>;
  /** URL of the issuer's public keys for this process. @throws LoginError `unavailable` */
  keysUrl(): Promise<string>;
}

export type LoginFailure = 'refused' | 'unavailable';
export type ToLoginError = (reason: LoginFailure, message: string, cause?: unknown) => Error;

/** Koa answers with its status and message. The cause is for the log, because the client may be an attacker. */
export class LoginError extends Error {
  override name = 'LoginError';
  readonly expose = true;
  readonly reason: LoginFailure;
  readonly status: 400 | 503;

  constructor(reason: LoginFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
    this.status = reason === 'refused' ? 400 : 503;
  }
}

export const toLoginError: ToLoginError = (...args) => new LoginError(...args);

const ANSWER_WITHIN_S = 5;
/** The library's codes for an issuer that fails. */
const AWAY = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/** Statuses of a service that has not looked at the request. */
const ASK_LATER = new Set([408, 429]);

/** OpenID Connect's authorization code flow with PKCE, state and nonce, at any issuer with discovery. */
export function createOpenIdLogin(config: OpenIdConfig): OpenIdLogin {
  const { publicUrl, onFailure = () => undefined, toError = toLoginError } = config;
  const redirectUri = `${publicUrl}/auth/callback`;
  let known: openId.Configuration | null = null;
  let asking: Promise<openId.Configuration> | null = null;

  const away = (cause: unknown) =>
    toError(
      'unavailable',
      'The login service does not answer. Existing sessions keep working. Try again later.',
      cause,
    );

  /** Each login reads the metadata again, so that no browser is sent to a login service that is down. */
  async function discover(): Promise<openId.Configuration> {
    asking ??= readMetadata(config)
      .catch((error: unknown) => {
        onFailure('metadata');
        throw away(error);
      })
      .finally(() => (asking = null));
    return (known = await asking);
  }

  function explain(error: unknown, isAway: boolean): Error {
    if (isAway) {
      onFailure('token');
      return away(error);
    }
    const message = 'The login service refused the login, or its answer is invalid.';
    return toError('refused', message, error);
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
        return readTokens(config, tokens, null);
      } catch (error) {
        throw explain(error, isAway(error));
      }
    },
    async refresh(refreshToken) {
      const service = known ?? (await discover());
      try {
        // An issuer that does not rotate refresh tokens sends none (RFC 6749, 6).
        const tokens = await openId.refreshTokenGrant(service, refreshToken);
        return readTokens(config, tokens, refreshToken);
      } catch (error) {
        throw explain(error, isAway(error) && !isRefusal(error));
      }
    },
    async logoutUrl(idToken) {
      const service = await discover().catch(() => null);
      if (service?.serverMetadata().end_session_endpoint === undefined) return null;
      return openId.buildEndSessionUrl(service, {
        id_token_hint: idToken,
        post_logout_redirect_uri: `${publicUrl}/`,
      }).href;
    },
    async keysUrl() {
      const { jwks_uri: url } = (known ?? (await discover())).serverMetadata();
      if (url === undefined) throw new Error("the issuer's configuration has no jwks_uri");
      return withOrigin(url, config);
    },
  };
}

/**
 * @param earlier the refresh token that counts if there is no new one
 * @throws Error if a token is missing
 */
function readTokens(
  { rolesClaim, uniqueNameClaim, needsRefreshToken = false }: OpenIdConfig,
  tokens: openId.TokenEndpointResponse & openId.TokenEndpointResponseHelpers,
  earlier: string | null,
): LoggedIn {
  const claims = tokens.claims();
  const { id_token: idToken, refresh_token: refreshToken = earlier } = tokens;
  if (claims === undefined || idToken === undefined) throw new Error('no ID token');
  if (refreshToken === null && needsRefreshToken) throw new Error('no refresh token');
  const person = personOf(claims, rolesReader(rolesClaim), uniqueNameClaim);
  return {
    ...person,
    displayName: typeof claims['name'] === 'string' ? claims['name'] : person.name,
    idToken,
    refreshToken,
  };
}

function readMetadata(config: OpenIdConfig): Promise<openId.Configuration> {
  const { issuer, clientId, clientSecret, allowsHttp } = config;
  return openId.discovery(
    new URL(issuer),
    clientId,
    undefined,
    openId.ClientSecretBasic(clientSecret),
    {
      timeout: ANSWER_WITHIN_S,
      execute: [
        // The connection may be plain HTTP, so TLS does not authenticate the ID token.
        openId.enableNonRepudiationChecks,
        ...(allowsHttp ? [openId.allowInsecureRequests] : []),
      ],
      [openId.customFetch]: (url, options) =>
        fetch(withOrigin(url, config), options as RequestInit),
    },
  );
}

/** The metadata has addresses for browsers. This process may need the internal origin. */
function withOrigin(url: string, { issuer, internalUrl }: OpenIdConfig): string {
  const { origin } = new URL(url);
  if (!internalUrl || origin !== new URL(issuer).origin) return url;
  return new URL(internalUrl).origin + url.slice(origin.length);
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

import { randomBytes } from 'node:crypto';
import { type Configuration, type JWK, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Realm } from '../realm.ts';
import type { Accounts } from './accounts.ts';
import { audienceOf, toClientMetadata } from './clients.ts';
import { logoutPage, messagePage } from './pages.ts';

/** Keycloak's paths, below the issuer. */
const ROUTES = {
  authorization: '/protocol/openid-connect/auth',
  token: '/protocol/openid-connect/token',
  jwks: '/protocol/openid-connect/certs',
  userinfo: '/protocol/openid-connect/userinfo',
  end_session: '/protocol/openid-connect/logout',
  revocation: '/protocol/openid-connect/revoke',
};

/** The library requires a URI as a resource's name. Tokens get the client's audience instead. */
const RESOURCE = 'urn:aio:api';
const SIGNED_BY = 'RS256';
const MINUTE_S = 60;

/** Creates an OpenID provider for the realm, without login pages. */
export function createProvider(options: {
  issuer: string;
  realm: Realm;
  accounts: Accounts;
  /** Private key with `kid` and `alg`. */
  signingKey: JWK;
}): Provider {
  const { issuer, realm, accounts, signingKey } = options;
  const audiences = new Map(realm.clients.map((one) => [one.clientId, audienceOf(one)]));
  const path = new URL(issuer).pathname;
  const configuration: Configuration = {
    clients: realm.clients.map(toClientMetadata),
    jwks: { keys: [signingKey] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    routes: ROUTES,
    pkce: { required: () => true },
    responseTypes: ['code'],
    scopes: ['openid', 'profile', 'email'],
    claims: {
      openid: ['sub', 'realm_access'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    // Keycloak puts all claims into the ID token.
    conformIdTokenClaims: false,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // Stricter than Keycloak's default: a token used twice ends the grant.
    rotateRefreshToken: true,
    findAccount: (_ctx, subject) => accounts.find(subject),
    loadExistingGrant: grantEverything,
    interactions: { url: (_ctx, { uid }) => `${path}/login/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, _resource, { clientId }) => ({
          audience: audiences.get(clientId) ?? '',
          scope: 'profile email',
          accessTokenFormat: 'jwt',
          accessTokenTTL: realm.accessTokenLifespan,
          jwt: { sign: { alg: SIGNED_BY } },
        }),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx, form) {
          ctx.body = logoutPage(form, ctx.oidc.entities.IdTokenHint === undefined);
        },
        postLogoutSuccessSource(ctx) {
          ctx.body = messagePage('Logged out', 'You can close this page.');
        },
      },
    },
    formats: {
      customizers: {
        jwt(_ctx, token, { payload }) {
          const { accountId, clientId } = token as { accountId?: string; clientId?: string };
          const subject = accountId ?? accounts.serviceAccountOf(clientId ?? '')?.id;
          if (subject === undefined || payload === undefined) return;
          Object.assign(payload, { sub: subject, azp: clientId, typ: 'Bearer' });
          Object.assign(payload, accounts.claimsOf(subject));
        },
      },
    },
    ttl: {
      AccessToken: realm.accessTokenLifespan,
      ClientCredentials: realm.accessTokenLifespan,
      AuthorizationCode: MINUTE_S,
      IdToken: realm.accessTokenLifespan,
      Interaction: 30 * MINUTE_S,
      RefreshToken: realm.ssoSessionIdleTimeout,
      Session: realm.ssoSessionMaxLifespan,
      Grant: realm.ssoSessionMaxLifespan,
    },
    // The library refuses to send logout tokens to private addresses, and the API has one.
    fetch: (url, options = {}) => fetch(url, withoutGuard(options)),
    renderError(ctx, { error, error_description: description = '' }) {
      ctx.type = 'html';
      ctx.body = messagePage('Something went wrong', `${error}: ${description}`);
    },
  };
  return new Provider(issuer, configuration);
}

/** Grants everything without asking for consent, because all clients are AIO's. */
async function grantEverything(ctx: KoaContextWithOIDC) {
  const { client, session, provider } = ctx.oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile email');
  grant.addResourceScope(RESOURCE, 'profile email');
  await grant.save();
  return grant;
}

function withoutGuard({ dispatcher: _dispatcher, ...options }: RequestInit): RequestInit {
  return options;
}

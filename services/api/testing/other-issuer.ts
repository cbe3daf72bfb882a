import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { Provider } from 'oidc-provider';

/** The path of the issuer: no Keycloak has it. */
const PATH = '/oauth2/default';

/**
 * A certified OpenID provider that is not like Keycloak: another path, the roles in `groups`, and refresh tokens that
 * it does not replace. It asks for no password: the user is `ann`.
 */
export async function startOtherIssuer(
  t: TestContext,
  { publicUrl, groups }: { publicUrl: string; groups: readonly string[] },
): Promise<{ issuer: string }> {
  let answer = (_request: IncomingMessage, _response: ServerResponse): void => undefined;
  const { url, close } = await startHttpServer((request, response) => answer(request, response));
  t.after(close);
  const issuer = `${url}${PATH}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'shop',
        client_secret: 'secret-of-the-shop',
        redirect_uris: [`${publicUrl}/auth/callback`],
        post_logout_redirect_uris: [`${publicUrl}/`],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    cookies: { keys: [randomBytes(32).toString('hex')] },
    pkce: { required: () => true },
    claims: { openid: ['sub', 'groups'], profile: ['name', 'preferred_username'] },
    conformIdTokenClaims: false,
    issueRefreshToken: () => true,
    rotateRefreshToken: false,
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, groups: [...groups], name: 'Ann' }),
    }),
    async loadExistingGrant({ oidc: { client, session, provider: self } }) {
      const grant = new self.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    interactions: { url: (_, { uid }) => `${PATH}/interaction/${uid}` },
    features: { devInteractions: { enabled: false } },
  });
  const openId = provider.callback();
  answer = (request, response) => {
    const target = request.url ?? '';
    if (target.startsWith(`${PATH}/interaction/`))
      return void provider
        .interactionFinished(request, response, { login: { accountId: 'ann' } })
        .catch(() => response.destroy());
    Object.assign(request, { originalUrl: target, url: target.slice(PATH.length) });
    void openId(request, response);
  };
  return { issuer };
}

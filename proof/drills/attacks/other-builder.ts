import type { RealmUser } from '@aio/identity/realm';
import { startIdentity } from '@aio/identity/server';
import type { System } from '@aio/tools/system/system';
import { logIn } from '../../bed/people.ts';

/** A second builder, whom only the provider of `startIdentityOf` knows. */
export const OTHER_BUILDER = { username: 'bo@example.com', password: 'bo123' };
const OTHER_USER: RealmUser = {
  id: '0b1f0c5e-6f0a-4d3b-9a51-1f6d6e0a0008',
  username: OTHER_BUILDER.username,
  enabled: true,
  credentials: [{ type: 'password', value: OTHER_BUILDER.password, temporary: false }],
  realmRoles: ['builder'],
};

/** Starts a provider with both builders, for a system that has its address as KEYCLOAK_URL. */
export function startIdentityOf({
  publicUrl,
  identityUrl,
}: Pick<System, 'publicUrl' | 'identityUrl'>) {
  return startIdentity({
    host: '127.0.0.1',
    port: Number(new URL(identityUrl).port),
    env: { AIO_PUBLIC_URL: publicUrl },
    moreUsers: [OTHER_USER],
  });
}

/** Logs the other builder in. @returns the header with the cookies of the session */
export async function readCookiesOf({ publicUrl }: Pick<System, 'publicUrl'>): Promise<string> {
  const cookies = (await logIn({ publicUrl }, OTHER_BUILDER)).cookiesFor(publicUrl);
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

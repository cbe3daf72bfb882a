/** Where the login service is, and under which name the API knows it. */

export interface IdentityConfig {
  /** Origin by which browsers reach it, and which its tokens name. */
  keycloakUrl: string;
  /** Origin by which this process reaches it. */
  keycloakInternalUrl: string;
}

const REALM_PATH = '/realms/aio';
/** Client of the realm, and the audience of its access tokens. */
export const CLIENT_ID = 'aio-api';

export function issuerOf({ keycloakUrl }: Pick<IdentityConfig, 'keycloakUrl'>): string {
  return `${keycloakUrl.replace(/\/$/, '')}${REALM_PATH}`;
}

export function keysUrlOf({ keycloakUrl, keycloakInternalUrl }: IdentityConfig): string {
  const origin = (keycloakInternalUrl || keycloakUrl).replace(/\/$/, '');
  return `${origin}${REALM_PATH}/protocol/openid-connect/certs`;
}

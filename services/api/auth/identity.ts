export interface IdentityConfig {
  /** Origin of the login service for browsers. Tokens name it. */
  keycloakUrl: string;
  /** Its origin for this process; empty = the same. */
  keycloakInternalUrl: string;
}

const REALM_PATH = '/realms/aio';
/** Client in the realm, and audience of access tokens. */
export const CLIENT_ID = 'aio-api';

export function issuerOf({ keycloakUrl }: Pick<IdentityConfig, 'keycloakUrl'>): string {
  return `${keycloakUrl.replace(/\/$/, '')}${REALM_PATH}`;
}

export function keysUrlOf({ keycloakUrl, keycloakInternalUrl }: IdentityConfig): string {
  const origin = (keycloakInternalUrl || keycloakUrl).replace(/\/$/, '');
  return `${origin}${REALM_PATH}/protocol/openid-connect/certs`;
}

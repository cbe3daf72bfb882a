import type { ClientMetadata } from 'oidc-provider';
import type { RealmClient } from '../realm.ts';

/** Converts a client of the realm for the provider's library. */
export function toClientMetadata(client: RealmClient): ClientMetadata {
  const { attributes } = client;
  return {
    client_id: client.clientId,
    client_secret: client.secret,
    grant_types: [
      ...(client.standardFlowEnabled ? ['authorization_code', 'refresh_token'] : []),
      ...(client.serviceAccountsEnabled ? ['client_credentials'] : []),
    ],
    response_types: client.standardFlowEnabled ? ['code'] : [],
    redirect_uris: client.redirectUris,
    post_logout_redirect_uris: attributes['post.logout.redirect.uris']?.split('##') ?? [],
    token_endpoint_auth_method: 'client_secret_basic',
  };
}

/** Audience of the client's access tokens, from its audience mapper. */
export function audienceOf({ protocolMappers }: Pick<RealmClient, 'protocolMappers'>): string {
  const mapper = protocolMappers.find((one) => one.protocolMapper === 'oidc-audience-mapper');
  return mapper?.config['included.client.audience'] ?? '';
}

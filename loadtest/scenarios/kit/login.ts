import { MACHINE_CLIENT } from '@aio/tools/start/machine-client';
import encoding from 'k6/encoding';
import http from 'k6/http';
import { settings } from './settings.ts';

export interface Login {
  token: string;
  usedUntilMs: number;
}

/** A virtual user renews its token this long before it expires, at a random time so that not all do it at once. */
const SPARE_MS = { least: 30_000, most: 90_000 };

let own: Login | undefined;

/** Logs in as the machine client, with its client credentials. */
export function logIn(): Login {
  const secret = __ENV['AIO_MACHINE_CLIENT_SECRET'] || MACHINE_CLIENT.developmentSecret;
  const basic = encoding.b64encode(`${MACHINE_CLIENT.id}:${secret}`);
  const response = http.post(
    `${settings.keycloakUrl}/realms/aio/protocol/openid-connect/token`,
    { grant_type: 'client_credentials' },
    { headers: { authorization: `Basic ${basic}` }, tags: { route: 'token', traffic: 'logins' } },
  );
  if (response.status !== 200) throw new Error(`no token: ${response.status} ${response.error}`);
  const answer = response.json() as unknown as { access_token: string; expires_in: number };
  const spare = SPARE_MS.least + Math.random() * (SPARE_MS.most - SPARE_MS.least);
  return {
    token: answer.access_token,
    usedUntilMs: Date.now() + answer.expires_in * 1000 - spare,
  };
}

/** The token that `setup` got for all virtual users. When it nearly expires, a new one for this virtual user. */
export function tokenOf(given: Login): string {
  own ??= given;
  if (Date.now() > own.usedUntilMs) own = logIn();
  return own.token;
}

import { MACHINE_CLIENT } from './machine-client.ts';
import { StackError } from '../stack-error.ts';

/** A machine's access token, renewed before it expires. */
export type MachineToken = () => Promise<string>;

/** Do not use a token that expires this soon: the request may take a while. */
const SPARE_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * @param keycloakUrl origin of Keycloak or the embedded provider
 * @param env AIO_MACHINE_CLIENT_SECRET, if set
 * @param clientId of a client of the realm with that secret
 */
export function createMachineToken(
  keycloakUrl: string,
  env: Readonly<Record<string, string | undefined>> = {},
  clientId: string = MACHINE_CLIENT.id,
): MachineToken {
  const secret = env.AIO_MACHINE_CLIENT_SECRET || MACHINE_CLIENT.developmentSecret;
  let asked: Promise<{ token: string; usedUntilMs: number }> | undefined;
  let usedUntilMs = Infinity;

  async function ask() {
    const found = await requestToken(keycloakUrl, { clientId, secret });
    usedUntilMs = found.usedUntilMs;
    return found;
  }

  return async () => {
    if (asked !== undefined && Date.now() >= usedUntilMs) asked = undefined;
    if (asked === undefined) {
      usedUntilMs = Infinity;
      asked = ask();
      // After a failure, the next caller asks again.
      asked.catch(() => (asked = undefined));
    }
    return (await asked).token;
  };
}

/** `fetch` that adds the token, unless the request has an authorization header. */
export function fetchAs(token: MachineToken): typeof fetch {
  return async (input, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${await token()}`);
    return fetch(input, { ...init, headers });
  };
}

async function requestToken(
  keycloakUrl: string,
  { clientId, secret }: { clientId: string; secret: string },
) {
  const url = `${keycloakUrl.replace(/\/$/, '')}/realms/aio/protocol/openid-connect/token`;
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
    },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) {
    throw new StackError(`${url} answered ${response.status} to ${clientId}`, {
      details: (await response.text()).split('\n').slice(0, 5),
    });
  }
  const answer = (await response.json()) as { access_token: string; expires_in: number };
  return {
    token: answer.access_token,
    usedUntilMs: Date.now() + answer.expires_in * 1000 - SPARE_MS,
  };
}

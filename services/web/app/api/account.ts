import { fetchTraced } from '~/tracing/trace-calls';
import { ApiProblem, problemOf, unreachable } from './problem.ts';

/** Who is logged in, as the API says. */
export interface Account {
  name: string;
  displayName: string;
  roles: string[];
}

/** null = nobody. @throws ApiProblem while the API cannot say */
export async function readAccount(): Promise<Account | null> {
  const response = await ask('/auth/me');
  return response.status === 401 ? null : ((await bodyOf(response)) as Account);
}

/**
 * Leaves for the login service, which sends the browser back to `returnTo`.
 * @throws ApiProblem while logins are not possible; the page stays then
 */
export async function leaveToLogIn(returnTo: string): Promise<void> {
  const address = `/auth/login?${new URLSearchParams({ returnTo })}`;
  // Only the browser itself may follow it; that it leads anywhere is all that is to be known here.
  const response = await ask(address, { redirect: 'manual' });
  if (response.type !== 'opaqueredirect') await bodyOf(response);
  location.assign(address);
}

/** Ends the session here, then at the login service. @throws ApiProblem when it goes on */
export async function logOut(): Promise<void> {
  const response = await ask('/auth/logout', { method: 'POST', headers: { 'aio-csrf': '1' } });
  if (response.status === 401) return location.assign('/');
  const { logoutUrl } = (await bodyOf(response)) as { logoutUrl: string | null };
  location.assign(logoutUrl ?? '/');
}

async function ask(address: string, init: RequestInit = {}): Promise<Response> {
  try {
    const headers = { accept: 'application/json', ...init.headers };
    return await fetchTraced(address, { ...init, headers });
  } catch (error) {
    throw new ApiProblem(unreachable(), { cause: error });
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw new ApiProblem(problemOf(response.status, body));
  return body;
}

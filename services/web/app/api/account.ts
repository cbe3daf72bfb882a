import { fetchTraced } from '~/tracing/trace-calls';
import { ApiProblem, problemOf, unreachable } from './problem.ts';

/** The logged-in user. */
export interface Account {
  name: string;
  displayName: string;
  roles: string[];
}

/** null = not logged in. @throws ApiProblem if the API cannot answer */
export async function readAccount(): Promise<Account | null> {
  const response = await ask('/auth/me');
  return response.status === 401 ? null : ((await bodyOf(response)) as Account);
}

/**
 * Sends the browser to the login service, which returns it to `returnTo`.
 * @throws ApiProblem if logins are not possible; the page stays open
 */
export async function leaveToLogIn(returnTo: string): Promise<void> {
  const address = `/auth/login?${new URLSearchParams({ returnTo })}`;
  // Only the browser can follow the redirect. This request checks that there is one.
  const response = await ask(address, { redirect: 'manual' });
  if (response.type !== 'opaqueredirect') await bodyOf(response);
  location.assign(address);
}

/** Ends the session here, then at the login service. @throws ApiProblem if the session continues */
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

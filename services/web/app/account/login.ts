import { shallowRef } from 'vue';
import type { Problem } from '#shared/api';
import { ApiProblem, problemOf } from '~/api/problem';
import { jsonOf, reach } from '~/api/reach';

/** The logged-in user. */
export interface Account {
  name: string;
  displayName: string;
  roles: string[];
  /** Whether this AIO has game days. */
  gameDays: boolean;
  /** Whether they may see boards and alerts. */
  boards: boolean;
}

/** The state of the login, as far as this page knows. */
export type Login =
  | { state: 'asking' }
  | { state: 'in'; account: Account }
  | { state: 'out' }
  /** Unknown: the API does not answer, or cannot read sessions. */
  | { state: 'away'; problem: Problem };

export const login = shallowRef<Login>({ state: 'asking' });

/** Asks the API who is logged in. During an outage a known user stays logged in. */
export async function refreshLogin(): Promise<void> {
  try {
    const account = await readAccount();
    login.value = account === null ? { state: 'out' } : { state: 'in', account };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (login.value.state !== 'in') login.value = { state: 'away', problem: error.problem };
  }
}

/** Call this when the API answers 401. */
export function endLogin(): void {
  login.value = { state: 'out' };
}

/** null = not logged in. @throws ApiProblem if the API cannot answer */
export async function readAccount(): Promise<Account | null> {
  const response = await ask('/auth/me');
  return response.status === 401 ? null : ((await bodyOf(response)) as Account);
}

const loginAddress = (returnTo: string) => `/auth/login?${new URLSearchParams({ returnTo })}`;

/**
 * Sends the browser to the login service, which returns it to `returnTo`. If logins are not possible, the server of this
 * page redirects to /login, which says why.
 */
export function leaveToLogIn(returnTo: string): void {
  location.assign(loginAddress(returnTo));
}

/** Starts a login without following it. @throws ApiProblem if logins are not possible */
export async function tryLogIn(returnTo: string): Promise<void> {
  // Only the browser can follow the redirect. This request checks that there is one.
  const response = await ask(loginAddress(returnTo), { redirect: 'manual' });
  if (response.type !== 'opaqueredirect') await bodyOf(response);
}

/** Ends the session here, then at the login service. @throws ApiProblem if the session continues */
export async function logOut(): Promise<void> {
  const response = await ask('/auth/logout', { method: 'POST', headers: { 'aio-csrf': '1' } });
  if (response.status === 401) return location.assign('/');
  const { logoutUrl } = (await bodyOf(response)) as { logoutUrl: string | null };
  location.assign(logoutUrl ?? '/');
}

function ask(address: string, init: RequestInit = {}): Promise<Response> {
  const headers = { accept: 'application/json', ...init.headers };
  return reach(address, { ...init, headers });
}

async function bodyOf(response: Response): Promise<unknown> {
  const body = await jsonOf(response);
  if (!response.ok) throw new ApiProblem(problemOf(response.status, body));
  return body;
}

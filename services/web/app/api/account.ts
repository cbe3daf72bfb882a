import { logIn } from './call-api.ts';

/** Who is logged in, as the API says. */
export interface Account {
  name: string;
  displayName: string;
  roles: string[];
}

/** null = the API does not say just now. When it is nobody, the browser leaves for the login service. */
export async function readAccount(): Promise<Account | null> {
  const response = await fetch('/auth/me').catch(() => null);
  if (response?.status === 401) logIn();
  return response?.ok ? ((await response.json()) as Account) : null;
}

/** Ends the session here, then at the login service. */
export async function logOut(): Promise<void> {
  const response = await fetch('/auth/logout', { method: 'POST', headers: { 'aio-csrf': '1' } });
  const { logoutUrl = null } = (await response.json()) as { logoutUrl?: string | null };
  location.assign(logoutUrl ?? '/');
}

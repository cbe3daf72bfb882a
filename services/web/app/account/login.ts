import { shallowRef } from 'vue';
import { type Account, readAccount } from '~/api/account';
import { ApiProblem } from '~/api/problem';
import type { Problem } from '#shared/api';

/** The state of the login, as far as this page knows. */
export type Login =
  | { state: 'asking' }
  | { state: 'in'; account: Account }
  | { state: 'out' }
  /** Unknown: the API does not answer, or cannot read sessions. */
  | { state: 'away'; problem: Problem };

export const login = shallowRef<Login>({ state: 'asking' });

/** Asks the API who is logged in. During an outage a known user stays logged in; the pages report the outage. */
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

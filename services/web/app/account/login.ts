import { shallowRef } from 'vue';
import { type Account, readAccount } from '~/api/account';
import { ApiProblem } from '~/api/problem';
import type { Problem } from '#shared/api';

/** Whether somebody is logged in, as far as this page knows. */
export type Login =
  | { state: 'asking' }
  | { state: 'in'; account: Account }
  | { state: 'out' }
  /** Nobody can say just now, e.g. because sessions cannot be read. */
  | { state: 'away'; problem: Problem };

export const login = shallowRef<Login>({ state: 'asking' });

/** Asks who is logged in. Who was known stays so through an outage: pages tell of those themselves. */
export async function refreshLogin(): Promise<void> {
  try {
    const account = await readAccount();
    login.value = account === null ? { state: 'out' } : { state: 'in', account };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (login.value.state !== 'in') login.value = { state: 'away', problem: error.problem };
  }
}

/** The API has said that the session is over. */
export function endLogin(): void {
  login.value = { state: 'out' };
}

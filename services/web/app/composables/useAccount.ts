import { computed, type ComputedRef } from 'vue';
import { login } from '~/account/login';
import { isMember } from '~/account/pages';
import type { Account } from '~/api/account';

/** The person who is logged in; null = not logged in, or not known. */
export function useAccount(): {
  account: ComputedRef<Account | null>;
  isAdmin: ComputedRef<boolean>;
  isMember: ComputedRef<boolean>;
} {
  const account = computed(() => (login.value.state === 'in' ? login.value.account : null));
  const roles = computed(() => account.value?.roles ?? []);
  return {
    account,
    isAdmin: computed(() => roles.value.includes('admin')),
    isMember: computed(() => isMember(roles.value)),
  };
}

import { computed, type ComputedRef } from 'vue';
import { login } from '~/account/login';
import type { Account } from '~/api/account';

/** Who is logged in, for any component; null = nobody, or it is not known. */
export function useAccount(): {
  account: ComputedRef<Account | null>;
  isAdmin: ComputedRef<boolean>;
} {
  const account = computed(() => (login.value.state === 'in' ? login.value.account : null));
  return { account, isAdmin: computed(() => account.value?.roles.includes('admin') ?? false) };
}

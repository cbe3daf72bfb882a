import { computed, type ComputedRef, type Ref } from 'vue';
import { type Account, readAccount } from '~/api/account';

const ASK_AGAIN_MS = 2000;

/** Who is logged in, for any component; null = not known. `useAccountReader` finds out. */
export function useAccount(): { account: Ref<Account | null>; isAdmin: ComputedRef<boolean> } {
  const account = useState<Account | null>('account', () => null);
  return { account, isAdmin: computed(() => account.value?.roles.includes('admin') ?? false) };
}

/** Asks who is logged in, until the API says. */
export function useAccountReader(): void {
  const { account } = useAccount();
  async function read(): Promise<void> {
    account.value = await readAccount();
  }
  void read();
  usePolling(read, () => (account.value === null ? ASK_AGAIN_MS : null));
}

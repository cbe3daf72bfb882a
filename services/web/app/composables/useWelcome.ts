import { useLocalStorage } from '@vueuse/core';
import { computed, ref, type ComputedRef } from 'vue';
import type { Page, RunSummary } from '#shared/api';

/**
 * Whether the first steps are shown: to people who have not run anything, until they close them, and to whoever asks.
 * null = not known yet.
 */
export function useWelcome(): {
  isShown: ComputedRef<boolean | null>;
  show: (wanted: boolean) => void;
} {
  const { account } = useAccount();
  const own = useRequest<Page<RunSummary>>(() =>
    account.value ? { path: '/runs', query: { owner: account.value.name, limit: '1' } } : null,
  );
  const isClosed = useLocalStorage('aio-welcome-closed', false);
  const isAsked = ref(false);
  return {
    isShown: computed(() => {
      if (isAsked.value) return true;
      if (isClosed.value) return false;
      return own.data.value && own.data.value.items.length === 0;
    }),
    show: (wanted) => {
      isAsked.value = wanted;
      isClosed.value = !wanted;
    },
  };
}

import { useLocalStorage } from '@vueuse/core';
import { computed, ref, type ComputedRef } from 'vue';
import type { Page, RunSummary } from '#shared/api';

/** After this many own runs, people know their way. `npm start` runs an example as the builder. */
const FAMILIAR = 3;

/**
 * Whether to show the first steps: to people with fewer than three own runs until they close them,
 * and to everyone who asks. null = not known yet.
 */
export function useWelcome(): {
  isShown: ComputedRef<boolean | null>;
  show: (wanted: boolean) => void;
} {
  const { account } = useAccount();
  const own = useRequest<Page<RunSummary>>(() =>
    account.value
      ? { path: '/runs', query: { owner: account.value.name, limit: String(FAMILIAR) } }
      : null,
  );
  const isClosed = useLocalStorage(() => `aio-welcome-closed ${account.value?.name ?? ''}`, false);
  const isAsked = ref(false);
  return {
    isShown: computed(() => {
      if (isAsked.value) return true;
      if (isClosed.value) return false;
      return own.data.value && own.data.value.items.length < FAMILIAR;
    }),
    show: (wanted) => {
      isAsked.value = wanted;
      isClosed.value = !wanted;
    },
  };
}

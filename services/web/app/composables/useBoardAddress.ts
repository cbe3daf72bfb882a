import { computed, ref, watch, type ComputedRef } from 'vue';
import type { Query } from '~/address/query';
import {
  type BoardAddress,
  readBoardAddress,
  REFRESHES,
  spanAt,
  writeBoardAddress,
} from '~/dashboards/address';
import { usePolling } from './usePolling';

/** A board's settings from the page's address, and its time span, which each refresh moves to now. */
export function useBoardAddress(): {
  address: ComputedRef<BoardAddress>;
  span: ComputedRef<{ from: string; to: string }>;
  change: (part: Partial<BoardAddress>) => void;
  /** Moves the span's end to now, which fetches the data again. */
  renew: () => void;
} {
  const route = useRoute();
  const router = useRouter();
  const nowMs = ref(Date.now());
  const address = computed(() => readBoardAddress(route.query as Query));
  const renew = (): void => {
    nowMs.value = Date.now();
  };
  watch(address, renew, { flush: 'sync' });
  usePolling(
    async () => renew(),
    () => {
      const seconds = REFRESHES[address.value.refresh];
      return seconds === null || address.value.range === null ? null : seconds * 1000;
    },
  );
  return {
    address,
    span: computed(() => spanAt(address.value, nowMs.value)),
    renew,
    change: (part) => {
      void router.push({
        path: route.path,
        query: writeBoardAddress({ ...address.value, ...part }),
      });
    },
  };
}

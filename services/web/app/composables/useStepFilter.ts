import { ref, watch, type Ref } from 'vue';
import type { Query } from '~/address/query';
import { readFilter, writeFilter, type StepFilter } from '~/waterfall/filter';

const WRITE_AFTER_MS = 250;

/** The filter of the timeline's lines. The page's address follows 250 ms later. */
export function useStepFilter(): Ref<StepFilter> {
  const route = useRoute();
  const router = useRouter();
  const inAddress = (): StepFilter => readFilter(route.query as Query);
  const filter = ref(inAddress());
  const textOf = (of: StepFilter): string => JSON.stringify(writeFilter(of));
  let written = textOf(filter.value);

  watchSettled(
    filter,
    () => {
      if (textOf(filter.value) === written) return;
      written = textOf(filter.value);
      const { find: _find, state: _state, ...query } = route.query;
      void router.replace({ query: { ...query, ...writeFilter(filter.value) } });
    },
    WRITE_AFTER_MS,
  );
  // A link to the same page, or the back button.
  watch(
    () => textOf(inAddress()),
    (key) => {
      if (key === written) return;
      written = key;
      filter.value = inAddress();
    },
  );
  return filter;
}

import { computed } from 'vue';
import { tabOf, type RunTab } from '~/run/tabs';

export interface StepSelection {
  stepId: string;
  iteration: number | null; // of a map item
}

/** The selected step, kept in the page's address as `?step=` and `&item=`. */
export function useStepSelection() {
  const route = useRoute();
  const router = useRouter();

  const selection = computed<StepSelection | null>(() => {
    const { step, item } = route.query;
    if (typeof step !== 'string' || step === '') return null;
    const iteration = typeof item === 'string' && /^\d+$/.test(item) ? Number(item) : null;
    return { stepId: step, iteration };
  });

  /**
   * Replaces the address, so that going back leaves the run.
   * @param tab the view to show it in; the current one by default
   */
  function select(next: StepSelection | null, tab?: RunTab): void {
    const { step: _step, item: _item, tab: _tab, ...query } = route.query;
    const view = tab ?? tabOf(route.query['tab']);
    if (view !== 'timeline') query['tab'] = view;
    if (next) query['step'] = next.stepId;
    if (next && next.iteration !== null) query['item'] = String(next.iteration);
    void router.replace({ query });
  }
  return { selection, select };
}

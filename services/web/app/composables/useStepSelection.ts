import { computed } from 'vue';

export interface StepSelection {
  stepId: string;
  iteration: number | null; // of a map's item
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

  /** Replaces the address: going back should leave the run, not walk through its steps. */
  function select(next: StepSelection | null): void {
    const query: Record<string, string> = {};
    if (next) query['step'] = next.stepId;
    if (next && next.iteration !== null) query['item'] = String(next.iteration);
    void router.replace({ query });
  }
  return { selection, select };
}

import { computed, ref } from 'vue';
import type { Failure, Run, Step } from '#shared/api';
import type { StepSelection } from './useStepSelection';

/** The step that made a run fail; null = none did. */
export function failedStepOf({ status, error, steps }: Run): Step | null {
  if (status !== 'failed') return null;
  const named = steps.find(({ id }) => id === (error as Failure | null)?.['step']);
  return named ?? steps.find((step) => step.status === 'failed') ?? null;
}

/**
 * The step that made a run fail is selected until somebody chooses another or closes it. The address does not name it:
 * a page that changes its address by itself cancels the navigation of a person who just left it.
 * @param showsSteps whether the current view has the details of a step
 */
export function useFailedStep(
  run: () => Run | null,
  chosen: () => StepSelection | null,
  showsSteps: () => boolean,
) {
  const closed = ref<string | null>(null);
  const failed = computed(() => {
    const current = run();
    return current && (failedStepOf(current)?.id ?? null);
  });
  const selection = computed<StepSelection | null>(() => {
    const isOpen = failed.value !== null && failed.value !== closed.value && showsSteps();
    return chosen() ?? (isOpen ? { stepId: failed.value!, iteration: null } : null);
  });
  return { selection, close: () => void (closed.value = failed.value) };
}

import { computed, ref, type Ref, watch } from 'vue';
import type { Failure, Run, Step } from '#shared/api';
import type { StepSelection } from './useStepSelection';

/** The step that made a run fail; null = none did. */
export function failedStepOf({ status, error, steps }: Run): Step | null {
  if (status !== 'failed') return null;
  const named = steps.find(({ id }) => id === (error as Failure | null)?.['step']);
  return named ?? steps.find((step) => step.status === 'failed') ?? null;
}

/**
 * Selects the step that made a run fail, once, unless another one is selected.
 * @param showsSteps whether the current view has the details of a step
 * @returns the step that it selected; null = none, or a person chose it since
 */
export function useFailedStep(
  run: () => Run | null,
  {
    selection,
    select,
    showsSteps,
  }: {
    selection: () => StepSelection | null;
    select: (selection: StepSelection) => void;
    showsSteps: () => boolean;
  },
): Ref<string | null> {
  const selected = ref<string | null>(null);
  let last: string | null = null;
  const failed = computed(() => {
    const current = run();
    const step = current && showsSteps() ? failedStepOf(current) : null;
    return current && step && `${current.id} ${step.id}`;
  });
  watch(
    failed,
    (place) => {
      if (place === null || place === last) return;
      last = place;
      if (selection() !== null) return;
      const stepId = place.split(' ')[1]!;
      selected.value = stepId;
      select({ stepId, iteration: null });
    },
    { immediate: true },
  );
  return selected;
}

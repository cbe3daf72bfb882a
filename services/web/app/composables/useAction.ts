import { ref, shallowRef } from 'vue';
import type { Problem } from '#shared/api';
import { ApiProblem } from '~/api/problem';

/** Runs a button's action: `isBusy` while it runs, `problem` if the API refuses it. */
export function useAction<Args extends unknown[]>(act: (...args: Args) => Promise<void>) {
  const isBusy = ref(false);
  const problem = shallowRef<Problem | null>(null);

  async function run(...args: Args): Promise<void> {
    if (isBusy.value) return;
    isBusy.value = true;
    problem.value = null;
    try {
      await act(...args);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error.problem;
    } finally {
      isBusy.value = false;
    }
  }
  return { run, isBusy, problem };
}

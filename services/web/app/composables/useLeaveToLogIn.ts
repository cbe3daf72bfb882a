import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { Problem } from '#shared/api';
import { leaveToLogIn } from '~/api/account';
import { ApiProblem, isAway } from '~/api/problem';
import { usePolling } from './usePolling';

const TRY_AGAIN_MS = 3000;

/**
 * Goes to the login service. If that fails, `problem` says why, and it tries again while the
 * service is away.
 */
export function useLeaveToLogIn(returnTo: () => string): {
  leave: () => Promise<void>;
  isLeaving: Ref<boolean>;
  problem: ShallowRef<Problem | null>;
} {
  const isLeaving = ref(false);
  const problem = shallowRef<Problem | null>(null);

  async function leave(): Promise<void> {
    isLeaving.value = true;
    try {
      await leaveToLogIn(returnTo());
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error.problem;
      isLeaving.value = false;
    }
  }

  const isWaiting = () => problem.value !== null && isAway(problem.value) && !isLeaving.value;
  usePolling(leave, () => (isWaiting() ? TRY_AGAIN_MS : null));
  return { leave, isLeaving, problem };
}

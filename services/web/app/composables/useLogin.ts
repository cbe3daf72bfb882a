import { computed, type ComputedRef, type ShallowRef, watch, ref, shallowRef, type Ref } from 'vue';
import {
  type Account,
  leaveToLogIn,
  login,
  type Login,
  refreshLogin,
  tryLogIn,
} from '~/account/login';
import { isMember, type PageEntry, pagesFor } from '~/account/pages';
import { useDocumentVisibility } from '@vueuse/core';
import { usePolling } from './usePolling';
import type { Problem } from '#shared/api';
import { ApiProblem, isAway } from '~/api/problem';

/** The person who is logged in; null = not logged in, or not known. */
export function useAccount(): {
  account: ComputedRef<Account | null>;
  isAdmin: ComputedRef<boolean>;
  isMember: ComputedRef<boolean>;
  /** Whether they may see boards and alerts. */
  seesBoards: ComputedRef<boolean>;
  /** The sidebar's entries; [] = not logged in. */
  pages: ComputedRef<PageEntry[]>;
} {
  const account = computed(() => (login.value.state === 'in' ? login.value.account : null));
  const roles = computed(() => account.value?.roles ?? []);
  return {
    account,
    isAdmin: computed(() => roles.value.includes('admin')),
    isMember: computed(() => isMember(roles.value)),
    seesBoards: computed(() => account.value?.boards ?? false),
    pages: computed(() => (account.value ? pagesFor(account.value) : [])),
  };
}

const ASK_AGAIN_MS = 2000;

/**
 * Asks who is logged in: at the start, until AIO answers, and when the page becomes visible, because another tab may have
 * logged in or out.
 */
export function useLogin(): ShallowRef<Login> {
  const visibility = useDocumentVisibility();
  void refreshLogin();
  usePolling(refreshLogin, () => (login.value.state === 'away' ? ASK_AGAIN_MS : null));
  watch(visibility, (state) => {
    if (state === 'visible') void refreshLogin();
  });
  return login;
}

const TRY_AGAIN_MS = 3000;

/** Goes to the login service; `leaveWhenBack` tries it first, and again while the service is away. */
export function useLeaveToLogIn(returnTo: () => string): {
  leave: () => void;
  leaveWhenBack: () => Promise<void>;
  isLeaving: Ref<boolean>;
  /** Why the last try failed. */
  problem: ShallowRef<Problem | null>;
} {
  const isLeaving = ref(false);
  const problem = shallowRef<Problem | null>(null);

  function leave(): void {
    isLeaving.value = true;
    leaveToLogIn(returnTo());
  }

  async function leaveWhenBack(): Promise<void> {
    try {
      await tryLogIn(returnTo());
      leave();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      problem.value = error.problem;
    }
  }

  const isWaiting = () => problem.value !== null && isAway(problem.value) && !isLeaving.value;
  usePolling(leaveWhenBack, () => (isWaiting() ? TRY_AGAIN_MS : null));
  return { leave, leaveWhenBack, isLeaving, problem };
}

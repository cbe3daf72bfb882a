import { useDocumentVisibility } from '@vueuse/core';
import { type ShallowRef, watch } from 'vue';
import { login, type Login, refreshLogin } from '~/account/login';
import { usePolling } from './usePolling';

const ASK_AGAIN_MS = 2000;

/**
 * Asks who is logged in: at the start, every 2 s while the API is away, and when the page becomes
 * visible, because another tab may have logged in or out.
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

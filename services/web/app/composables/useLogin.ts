import { useDocumentVisibility } from '@vueuse/core';
import { type ShallowRef, watch } from 'vue';
import { login, type Login, refreshLogin } from '~/account/login';
import { usePolling } from './usePolling';

const ASK_AGAIN_MS = 2000;

/**
 * Whether somebody is logged in: asked once, again while nobody can say, and whenever the page is looked
 * at again, because somebody may have logged in or out in another one.
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

import { useEventListener, watchDebounced } from '@vueuse/core';
import { onBeforeUnmount, type Ref, ref } from 'vue';

const KEEP_AFTER_MS = 300;

/**
 * A text that survives navigation and reload: this browser keeps it under `key` for as long as it
 * differs from `initial`. `isRestored` says that it was there from before.
 */
export function useUnsavedText(
  key: string,
  initial: string,
): { text: Ref<string>; isRestored: Ref<boolean>; discard: () => void; forget: () => void } {
  const storedAs = `aio-definition:${key}`;
  const kept = localStorage.getItem(storedAs);
  const text = ref(kept ?? initial);
  const isRestored = ref(kept !== null && kept !== initial);
  let isForgotten = false;

  function keep(): void {
    if (isForgotten) return;
    try {
      if (text.value === initial) localStorage.removeItem(storedAs);
      else localStorage.setItem(storedAs, text.value);
    } catch {
      // The browser keeps nothing, or has no more room: the text is still on the page.
    }
  }
  watchDebounced(text, keep, { debounce: KEEP_AFTER_MS });
  useEventListener(window, 'pagehide', keep);
  onBeforeUnmount(keep);

  return {
    text,
    isRestored,
    /** Back to what it was in the beginning. */
    discard() {
      text.value = initial;
      isRestored.value = false;
      keep();
    },
    /** It is saved elsewhere. */
    forget() {
      isForgotten = true;
      localStorage.removeItem(storedAs);
    },
  };
}

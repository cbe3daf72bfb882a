import { useEventListener, watchDebounced } from '@vueuse/core';
import { onBeforeUnmount, type Ref, ref } from 'vue';

const KEEP_AFTER_MS = 300;

/**
 * A text that survives navigation and reload: this browser keeps it under `key` while it differs
 * from `initial`. `isRestored` = it was kept from before.
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
      // Storage is off or full; the text is still on the page.
    }
  }
  watchDebounced(text, keep, { debounce: KEEP_AFTER_MS });
  useEventListener(window, 'pagehide', keep);
  onBeforeUnmount(keep);

  return {
    text,
    isRestored,
    /** Goes back to `initial`. */
    discard() {
      text.value = initial;
      isRestored.value = false;
      keep();
    },
    /** Stops keeping the text, because it is saved elsewhere. */
    forget() {
      isForgotten = true;
      localStorage.removeItem(storedAs);
    },
  };
}

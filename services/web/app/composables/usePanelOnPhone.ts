import { useMediaQuery } from '@vueuse/core';
import { nextTick, type Ref } from 'vue';

/**
 * On a phone the panel of a step stands below all of its steps: it comes into view when a step is
 * chosen, and the page goes back to where it was when the step is closed.
 */
export function usePanelOnPhone(panel: Readonly<Ref<HTMLElement | null>>) {
  const isPhone = useMediaQuery('(max-width: 48rem)');
  let before: number | null = null;

  async function show(): Promise<void> {
    if (!isPhone.value) return;
    // A step that the panel itself leads to is still left to the same place.
    before ??= window.scrollY;
    await nextTick();
    panel.value?.scrollIntoView({ block: 'start' });
  }

  async function leave(): Promise<void> {
    const top = before;
    before = null;
    await nextTick();
    if (top !== null) window.scrollTo({ top });
  }
  return { show, leave };
}

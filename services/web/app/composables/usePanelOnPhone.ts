import { useMediaQuery } from '@vueuse/core';
import { nextTick, watch, type Ref } from 'vue';

/**
 * On a phone the step's panel is below all steps. Choosing a step scrolls to the panel, closing it
 * scrolls back.
 * @param selectedKey null = no step is chosen
 */
export function usePanelOnPhone(
  panel: Readonly<Ref<HTMLElement | null>>,
  selectedKey: () => string | null,
): void {
  const isPhone = useMediaQuery('(max-width: 48rem)');
  let before: number | null = null;

  watch(selectedKey, async (key) => {
    if (!isPhone.value) return;
    const top = before ?? window.scrollY;
    before = key === null ? null : top;
    await nextTick();
    if (key === null) window.scrollTo({ top });
    else panel.value?.scrollIntoView({ block: 'start' });
  });
}

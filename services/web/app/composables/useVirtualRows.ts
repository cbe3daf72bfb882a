import { useEventListener, useResizeObserver } from '@vueuse/core';
import { computed, ref, type Ref } from 'vue';
import { visibleRange } from '~/waterfall/visible-range';

/** The lines of equal height that a scrolling element shows, out of any number of them. */
export function useVirtualRows<T>(
  viewport: Readonly<Ref<HTMLElement | null>>,
  rows: () => readonly T[],
  rowHeight: number,
) {
  const scrollTop = ref(0);
  const height = ref(0);
  const width = ref(0);
  const range = computed(() =>
    visibleRange({ scrollTop: scrollTop.value, height: height.value }, rowHeight, rows().length),
  );

  function measure(): void {
    if (!viewport.value) return;
    scrollTop.value = viewport.value.scrollTop;
    height.value = viewport.value.clientHeight;
    width.value = viewport.value.clientWidth;
  }

  // Both follow the element, which may come later or go.
  useResizeObserver(viewport, measure);
  useEventListener(viewport, 'scroll', measure, { passive: true });

  /** Brings a line into view with as little movement as possible. */
  function scrollTo(index: number): void {
    const element = viewport.value;
    if (!element) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    const overhang = top + rowHeight - (element.scrollTop + element.clientHeight);
    if (overhang > 0) element.scrollTop += overhang;
  }

  return {
    start: computed(() => range.value.start),
    visible: computed(() => rows().slice(range.value.start, range.value.end)),
    width,
    scrollTo,
  };
}

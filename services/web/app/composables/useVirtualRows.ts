import { useVirtualizer } from '@tanstack/vue-virtual';
import { computed, type Ref, watch } from 'vue';
import { useEventListener } from '@vueuse/core';

/** Rows drawn beyond each edge, so that a flick of the wheel shows no gap. */
const OVERSCAN = 8;

/** The rows that a scrolling element shows. All rows are `rowHeight` pixels high. */
export function useVirtualRows<T>(
  viewport: Readonly<Ref<HTMLElement | null>>,
  rows: () => readonly T[],
  rowHeight: number,
) {
  const virtualizer = useVirtualizer(
    computed(() => ({
      count: rows().length,
      getScrollElement: () => viewport.value,
      estimateSize: () => rowHeight,
      overscan: OVERSCAN,
    })),
  );

  return {
    visible: computed(() =>
      virtualizer.value.getVirtualItems().flatMap(({ index, start }) => {
        const row = rows()[index];
        return row === undefined ? [] : [{ row, index, top: `${start}px` }];
      }),
    ),
    /** Brings a row into view with as little movement as possible. */
    scrollTo(index: number): void {
      // Not scrollToIndex: it corrects the position in later frames, which useFollow takes for a person's scrolling.
      const [top] = virtualizer.value.getOffsetForIndex(index) ?? [];
      if (top !== undefined) viewport.value?.scrollTo({ top });
    },
  };
}

/**
 * Keeps a line of a scrolling list in view while `follows`. Scrolling up ends it.
 * @param target the line's index, and a key that differs for another line; null = none
 */
export function useFollow(
  viewport: Readonly<Ref<HTMLElement | null>>,
  follows: Ref<boolean>,
  target: () => { index: number; key: string } | null,
  scrollTo: (index: number) => void,
): void {
  let last = { top: 0, height: 0 };
  const look = (): void => {
    const { scrollTop: top = 0, scrollHeight: height = 0 } = viewport.value ?? {};
    last = { top, height };
  };

  watch(
    [() => follows.value && JSON.stringify(target()), () => viewport.value],
    () => {
      const line = target();
      if (!follows.value || !line || !viewport.value) return;
      scrollTo(line.index);
      look();
    },
    { immediate: true, flush: 'post' },
  );

  useEventListener(
    viewport,
    'scroll',
    () => {
      const before = last;
      look();
      // A list that gets shorter scrolls by itself.
      if (last.top < before.top && last.height >= before.height) follows.value = false;
    },
    // First, while the layout is valid: the list's own listener draws other lines, and `look` would lay them out.
    { passive: true, capture: true },
  );
}

import { useVirtualizer } from '@tanstack/vue-virtual';
import { computed, type Ref } from 'vue';

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

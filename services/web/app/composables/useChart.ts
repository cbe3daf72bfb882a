import { useResizeObserver } from '@vueuse/core';
import UPlot from 'uplot';
import { onBeforeUnmount, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import 'uplot/dist/uPlot.min.css';

export interface ChartInput {
  options: Omit<UPlot.Options, 'width' | 'height'>;
  data: UPlot.AlignedData;
  /** Start and end of the time axis, in seconds since 1970. */
  x: { min: number; max: number };
  /** A different key makes a new chart. */
  key: string;
}

/**
 * A uPlot chart as wide as its element. `drawn` counts drawings, for overlays.
 * @param height in pixels
 */
export function useChart(
  host: Readonly<Ref<HTMLElement | null>>,
  input: () => ChartInput,
  height: () => number,
): { chart: ShallowRef<UPlot | null>; drawn: ShallowRef<number> } {
  const chart = shallowRef<UPlot | null>(null);
  const drawn = shallowRef(0);
  let width = 0;
  let key = '';

  function make(): void {
    if (!host.value || width === 0) return;
    const { options, data, x, key: wanted } = input();
    if (chart.value && key === wanted) {
      chart.value.setData(data, false);
      chart.value.setScale('x', x);
      return;
    }
    chart.value?.destroy();
    key = wanted;
    const hooks = {
      ...options.hooks,
      draw: [...(options.hooks?.draw ?? []), () => void (drawn.value += 1)],
    };
    chart.value = new UPlot({ ...options, hooks, width, height: height() }, data, host.value);
    chart.value.setScale('x', x);
  }

  useResizeObserver(host, ([entry]) => {
    width = Math.floor(entry?.contentRect.width ?? 0);
    if (chart.value) chart.value.setSize({ width, height: height() });
    else make();
  });
  watch(input, make);
  onBeforeUnmount(() => chart.value?.destroy());
  return { chart, drawn };
}

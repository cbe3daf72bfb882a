import { useResizeObserver } from '@vueuse/core';
import UPlot from 'uplot';
import {
  onBeforeUnmount,
  shallowRef,
  watch,
  type Ref,
  type ShallowRef,
  computed,
  type ComputedRef,
  inject,
  provide,
  type InjectionKey,
} from 'vue';
import type { ChartTheme } from '~/dashboards/chart';

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

/** The page's colours for a canvas. */
export function useChartTheme(): ComputedRef<ChartTheme> {
  const colorMode = useColorMode();
  return computed(() => {
    const isDark = colorMode.value === 'dark';
    return {
      isDark,
      text: isDark ? '#94a3b8' : '#475569',
      grid: isDark ? '#94a3b82e' : '#4755691f',
      font: "11px 'Inter Variable', sans-serif",
    };
  });
}

/** The time under the pointer, in seconds since 1970; null = none. All charts of a page share it. */
export type Crosshair = ShallowRef<number | null>;

const KEY: InjectionKey<Crosshair> = Symbol('crosshair');

export function provideCrosshair(): Crosshair {
  const crosshair = shallowRef<number | null>(null);
  provide(KEY, crosshair);
  return crosshair;
}

/** The page's crosshair, or the chart's own if the page has none. */
export function useCrosshair(): Crosshair {
  return inject(KEY, () => shallowRef<number | null>(null), true);
}

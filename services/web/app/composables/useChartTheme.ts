import { computed, type ComputedRef } from 'vue';
import type { ChartTheme } from '~/dashboards/chart';

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

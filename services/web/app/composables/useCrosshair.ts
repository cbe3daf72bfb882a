import { inject, provide, shallowRef, type InjectionKey, type ShallowRef } from 'vue';

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

import {
  computed,
  inject,
  provide,
  shallowReactive,
  type ComputedRef,
  type InjectionKey,
} from 'vue';
import type { Step } from '#shared/api';
import type { LiveText, LiveTexts } from '~/run/live-texts';
import { keyOf } from '~/waterfall/rows';

const KEY: InjectionKey<LiveTexts> = Symbol('live texts');
const NONE: LiveTexts = new Map();

/** The texts that models write in the shown run, for all parts of its page. */
export function provideLiveTexts(): LiveTexts {
  const texts: LiveTexts = shallowReactive(new Map());
  provide(KEY, texts);
  return texts;
}

/** The texts of attempts that have not ended. */
export function useLiveTexts(): ComputedRef<LiveText[]> {
  const texts = inject(KEY, NONE);
  return computed(() => [...texts.values()].filter(({ isOver }) => !isOver));
}

/** The text of a step or item, also after its end; null = none arrived. */
export function useLiveText(
  step: () => Pick<Step, 'id' | 'iteration'>,
): ComputedRef<LiveText | null> {
  const texts = inject(KEY, NONE);
  return computed(() => texts.get(keyOf(step())) ?? null);
}

import { computed, ref, type Ref } from 'vue';
import { goTargetsFor } from '~/shortcuts/keys';
import { focusSearch, isTaken, moveRow, nextFailure } from '~/shortcuts/shortcuts';

/** The keys of every page. While a person types, only Ctrl-K works (⌘K on a Mac). */
export function usePageShortcuts(): { isPaletteOpen: Ref<boolean>; isHelpOpen: Ref<boolean> } {
  const isPaletteOpen = ref(false);
  const isHelpOpen = ref(false);
  const { account } = useAccount();
  const onPage = (act: () => void) => () => {
    if (!isTaken()) act();
  };
  const goTo = computed(() =>
    goTargetsFor(account.value?.roles ?? []).map(({ keys, to }) => [
      keys.join('-'),
      onPage(() => void navigateTo(to)),
    ]),
  );
  defineShortcuts(
    computed(() => ({
      meta_k: { usingInput: true, handler: () => (isPaletteOpen.value = true) },
      '?': onPage(() => (isHelpOpen.value = true)),
      '/': onPage(focusSearch),
      j: onPage(() => moveRow(1)),
      k: onPage(() => moveRow(-1)),
      '.': onPage(nextFailure),
      ...Object.fromEntries(goTo.value),
    })),
  );
  return { isPaletteOpen, isHelpOpen };
}

import { ref, type Ref } from 'vue';

/** The keys of every page. While a person types, only Ctrl-K works (⌘K on a Mac). */
export function usePageShortcuts(): { isPaletteOpen: Ref<boolean>; isHelpOpen: Ref<boolean> } {
  const isPaletteOpen = ref(false);
  const isHelpOpen = ref(false);
  const onPage = (act: () => void) => () => {
    if (!isTaken()) act();
  };
  defineShortcuts({
    meta_k: { usingInput: true, handler: () => (isPaletteOpen.value = true) },
    '?': onPage(() => (isHelpOpen.value = true)),
    '/': onPage(() => document.querySelector<HTMLElement>('main [type=search]')?.focus()),
  });
  return { isPaletteOpen, isHelpOpen };
}

const OF_ITS_OWN = '[role=dialog], [role=menu], [role=listbox]';

/** Whether a dialog, menu or list is open, which has its own keys. */
function isTaken(): boolean {
  const hasOpenList = Boolean(document.activeElement?.closest('select, [role=combobox]'));
  return hasOpenList || document.querySelector(OF_ITS_OWN) !== null;
}

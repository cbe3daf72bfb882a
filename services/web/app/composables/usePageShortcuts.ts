import { ref, type Ref } from 'vue';
import { focusSearch, isTaken, moveRow, nextFailure } from '~/shortcuts/shortcuts';

/** The keys of every page. None of them works while somebody types, but Ctrl-K. */
export function usePageShortcuts(): { isPaletteOpen: Ref<boolean>; isHelpOpen: Ref<boolean> } {
  const isPaletteOpen = ref(false);
  const isHelpOpen = ref(false);
  const onPage = (act: () => void) => () => {
    if (!isTaken()) act();
  };
  const go = (to: string) => onPage(() => void navigateTo(to));
  defineShortcuts({
    meta_k: { usingInput: true, handler: () => (isPaletteOpen.value = true) },
    '?': onPage(() => (isHelpOpen.value = true)),
    '/': onPage(focusSearch),
    j: onPage(() => moveRow(1)),
    k: onPage(() => moveRow(-1)),
    '.': onPage(nextFailure),
    'g-o': go('/overview'),
    'g-r': go('/runs'),
    'g-w': go('/workflows'),
    'g-a': go('/approvals'),
    'g-d': go('/dashboards'),
  });
  return { isPaletteOpen, isHelpOpen };
}

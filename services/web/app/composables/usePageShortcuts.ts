import { ref, type Ref } from 'vue';
import { focusSearch, moveRow, nextFailure } from '~/shortcuts/shortcuts';

/** The keys of every page. None of them works while somebody types, but Ctrl-K. */
export function usePageShortcuts(): { isPaletteOpen: Ref<boolean>; isHelpOpen: Ref<boolean> } {
  const isPaletteOpen = ref(false);
  const isHelpOpen = ref(false);
  const go = (to: string) => () => void navigateTo(to);
  defineShortcuts({
    meta_k: { usingInput: true, handler: () => (isPaletteOpen.value = true) },
    '?': () => (isHelpOpen.value = true),
    '/': focusSearch,
    j: () => moveRow(1),
    k: () => moveRow(-1),
    '.': nextFailure,
    'g-o': go('/overview'),
    'g-r': go('/runs'),
    'g-w': go('/workflows'),
    'g-a': go('/approvals'),
    'g-d': go('/dashboards'),
  });
  return { isPaletteOpen, isHelpOpen };
}

import { computed, ref, type Ref } from 'vue';
import { goTargetsFor } from '~/shortcuts/keys';

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

/** The rows of any list or table. Shortcuts focus a row's first link. */
const ROWS = 'main tbody tr, main ul li';
const FAILED = 'main [data-failed]';
const OF_ITS_OWN = '[role=dialog], [role=menu], [role=listbox]';

/** Whether a dialog, menu or list is open, which has its own keys. */
function isTaken(): boolean {
  const hasOpenList = Boolean(document.activeElement?.closest('select, [role=combobox]'));
  return hasOpenList || document.querySelector(OF_ITS_OWN) !== null;
}

/** Focuses the link of the next or previous row, or of the first row if none has the focus. */
function moveRow(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>(ROWS)]
    .map((row) => row.querySelector<HTMLElement>('a[href]'))
    .filter((link) => link?.checkVisibility());
  const at = links.findIndex((link) => link === document.activeElement);
  links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

/** Focuses the page's search field. */
function focusSearch(): void {
  document.querySelector<HTMLElement>('main [type=search]')?.focus();
}

/** Goes to the next failed row: selects it in a tree, focuses its link elsewhere. */
function nextFailure(): void {
  const rows = [...document.querySelectorAll<HTMLElement>(FAILED)];
  const at = rows.findIndex(
    (row) => row.contains(document.activeElement) || row.ariaSelected === 'true',
  );
  const next = rows[(at + 1) % Math.max(1, rows.length)];
  if (!next) return;
  next.scrollIntoView({ block: 'center' });
  if (next.role === 'treeitem') next.click();
  else next.querySelector<HTMLElement>('a[href]')?.focus();
}

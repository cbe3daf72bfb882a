/** What keys do on every page; their words are `keys.<text>`. */
export const SHORTCUTS = [
  { keys: ['Ctrl', 'K'], text: 'palette' },
  { keys: ['?'], text: 'helpKey' },
  { keys: ['/'], text: 'searchKey' },
  { keys: ['j'], text: 'nextRow' },
  { keys: ['k'], text: 'previousRow' },
  { keys: ['.'], text: 'nextError' },
  { keys: ['g', 'o'], text: 'goOverview' },
  { keys: ['g', 'r'], text: 'goRuns' },
  { keys: ['g', 'w'], text: 'goWorkflows' },
  { keys: ['g', 'a'], text: 'goApprovals' },
  { keys: ['g', 'd'], text: 'goDashboards' },
] as const;

/** The link of a row, of any list or table in the page. */
const ROWS = 'main tbody tr a[href], main ul li a[href]';
const FAILED = 'main [data-status=failed]';

/** Moves the focus to the next row's link, or back; from nowhere to the first one. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = rows[at === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
}

/** Focuses the search of the page. */
export function focusSearch(): void {
  document.querySelector<HTMLElement>('main [type=search], main input')?.focus();
}

/** Brings the next thing that failed into view and focuses its link, where it has one. */
export function nextFailure(): void {
  const all = [...document.querySelectorAll<HTMLElement>(FAILED)];
  const focused = document.activeElement;
  const at = all.findIndex((one) => rowOf(one).contains(focused));
  const next = all[(at + 1) % Math.max(1, all.length)];
  if (!next) return;
  next.scrollIntoView({ block: 'center' });
  rowOf(next).querySelector<HTMLElement>('a[href], button')?.focus();
}

function rowOf(element: HTMLElement): HTMLElement {
  return element.closest<HTMLElement>('tr, li, [role=treeitem]') ?? element;
}

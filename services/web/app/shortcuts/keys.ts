import { missingRoles } from '../account/pages.ts';

/** Keys of every page; `keys.<text>` describes each. `meta` is Ctrl, or ⌘ on a Mac. */
const ON_PAGES = [
  { keys: ['meta', 'K'], text: 'palette' },
  { keys: ['?'], text: 'helpKey' },
  { keys: ['/'], text: 'searchKey' },
  { keys: ['j'], text: 'nextRow' },
  { keys: ['k'], text: 'previousRow' },
  { keys: ['.'], text: 'nextError' },
] as const;

/** Keys that lead to a page. */
const GO_TO = [
  { keys: ['g', 'o'], text: 'goOverview', to: '/overview' },
  { keys: ['g', 'r'], text: 'goRuns', to: '/runs' },
  { keys: ['g', 'w'], text: 'goWorkflows', to: '/workflows' },
  { keys: ['g', 'a'], text: 'goApprovals', to: '/inbox/approvals' },
  { keys: ['g', 'd'], text: 'goDashboards', to: '/dashboards' },
] as const;

/** The keys to pages that these roles may open. */
export function goTargetsFor(roles: readonly string[]) {
  return GO_TO.filter(({ to }) => missingRoles(to, roles) === null);
}

/** All shortcuts for people with these roles. */
export function shortcutsFor(roles: readonly string[]) {
  return [...ON_PAGES, ...goTargetsFor(roles)];
}

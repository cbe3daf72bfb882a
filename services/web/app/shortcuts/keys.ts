import { missingRoles } from '../account/pages.ts';

/** What keys do on every page; their words are `keys.<text>`. `meta` is Ctrl, and ⌘ on a Mac. */
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
  { keys: ['g', 'a'], text: 'goApprovals', to: '/approvals' },
  { keys: ['g', 'd'], text: 'goDashboards', to: '/dashboards' },
] as const;

/** The pages that keys lead people with these roles to. */
export function goTargetsFor(roles: readonly string[]) {
  return GO_TO.filter(({ to }) => missingRoles(to, roles) === null);
}

/** All that keys do for people with these roles. */
export function shortcutsFor(roles: readonly string[]) {
  return [...ON_PAGES, ...goTargetsFor(roles)];
}

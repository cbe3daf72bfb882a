import type { Texts } from '../text/en/index.ts';

/** A page of the sidebar and the roles that see it. The API enforces access. */
export interface PageEntry {
  /** Its label is `shell.pages.<name>`. */
  name: keyof Texts['shell']['pages'];
  to: string;
  icon: string;
  /** Any of these roles opens the page; empty = everyone who is logged in. */
  roles: readonly string[];
}

const MEMBERS = ['builder', 'admin'];
const ADMINS = ['admin'];

const PAGES: readonly PageEntry[] = [
  { name: 'overview', to: '/overview', icon: 'i-lucide-layout-dashboard', roles: MEMBERS },
  { name: 'runs', to: '/runs', icon: 'i-lucide-list-tree', roles: MEMBERS },
  { name: 'workflows', to: '/workflows', icon: 'i-lucide-workflow', roles: MEMBERS },
  { name: 'approvals', to: '/approvals', icon: 'i-lucide-user-check', roles: [] },
  { name: 'dashboards', to: '/dashboards', icon: 'i-lucide-chart-line', roles: MEMBERS },
  { name: 'alerts', to: '/alerts', icon: 'i-lucide-siren', roles: MEMBERS },
  { name: 'objectives', to: '/objectives', icon: 'i-lucide-target', roles: MEMBERS },
  { name: 'services', to: '/services', icon: 'i-lucide-share-2', roles: MEMBERS },
  { name: 'queues', to: '/queues', icon: 'i-lucide-layers-2', roles: MEMBERS },
  { name: 'events', to: '/events', icon: 'i-lucide-radio-tower', roles: MEMBERS },
  { name: 'audit', to: '/audit', icon: 'i-lucide-scroll-text', roles: ADMINS },
  { name: 'secrets', to: '/secrets', icon: 'i-lucide-key-round', roles: ADMINS },
];

/** The sidebar's pages for a user with these roles. */
export function pagesFor(roles: readonly string[]): PageEntry[] {
  return PAGES.filter((page) => opens(page.roles, roles));
}

/** Whether the roles give access to runs and workflows. Other users see only approvals. */
export function isMember(roles: readonly string[]): boolean {
  return opens(MEMBERS, roles);
}

/** The start page for these roles. */
export function homeOf(roles: readonly string[]): PageEntry {
  return pagesFor(roles)[0]!;
}

/** Whether a path is at or below `to`. */
export function isAt(path: string, to: string): boolean {
  return path === to || path.startsWith(`${to}/`);
}

/** The roles that open the page at a path, if the user has none of them; null = the user has access. */
export function missingRoles(path: string, roles: readonly string[]): readonly string[] | null {
  const page = PAGES.find(({ to }) => isAt(path, to));
  return page === undefined || opens(page.roles, roles) ? null : page.roles;
}

function opens(wanted: readonly string[], roles: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((role) => roles.includes(role));
}

/** The API's limit. */
const MAX_LENGTH = 1000;

/** The path to return to after login. Other sites, the login page and invalid values give the start page. */
export function returnAddress(given: unknown): string {
  const path = typeof given === 'string' ? given : '';
  const isOurs = /^\/(?![/\\])/.test(path) && path.length <= MAX_LENGTH;
  return isOurs && !path.startsWith('/login') ? path : '/';
}

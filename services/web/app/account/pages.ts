import type { Texts } from '../text/en/index.ts';

/** A page of the sidebar, and whom it is for. The API decides; this is what is shown of it. */
export interface PageEntry {
  /** Its label is `shell.pages.<name>`. */
  name: keyof Texts['shell']['pages'];
  to: string;
  icon: string;
  /** One of them opens it; empty = everybody who is logged in. */
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

/** What somebody with these roles finds in the sidebar. */
export function pagesFor(roles: readonly string[]): PageEntry[] {
  return PAGES.filter((page) => opens(page.roles, roles));
}

/** Whether they see runs and workflows; others see what they are asked to decide. */
export function isMember(roles: readonly string[]): boolean {
  return opens(MEMBERS, roles);
}

/** Where they begin. */
export function homeOf(roles: readonly string[]): PageEntry {
  return pagesFor(roles)[0]!;
}

/** Whether the path is this page's or below it. */
export function isAt(path: string, to: string): boolean {
  return path === to || path.startsWith(`${to}/`);
}

/** The roles of which the page at this path wants one, when they have none of them; null = it is theirs. */
export function missingRoles(path: string, roles: readonly string[]): readonly string[] | null {
  const page = PAGES.find(({ to }) => isAt(path, to));
  return page === undefined || opens(page.roles, roles) ? null : page.roles;
}

function opens(wanted: readonly string[], roles: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((role) => roles.includes(role));
}

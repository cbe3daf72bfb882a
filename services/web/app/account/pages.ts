/** A page of the navigation, and whom it is for. The API decides; this is what is shown of it. */
export interface PageEntry {
  to: string;
  label: string;
  icon: string;
  /** One of them opens it; empty = whoever is logged in. */
  roles: readonly string[];
}

const MEMBERS = ['builder', 'admin'];
const ADMINS = ['admin'];

const PAGES: readonly PageEntry[] = [
  { to: '/runs', label: 'Runs', icon: 'i-lucide-list-tree', roles: MEMBERS },
  { to: '/workflows', label: 'Workflows', icon: 'i-lucide-workflow', roles: MEMBERS },
  { to: '/approvals', label: 'Approvals', icon: 'i-lucide-user-check', roles: [] },
  { to: '/events', label: 'Events', icon: 'i-lucide-bell', roles: MEMBERS },
  { to: '/queues', label: 'Queues', icon: 'i-lucide-layers-2', roles: MEMBERS },
  { to: '/secrets', label: 'Secrets', icon: 'i-lucide-key-round', roles: ADMINS },
  { to: '/audit', label: 'Audit log', icon: 'i-lucide-scroll-text', roles: ADMINS },
];

/** What somebody with these roles finds in the navigation. */
export function pagesFor(roles: readonly string[]): PageEntry[] {
  return PAGES.filter((page) => opens(page.roles, roles));
}

/** Where they begin. */
export function homeOf(roles: readonly string[]): string {
  return pagesFor(roles)[0]?.to ?? '/approvals';
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

export const PAGE_NAMES = {
  overview: 'Overview',
  runs: 'Runs',
  workflows: 'Workflows',
  inbox: 'Inbox',
  approvals: 'Approvals',
  events: 'Events',
  health: 'Health',
  alerts: 'Alerts',
  queues: 'Queues & workers',
  'game-days': 'Game days',
  dashboards: 'Dashboards',
  settings: 'Settings',
  secrets: 'Secrets',
  audit: 'Audit log',
} as const;

/** An entry of the sidebar, or one of its tabs. */
export interface PageEntry {
  name: keyof typeof PAGE_NAMES;
  /** An entry with tabs leads to the first one that the user may open. */
  to: string;
  icon: string;
  /** Any of these roles opens the page; empty = everyone who is logged in. The API enforces access. */
  roles: readonly string[];
  /** What opens it in addition. */
  needs?: 'gameDays' | 'boards';
  tabs: readonly PageEntry[];
}

const MEMBERS = ['builder', 'admin'];
const ADMINS = ['admin'];

const PAGES: readonly PageEntry[] = [
  page('overview', '/overview', 'i-lucide-layout-dashboard'),
  page('runs', '/runs', 'i-lucide-list-tree'),
  page('workflows', '/workflows', 'i-lucide-workflow'),
  section('inbox', 'i-lucide-inbox', [
    page('approvals', '/inbox/approvals', 'i-lucide-user-check', []),
    page('events', '/inbox/events', 'i-lucide-radio-tower'),
  ]),
  section('health', 'i-lucide-heart-pulse', [
    { ...page('alerts', '/health/alerts', 'i-lucide-siren'), needs: 'boards' },
    page('queues', '/health/queues', 'i-lucide-layers-2'),
    { ...page('game-days', '/health/game-days', 'i-lucide-swords', []), needs: 'gameDays' },
  ]),
  { ...page('dashboards', '/dashboards', 'i-lucide-chart-line'), needs: 'boards' },
  section('settings', 'i-lucide-settings', [
    page('secrets', '/settings/secrets', 'i-lucide-key-round', ADMINS),
    page('audit', '/settings/audit', 'i-lucide-scroll-text', ADMINS),
  ]),
];

function page(name: PageEntry['name'], to: string, icon: string, roles = MEMBERS): PageEntry {
  return { name, to, icon, roles, tabs: [] };
}

function section(name: PageEntry['name'], icon: string, tabs: PageEntry[]): PageEntry {
  return { ...page(name, `/${name}`, icon, []), tabs };
}

/** What the API says of an account. */
export interface Rights {
  roles: readonly string[];
  /** Whether this AIO has game days. */
  gameDays: boolean;
  /** Whether the user may see boards and alerts. */
  boards: boolean;
}

/** The sidebar's entries for a user, with the tabs that the user may open. */
export function pagesFor(account: Rights): PageEntry[] {
  const open = ({ roles, needs }: PageEntry): boolean =>
    opens(roles, account.roles) && (needs === undefined || account[needs]);
  return PAGES.filter(open).flatMap((page) => {
    if (page.tabs.length === 0) return [page];
    const tabs = page.tabs.filter(open);
    return tabs.slice(0, 1).map(({ to }) => ({ ...page, to, tabs }));
  });
}

/** The pages of these entries: their tabs in place of a section. */
export function leavesOf(pages: readonly PageEntry[]): PageEntry[] {
  return pages.flatMap((page) => (page.tabs.length > 0 ? page.tabs : [page]));
}

/** Whether the roles give access to runs and workflows. Other users see only approvals. */
export function isMember(roles: readonly string[]): boolean {
  return opens(MEMBERS, roles);
}

/** The start page for these roles. */
export function homeOf(roles: readonly string[]): PageEntry {
  return leavesOf(pagesFor({ roles, gameDays: false, boards: false }))[0]!;
}

/** Whether a path is at or below a page, or one of its tabs. */
export function isAt(path: string, page: PageEntry): boolean {
  return leavesOf([page]).some(({ to }) => path === to || path.startsWith(`${to}/`));
}

/** The roles that open the page at a path, if the user has none of them; null = the user has access. */
export function missingRoles(
  path: string,
  { roles, boards }: Pick<Rights, 'roles' | 'boards'>,
): readonly string[] | null {
  const page = leavesOf(PAGES).find((leaf) => isAt(path, leaf));
  if (page === undefined) return null;
  if (page.needs === 'boards' && !boards) return ADMINS;
  return opens(page.roles, roles) ? null : page.roles;
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

import type { RunSummary } from '../../shared/api.ts';

const ICONS = {
  bearer: 'i-lucide-bot',
  session: 'i-lucide-user-round',
  workflow: 'i-lucide-workflow',
} as const;
/** Keycloak names the account of a client so. */
const SERVICE_ACCOUNT = /^service-account-/;

/** Who started a run, in a narrow column: the name without its prefix or mail domain, and an icon for the kind. */
export function starterOf({ who, via }: RunSummary['startedBy']): {
  name: string;
  icon: string | null;
} {
  const icon = via === null ? null : ICONS[via];
  const name = who.replace(SERVICE_ACCOUNT, '').replace(/(?<=.)@.*$/, '');
  return { name: name || who, icon };
}

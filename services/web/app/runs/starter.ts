import type { RunSummary } from '../../shared/api.ts';

const ICONS = {
  bearer: 'i-lucide-bot',
  session: 'i-lucide-user-round',
  workflow: 'i-lucide-workflow',
} as const;
/** Keycloak's prefix for the account of a client. */
const SERVICE_ACCOUNT = /^service-account-/;

/** The starter's name without prefix or mail domain, for a narrow column, and an icon for its kind. */
export function starterOf({ who, via }: RunSummary['startedBy']): {
  name: string;
  icon: string | null;
} {
  const icon = via === null ? null : ICONS[via];
  const name = who.replace(SERVICE_ACCOUNT, '').replace(/(?<=.)@.*$/, '');
  return { name: name || who, icon };
}

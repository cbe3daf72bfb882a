import { RUN_TABS, WORKFLOW_TABS } from '../../app/address/tabs.ts';

/** Every page that an admin may open, with all tabs of one run and one workflow. */
export function allPages({ runId, workflow }: { runId: string; workflow: string }): string[] {
  return [
    '/overview',
    '/runs',
    ...RUN_TABS.map(({ name }) => `/runs/${runId}?tab=${name}`),
    '/workflows',
    ...WORKFLOW_TABS.map(({ name }) => `/workflows/${workflow}?tab=${name}`),
    '/workflows/new',
    `/workflows/new?from=${workflow}`,
    '/inbox/approvals',
    '/inbox/events',
    '/settings/secrets',
    '/health/queues',
    '/settings/audit',
    '/dashboards',
    '/dashboards/aio-api',
    '/health/alerts',
    '/health/game-days',
    '/nothing-is-here',
  ];
}

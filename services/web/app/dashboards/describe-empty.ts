import type { QueryData } from '../../shared/api.ts';
import { t } from '../text/i18n.ts';

export type WhyEmpty = NonNullable<QueryData['whyEmpty']>;

/** By job of Prometheus, as `npm run servers` names them. */
const EXPORTERS: Readonly<Record<string, string>> = {
  postgres: 'postgres-exporter',
  redis: 'redis-exporter',
  host: 'node-exporter',
};

/** Why a panel has no data, and what to do; `remedy` null = nothing. */
export function describeEmpty({ reason, job = '' }: WhyEmpty): {
  cause: string;
  remedy: string | null;
} {
  const exporter = EXPORTERS[job];
  const name = exporter ?? job;
  if (reason === 'nothing_yet') return { cause: t('dashboards.empty.nothingYet'), remedy: null };
  if (reason === 'down')
    return { cause: t('dashboards.empty.down', { name }), remedy: t('dashboards.empty.check') };
  const cause = t('dashboards.empty.missing', { name });
  if (exporter !== undefined)
    return { cause, remedy: t('dashboards.empty.install', { name: exporter }) };
  return {
    cause,
    remedy: t(job === 'proxy' ? 'dashboards.empty.scale' : 'dashboards.empty.scrape'),
  };
}

import { t } from '../text/i18n.ts';

/** The page of an audit entry's target; null = none. */
export function targetPage(target: string | null): string | null {
  const [noun = '', id = ''] = target?.split('/') ?? [];
  switch (noun) {
    case 'runs':
    case 'workflows':
      return `/${noun}/${id}`;
    case 'secrets':
    case 'queues':
      return `/${noun}`;
    default:
      return null;
  }
}

/** The target with its UUID shortened to the last six characters. */
export function shortTarget(target: string | null): string {
  if (target === null) return t('audit.system');
  return target.replace(/[0-9a-f]{8}-[0-9a-f-]{21}([0-9a-f]{6})$/, '…$1');
}

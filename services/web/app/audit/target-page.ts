import { t } from '../text/i18n.ts';

/** Where what somebody changed can be seen; null = nowhere. */
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

/** As short as a table wants it: ids by their last characters. */
export function shortTarget(target: string | null): string {
  if (target === null) return t('audit.system');
  return target.replace(/[0-9a-f]{8}-[0-9a-f-]{21}([0-9a-f]{6})$/, '…$1');
}

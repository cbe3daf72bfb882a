import { wordsOf } from '@aio/slo/error-budget';
import type { ErrorBudget } from '../../shared/api.ts';
import { t } from '../text/i18n.ts';

/** `99.2% of the error budget left, 30 days`, in the language of the page. */
export function budgetText(budget: ErrorBudget): string {
  const { key, values } = wordsOf(budget);
  return t(`objectives.budgets.${key}`, values);
}

import type { Texts } from '../en/index.ts';

export const logs: Texts['logs'] = {
  search: 'ログを検索',
  level: 'レベル',
  debug: 'debug 以上',
  info: 'info 以上',
  warn: '警告とエラー',
  error: 'エラー',
  step: 'ステップ',
  allSteps: 'すべてのステップ',
  count: '{count} 行',
  truncated: '古い行は表示されません。',
  span: '{step} のスパンを表示',
  none: 'ログはありません。',
  noMatch: '条件に合う行はありません。',
};

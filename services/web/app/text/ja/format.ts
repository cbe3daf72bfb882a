import type { Texts } from '../en/index.ts';

export const format: Texts['format'] = {
  justNow: 'たった今',
  secondsAgo: '{n} 秒前',
  minutesAgo: '{n} 分前',
  hoursAgo: '{n} 時間前',
  daysAgo: '{n} 日前',
  seconds: '{n} 秒',
  minutes: '{n} 分',
  hours: '{n} 時間',
  days: '{n} 日',
  unpriced: '価格不明の呼び出し {count} 件',
  cached: '{counts}（入力の {share} はキャッシュ）',
};

import type { Texts } from '../en/index.ts';

export const objectives: Texts['objectives'] = {
  title: '目標',
  months: '月',
  before: '前の月',
  after: '次の月',
  running: 'この月はまだ終わっていません。',
  measured: '計測できたのは期間の {share} です。残りは良好とも不良とも数えません。',
  nothingMeasured: 'この月の計測データはありません。Prometheus はデータを 35 日間保持します。',
  wanted: '目標',
  reached: '実績',
  budgetUsed: 'エラーバジェットの消費',
  worstDay: '最も悪い日',
  events: 'イベント数',
  noBadDay: 'なし',
  tooFew: 'イベントが少なすぎます',
  dayOf: '{day}: {reached}',
  perDay: '1 日のエラーバジェットに対する割合',
  days: '{title}（日別）',
  verdicts: {
    met: '達成',
    missed: '未達成',
    tooFew: '判定にはまだ早い',
    noData: 'データなし',
  },
  bars: {
    noData: 'データなし',
    noEvents: 'イベントなし',
    ahead: 'これから',
  },
};

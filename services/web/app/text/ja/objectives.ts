import type { Texts } from '../en/index.ts';

export const objectives: Texts['objectives'] = {
  title: 'SLO',
  months: '月',
  before: '前の月',
  after: '次の月',
  running: 'この月はまだ終わっていません。',
  measured: '期間の {share} を計測しました。残りは達成にも未達成にも数えません。',
  nothingMeasured: 'この月の計測データはありません。Prometheus はデータを 35 日間保持します。',
  wanted: '目標',
  reached: '実績',
  budgetUsed: 'エラーバジェット消費率',
  worstDay: '最も悪い日',
  events: 'イベント数',
  noBadDay: 'なし',
  tooFew: 'イベント不足',
  dayOf: '{day}: {reached}',
  perDay: '1 日のエラーバジェットに対する割合',
  days: '{title}（日別）',
  verdicts: {
    met: '達成',
    missed: '未達成',
    tooFew: '判定保留',
    noData: 'データなし',
  },
  bars: {
    noData: 'データなし',
    noEvents: 'イベントなし',
    ahead: 'これから',
  },
};

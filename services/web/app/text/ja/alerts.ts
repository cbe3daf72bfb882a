import type { Texts } from '../en/index.ts';

export const alerts: Texts['alerts'] = {
  title: 'アラート',
  none: '発生中のアラートはありません。',
  choose: 'アラートを選択すると、手順書とパネルが表示されます。',
  pending: '保留中',
  since: '{moment} から（{duration}）',
  value: '値 {value}',
  silencedBy: '{who} がサイレンスを設定',
  inhibited: '別のアラートが原因',
  severities: {
    page: '呼び出し',
    ticket: 'チケット',
    none: '死活監視',
  },
  sections: {
    firing: '発生中',
    pending: '保留中',
    quiet: 'サイレンス中と死活監視',
    inactive: '正常',
  },
  alertmanagerAway: 'Alertmanager が応答しないため、サイレンスを表示できません。',
  toBoard: '{title} を開く',
  runbookOf: '{name} の手順書',
  query: 'クエリ {number}',
};

import type { Texts } from '../en/index.ts';

export const keys: Texts['keys'] = {
  title: '移動',
  search: 'ページ・ワークフロー・ランを検索',
  pages: 'ページ',
  workflows: 'ワークフロー',
  runs: 'ラン',
  open: '検索',
  help: 'キーボードショートカット',
  palette: 'ページ・ワークフロー・ランを検索',
  helpKey: 'このヘルプを表示',
  searchKey: 'このページの検索へ移動',
  nextRow: '次の行',
  previousRow: '前の行',
  nextError: '失敗した次のステップまたはラン',
  goOverview: '概要へ移動',
  goRuns: 'ランへ移動',
  goWorkflows: 'ワークフローへ移動',
  goApprovals: '承認へ移動',
  goDashboards: 'ダッシュボードへ移動',
};

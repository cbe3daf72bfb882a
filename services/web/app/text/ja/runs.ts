import type { Texts } from '../en/index.ts';

export const runs: Texts['runs'] = {
  title: 'ラン',
  search: 'ID・ワークフロー・入力・エラーを検索',
  start: 'ランを開始',
  workflow: 'ワークフロー',
  what: '入力または理由',
  startedBy: '開始者',
  accepted: '受付',
  duration: '所要時間',
  steps: 'ステップ',
  cost: 'コスト',
  child: '子',
  copyId: 'ラン {id} の ID をコピー',
  stepsDone: '{name} の完了ステップ',
  none: 'ランはまだありません',
  noneText: 'ワークフローから開始してください。受け付けるとここに表示されます。',
  noMatch: '条件に合うランはありません',
  noMatchText: '条件を広げるか、お待ちください。新しいランは受け付けるとここに表示されます。',
  loading: 'ランを読み込み中',
};

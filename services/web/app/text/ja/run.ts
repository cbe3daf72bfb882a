import type { Texts } from '../en/index.ts';

export const run: Texts['run'] = {
  views: 'ランの表示',
  timeline: 'タイムライン',
  graph: 'グラフ',
  trace: 'トレース',
  logs: 'ログ',
  inputOutput: '入力と出力',
  definition: '定義',
  input: '入力',
  output: '出力',
  inputHidden: 'シークレットは表示されません: {names}',
  noInput: '入力を表示できません: {message}',
  asJson: 'JSON',
  request: 'リクエスト',
  roles: { system: 'システム', user: 'ユーザー', assistant: 'アシスタント' },
  draft: '下書き',
  version: '{name} バージョン {version}',
};

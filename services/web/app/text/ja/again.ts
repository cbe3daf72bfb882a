import type { Texts } from '../en/index.ts';

export const again: Texts['again'] = {
  button: '再実行',
  fromStep: 'ここから再実行',
  title: 'ランを再実行',
  description: 'バージョン {version} の新しいランを開始します。元のランは変更されません。',
  input: '入力（JSON）',
  from: '開始位置',
  start: '先頭から',
  reused: '{step} に依存しないステップの結果は再利用されます。',
  editOutput: '{step} を実行せずに次の出力を使用',
  output: '{step} の出力（JSON）',
  invalid: '無効な JSON です: {message}',
  submit: '再実行',
  copyCurl: 'curl としてコピー',
  copied: 'コピーしました',
  compare: '比較',
  replayOf: '以前のランの再実行',
  replays: '再実行したラン {count} 件',
};

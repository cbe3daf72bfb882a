import type { Texts } from '../en/index.ts';

export const again: Texts['again'] = {
  button: 'もう一度実行',
  fromStep: 'ここから再実行',
  title: 'もう一度実行',
  description: 'バージョン {version} の新しいランを開始します。このランは変わりません。',
  input: '入力（JSON）',
  from: '開始位置',
  start: '先頭から',
  reused: '{step} に依存しないステップの結果は再利用されます。',
  editOutput: '{step} を実行せず、次の出力を使う',
  output: '{step} の出力（JSON）',
  invalid: '無効な JSON です: {message}',
  submit: '実行',
  copyCurl: 'curl をコピー',
  copied: 'コピーしました',
  compare: '比較',
  replayOf: '以前のランの再実行',
  replays: '{count} 件のランで再実行',
};

import type { Texts } from '../en/index.ts';

export const start: Texts['start'] = {
  title: 'ランを開始',
  submit: 'ランを開始',
  inputAs: '入力の形式',
  form: 'フォーム',
  json: 'JSON',
  fillIn: '自動入力',
  example: '例',
  exampleNumber: '例 {number}',
  input: '入力',
  choose: '選択',
  refused: '入力は受け付けられませんでした',
  whole: '入力全体',
  notJson: '無効な JSON です。',
  mustBeNumber: '{label} は数値にしてください。',
  required: '{label} は必須です。',
};

import type { Texts } from '../en/index.ts';

export const secrets: Texts['secrets'] = {
  set: 'シークレットを設定',
  submit: '設定',
  name: '名前',
  nameHelp: '同じ名前のシークレットがあれば、値を置き換えます。',
  value: '値',
  valueHelp: '設定した値は再表示できません。',
  refused: 'シークレットは受け付けられませんでした',
  isSet: '{name} を設定しました。',
  isChanged: '{name} の値を変更しました。',
  inStep: 'ステップでの書き方',
  changed: '最終設定',
  changedBy: '{age}（{who}）',
  actions: '操作',
  delete: '削除',
  deleteOf: '{name} を削除',
  askTitle: '{name} を削除しますか？',
  askText: 'このシークレットを使うステップは失敗するようになります。値は復元できません。',
  askYes: 'シークレットを削除',
  askNo: '削除しない',
  none: 'シークレットはありません',
  noneText:
    'リクエストのヘッダーなど、ステップでシークレットの名前を指定すると、実行時に値が渡されます。',
};

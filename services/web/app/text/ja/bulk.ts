import type { Texts } from '../en/index.ts';

export const bulk: Texts['bulk'] = {
  title: '選択したラン',
  select: 'ラン {id} を選択',
  selectAll: 'このページのランをすべて選択',
  selected: 'ラン {count} 件を選択中',
  cancel: 'キャンセル',
  retry: 'リトライ',
  noneOpen: '選択したランはすべて終了しています。',
  noneFailed: '選択したランに、失敗またはキャンセルされたものはありません。',
  clear: '選択を解除',
  compare: '比較',
  progress: '{total} 件中 {done} 件完了',
  progressFailed: '{total} 件中 {done} 件完了、{failed} 件失敗',
  notFound: '{count} 件は見つかりません',
  askTitle: 'ラン {count} 件をキャンセルしますか？',
  askText:
    '実行中のステップは中断されます。成功したステップの結果は残り、リトライすると続きから実行します。',
  askYes: 'ランをキャンセル',
  askNo: '実行を続ける',
  why: '{id}: {message}',
};

import type { Texts } from '../en/index.ts';

export const bulk: Texts['bulk'] = {
  select: 'ラン {id} を選択',
  selectAll: 'このページのランをすべて選択',
  selected: 'ラン {count} 件を選択中',
  cancel: 'キャンセル',
  retry: 'リトライ',
  clear: '選択を解除',
  compare: '比較',
  progress: '{total} 件中 {done} 件完了',
  progressFailed: '{total} 件中 {done} 件完了、{failed} 件は変更できませんでした',
  why: '{id}: {message}',
};

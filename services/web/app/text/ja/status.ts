import type { Texts } from '../en/index.ts';

export const status: Texts['status'] = {
  pending: '未開始',
  ready: '実行待ち',
  queued: 'キュー待ち',
  running: '実行中',
  waiting: '待機中',
  succeeded: '成功',
  failed: '失敗',
  skipped: 'スキップ',
  cancelled: 'キャンセル',
  worker_lost: 'ワーカー応答なし',
};

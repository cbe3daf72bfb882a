import type { Texts } from '../en/index.ts';

export const queues: Texts['queues'] = {
  title: 'キューとワーカー',
  lanes: 'キュー',
  lane: 'レーン',
  workers: 'ワーカー',
  readySteps: '実行待ちステップ',
  queuedRuns: 'キュー待ちのラン',
  running: '実行中',
  oldest: '最長待ち',
  actions: '操作',
  noWorker: 'ワーカーなし',
  paused: '一時停止中',
  pause: '一時停止',
  resume: '再開',
  pauseOf: '{name} を一時停止',
  resumeOf: '{name} を再開',
  askTitle: '{name} を一時停止しますか？',
  askText:
    '再開するまで、このレーンでは新しい処理が始まりません。実行中の処理は続きます。現在 {count} 件が待っています。',
  askYes: '一時停止する',
  askNo: 'そのまま動かす',
  unserved: '{lanes} を担当するワーカーがありません',
  unservedText:
    'これらのレーンのステップは、担当するワーカーが現れるまで待ちます。WORKER_KINDS にレーンを含むワーカーを起動してください。',
  none: 'ワーカーが動いていません。',
};

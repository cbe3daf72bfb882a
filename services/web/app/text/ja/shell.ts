import type { Texts } from '../en/index.ts';

export const shell: Texts['shell'] = {
  skip: '本文へ移動',
  main: 'メイン',
  startPage: 'AIO、トップページ',
  openMenu: 'メニューを開く',
  closeMenu: 'メニューを閉じる',
  collapse: 'サイドバーをたたむ',
  expand: 'サイドバーを広げる',
  api: 'API',
  language: '言語',
  live: 'ライブ',
  polling: '定期更新',
  tryingAgain: '復旧するまで再試行します。',
  loading: '読み込み中',
  pages: {
    overview: '概要',
    runs: 'ラン',
    workflows: 'ワークフロー',
    approvals: '承認',
    events: 'イベント',
    queues: 'キューとワーカー',
    secrets: 'シークレット',
    audit: '監査ログ',
  },
  pending: '未処理 {count} 件',
};

import type { Texts } from '../en/index.ts';

export const account: Texts['account'] = {
  logIn: 'ログイン',
  logInTitle: 'AIO にログイン',
  what: 'AIO は、モデルやサービスの呼び出し、承認、イベントをステップのグラフとして実行する AI ワークフロー基盤です。各ランのどこで時間とコストがかかり、どこで失敗したかが分かります。',
  returnTo: 'ログイン後に戻るページ',
  loginFailed: 'ログインが完了しませんでした。もう一度お試しください。',
  loginRefused: 'ログインできませんでした。もう一度お試しください。',
  rateLimited:
    'このアドレスからのログインが多すぎます。1 分ほど待ってから、もう一度お試しください。',
  loginAway: '現在ログインできません',
  forbiddenTitle: 'アクセス権がありません',
  forbidden:
    'このページを開くにはロール {roles} が必要です。現在 {name} としてログインしています。アクセス権は管理者に依頼してください。',
  awayTitle: '再接続しています…',
  away: 'AIO が復旧すると、このページは自動的に再開します。',
  of: '{name} のアカウント',
  approvalsOnly: '承認のみ',
  logOut: 'ログアウト',
  stillLoggedIn: 'まだログインしています',
  notFoundTitle: '見つかりません',
  notFound: 'アドレスを確認するか、トップページへ移動してください。',
  brokenTitle: 'ページでエラーが発生しました',
  broken:
    '再読み込みするか、トップページへ移動してください。詳細はブラウザーのコンソールにあります。',
  startPage: 'トップページ',
};

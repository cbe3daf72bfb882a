import type { Texts } from '../en/index.ts';

export const problem: Texts['problem'] = {
  refused: '受け付けられませんでした',
  answered: 'API が {status} を返しました。',
  titles: {
    unreachable: 'サーバーが応答しません。',
    api_away: 'API が応答しません。',
    unavailable: 'AIO の一部が応答しません',
    prometheus_away: 'Prometheus が応答しません',
    prometheus_not_configured: 'Prometheus が設定されていません',
    unauthenticated: 'ログインしていません',
    forbidden: 'アクセス権がありません',
    not_found: '見つかりません',
    conflict: 'この間に状態が変わりました',
    already_decided: 'この承認は決定済みです',
    run_finished: 'このランは終了しています',
    run_not_finished: 'このランは終了していません',
    validation_failed: '入力が規則に合っていません',
    rate_limited: 'リクエストが多すぎます',
    too_large: '入力が大きすぎます',
    internal: 'AIO でエラーが発生しました',
  },
};

import type { Texts } from '../en/index.ts';

export const problem: Texts['problem'] = {
  refused: 'リクエストは受け付けられませんでした',
  answered: 'API がステータス {status} を返しました',
  titles: {
    unreachable: 'サーバーが応答しません',
    api_away: 'API が応答しません',
    unavailable: 'AIO の一部が利用できません',
    prometheus_away: 'Prometheus が応答しません',
    prometheus_slow: 'Prometheus の応答に時間がかかりすぎました',
    prometheus_not_configured: 'Prometheus が設定されていません',
    unauthenticated: 'ログインしていません',
    forbidden: 'アクセス権がありません',
    not_found: '見つかりません',
    conflict: '状態が変わっています',
    already_decided: 'この承認は処理済みです',
    run_finished: 'このランは終了しています',
    run_not_finished: 'このランは終了していません',
    validation_failed: '入力が正しくありません',
    rate_limited: 'リクエストが多すぎます',
    too_many_at_once: '大きなリクエストが同時に多すぎます',
    busy: '大きなリクエストの処理で混み合っています',
    too_large: '入力が大きすぎます',
    internal: 'AIO がリクエストを処理できませんでした',
  },
};

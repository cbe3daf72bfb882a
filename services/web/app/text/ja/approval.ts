import type { Texts } from '../en/index.ts';

export const approval: Texts['approval'] = {
  none: '承認待ちはありません',
  noneText: 'ランが承認を求めると、ここと、そのランのページに表示されます。',
  noneForYou: '承認を求められると、ここに自動的に表示されます。',
  label: '承認 {step}',
  waits: '承認を待っています',
  waitsForOthers: 'ほかの人の承認を待っています',
  byRole: 'ロール {role}',
  byUser: '{user}',
  byOwner: 'ランの所有者または管理者',
  onlyRole: '承認できるのはロール {role} の人と管理者だけです。',
  onlyAdmins: '承認できるのは管理者だけです。',
  onlyUser: '承認できるのは {user} と管理者だけです。',
  onlyOwner: '承認できるのはランの所有者と管理者だけです。',
  run: 'ラン',
  input: '入力',
  decideBy: '期限',
  deadline: '{time}（あと {left}）',
  deadlineOver: '{time}（期限切れ）',
  comment: 'コメント',
  commentHint: 'コメント（任意）',
  approve: '承認',
  reject: '却下',
  already: {
    approved:
      'ラン {run} の {step} は、先に {who} が承認しました。あなたの判断は記録されていません。',
    rejected:
      'ラン {run} の {step} は、先に {who} が却下しました。あなたの判断は記録されていません。',
    cancelled: 'ラン {run} はもう {step} を待っていません。あなたの判断は記録されていません。',
  },
  somebody: 'ほかの人',
};

export interface Link {
  readonly title: string;
  readonly url: string;
  /** Whether the link opens a new tab. */
  readonly blank: boolean;
}

/** Link to another board that keeps time range and variables. */
export function linkToBoard({ uid, title }: { uid: string; title: string }): Link {
  return { title, url: `/d/${uid}?\${__url_time_range}&\${__all_variables}`, blank: false };
}

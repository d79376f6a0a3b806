export interface Question {
  readonly question: string;
  readonly signal?: AbortSignal;
}

export type AnswerRefusalCode =
  | 'not_running'
  | 'question_empty'
  | 'question_too_long'
  | 'cancelled'
  | 'not_understood'
  | 'unknown_listener'
  | 'snapshot_missing'
  | 'snapshot_unreadable';

/** A text for people, and where it comes from; or why there is none. */
export type Answer =
  | { readonly ok: true; readonly text: string; readonly source: 'help' | 'snapshot' }
  | { readonly ok: false; readonly code: AnswerRefusalCode; readonly text: string };

export const refusal = (code: AnswerRefusalCode, text: string): Answer => ({ ok: false, code, text });

import type { Route } from '../shared/routes';

export interface Question {
  readonly question: string;
  /**
   * Why it is asked: what its costs are counted under, and what the audit log says.
   * @defaultValue 'unknown'
   */
  readonly route?: Route;
  /** What the model is to know beside who it is: the case, the form of the answer. */
  readonly system?: string;
  /** Why the strong model is to answer. Without it, and while the cost ladder says `downshifted`, the cheap one does. */
  readonly escalate?: string;
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
  | 'snapshot_unreadable'
  | 'operational_state_paused'
  | 'operational_state_stopped'
  | 'cost_ladder_halted'
  | 'state_unreadable'
  | 'provider_failed'
  | 'provider_rate_limited'
  | 'provider_timeout'
  | 'tool_loop_exceeded'
  | 'empty_answer';

export interface Refusal {
  readonly ok: false;
  readonly code: AnswerRefusalCode;
  /** For people. */
  readonly text: string;
}

/** A text for people, and where it comes from; or why there is none. */
export type Answer =
  | {
      readonly ok: true;
      readonly text: string;
      readonly source: 'help' | 'snapshot' | 'model';
      /** Which model answered, for the source `model`. */
      readonly model?: string;
      /** How many calls of tools the model asked for on the way. */
      readonly toolCalls: number;
    }
  | Refusal;

export const refusal = (code: AnswerRefusalCode, text: string): Refusal => ({ ok: false, code, text });

/** A question that the engine has accepted. */
export interface AcceptedQuestion {
  /** Neither empty nor too long. */
  readonly question: string;
  readonly route: Route;
  readonly system?: string;
  readonly escalate?: string;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What answers questions while the engine runs. */
export interface Answerer {
  /** What fails on the way is an answer; what rejects is a defect. */
  answer(question: AcceptedQuestion): Promise<Answer>;
}

/** A way of answering questions that can be configured. */
export interface ReasoningProvider {
  /** Makes it ready, with clients of its own. @throws when it cannot be used: the engine does not start then */
  open(): Answerer | Promise<Answerer>;
}

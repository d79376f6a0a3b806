import type { Route } from '../audit_log/routes';

/** A question to the reasoning engine. */
export interface Question {
  /** The text of the question; refused when it is blank or longer than `maxQuestionLength`. */
  readonly question: string;
  /**
   * The occasion of the question. Its costs are counted under this route, and the audit log names it.
   * @defaultValue 'unknown'
   */
  readonly route?: Route;
  /** Instructions for the model beside its identity, such as the case at hand and the form of the answer. */
  readonly system?: string;
  /** Reason to ask the strong model. Without it, and while the cost ladder says `downshifted`, the cheap one answers. */
  readonly escalate?: string;
  /** Takes the question back: the answer is then a refusal with the code `cancelled`. */
  readonly signal?: AbortSignal;
}

/** Why there is no answer. */
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
  | 'model_refused'
  | 'context_full'
  | 'empty_answer';

/** The reason why a question was not answered. */
export interface Refusal {
  /** There is no answer. */
  readonly ok: false;
  /** For programs. */
  readonly code: AnswerRefusalCode;
  /** For people. */
  readonly text: string;
}

/** An answer, or the reason why there is none. */
export type Answer =
  | {
      /** There is an answer. */
      readonly ok: true;
      /** For people. */
      readonly text: string;
      /** Where the text comes from: the help, the snapshot, or a model. */
      readonly source: 'help' | 'snapshot' | 'model';
      /** Name of the model, if the source is `model`. */
      readonly model?: string;
      /** Number of tool calls that the model asked for on the way. */
      readonly toolCalls: number;
    }
  | Refusal;

/** Makes a refusal. */
export const refusal = (code: AnswerRefusalCode, text: string): Refusal => ({ ok: false, code, text });

/** A question that the engine has accepted. */
export interface AcceptedQuestion {
  /** Neither empty nor too long. */
  readonly question: string;
  readonly route: Route;
  readonly system?: string;
  readonly escalate?: string;
  /** Aborts when nobody waits for the answer. */
  readonly signal: AbortSignal;
}

/** Answers questions while the engine runs. */
export interface Answerer {
  /** Resolves with an answer or a refusal, also when a provider fails. A rejection is a defect. */
  answer(question: AcceptedQuestion): Promise<Answer>;
}

/** A way of answering questions that can be configured. */
export interface ReasoningProvider {
  /** Makes it ready, with clients of its own. Throws or rejects when it cannot be used: then the engine does not start. */
  open(): Answerer | Promise<Answerer>;
}

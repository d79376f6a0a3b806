import type { Route } from '../shared/routes';
import type { Answer } from './Answer';

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

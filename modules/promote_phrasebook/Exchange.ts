import type { LoggedMessage } from '../message_log/LoggedMessage';

const LONGEST_QUESTION = 500;

/** A question, and what the engine answered. */
export interface Exchange {
  readonly question: string;
  readonly answer: string;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * The exchange of a message; `undefined` unless a model made it, it was sent, and it is whole. Answers from the snapshot cost
 * nothing already, and a question of more than 500 characters is no phrase.
 */
export function exchangeOf({ question = '', text, status, madeBy, cut, at }: LoggedMessage): Exchange | undefined {
  if (madeBy !== 'engine' || status !== 'sent' || cut) return undefined;
  if (question.trim() === '' || question.length > LONGEST_QUESTION || text.trim() === '') return undefined;
  return { question, answer: text, at: Date.parse(at) };
}

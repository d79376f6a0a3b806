import type { Answer } from './Answer';

/** What answers a question that the engine has accepted: a text that is neither empty nor too long. */
export interface ReasoningProvider {
  answer(question: string, signal?: AbortSignal): Promise<Answer>;
}

import { ContainerModule } from 'inversify';

import { LocalProvider } from './LocalProvider';
import { ReasoningEngine } from './ReasoningEngine';

/** Answers questions about the application, as the daemon `reasoning_engine`, which the application does not start without. */
export function reasoningEngineModule(): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(LocalProvider).toSelf();
    bind(ReasoningEngine).toSelf();
  });
}

export type { Answer, AnswerRefusalCode, Question } from './Answer';
export { ReasoningEngine } from './ReasoningEngine';
export { ReasoningEngineSettings } from './ReasoningEngineSettings';
export { ReasoningProviderUnknownError } from './ReasoningProviderUnknownError';
